// A child process of bench/many.ts, run with --expose-gc: 100,000 waits on one coalescing client, in real time, with a
// service in memory.
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { OperationsClient, type OperationsTransport, type RawOperation } from 'longrunning';

/** The cost of the waits. */
export interface Pending {
  readonly bytesPerWait: number;
  readonly loopDelayP99Ms: number;
  readonly loopDelayMaxMs: number;
  readonly requests: number;
  readonly seconds: number;
  /** How many waits had the wrong outcome. */
  readonly wrong: number;
  /** How many requests and timers were left at the end. */
  readonly left: number;
}

const count = 100_000;
const startMs = performance.now();
/** The operations end evenly within this time. */
const [firstEndMs, lastEndMs] = [15_000, 30_000];
const names = Array.from({ length: count }, (_, i) => `projects/bench/locations/global/operations/${i}`);
let requests = 0;
let open = 0;

function stateOf(i: number): RawOperation {
  const name = names[i]!;
  const done = performance.now() - startMs >= firstEndMs + ((lastEndMs - firstEndMs) * ((i * 7919) % count)) / count;
  return done ? { name, done, response: { typeUrl: 'bench/Index', json: i } } : { name, done };
}

async function respond<T>(make: () => T): Promise<T> {
  requests++;
  open++;
  await new Promise((resolve) => setTimeout(resolve, 2));
  open--;
  return make();
}

const unused = (): Promise<never> => Promise.reject(new Error('not part of this benchmark'));
const transport: OperationsTransport = {
  getOperation: ({ name }) => respond(() => stateOf(Number(name.slice(name.lastIndexOf('/') + 1)))),
  listOperations: ({ pageSize = 100, pageToken = '' }) =>
    respond(() => {
      const from = Number(pageToken);
      const to = Math.min(from + pageSize, count);
      const operations = Array.from({ length: to - from }, (_, i) => stateOf(from + i));
      return { operations, nextPageToken: to < count ? String(to) : '', unreachable: [] };
    }),
  cancelOperation: unused,
  deleteOperation: unused,
  close: () => Promise.resolve(),
};

const client = new OperationsClient({ transport, coalesce: true });
gc!();
const heapBefore = process.memoryUsage().heapUsed;
const waits = new Array<Promise<boolean>>(count);
for (let i = 0; i < count; i++) {
  waits[i] = client
    .poller(names[i]!)
    .promise()
    .then(
      ({ json }) => json === i,
      () => false,
    );
  // Started in steps: 100,000 at once would block the event loop in this program itself.
  if (i % 500 === 0) await new Promise((resolve) => setTimeout(resolve, 0));
}
const all = Promise.all(waits);
const loop = monitorEventLoopDelay({ resolution: 1 });
loop.enable();
await new Promise((resolve) => setTimeout(resolve, 8000 - (performance.now() - startMs)));
// Measure at a time when no request was sent for a while.
for (let before = -1; before !== requests;) {
  before = requests;
  await new Promise((resolve) => setTimeout(resolve, 200));
}
loop.disable();
// The delay of this explicit collection does not count.
gc!();
const bytes = process.memoryUsage().heapUsed - heapBefore;
await new Promise((resolve) => setTimeout(resolve, 100));
loop.enable();
const correct = (await all).filter(Boolean).length;
loop.disable();
await client.close();
const timers = process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length;
const pending: Pending = {
  bytesPerWait: bytes / count,
  loopDelayP99Ms: loop.percentile(99) / 1e6,
  loopDelayMaxMs: loop.max / 1e6,
  requests,
  seconds: (performance.now() - startMs) / 1000,
  wrong: count - correct,
  left: open + timers,
};
process.send!(pending, () => process.exit());
