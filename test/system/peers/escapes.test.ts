// Programs of their own, on the build in dist/ (npm run build): what gets past a caller's `await` and `catch`.
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import { isKnown } from '../../peers/defect.js';

interface Report {
  readonly unhandledRejections: string[];
  readonly uncaughtExceptions: string[];
  readonly warnings: string[];
  /** What became of the waits. */
  readonly waits: Record<string, string>;
}

async function run(client: 'longrunning' | 'google-gax'): Promise<Report> {
  const program = fileURLToPath(new URL('../../fixtures/peers/escapes.js', import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, [program, client]);
  return JSON.parse(stdout) as Report;
}

describe('no error escapes the waits', () => {
  it('with longrunning: all waits settle, and neither rejections nor exceptions nor warnings escape', async () => {
    const { waits, ...escaped } = await run('longrunning');
    expect(escaped).toEqual({ unhandledRejections: [], uncaughtExceptions: [], warnings: [] });
    const { 'unreadable response': unreadable, listener, ...waiters } = waits;
    expect({ unreadable, listener }).toEqual({ unreadable: 'rejected', listener: 'heard' });
    expect(Object.values(waiters)).toEqual(Array(100).fill('resolved'));
  });

  const withGax = isKnown('google-gax') ? it : it.skip;
  withGax('with google-gax: a response that cannot be read, a failure without a listener, many waiters', async () => {
    const { waits, unhandledRejections, uncaughtExceptions, warnings } = await run('google-gax');
    expect(unhandledRejections).toEqual(['Error: illegal bytes']);
    expect(waits['unreadable response']).toBe('pending');
    expect(uncaughtExceptions).toEqual(['Error: no']);
    expect(waits).not.toHaveProperty('listener');
    expect(new Set(warnings)).toEqual(new Set(['MaxListenersExceededWarning']));
  });
});
