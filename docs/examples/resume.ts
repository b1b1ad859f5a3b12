import { isLROError, type LROPoller, type OperationsClient } from 'longrunning';
// #region token-type
import type { ResumeToken } from 'longrunning';
// #endregion token-type
import { exportAgent } from './typed-wait.js';

/** What saves and loads a text: a file, a database, a queue. */
export interface Store {
  save(text: string): Promise<void>;
  load(): Promise<string>;
}

export async function firstProcess(poller: LROPoller<unknown>, db: Store): Promise<void> {
  // #region save
  await db.save(JSON.stringify(poller));
  // #endregion save
}

export async function secondProcess(client: OperationsClient, db: Store): Promise<void> {
  // #region resume
  const token = JSON.parse(await db.load()) as ResumeToken;
  const response = await client.resume(token, exportAgent).promise();
  console.log(response.agentUri);
  // #endregion resume
}

export async function handOver(poller: LROPoller<unknown>, db: Store): Promise<void> {
  // #region timeout
  try {
    await poller.promise({ totalTimeoutMs: 10 * 60_000 });
  } catch (error) {
    if (!isLROError(error) || error.code !== 'LRO_POLLING_TIMEOUT') throw error;
    await db.save(JSON.stringify(error.token)); // the operation goes on; the next run waits for it
  }
  // #endregion timeout
}
