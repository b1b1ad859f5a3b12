// A child process of bench/overhead.ts, run with --expose-gc: starts 20,000 waits with the given library, measures the heap
// after their first poll, and completes them with the second. All responses come from memory.
import { createHttpPoller } from '@azure/core-lro';
import { createWaiter, WaiterState } from '@smithy/util-waiter';
import gax from 'google-gax';
import { constantBackoff, OperationsClient, type OperationsTransport } from 'longrunning';
import { median } from './statistics.js';

/** The cost of one wait. */
export interface WaitCost {
  /** The heap that it holds between two polls. */
  readonly bytes: number;
  /** The CPU to start it, poll twice, and settle it. */
  readonly micros: number;
}

export type Library = 'longrunning' | 'google-gax' | '@azure/core-lro' | '@smithy/util-waiter';

/** Starts to wait for the operation of that name. */
type Start = (name: string) => Promise<unknown>;

let requests = 0;
let done = false;
/** Requests about this operation get no response. */
const unansweredOperation = 'operations/unanswered';
const noAnswer = new Promise<never>(() => undefined);

/** Each library polls at the same interval, and shares what a program would share among its waits. */
const libraries: Record<Library, (intervalMs: number) => Start> = {
  longrunning: (intervalMs) => {
    const unused = (): Promise<never> => Promise.reject(new Error('not part of this benchmark'));
    const transport: OperationsTransport = {
      getOperation({ name }) {
        requests++;
        if (name === unansweredOperation) return noAnswer;
        return Promise.resolve(done ? { name, done, response: { typeUrl: '' } } : { name, done });
      },
      listOperations: unused,
      cancelOperation: unused,
      deleteOperation: unused,
      close: () => Promise.resolve(),
    };
    const client = new OperationsClient({ transport, polling: { backoff: constantBackoff(intervalMs) } });
    return (name) => client.poller(name).promise();
  },

  'google-gax': (intervalMs) => {
    const operationsClient = {
      getOperationInternal({ name }: { name: string }) {
        requests++;
        if (name === unansweredOperation) return noAnswer;
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
          if (name === unansweredOperation) return noAnswer;
          const body = { status: done ? 'Succeeded' : 'Running' };
          return Promise.resolve({ flatResponse: body, rawResponse: { statusCode: 200, headers: {}, body } } as never);
        },
      },
      { intervalInMs },
    ).pollUntilDone();
  },

  '@smithy/util-waiter': (intervalMs) => (name) =>
    createWaiter(
      { client: {}, maxWaitTime: 2 ** 31, minDelay: intervalMs / 1000, maxDelay: intervalMs / 1000 },
      { name },
      () => {
        requests++;
        if (name === unansweredOperation) return noAnswer;
        return Promise.resolve({ state: done ? WaiterState.SUCCESS : WaiterState.RETRY });
      },
    ),
};
const empty = new Uint8Array(0);

/** The cost of a wait; undefined if the interval was too short to measure all waits between two polls. */
async function costOf(start: Start, count: number): Promise<WaitCost | undefined> {
  const names = Array.from({ length: count }, (_, i) => `operations/${i}`);
  const waits = new Array<Promise<unknown>>(count);
  requests = 0;
  done = false;
  gc!();
  const heapBefore = process.memoryUsage().heapUsed;
  const beforeStart = process.cpuUsage();
  for (let i = 0; i < count; i++) waits[i] = start(names[i]!);
  while (requests < count) await sleep(1);
  await sleep(1);
  const startCpu = process.cpuUsage(beforeStart);
  gc!();
  const bytes = process.memoryUsage().heapUsed - heapBefore;
  const measuredInTime = requests === count;
  done = true;
  const beforeEnd = process.cpuUsage();
  await Promise.all(waits);
  const endCpu = process.cpuUsage(beforeEnd);
  const micros = startCpu.user + startCpu.system + endCpu.user + endCpu.system;
  return measuredInTime ? { bytes: bytes / count, micros: micros / count } : undefined;
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => void setTimeout(resolve, ms));
}

const count = 20_000;
const library = libraries[process.argv[2] as Library];
// Two waits stay active, one between polls and one with a request in progress. Otherwise V8 drops, at a full collection, the
// compiled code of a class that has no instance left, and compiles it again during the measurement.
for (const name of ['operations/other', unansweredOperation]) void library(2 ** 31 - 1)(name);
await sleep(10);
// Warm-up, for the compiler.
for (let round = 0; round < 6; round++) await costOf(library(50), count);
// Collections of garbage come at other moments each time, so that one round says little.
const costs: WaitCost[] = [];
for (let intervalMs = 250; costs.length < 15;) {
  const cost = await costOf(library(intervalMs), count);
  if (cost) costs.push(cost);
  else intervalMs *= 2;
}
const medianCost: WaitCost = {
  bytes: median(costs.map(({ bytes }) => bytes)),
  micros: median(costs.map(({ micros }) => micros)),
};
// The two waits above would keep the process alive.
process.send!(medianCost, () => process.exit());
