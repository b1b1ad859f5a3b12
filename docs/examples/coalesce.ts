import { OperationsClient, type OperationsTransport } from 'longrunning';
import { waitAll } from 'longrunning/many';
import { exportAgent } from './typed-wait.js';

export async function main(transport: OperationsTransport, names: readonly string[]): Promise<void> {
  // #region coalesce
  await using client = new OperationsClient({ transport, coalesce: true });
  const responses = await waitAll(names.map((name) => client.poller(name, exportAgent)));
  // #endregion coalesce
  console.log(responses.map(({ agentUri }) => agentUri));
}

export function collection(transport: OperationsTransport): OperationsClient {
  // #region parent
  const coalesce = {
    // Names such as 'operations/ingest.17': this service lists operations by the part before the dot.
    parentOf: (name: string) => name.split('.')[0],
    pageSize: 1000,
  };
  const client = new OperationsClient({ transport, coalesce });
  // #endregion parent
  return client;
}
