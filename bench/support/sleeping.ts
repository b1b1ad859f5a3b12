// A process of its own for bench/overhead.ts, run with --expose-gc: begins 20,000 waits with the library that is named,
// each with its first poll, looks at what they hold while they sleep, and lets them finish with the second.
// All answers come from memory.
import { createHttpPoller } from '@azure/core-lro';
import { createWaiter, WaiterState } from '@smithy/util-waiter';
import gax from 'google-gax';
import { constantBackoff, OperationsClient, type OperationsTransport } from 'longrunning';

/** What one of the waits costs. */
export interface SleeperCost {
  /** What it holds on the heap while it sleeps. */
  readonly bytes: number;
  /** CPU to begin it, for two polls, and to end it. */
  readonly micros: number;
}

export type Library = 'longrunning' | 'google-gax' | '@azure/core-lro' | '@smithy/util-waiter';

/** Begins to wait for the operation of that name. */
type Begin = (name: string) => Promise<unknown>;

let requests = 0;
let done = false;
/** The operation about which there is never an answer. */
const mute = 'operations/mute';
const noAnswer = new Promise<never>(() => undefined);

/** Gives each library the same interval, and all that a program would share among its waits. */
const libraries: Record<Library, (intervalMs: number) => Begin> = {
  longrunning: (intervalMs) => {
    const never = (): Promise<never> => Promise.reject(new Error('not a part of this bench'));
    const transport: OperationsTransport = {
      getOperation({ name }) {
        requests++;
        if (name === mute) return noAnswer;
        return Promise.resolve(done ? { name, done, response: { typeUrl: '' } } : { name, done });
      },
      listOperations: never,
      cancelOperation: never,
      deleteOperation: never,
      close: () => Promise.resolve(),
    };
    const client = new OperationsClient({ transport, polling: { backoff: constantBackoff(intervalMs) } });
    return (name) => client.poller(name).promise();
  },

  'google-gax': (intervalMs) => {
    const operationsClient = {
      getOperationInternal({ name }: { name: string }) {
        requests++;
        if (name === mute) return noAnswer;
        return Promise.resolve([
          done ? { name, done, result: 'response', response: { value: empty } } : { name, done },
        ]);
      },
    };
    const decode = (): never => ({}) as never;
    const descriptor = new gax.LongrunningDescriptor(operationsClient as never, decode, decode);
    const { createBackoffSettings } = gax;
    const backoff = createBackoffSettings(intervalMs, 1, intervalMs, null, null, null, null);
    return (name) => gax.operation({ name, done: false } as never, descriptor, backoff).promise();
  },

  '@azure/core-lro': (intervalInMs) => (name) => {
    const location = `https://bench.invalid/${name}`;
    const request = { method: 'POST', url: location } as never;
    return createHttpPoller(
      {
        sendInitialRequest: () =>
          Promise.resolve({
            flatResponse: {},
            rawResponse: { statusCode: 202, headers: { 'operation-location': location }, body: {}, request },
          } as never),
        sendPollRequest() {
          requests++;
          if (name === mute) return noAnswer;
          const body = { status: done ? 'Succeeded' : 'Running' };
          return Promise.resolve({ flatResponse: body, rawResponse: { statusCode: 200, headers: {}, body } } as never);
        },
      },
      { intervalInMs },
    ).pollUntilDone();
  },

  '@smithy/util-waiter': (intervalMs) => (name) =>
    createWaiter(
      { client: {}, maxWaitTime: 86_400, minDelay: intervalMs / 1000, maxDelay: intervalMs / 1000 },
      { name },
      () => {
        requests++;
        if (name === mute) return noAnswer;
        return Promise.resolve({ state: done ? WaiterState.SUCCESS : WaiterState.RETRY });
      },
    ),
};
const empty = new Uint8Array(0);

/** Undefined: they did not sleep long enough to be looked at together. */
async function costOf(begin: Begin, count: number): Promise<SleeperCost | undefined> {
  const names = Array.from({ length: count }, (_, i) => `operations/${i}`);
  const waits = new Array<Promise<unknown>>(count);
  requests = 0;
  done = false;
  gc!();
  const heapBefore = process.memoryUsage().heapUsed;
  const beginning = process.cpuUsage();
  for (let i = 0; i < count; i++) waits[i] = begin(names[i]!);
  while (requests < count) await pause(1);
  await pause(1);
  const began = process.cpuUsage(beginning);
  gc!();
  const bytes = process.memoryUsage().heapUsed - heapBefore;
  const asleep = requests === count;
  done = true;
  const ending = process.cpuUsage();
  await Promise.all(waits);
  const ended = process.cpuUsage(ending);
  const micros = began.user + began.system + ended.user + ended.system;
  return asleep ? { bytes: bytes / count, micros: micros / count } : undefined;
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => void setTimeout(resolve, ms));
}

const count = 20_000;
const library = libraries[process.argv[2] as Library];
// As in a program at work there is always one that sleeps and one with a request under way. Else the full collections that
// show the heap would be seen in the CPU: V8 then drops what it has compiled for a class that has no instance left, and
// compiles it anew in what is measured. For every library alike.
for (const name of ['operations/other', mute]) void library(2 ** 31 - 1)(name);
await pause(10);
// Warms up, until the compiler has seen it all.
for (let round = 0; round < 6; round++) await costOf(library(50), count);
let cost: SleeperCost | undefined;
for (let intervalMs = 2000; !cost; intervalMs *= 2) cost = await costOf(library(intervalMs), count);
// The others would go on for weeks.
process.send!(cost, () => process.exit());
