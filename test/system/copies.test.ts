// A program with an ES module and a CommonJS module that import this package has two copies of it.
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it } from '@jest/globals';

const root = fileURLToPath(new URL('../..', import.meta.url));

beforeAll(() => {
  if (!existsSync(`${root}/dist/index.cjs`)) throw new Error('dist/ is missing: npm run build');
});

describe('the ES modules and the CommonJS build in one program', () => {
  it('recognize the errors of each other, and wait on the transports of each other with the same outcomes', async () => {
    const program = ['--import', './scripts/ts.js', 'test/fixtures/copies/outcomes.ts'];
    const { stdout } = await promisify(execFile)(process.execPath, program, { cwd: root, timeout: 15_000 });

    const { areTwo, results } = JSON.parse(stdout) as {
      areTwo: boolean;
      results: { wire: string; pair: string; outcomes: object }[];
    };

    expect(areTwo).toBe(true);
    expect(results).toHaveLength(4);
    for (const { wire, pair, outcomes } of results) {
      expect({ wire, pair, outcomes }).toEqual({ wire, pair, outcomes: expected });
    }
  });
});

const ofBoth = [true, true];
const ofNeither = [false, false];
const expected = {
  response: 'response',
  failed: { code: 'LRO_OPERATION_FAILED', isLROError: ofBoth },
  request: { code: 'LRO_REQUEST_FAILED', isLROError: ofBoth },
  timeout: { code: 'LRO_POLLING_TIMEOUT', isLROError: ofBoth },
  aborted: { code: 23, isLROError: ofNeither }, // the DOMException of AbortSignal.timeout()
  abortedBefore: { code: 'RangeError', isLROError: ofNeither },
  many: 2,
};
