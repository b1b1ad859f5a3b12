import { OperationsClient, type OperationsTransport } from 'longrunning';
import { waitAll } from 'longrunning/many';
import { exportAgent } from './typed-wait.js';

export async function main(transport: OperationsTransport, names: readonly string[]): Promise<void> {
  // #region many
  await using client = new OperationsClient({ transport, maxRequestsPerSecond: 5, maxConcurrentServerWaits: 8 });
  const responses = await waitAll(names.map((name) => client.poller(name, exportAgent)));
  console.log(responses.map(({ agentUri }) => agentUri));
  // #endregion many
}
