// #region imports
import { traced, tracedPollerFrom } from 'longrunning/otel';
// #endregion imports
import type { OperationsTransport } from 'longrunning';
import type { LROperationLike } from 'longrunning/gax';

/** Waits for an operation with a client that is traced. */
export async function waitTraced(transport: OperationsTransport, name: string): Promise<unknown> {
  // #region trace
  const client = traced({ transport });
  const response = await client.poller(name).promise();
  // #endregion trace
  await client.close();
  return response;
}

/** Waits for the operation that a method of a generated client returned. */
export async function waitTracedOperation<R, M>(operation: LROperationLike<R, M>): Promise<R> {
  // #region gax
  const pollerFrom = tracedPollerFrom({ startingMethod: 'Agents.ExportAgent' });
  const response = await pollerFrom(operation).promise();
  // #endregion gax
  return response;
}
