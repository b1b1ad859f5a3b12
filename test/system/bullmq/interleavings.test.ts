// Any interleaving of adds, kills, responses and faults, with a real Redis. A worker is killed by cutting it off from Redis for
// good: what it has sent has happened, and nothing more does.
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { OperationsQueue, OperationsWorker } from '../../../src/bullmq/index.js';
import { constantBackoff, OperationsClient, type OperationsTransport } from '../../../src/index.js';
import { OperationsEmulator, packStruct } from '../../../src/testing/index.js';
import { Code } from '../../../src/status.js';
import { fc } from '../../support/fast-check.js';
import { FaultProxy } from '../../support/fault-proxy.js';
import { describeWithRedis, startRedis, type RedisServer } from '../../support/redis-server.js';
import { waitUntil } from '../../support/wait-until.js';

/** A batch whose lock a busy machine has not renewed is only polled again. */
const pollLockMs = 2000;
/** Long enough for a busy machine to renew a lock: a handler whose lock expires runs again. */
const handlerLockMs = 8000;
const apiEndpoint = 'speech.googleapis.com';
/** More with `RUNS=20`. */
const numRuns = Number(process.env.RUNS ?? 2);

const atMs = fc.nat({ max: 600 });
const scenario = fc.record({
  operations: fc.array(
    fc.record({
      parent: fc.nat({ max: 1 }),
      /** It ends after that time, and not before a worker has seen it running so often. */
      durationMs: fc.nat({ max: 2000 }),
      runningPolls: fc.nat({ max: 3 }),
      fails: fc.boolean(),
      /** When each of the callers adds it. */
      addsAtMs: fc.array(atMs, { minLength: 1, maxLength: 3 }),
    }),
    { minLength: 1, maxLength: 8 },
  ),
  /** When a worker is killed, and another one started. */
  killsAtMs: fc.array(atMs, { maxLength: 3 }),
  /** Each response, in turn: how late it is, and whether it is a fault. */
  responses: fc.array(fc.record({ delayMs: fc.nat({ max: 60 }), isFault: fc.boolean() }), {
    minLength: 1,
    maxLength: 9,
  }),
  handlerMs: fc.nat({ max: 60 }),
  batchSize: fc.integer({ min: 1, max: 10 }),
});
type Scenario = typeof scenario extends fc.Arbitrary<infer S> ? S : never;

interface KillableWorker {
  readonly worker: OperationsWorker;
  readonly proxy: FaultProxy;
  readonly handled: string[];
  isKilled: boolean;
}

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

describeWithRedis('in any interleaving', () => {
  let redis: RedisServer;
  let scenarios = 0;
  /** What closes each scenario: also those that were under way when another one failed. */
  const closers: (() => Promise<unknown>)[] = [];

  beforeAll(async () => {
    redis = await startRedis();
  });
  afterAll(async () => {
    await Promise.allSettled(closers.map((close) => close()));
    await redis.close();
  }, 60_000);

  /** Runs one to its end, and returns what must be true of each operation. */
  const run = async ({ operations, killsAtMs, responses, handlerMs, batchSize }: Scenario) => {
    const queueName = `queue-${++scenarios}`;
    const emulator = new OperationsEmulator();
    const service = emulator.transport();
    const queue = new OperationsQueue(queueName, { connection: redis.connection, onError: () => undefined });
    const workers: KillableWorker[] = [];
    let closing: Promise<unknown> | undefined;
    const close = async (): Promise<void> => {
      for (const { proxy, isKilled } of workers) if (isKilled) await proxy.accept();
      await Promise.all(workers.map(({ worker }) => worker.close()));
      for (const { proxy } of workers) proxy.close();
      await Promise.all([queue.close(), emulator.close()]);
    };
    closers.push(() => (closing ??= close()));
    const startedMs = performance.now();
    const named = operations.map((one, i) => ({ ...one, name: `projects/${one.parent}/operations/${i}` }));
    for (const { name } of named) emulator.start({ name, durationMs: Infinity });
    const polls = new Map<string, number>();
    /** Completes an operation before a poll, if it is time. */
    const completeIfOver = (polled: string): void => {
      const { name, durationMs, runningPolls, fails } = named.find((one) => one.name === polled)!;
      const count = polls.get(name) ?? 0;
      polls.set(name, count + 1);
      if (count < runningPolls || performance.now() - startedMs < durationMs || isDone(name)) return;
      const outcome = fails ? { error: { code: Code.ABORTED, message: name } } : { response: packStruct({ name }) };
      emulator.complete(name, outcome);
    };
    const isDone = (name: string): boolean => emulator.operation(name)?.done === true;
    let requests = 0;
    const faulty = new Set<string>();
    const transport: OperationsTransport = Object.assign(Object.create(service) as OperationsTransport, {
      apiEndpoint,
      async getOperation(...args: Parameters<OperationsTransport['getOperation']>) {
        const [{ name }] = args;
        const { delayMs, isFault } = responses[requests++ % responses.length]!;
        await sleep(delayMs);
        // Not twice in a row: the delay of retries grows to a minute.
        const wasFault = faulty.delete(name);
        if (isFault && !wasFault) {
          faulty.add(name);
          throw Object.assign(new Error('cut off'), { code: 'ECONNRESET' });
        }
        completeIfOver(name);
        return service.getOperation(...args);
      },
    });
    const early: string[] = [];
    const wrong = new Map<string, unknown>();
    const startWorker = async (): Promise<KillableWorker> => {
      const proxy = await FaultProxy.start(redis.port);
      const handled: string[] = [];
      const worker = new OperationsWorker(queueName, {
        connection: { host: '127.0.0.1', port: proxy.port, retryStrategy: () => 100 },
        clients: [new OperationsClient({ transport, polling: { backoff: constantBackoff(40) } })],
        pollLockMs,
        handlerLockMs,
        batchSize,
        onError: () => undefined,
        onDone: async ({ operation }) => {
          const expected = named.find(({ name }) => name === operation.name)!;
          if (!isDone(operation.name)) early.push(operation.name);
          if (operation.result !== (expected.fails ? 'error' : 'response')) wrong.set(operation.name, operation);
          await sleep(handlerMs);
          handled.push(operation.name);
        },
      });
      return { worker, proxy, handled, isKilled: false };
    };
    workers.push(await startWorker(), await startWorker());
    const kill = async (killAtMs: number): Promise<void> => {
      await sleep(killAtMs);
      const victim = workers.find(({ isKilled }) => !isKilled)!;
      victim.isKilled = true;
      victim.proxy.reset();
      workers.push(await startWorker());
    };
    const add = async (name: string, addAtMs: number): Promise<boolean> => {
      await sleep(addAtMs);
      return queue.add({ version: 1, name, startedAtMs: Date.now() - 5000, apiEndpoint });
    };
    const [added] = await Promise.all([
      Promise.all(named.map(({ name, addsAtMs }) => Promise.all(addsAtMs.map((addAtMs) => add(name, addAtMs))))),
      ...killsAtMs.map(kill),
    ]);
    const isOver = async (): Promise<boolean> => {
      const { running, ended, failed, batches } = await queue.counts();
      return running + ended + failed + batches === 0;
    };
    const seen = async () => [await queue.counts(), workers.map(({ handled, isKilled }) => [isKilled, handled])];
    await waitUntil(isOver, { withinMs: 120_000, seen });
    const entries = (await redis.client.xrange(`bull:${queueName}-done:events`, '-', '+')).map(([, fields]) => fields);
    const queued = entries
      .map((fields) => new Map(fields.map((field, i) => [field, fields[i + 1]!])))
      .filter((event) => event.get('event') === 'added')
      .map((event) => event.get('name'));
    const outcome = named.map(({ name }, i) => ({
      name,
      timesAdded: added[i]!.filter(Boolean).length,
      timesQueued: queued.filter((one) => one === name).length,
      isHandled: workers.some(({ handled }) => handled.includes(name)),
      // What a killed worker has handled may not be recorded.
      isHandledOnce:
        workers.flatMap(({ handled, isKilled }) => (isKilled ? [] : handled.filter((n) => n === name))).length <= 1,
      isEarly: early.includes(name),
      wrongOutcome: wrong.get(name),
    }));
    await (closing ??= close());
    return outcome;
  };

  it('each end is handed over, is once in the queue of ended operations, and never there before it is true', async () => {
    // Several at once: most of the time passes while locks of killed workers expire.
    const property = fc.asyncProperty(fc.array(scenario, { minLength: 6, maxLength: 6 }), async (several) => {
      const outcomes = await Promise.all(several.map(run));
      const facts = {
        timesAdded: 1,
        timesQueued: 1,
        isHandled: true,
        isHandledOnce: true,
        isEarly: false,
        wrongOutcome: undefined,
      };
      for (const outcome of outcomes.flat()) expect(outcome).toEqual({ name: outcome.name, ...facts });
    });
    await fc.assert(property, { numRuns, endOnFailure: true });
  }, 600_000);
});
