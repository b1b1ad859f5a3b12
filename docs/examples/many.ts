import { OperationsClient, type OperationsTransport } from 'longrunning';
import { exportAgent } from './typed-wait.js';

export async function main(transport: OperationsTransport, names: readonly string[]): Promise<void> {
  // #region many
  await using client = new OperationsClient({ transport, maxRequestsPerSecond: 5, maxConcurrentWaits: 8 });
  const responses = await Promise.all(names.map((name) => client.poller(name, exportAgent).promise()));
  console.log(responses.map(({ agentUri }) => agentUri));
  // #endregion many
}
