// The commonest failures, each produced by public names over the wire that it is named after. Their messages stand in the table of
// docs/errors.md: `npm run docs:failures` writes it anew.
import { existsSync, writeFileSync } from 'node:fs';
import { inspect } from 'node:util';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { isLROError, RequestError } from 'longrunning';
import { failuresFile, readFailures, type FailureRow } from '../../scripts/failure-table.js';
import { failures } from '../support/failures/index.js';
import { FailureWorld, name, secret } from '../support/failures/world.js';

const isUpdate = process.env.UPDATE_FAILURES !== undefined;
const recorded = isUpdate ? [] : readFailures();
const written: FailureRow[] = [];

/** A message without what differs from run to run, and from one version of Node to another. */
function normalize(message: string): string {
  return message
    .replace(/(127\.0\.0\.1|localhost):(?!6000\b)\d+/g, '$1:8080')
    .replace(/after \d+ ms and \d+ polls/, (text) =>
      text.endsWith(' 0 polls') ? 'after 200 ms and 0 polls' : 'after 200 ms and 19 polls',
    )
    .replace(/ \(after \d+ attempts\); error\.token/, ' (after 3 attempts); error.token')
    .replace('EAI_AGAIN', 'ENOTFOUND')
    .replace('; if the root CA is installed locally, try running Node.js with --use-system-ca', '')
    .replace('ssl/tls alert', 'tlsv1 alert');
}

let world: FailureWorld;
beforeAll(() => {
  if (!existsSync(new URL('../../dist/index.js', import.meta.url))) throw new Error('dist/ is missing: npm run build');
});
beforeEach(() => {
  world = new FailureWorld();
});
afterEach(() => world.end());
afterAll(() => {
  if (isUpdate) writeFileSync(failuresFile, `${JSON.stringify(written, null, 2)}\n`);
});

describe('the error says what happened, to which operation and how often, without a credential:', () => {
  it.each(failures)('$title ($wire)', async ({ title, wire, action, produce }) => {
    const failure = await produce(world);
    const error = failure as Error;
    const message = normalize(`${error.name}: ${error.message}`);
    expect(inspect(failure, { depth: 12, showHidden: true })).not.toContain(secret);
    if (isLROError(failure)) {
      expect(message).toContain(`'${name}'`);
      expect(error.stack).toContain(error.message);
    }
    if (failure instanceof RequestError) {
      expect(message).toContain(`${failure.method} of '${name}' failed: `);
      expect(/after (\d+) attempts/.exec(message)?.[1] ?? '1').toBe(String(failure.attempts));
    }
    const row = { title, wire, message, action };
    if (isUpdate) written.push(row);
    else expect([row]).toEqual(recorded.filter((other) => other.title === title && other.wire === wire));
  });
});

it('the table of docs/errors.md has these failures only, of which there are at least 40', () => {
  if (isUpdate) return;
  expect(recorded.map(({ title, wire }) => [title, wire])).toEqual(failures.map(({ title, wire }) => [title, wire]));
  expect(new Set(failures.map(({ title }) => title)).size).toBeGreaterThanOrEqual(40);
});
