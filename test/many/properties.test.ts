import { describe, expect, it, jest } from '@jest/globals';
import { Code, isLROError, type ResumeToken } from '../../src/index.js';
import { asCompleted, startAll, waitAll, waitAny, type Checkpoint, type StartContext } from '../../src/many/index.js';
import { fc } from '../support/fast-check.js';
import { json } from '../support/scripted.js';
import { CountingSignal } from '../support/signals.js';
import { useVirtualTime, track } from '../support/virtual-time.js';
import { world } from './support.js';

// More runs: PROPERTY_RUNS=20000; another seed: PROPERTY_SEED=42.
const numRuns = Number(process.env.PROPERTY_RUNS ?? 100);
const seed = Number(process.env.PROPERTY_SEED ?? 20_260_101);
const parameters = { numRuns, seed };
const advance = useVirtualTime();
jest.setTimeout(60_000 + numRuns * 200);

type Outcome = 'response' | 'error' | 'unknown';
interface Script {
  readonly durationMs: number;
  readonly outcome: Outcome;
}

/** Few distinct times, so that events often coincide. */
const moment = fc.constantFrom(0, 0, 100, 1000, 1000, 2500, 10_000);
const script: fc.Arbitrary<Script> = fc.record({
  durationMs: moment,
  outcome: fc.constantFrom<Outcome>('response', 'response', 'response', 'error', 'unknown'),
});
const scenarios = fc.record({
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

function deny({ emulator }: World, name: string): void {
  emulator.injectFault({ method: 'getOperation', name, times: Infinity, status: { code: Code.PERMISSION_DENIED } });
}

/** A poller by name for each script, without a known state. */
function pollersOf(at: World, scripts: readonly Script[]) {
  return scripts.map((one) => {
    const { name } = at.emulator.start(scripted(one));
    if (one.outcome === 'unknown') deny(at, name);
    return at.client.poller(name);
  });
}

/** Expects that no timer and no listener is left, and that no more requests are sent. */
async function expectReleased({ emulator }: World, signal: CountingSignal): Promise<void> {
  expect([jest.getTimerCount(), signal.listeners]).toEqual([0, 0]);
  const callCount = emulator.calls.length;
  await advance(100_000);
  expect(emulator.calls).toHaveLength(callCount);
}

/** Whether a wait failed because of the time limit. */
function isTimeout(reason: unknown): boolean {
  return isLROError(reason) && reason.code === 'LRO_POLLING_TIMEOUT';
}

describe('asCompleted()', () => {
  it('yields each poller once, in the order of completion, and releases everything', async () => {
    const runs = fc.record({ scenarios, breakAfter: fc.option(fc.nat(8), { nil: undefined }), slowMs: moment });
    await fc.assert(
      fc.asyncProperty(runs, async ({ scenarios: { scripts, abortMs, budgetMs }, breakAfter, slowMs }) => {
        const at = world();
        const signal = new CountingSignal();
        const yielded: { index: number; result: string; atMs: number }[] = [];
        const beginMs = performance.now();
        const run = async (): Promise<void> => {
          const pollers = pollersOf(at, scripts);
          for await (const { index, poller, operation } of asCompleted(pollers, { signal, totalTimeoutMs: budgetMs })) {
            expect(poller).toBe(pollers[index]);
            const timeout = operation.result === 'unknown' && isTimeout(operation.reason);
            yielded.push({ index, result: timeout ? 'timeout' : operation.result, atMs: performance.now() - beginMs });
            if (yielded.length - 1 === breakAfter) break;
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
        const indices = yielded.map(({ index }) => index);
        expect(new Set(indices).size).toBe(indices.length);
        const isComplete = seen.error === undefined && breakAfter === undefined;
        if (isComplete) expect(indices.sort()).toEqual(scripts.map((_, index) => index));
        if (seen.error !== undefined)
          expect([abortMs !== undefined, seen.error]).toMatchObject([true, { name: 'AbortError' }]);
        for (const { index, result } of yielded) {
          if (result !== 'timeout') expect(result).toBe(scripts[index]?.outcome);
          else expect(scripts[index]?.durationMs).toBeGreaterThanOrEqual((budgetMs ?? Infinity) - 200);
        }
        const ended = yielded.filter(({ result }) => result === 'response' || result === 'error');
        const durations = ended.map(({ index }) => scripts[index]?.durationMs ?? 0);
        durations.forEach((ms, i) => expect(ms).toBeGreaterThanOrEqual((durations[i - 1] ?? 0) - 200));
        await expectReleased(at, signal);
      }),
      parameters,
    );
  });
});

describe('waitAll() and waitAny()', () => {
  it('settle like Promise.all(), allSettled() and any(), and release everything', async () => {
    const combinator = fc.constantFrom('all', 'settled', 'any');
    await fc.assert(
      fc.asyncProperty(scenarios, combinator, async ({ scripts, abortMs, budgetMs }, which) => {
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
        await expectReleased(at, signal);
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
  /** The latency of the start request and of its response. */
  readonly startMs: number;
  /** Whether the first start fails before or after the service has received the request. */
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

/** A service that starts operations and supports request ids. */
function starter(at: World) {
  const starts = new Map<number, number>();
  return async (input: Input, { requestId, signal }: StartContext) => {
    const tries = (starts.get(input.id) ?? 0) + 1;
    starts.set(input.id, tries);
    await sleep(input.startMs);
    if (tries === 1 && input.lost === 'before') throw new Error('request lost');
    const { name } = at.emulator.start({ ...scripted(input), requestId });
    if (input.outcome === 'unknown') deny(at, name);
    await sleep(input.startMs);
    if (tries === 1 && input.lost === 'after') throw new Error('response lost');
    return signal.aborted ? Promise.reject(new Error('too late')) : at.client.poller(name);
  };
}

describe('startAll()', () => {
  it('yields each input once, keeps to its concurrency, and releases everything', async () => {
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
        let [read, closed] = [0, false];
        const yielded: { id: number; result: string; late: boolean }[] = [];
        function* sync(): Generator<Input> {
          try {
            for (const input of inputs) {
              read++;
              expect(read - yielded.length).toBeLessThanOrEqual(concurrency + 1); // one is being delivered
              yield input;
            }
          } finally {
            closed = true;
          }
        }
        async function* slow(): AsyncGenerator<Input> {
          for (const input of sync()) {
            await sleep(read % 3 === 0 ? 70 : 0);
            yield input;
          }
        }
        const consume = async (): Promise<void> => {
          const options = { concurrency, signal, totalTimeoutMs: budgetMs };
          for await (const { input, operation } of startAll(isAsync ? slow() : sync(), start, options)) {
            const reason = 'reason' in operation ? operation.reason : undefined;
            const late = isTimeout(reason) || (reason as Error | undefined)?.name === 'TimeoutError';
            yielded.push({ id: input.id, result: operation.result, late });
            if (yielded.length - 1 === breakAfter) break;
          }
        };
        const seen = track(consume());
        if (abortMs !== undefined) {
          await advance(abortMs);
          signal.abort();
        }
        await advance(1_000_000);
        expect(seen).toHaveProperty('settledAtMs');
        const ids = yielded.map(({ id }) => id);
        expect(new Set(ids).size).toBe(ids.length);
        const error = seen.error as { name?: string } | undefined;
        if (error) expect(error.name).toMatch(signal.aborted ? /^(Abort|Timeout)Error$/ : /^TimeoutError$/);
        else if (breakAfter === undefined) expect(ids.sort((a, b) => a - b)).toEqual(inputs.map(({ id }) => id));
        for (const { id, result, late } of yielded) {
          const { lost, outcome } = inputs[id]!;
          if (late) expect(budgetMs).toBeDefined();
          else expect(result).toBe(lost === 'no' ? outcome : 'unstarted');
        }
        if (read > 0) expect(closed).toBe(true);
        await expectReleased(at, signal);
      }),
      parameters,
    );
  });

  it('loses no result and starts no operation twice, whenever its process ends', async () => {
    const lives = fc.record({
      inputs: inputsOf,
      concurrency: fc.integer({ min: 1, max: 4 }),
      lifetimesMs: fc.array(fc.constantFrom(0, 20, 60, 100, 120, 510, 1050, 3000), { maxLength: 5 }),
      savingMs: fc.constantFrom(0, 10),
      processingMs: fc.constantFrom(0, 30),
    });
    await fc.assert(
      fc.asyncProperty(lives, async ({ inputs, concurrency, lifetimesMs, savingMs, processingMs }) => {
        const at = world();
        const start = starter(at);
        const saved = new Map<string, string>();
        const processed = new Map<number, string>();
        /** Runs the process until it completes or is killed. Returns whether it completed. */
        const live = async (lifetimeMs: number): Promise<boolean> => {
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
              await sleep(processingMs);
              if (!alive) return dead;
              processed.set(value.input.id, value.operation.result);
            }
          };
          const seen = track(consume());
          await advance(lifetimeMs);
          alive = false;
          const isComplete = 'settledAtMs' in seen;
          expect(seen.error).toBeUndefined();
          await iterator.return?.();
          await advance(2000); // requests that were sent still arrive
          return isComplete;
        };
        for (const lifetimeMs of lifetimesMs) await live(lifetimeMs);
        expect([await live(1_000_000), await live(1_000_000)]).toEqual([true, true]); // the second retries starts that failed in the first
        const operations = inputs.map(({ id }) => at.emulator.operation(`operations/${id + 1}`));
        expect(operations).not.toContain(undefined); // each was started
        expect(at.emulator.operation(`operations/${inputs.length + 1}`)).toBeUndefined(); // once
        expect(inputs.map(({ id }) => processed.get(id))).toEqual(inputs.map(({ outcome }) => outcome));
        const done = inputs.filter(({ id }) => saved.get(String(id))?.includes('"done"'));
        expect(done).toEqual(inputs.filter(({ outcome }) => outcome !== 'unknown'));
      }),
      { ...parameters, numRuns: Math.ceil(numRuns / 2) },
    );
  });
});
