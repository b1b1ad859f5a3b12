// The order of the test files: those that take longest start first, so that none of them is left running alone at the end. Jest
// knows how long each took the last time, but not in a fresh clone.
import { createRequire } from 'node:module';

/** @typedef {{ readonly path: string }} TestFile */
// eslint-disable-next-line @typescript-eslint/no-unsafe-assignment -- a cast is a comment here
const { default: Sequencer } =
  /** @type {{ default: new (options: object) => { sort(tests: TestFile[]): TestFile[] } }} */ (
    createRequire(import.meta.url)('@jest/test-sequencer')
  );

/** The first collects garbage, which takes long in a process that has run other files. Most of the others wait. */
const slowest = [
  'coalescing/memory',
  'bullmq/kills',
  'bullmq/broken-connections',
  'bullmq/durable-waits',
  'programs/faults',
  'connect/endings',
  'cli/commands',
  'field/grpc-silence',
  'cli/terminal-endings',
  'field/state-timeout',
  'browser/background',
  'browser/lifecycle',
  'browser/redirects',
  'browser/return',
  'bullmq/interleavings',
  'bullmq/clocks',
  'demo',
  'gax/poller-from',
  'endings',
  'google/types',
  'tasks/types',
  'custom/failure',
  'cli/endings',
  'many/restart',
  'exit',
];

/** @param {TestFile} test */
function rank({ path }) {
  const index = slowest.findIndex((file) => path.endsWith(`/test/${file}.test.ts`));
  return index === -1 ? slowest.length : index;
}

export default class SlowestFirst extends Sequencer {
  /**
   * @override
   * @param {TestFile[]} tests
   */
  sort(tests) {
    return super.sort(tests).sort((a, b) => rank(a) - rank(b));
  }
}
