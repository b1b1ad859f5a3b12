import { describe, expect, it, jest } from '@jest/globals';
import { Code, constantBackoff, isLROError, OperationsClient, RequestError } from '../../src/index.js';
// Loaded before time is virtual: reading a file takes real time.
import '../../src/coalescing/coalescer.js';
import { fc } from '../support/fast-check.js';
import { ListedService, nameOf, type Trouble } from '../support/listed-service.js';
import { CountingSignal } from '../support/signals.js';
import { useVirtualTime } from '../support/virtual-time.js';

// More runs: PROPERTY_RUNS=20000; another seed: PROPERTY_SEED=42.
const numRuns = Number(process.env.PROPERTY_RUNS ?? 120);
const seed = Number(process.env.PROPERTY_SEED ?? 20_260_101);
const advance = useVirtualTime();
jest.setTimeout(60_000 + numRuns * 200);

const horizonMs = 120_000;

interface WaiterScript {
  readonly operation: number;
  readonly joinMs: number;
  readonly abortMs: number | undefined;
  readonly budgetMs: number | undefined;
}

const trouble: fc.Arbitrary<Trouble> = fc.record({
  failing: fc.constantFrom(0, 0, 0.3),
  latencyMs: fc.constantFrom(0, 5, 80, 700),
  lagMs: fc.constantFrom(0, 0, 3000),
  lacks: fc.constantFrom(0, 0.2, 1),
  twice: fc.constantFrom(0, 0.3),
  bare: fc.constantFrom(0, 0.3),
  pageHangs: fc.constantFrom(0, 0, 0.2),
  breaksAtPage: fc.option(fc.integer({ min: 1, max: 4 }), { nil: undefined }),
  sameToken: fc.constantFrom(false, false, false, true),
  unreachable: fc.boolean(),
  form: fc.constantFrom('parent', 'collection', 'both', 'none', 'denied'),
  maxPageSize: fc.constantFrom(1, 3, 10, 1000),
  seed: fc.nat(),
});

const run = fc.record({
  trouble,
  durations: fc.array(fc.integer({ min: 0, max: 60_000 }), { minLength: 1, maxLength: 25 }),
  deletedAtMs: fc.array(fc.option(fc.integer({ min: 1, max: 60_000 }), { nil: undefined, freq: 6 }), { maxLength: 25 }),
  old: fc.constantFrom(0, 3, 60),
  perSecond: fc.constantFrom(Infinity, Infinity, 50),
  intervalMs: fc.constantFrom(undefined, 1000, 5000),
  pageSize: fc.constantFrom(undefined, 2),
  waiters: fc.array(
    fc.record({
      operation: fc.nat(24),
      joinMs: fc.constantFrom(0, 0, 0, 1, 700, 9000),
      abortMs: fc.option(fc.integer({ min: 0, max: 50_000 }), { nil: undefined, freq: 4 }),
      budgetMs: fc.option(fc.integer({ min: 1, max: 50_000 }), { nil: undefined, freq: 4 }),
    }),
    { minLength: 1, maxLength: 40 },
  ),
});

describe('coalesce', () => {
  it('ends every wait once, with the right outcome, and leaves nothing, whatever happens to the lists', async () => {
    await fc.assert(
      fc.asyncProperty(run, async (script) => {
        const service = new ListedService(script.durations, script.deletedAtMs, script.old, script.trouble);
        const { pageSize, perSecond, intervalMs } = script;
        const client = new OperationsClient({
          transport: service,
          coalesce: { pageSize },
          maxRequestsPerSecond: perSecond,
          polling: intervalMs === undefined ? {} : { backoff: constantBackoff(intervalMs) },
        });
        const startMs = performance.now();
        const waits = script.waiters.map(async (waiter) => await wait(client, service, waiter, startMs));
        const all = Promise.all(waits);
        all.catch(() => undefined);
        await advance(horizonMs);
        await advance(
          service.trouble.failing || service.trouble.pageHangs || perSecond < Infinity ? 10 * horizonMs : 0,
        );
        expect(jest.getTimerCount()).toBe(0);
        expect(service.open).toBe(0);
        for (const problem of await all) expect(problem).toBeUndefined();
        const { requests } = service;
        await advance(horizonMs);
        expect(service.requests).toBe(requests);
        await client.close();
      }),
      { numRuns, seed },
    );
  });
});

/** Waits, and returns what was wrong with the outcome. */
async function wait(
  client: OperationsClient,
  service: ListedService,
  { operation, joinMs, abortMs, budgetMs }: WaiterScript,
  startMs: number,
): Promise<string | undefined> {
  const index = operation % service.durations.length;
  const [name, durationMs, deletedAtMs = Infinity] = [nameOf(index), service.durations[index]!, service.deleted[index]];
  await new Promise((resolve) => setTimeout(resolve, joinMs));
  const signal = new CountingSignal();
  const abort = abortMs === undefined ? undefined : setTimeout(() => signal.abort(), abortMs);
  let ends = 0;
  let error: unknown;
  try {
    const done = await client.poller(name).pollUntilDone({
      signal,
      totalTimeoutMs: budgetMs,
      onProgress: (state) => void (ends += Number(state.done)),
    });
    if (done.result !== 'response' || done.response.json !== index) return `${name} ended with the wrong response`;
    if (performance.now() - startMs < durationMs) return `${name} ended too soon`;
    return ends === 1 ? undefined : `${name} ended ${ends} times`;
  } catch (failure) {
    error = failure;
  } finally {
    clearTimeout(abort);
    if (signal.listeners > 0) error = new Error('a listener is left');
  }
  const tookMs = performance.now() - startMs - joinMs;
  if ((error as Error).name === 'AbortError') {
    return signal.aborted && tookMs - abortMs! <= 1 ? undefined : `${name} was aborted at ${tookMs}, not ${abortMs}`;
  }
  if (isLROError(error) && error.code === 'LRO_POLLING_TIMEOUT') {
    return tookMs === budgetMs ? undefined : `${name} ran out of time at ${tookMs}, not ${budgetMs}`;
  }
  if (error instanceof RequestError && error.rpcCode === Code.NOT_FOUND && error.method === 'GetOperation') {
    return performance.now() - startMs >= deletedAtMs ? undefined : `${name} was not deleted yet`;
  }
  return `${name}: ${String(error)}`;
}
