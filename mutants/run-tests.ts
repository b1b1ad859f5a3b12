import type { Body, Suite, Test } from './test-file.js';
import { Watch } from './watch.js';

/** What became of a test. */
export interface TestResult {
  readonly index: number;
  readonly name: string;
  readonly tookMs: number;
  readonly error?: string;
  /** The mutants that the test came by, and those that its `beforeAll` hooks came by. */
  readonly reached: readonly number[];
}

export interface RunOptions {
  readonly tests: readonly Test[];
  /** Which tests to run, in this order. */
  readonly indexes: readonly number[];
  readonly limitMs: (index: number) => number;
  /** Whether to stop at the first test that fails. */
  readonly bail: boolean;
  readonly takeReached: () => readonly number[];
}

// Tests may fake it.
const now = performance.now.bind(performance);

/** Runs tests with their hooks. */
export async function runTests({ tests, indexes, limitMs, bail, takeReached }: RunOptions): Promise<TestResult[]> {
  using watch = new Watch();
  const begun: Suite[] = [];
  const results: TestResult[] = [];
  for (const index of indexes) {
    const test = tests[index]!;
    const startMs = now();
    const failure = await runTest(test, begun, (part) => watch.limit(part, limitMs(index)));
    const { name } = test;
    results.push({ index, name, tookMs: now() - startMs, ...failure, reached: takeReached() });
    if (failure && bail) break;
  }
  for (const { afterAll } of begun.reverse())
    for (const hook of afterAll) await watch.limit(hook, 5000).catch(() => undefined);
  return results;
}

type Limit = (part: Body) => Promise<void>;

async function runTest(test: Test, begun: Suite[], limit: Limit): Promise<{ error: string } | undefined> {
  const errors: unknown[] = [];
  const attempt = async (part: Body): Promise<void> => limit(part).catch((error: unknown) => void errors.push(error));
  for (const suite of test.suites) {
    if (begun.includes(suite)) continue;
    begun.push(suite);
    for (const hook of suite.beforeAll) await attempt(hook);
  }
  for (const hook of test.suites.flatMap(({ beforeEach }) => beforeEach)) await attempt(hook);
  if (errors.length === 0) await attempt(test.body);
  for (const hook of test.suites.toReversed().flatMap(({ afterEach }) => afterEach)) await attempt(hook);
  return errors.length > 0 ? { error: String(errors[0]).slice(0, 1000) } : undefined;
}
