import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** Sources that are mutated together, and the tests that must notice it. */
export interface Area {
  readonly name: string;
  readonly sources: readonly string[];
  readonly tests: readonly string[];
}

const simulation = 'mutants/simulation.ts';

/** The tests of each part, its own first. */
const testsOf: Readonly<Record<string, readonly string[]>> = {
  'src/coalescing': ['test/coalescing', 'test/polling/async-callbacks.test.ts', simulation],
  'src/waiting': [
    'test/waiting',
    'test/poller',
    'test/polling',
    'test/update.test.ts',
    'test/client-update.test.ts',
    'test/history/pollers.test.ts',
    'test/coalescing/lookup-requests.test.ts',
    'test/field/hung-polls.test.ts',
    'test/field/state-options.test.ts',
    'test/field/state-timeout.test.ts',
    'test/field/state-unpack.test.ts',
    'test/field/state-updates.test.ts',
    simulation,
  ],
  'src/polling': ['test/polling', 'test/poller', 'test/waiting', 'test/history/pollers.test.ts'],
  'src/rpc': [
    'test/rpc',
    'test/poller',
    'test/waiting',
    'test/transports/redact.test.ts',
    'test/field/http-redaction.test.ts',
    'test/field/custom-failures.test.ts',
    'test/field/state-options.test.ts',
    simulation,
  ],
  'src/operation.ts': [
    'test/operation.test.ts',
    'test/operation-states.test.ts',
    'test/update.test.ts',
    'test/client-update.test.ts',
    'test/poller',
    'test/decoders',
  ],
  'src/resume-token.ts': ['test/resume-token.test.ts', 'test/client'],
  'src/history': ['test/history'],
  'src/many': ['test/many', simulation],
  'src/transports': [
    'test/transports',
    'test/rest',
    'test/gax/headers.test.ts',
    'test/details.test.ts',
    'test/custom',
    'test/system/browser/redirects.test.ts',
    'test/field/http-credentials.test.ts',
    'test/field/http-redaction.test.ts',
    'test/field/redacted-escapes.test.ts',
    'test/field/auth-values.test.ts',
    'test/field/http-status.test.ts',
    'test/field/grpc-lasting-errors.test.ts',
    'test/field/lasting-limits.test.ts',
    'test/field/grpc-redaction.test.ts',
    'test/field/hints-after-retries.test.ts',
    'test/grpc/status.test.ts',
    'test/gax/operation.test.ts',
    'test/field/plain-text-probes.test.ts',
  ],
};

/** Tests of processes and memory: they cannot run so, and notice nothing that the others do not. */
const leftOut = ['test/coalescing/memory.test.ts'];

/** All parts whose sources are mutated. */
export function areasOf(root: string): Area[] {
  return Object.entries(testsOf).map(([name, tests]) => ({
    name: name.replace('src/', ''),
    sources: filesIn(root, name, '.ts'),
    tests: tests.flatMap((path) => filesIn(root, path, path === simulation ? '.ts' : '.test.ts')),
  }));
}

function filesIn(root: string, path: string, ending: string): string[] {
  const names = statSync(join(root, path)).isDirectory() ? readdirSync(join(root, path)) : [''];
  return names
    .map((name) => join(path, name))
    .filter((file) => file.endsWith(ending) && !leftOut.includes(file))
    .sort();
}
