// pg-boss: a job polls once, and sends the next one.
import type { Operation, OperationsClient, ResumeToken } from 'longrunning';
import { nextPollDelayMs } from 'longrunning/schedule';

interface PgBoss {
  send(name: string, data: object, options: { startAfter: number; singletonKey: string }): Promise<unknown>;
}

export async function poll(
  boss: PgBoss,
  client: OperationsClient,
  token: ResumeToken,
): Promise<Operation<unknown, unknown>> {
  const operation = await client.resume(token).poll();
  const options = { startAfter: Math.ceil(nextPollDelayMs(token) / 1000), singletonKey: token.name };
  if (!operation.done) await boss.send('poll', token, options);
  return operation;
}
