// #region imports
import { traced } from 'longrunning/otel';
// #endregion imports
import type { OperationsTransport } from 'longrunning';

/** Waits for an operation with a client that is traced. */
export async function waitTraced(transport: OperationsTransport, name: string): Promise<unknown> {
  // #region trace
  const client = traced({ transport });
  const response = await client.poller(name).promise();
  // #endregion trace
  await client.close();
  return response;
}
