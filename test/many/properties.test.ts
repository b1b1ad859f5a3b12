import { describe, expect, it, jest } from '@jest/globals';
import fc from 'fast-check';
import { Code, isLROError, type ResumeToken } from '../../src/index.js';
import { asCompleted, startAll, waitAll, waitAny, type Checkpoint, type StartContext } from '../../src/many/index.js';
import { json } from '../support/scripted.js';
import { CountingSignal } from '../support/signals.js';
import { useVirtualTime, track } from '../support/virtual-time.js';
import { world } from './support.js';

// More runs: PROPERTY_RUNS=20000; another beginning: PROPERTY_SEED=42.
const numRuns = Number(process.env.PROPERTY_RUNS ?? 100);
const seed = Number(process.env.PROPERTY_SEED ?? 20_260_101);
const parameters = { numRuns, seed };
const advance = useVirtualTime();
jest.setTimeout(10_000 + numRuns * 100);

type Outcome = 'response' | 'error' | 'unknown';
interface Script {
  readonly durationMs: number;
  readonly outcome: Outcome;
}

/** Moments at which several things may well happen at once. */
const moment = fc.constantFrom(0, 0, 100, 1000, 1000, 2500, 10_000);
const script: fc.Arbitrary<Script> = fc.record({
  durationMs: moment,
  outcome: fc.constantFrom<Outcome>('response', 'response', 'response', 'error', 'unknown'),
});
const ways = fc.record({
  scripts: fc.array(script, { maxLength: 8 }),
  abortMs: fc.option(moment, { nil: undefined }),
  budgetMs: fc.option(moment, { nil: undefined }),
});

type World = ReturnType<typeof world>;

function scripted({ durationMs, outcome }: Script) {
  return outcome === 'error'
    ? { durationMs, error: { code: Code.ABORTED } }
    : { durationMs, response: json({ durationMs }) };
}

function denied({ emulator }: World, name: string): void {
  emulator.injectFault({ method: 'getOperation', name, times: Infinity, status: { code: Code.PERMISSION_DENIED } });
}

/** Pollers by their names: each has its own operation, and nothing is known of it. */
function pollersOf(at: World, scripts: readonly Script[]) {
  return scripts.map((one) => {
    const { name } = at.emulator.start(scripted(one));
    if (one.outcome === 'unknown') denied(at, name);
    return at.client.poller(name);
  });
}

/** Demands that nothing is asked any more, nor waits to be. */
async function nothingLeft({ emulator }: World, signal: CountingSignal): Promise<void> {
  expect([jest.getTimerCount(), signal.listeners]).toEqual([0, 0]);
  const asked = emulator.calls.length;
  await advance(100_000);
  expect(emulator.calls).toHaveLength(asked);
}

/** Whether what is not as scripted is so because the time was used up. */
function isTimeout(reason: unknown): boolean {
  return isLROError(reason) && reason.code === 'LRO_POLLING_TIMEOUT';
}

describe('asCompleted()', () => {
  it('gives each once, in the order of the ends, whatever ends how, and leaves nothing', async () => {
    const leaving = fc.record({ ways, breakAfter: fc.option(fc.nat(8), { nil: undefined }), slowMs: moment });
    await fc.assert(
      fc.asyncProperty(leaving, async ({ ways: { scripts, abortMs, budgetMs }, breakAfter, slowMs }) => {
        const at = world();
        const signal = new CountingSignal();
        const given: { index: number; result: string; atMs: number }[] = [];
        const beganMs = performance.now();
        const run = async (): Promise<void> => {
          const pollers = pollersOf(at, scripts);
          for await (const { index, poller, operation } of asCompleted(pollers, { signal, totalTimeoutMs: budgetMs })) {
            expect(poller).toBe(pollers[index]);
            const timeout = operation.result === 'unknown' && isTimeout(operation.reason);
            given.push({ index, result: timeout ? 'timeout' : operation.result, atMs: performance.now() - beganMs });
            if (given.length - 1 === breakAfter) break;
            if (slowMs === 2500) await new Promise((resolve) => setTimeout(resolve, slowMs));
          }
        };
        const seen = track(run());
        if (abortMs !== undefined) {
          await advance(abortMs);
          signal.abort();
        }
        await advance(100_000);
        expect(seen).toHaveProperty('settledAtMs');
        const indices = given.map(({ index }) => index);
        expect(new Set(indices).size).toBe(indices.length);
        const whole = seen.error === undefined && breakAfter === undefined;
        if (whole) expect(indices.sort()).toEqual(scripts.map((_, index) => index));
        if (seen.error !== undefined)
          expect([abortMs !== undefined, seen.error]).toMatchObject([true, { name: 'AbortError' }]);
        for (const { index, result } of given) {
          if (result !== 'timeout') expect(result).toBe(scripts[index]?.outcome);
          else expect(scripts[index]?.durationMs).toBeGreaterThanOrEqual((budgetMs ?? Infinity) - 200);
        }
        const ended = given.filter(({ result }) => result === 'response' || result === 'error');
        const durations = ended.map(({ index }) => scripts[index]?.durationMs ?? 0);
        durations.forEach((ms, i) => expect(ms).toBeGreaterThanOrEqual((durations[i - 1] ?? 0) - 200));
        await nothingLeft(at, signal);
      }),
      parameters,
    );
  });
});

describe('waitAll() and waitAny()', () => {
  it('end as Promise.all(), allSettled() and any() would, and leave nothing', async () => {
    const combinator = fc.constantFrom('all', 'settled', 'any');
    await fc.assert(
      fc.asyncProperty(ways, combinator, async ({ scripts, abortMs, budgetMs }, which) => {
        const at = world();
        const signal = new CountingSignal();
        const pollers = pollersOf(at, scripts);
        const options = { signal, totalTimeoutMs: budgetMs };
        const seen = track<unknown>(
          which === 'any' ? waitAny(pollers, options) : waitAll(pollers, { ...options, settle: which === 'settled' }),
        );
        if (abortMs !== undefined) {
          await advance(abortMs);
          signal.abort();
        }
        await advance(100_000);
        expect(seen).toHaveProperty('settledAtMs');
        await nothingLeft(at, signal);
        const error = seen.error as { name?: string; errors?: unknown[] } | undefined;
        if (error?.name === 'AbortError') {
          expect(seen.settledAtMs).toBe(abortMs);
          return;
        }
        const well = scripts.filter(({ outcome }) => outcome === 'response');
        if (which === 'settled') {
          const results = (seen.value as { result: Outcome; reason?: unknown }[]).map(({ result, reason }) =>
            isTimeout(reason) ? 'timeout' : result,
          );
          expect(results).toHaveLength(scripts.length);
          results.forEach((result, i) => result === 'timeout' || expect(result).toBe(scripts[i]?.outcome));
        } else if (which === 'all') {
          if (error) expect(isTimeout(error) || well.length < scripts.length).toBe(true);
          else expect(seen.value).toMatchObject(scripts.map(({ durationMs }) => ({ json: { durationMs } })));
        } else if (error) {
          expect(error.errors).toHaveLength(scripts.length);
        } else {
          const first = Math.min(...well.map(({ durationMs }) => durationMs));
          const { json: value } = seen.value as { json: { durationMs: number } };
          expect(value.durationMs).toBeLessThanOrEqual(first + 200);
        }
      }),
      parameters,
    );
  });
});

interface Input extends Script {
  readonly id: number;
  /** How long the start takes, there and back. */
  readonly startMs: number;
  /** Whether the first start fails after the service has heard of it, or before. */
  readonly lost: 'no' | 'before' | 'after';
}

const inputsOf = fc
  .array(
    fc.record({
      script,
      startMs: fc.constantFrom(0, 0, 50, 500),
      lost: fc.constantFrom<Input['lost']>('no', 'no', 'no', 'before', 'after'),
    }),
    { maxLength: 10 },
  )
  .map((list): Input[] => list.map(({ script: one, ...rest }, id) => ({ id, ...one, ...rest })));
const sleep = (ms: number): Promise<void> =>
  ms > 0 ? new Promise((resolve) => setTimeout(resolve, ms)) : Promise.resolve();

/** A service that starts operations, and honours request ids. */
function starter(at: World) {
  const starts = new Map<number, number>();
  return async (input: Input, { requestId, signal }: StartContext) => {
    const tries = (starts.get(input.id) ?? 0) + 1;
    starts.set(input.id, tries);
    await sleep(input.startMs);
    if (tries === 1 && input.lost === 'before') throw new Error('lost on the way');
    const { name } = at.emulator.start({ ...scripted(input), requestId });
    if (input.outcome === 'unknown') denied(at, name);
    await sleep(input.startMs);
    if (tries === 1 && input.lost === 'after') throw new Error('lost on the way back');
    return signal.aborted ? Promise.reject(new Error('too late')) : at.client.poller(name);
  };
}

describe('startAll()', () => {
  it('gives each input once, never has more under way than it may, and leaves nothing', async () => {
    const run = fc.record({
      inputs: inputsOf,
      concurrency: fc.integer({ min: 1, max: 4 }),
      abortMs: fc.option(moment, { nil: undefined }),
      budgetMs: fc.option(moment, { nil: undefined }),
      isAsync: fc.boolean(),
      breakAfter: fc.option(fc.nat(8), { nil: undefined }),
    });
    await fc.assert(
      fc.asyncProperty(run, async ({ inputs, concurrency, abortMs, budgetMs, isAsync, breakAfter }) => {
        const at = world();
        const signal = new CountingSignal();
        const start = starter(at);
        let [drawn, closed] = [0, false];
        const given: { id: number; result: string; late: boolean }[] = [];
        function* sync(): Generator<Input> {
          try {
            for (const input of inputs) {
              drawn++;
              expect(drawn - given.length).toBeLessThanOrEqual(concurrency + 1); // one is being handed out
              yield input;
            }
          } finally {
            closed = true;
          }
        }
        async function* slow(): AsyncGenerator<Input> {
          for (const input of sync()) {
            await sleep(drawn % 3 === 0 ? 70 : 0);
            yield input;
          }
        }
        const consume = async (): Promise<void> => {
          const options = { concurrency, signal, totalTimeoutMs: budgetMs };
          for await (const { input, operation } of startAll(isAsync ? slow() : sync(), start, options)) {
            const reason = 'reason' in operation ? operation.reason : undefined;
            const late = isTimeout(reason) || (reason as Error | undefined)?.name === 'TimeoutError';
            given.push({ id: input.id, result: operation.result, late });
            if (given.length - 1 === breakAfter) break;
          }
        };
        const seen = track(consume());
        if (abortMs !== undefined) {
          await advance(abortMs);
          signal.abort();
        }
        await advance(1_000_000);
        expect(seen).toHaveProperty('settledAtMs');
        const ids = given.map(({ id }) => id);
        expect(new Set(ids).size).toBe(ids.length);
        const error = seen.error as { name?: string } | undefined;
        if (error) expect(error.name).toMatch(signal.aborted ? /^(Abort|Timeout)Error$/ : /^TimeoutError$/);
        else if (breakAfter === undefined) expect(ids.sort((a, b) => a - b)).toEqual(inputs.map(({ id }) => id));
        for (const { id, result, late } of given) {
          const { lost, outcome } = inputs[id]!;
          if (late) expect(budgetMs).toBeDefined();
          else expect(result).toBe(lost === 'no' ? outcome : 'unstarted');
        }
        if (drawn > 0) expect(closed).toBe(true);
        await nothingLeft(at, signal);
      }),
      parameters,
    );
  });

  it('loses nothing and starts nothing twice, however often and whenever its process ends', async () => {
    const lives = fc.record({
      inputs: inputsOf,
      concurrency: fc.integer({ min: 1, max: 4 }),
      endsMs: fc.array(fc.constantFrom(0, 20, 60, 100, 120, 510, 1050, 3000), { maxLength: 5 }),
      savingMs: fc.constantFrom(0, 10),
      dealingMs: fc.constantFrom(0, 30),
    });
    await fc.assert(
      fc.asyncProperty(lives, async ({ inputs, concurrency, endsMs, savingMs, dealingMs }) => {
        const at = world();
        const start = starter(at);
        const saved = new Map<string, string>();
        const dealtWith = new Map<number, string>();
        /** One life of the process, which ends after a while, or by itself. */
        const live = async (lifeMs: number): Promise<boolean> => {
          let alive = true;
          const dead = new Promise<never>(() => {});
          const store = {
            key: ({ id }: Input) => String(id),
            async checkpoint(entry: Checkpoint) {
              await sleep(savingMs);
              if (!alive) return dead;
              saved.set(entry.key, JSON.stringify(entry));
              await sleep(savingMs);
              return undefined;
            },
            load: (key: string) => JSON.parse(saved.get(key) ?? 'null') as Checkpoint | null,
            resume: (token: ResumeToken) => at.client.resume(token),
          };
          const iterator = startAll(inputs, start, { ...store, concurrency })[Symbol.asyncIterator]();
          const consume = async (): Promise<void> => {
            for (;;) {
              const step = await iterator.next();
              if (step.done) return;
              const { value } = step;
              expect(saved.get(String(value.input.id))).not.toContain('"done"');
              await sleep(dealingMs);
              if (!alive) return dead;
              dealtWith.set(value.input.id, value.operation.result);
            }
          };
          const seen = track(consume());
          await advance(lifeMs);
          alive = false;
          const whole = 'settledAtMs' in seen;
          expect(seen.error).toBeUndefined();
          await iterator.return?.();
          await advance(2000); // what it had sent before it ended still arrives
          return whole;
        };
        for (const lifeMs of endsMs) await live(lifeMs);
        expect([await live(1_000_000), await live(1_000_000)]).toEqual([true, true]); // the second: what got lost the first time
        const operations = inputs.map(({ id }) => at.emulator.operation(`operations/${id + 1}`));
        expect(operations).not.toContain(undefined); // each was started
        expect(at.emulator.operation(`operations/${inputs.length + 1}`)).toBeUndefined(); // once
        expect(inputs.map(({ id }) => dealtWith.get(id))).toEqual(inputs.map(({ outcome }) => outcome));
        const done = inputs.filter(({ id }) => saved.get(String(id))?.includes('"done"'));
        expect(done).toEqual(inputs.filter(({ outcome }) => outcome !== 'unknown'));
      }),
      { ...parameters, numRuns: Math.ceil(numRuns / 2) },
    );
  });
});
