// The table of failures in docs/errors.md, from docs/figures/failures.json, which test/system/failure-messages.test.ts writes:
//
//   npm run docs:failures
import { readFileSync } from 'node:fs';
import { table } from './markdown-table.js';

/** One failure over one wire, and the message of its error. */
export interface FailureRow {
  readonly title: string;
  readonly wire: string;
  readonly message: string;
  readonly action: string;
}

/** Where the messages are recorded. */
export const failuresFile = new URL('../docs/figures/failures.json', import.meta.url);

export function readFailures(): FailureRow[] {
  return JSON.parse(readFileSync(failuresFile, 'utf8')) as FailureRow[];
}

/** The table, with one row for the wires whose messages are equal. */
export function failureTable(): string {
  const rows: FailureRow[] = [];
  for (const row of readFailures()) {
    const same = rows.findIndex(({ title, message }) => title === row.title && message === row.message);
    if (same < 0) rows.push(row);
    else rows[same] = { ...row, wire: `${rows[same]!.wire}, ${row.wire}` };
  }
  return table(
    ['what happened', 'over', 'the error', 'what to do'],
    rows.map(({ title, wire, message, action }, i) => [
      title === rows[i - 1]?.title ? '' : title,
      wire,
      `\`${message.replaceAll('|', '\\|')}\``,
      title === rows[i - 1]?.title ? '' : action,
    ]),
  );
}
