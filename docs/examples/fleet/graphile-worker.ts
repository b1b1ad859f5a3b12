// graphile-worker: a task polls once, and adds the next job.
import type { OperationsClient, ResumeToken } from 'longrunning';
import { nextPollDelayMs } from 'longrunning/schedule';

interface Helpers {
  addJob(task: string, payload: ResumeToken, options: { runAt: Date; jobKey: string }): Promise<unknown>;
}

export function pollTask(client: OperationsClient, onDone: (operation: unknown) => Promise<void>) {
  return async (token: ResumeToken, helpers: Helpers): Promise<void> => {
    const operation = await client.resume(token).poll();
    if (operation.done) return onDone(operation);
    await helpers.addJob('poll', token, { runAt: new Date(Date.now() + nextPollDelayMs(token)), jobKey: token.name });
  };
}
