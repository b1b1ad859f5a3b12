// The order of the test files: those that take longest start first, so that none of them is left running alone at the end. Jest
// knows how long each took the last time, but not in a fresh clone.
import { createRequire } from 'node:module';

/** @typedef {{ readonly path: string }} TestFile */
// eslint-disable-next-line @typescript-eslint/no-unsafe-assignment -- a cast is a comment here
const { default: Sequencer } =
  /** @type {{ default: new (options: object) => { sort(tests: TestFile[]): TestFile[] } }} */ (
    createRequire(import.meta.url)('@jest/test-sequencer')
  );

/** The first two collect garbage, which takes long in a process that has run other files. Most of the others wait. */
const slowest = [
  'coalescing/memory',
  'field/left-nothing',
  'system/bullmq/kills',
  'system/bullmq/broken-connections',
  'system/bullmq/durable-waits',
  'system/programs/faults',
  'connect/endings',
  'system/cli/commands',
  'field/grpc-silence',
  'system/cli/terminal-endings',
  'field/state-timeout',
  'system/browser/background',
  'system/browser/lifecycle',
  'system/browser/redirects',
  'system/browser/return',
  'system/bullmq/interleavings',
  'system/bullmq/clocks',
  'system/demo',
  'gax/poller-from',
  'endings',
  'system/google/types',
  'system/tasks/types',
  'custom/failure',
  'system/cli/endings',
  'system/many/restart',
  'system/exit',
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
