// A child process of bench/overhead.ts: many waits on one poller, and many polls in the queue of the rate limiter. It
// sends the CPU that it takes until all have joined, and until all are aborted.
import { constantBackoff, OperationsClient, type OperationsTransport } from 'longrunning';

/** The CPU of one crowd, in milliseconds. */
export interface CrowdCost {
  readonly joinMs: number;
  readonly abortMs: number;
}

export type Crowd = 'platform' | 'shared' | 'waits' | 'queued';

const unsupported = (): Promise<never> => Promise.reject(new Error('not part of this bench'));
const transport: OperationsTransport = {
  getOperation: ({ name }) => Promise.resolve({ name, done: false }),
  listOperations: unsupported,
  cancelOperation: unsupported,
  deleteOperation: unsupported,
  close: () => Promise.resolve(),
};

const start: Record<Crowd, () => (id: number, signal: AbortSignal) => Promise<unknown>> = {
  // What the signals alone cost.
  platform: () => (_, signal) => new Promise((resolve) => signal.addEventListener('abort', resolve)),
  shared: () => start.waits(),
  waits: () => {
    const client = new OperationsClient({ transport, polling: { backoff: constantBackoff(60_000) } });
    const poller = client.poller('operations/1');
    return (_, signal) => poller.promise({ signal });
  },
  // The first requests are sent; the others are queued.
  queued: () => {
    const client = new OperationsClient({ transport, maxRequestsPerSecond: 0.001 });
    return (id, signal) => client.poller(`operations/${id}`).promise({ signal });
  },
};

async function costOf(crowd: Crowd, count: number): Promise<CrowdCost> {
  const join = start[crowd]();
  const shared = crowd === 'shared' ? new AbortController() : undefined;
  const controllers = Array.from({ length: count }, () => shared ?? new AbortController());
  const startMs = cpuMs();
  const waits = controllers.map(({ signal }, id) => join(id, signal).catch(() => undefined));
  await new Promise((resolve) => setImmediate(resolve));
  const joinedMs = cpuMs();
  for (const controller of controllers) controller.abort();
  await Promise.all(waits);
  return { joinMs: joinedMs - startMs, abortMs: cpuMs() - joinedMs };
}

function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

const [crowd, count] = process.argv.slice(2) as [Crowd, string];
await costOf(crowd, 1000);
const cost = await costOf(crowd, Number(count));
process.send!(cost, () => process.exit());
