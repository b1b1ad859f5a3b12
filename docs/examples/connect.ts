// #region page
import { createGrpcWebTransport } from '@connectrpc/connect-web';
import { OperationsClient } from 'longrunning';
import { connectTransport } from 'longrunning/connect';

export function operationsOf(baseUrl: string): OperationsClient {
  return new OperationsClient({ transport: connectTransport(createGrpcWebTransport({ baseUrl })) });
}
// #endregion page

export async function wait(baseUrl: string, name: string, signal: AbortSignal): Promise<unknown> {
  // #region wait
  await using operations = operationsOf(baseUrl);
  const response = await operations.poller(name).promise({ signal, totalTimeoutMs: 600_000 });
  // #endregion wait
  return response;
}
