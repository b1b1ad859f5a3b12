// #region imports
import { constantBackoff, exponentialBackoff, OperationsClient } from 'longrunning';
// #endregion imports
import { defaultBackoff, type LROPoller, type OperationsTransport, type PollingBackoff } from 'longrunning';

export function settings(transport: OperationsTransport): OperationsClient {
  // #region client
  const client = new OperationsClient({
    transport,
    polling: { backoff: exponentialBackoff({ initialDelayMs: 1000, multiplier: 1.1, maxDelayMs: 300_000 }) },
    retry: { maxElapsedMs: 1_800_000 }, // fail after half an hour without a successful response
  });
  // #endregion client
  return client;
}

export async function each(client: OperationsClient, name: string): Promise<void> {
  // #region poller
  const poller = client.poller(name, undefined, { backoff: constantBackoff(5000) });
  await poller.promise({ totalTimeoutMs: 7_200_000 }); // two hours, to the millisecond
  // #endregion poller
}

// #region own
/** Every 10 s for the first minute, then every 2 min. */
export const twoSpeeds: PollingBackoff = ({ ageMs }) => (ageMs < 60_000 ? 10_000 : 120_000);
// #endregion own

// #region eager
/** Half of the default's delays, and never longer than 20 s. */
export const eager: PollingBackoff = (state) => Math.min(defaultBackoff(state) / 2, 20_000);
// #endregion eager

export async function waitOnce(client: OperationsClient, name: string): Promise<void> {
  // #region wait
  const operation = await client.waitOperation({ name, timeoutMs: 30_000 });
  console.log(operation.done); // may be false: the server may respond before the timeout
  // #endregion wait
}

export function patient(client: OperationsClient, name: string): LROPoller<unknown> {
  // #region visible
  const poller = client.poller(name, undefined, { notFoundGraceMs: 30_000 });
  // #endregion visible
  return poller;
}
