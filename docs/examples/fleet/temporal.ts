// Temporal: the workflow sleeps, an activity polls. `sleep` and `poll` (a proxied activity) are those of @temporalio/workflow.
import type { ResumeToken } from 'longrunning';
import { nextPollDelayMs } from 'longrunning/schedule';

export async function waitForOperation(
  token: ResumeToken,
  poll: (token: ResumeToken) => Promise<{ done: boolean }>, // client.resume(token).poll(), without the raw bytes
  sleep: (ms: number) => Promise<void>,
): Promise<void> {
  while (!(await poll(token)).done) await sleep(nextPollDelayMs(token));
}
