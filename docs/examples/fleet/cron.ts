// Cron: once a minute, polls what is due of a table of tokens.
import type { OperationsClient, ResumeToken } from 'longrunning';
import { nextPollDelayMs } from 'longrunning/schedule';

interface Row {
  readonly token: ResumeToken;
  dueAtMs: number;
  isDone: boolean;
}

export async function tick(
  client: OperationsClient,
  rows: readonly Row[],
  save: (row: Row) => Promise<void>,
): Promise<void> {
  for (const row of rows.filter(({ isDone, dueAtMs }) => !isDone && dueAtMs <= Date.now())) {
    try {
      row.isDone = (await client.resume(row.token).poll()).done;
    } catch (error) {
      console.error(row.token.name, error); // such as NOT_FOUND; the other rows are polled all the same
    }
    row.dueAtMs = Date.now() + nextPollDelayMs(row.token);
    await save(row);
  }
}
