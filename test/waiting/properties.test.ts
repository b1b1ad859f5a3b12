import { describe, expect, it, jest } from '@jest/globals';
import {
  Code,
  constantBackoff,
  defaultBackoff,
  exponentialBackoff,
  isLROError,
  OperationsClient,
  type LROPoller,
  type Operation,
  type PollingOptions,
  type RetryOptions,
} from '../../src/index.js';
import { fc } from '../support/fast-check.js';
import { ModelService, type Fault, type Hold, type ServiceScript } from '../support/model-service.js';
import { name } from '../support/scripted.js';
import { CountingSignal } from '../support/signals.js';
import { useVirtualTime } from '../support/virtual-time.js';

// More runs: PROPERTY_RUNS=20000; another beginning: PROPERTY_SEED=42.
const numRuns = Number(process.env.PROPERTY_RUNS ?? 250);
const seed = Number(process.env.PROPERTY_SEED ?? 20_260_101);
const advance = useVirtualTime();
jest.setTimeout(60_000 + numRuns * 200);

interface WaiterScript {
  readonly kind: 'promise' | 'pollUntilDone' | 'updates';
  readonly joinMs: number;
  readonly budgetMs: number | undefined;
  /** After joining. */
  readonly abortMs: number | undefined;
  readonly listens: boolean;
}

interface Step {
  readonly atMs: number;
  readonly act: 'poll' | 'cancel' | 'update';
}

interface Run {
  readonly service: ServiceScript;
  readonly backoff: { readonly kind: 'constant' | 'exponential' | 'default'; readonly delayMs: number };
  readonly wait: NonNullable<PollingOptions['serverWait']>;
  readonly places: number;
  readonly perSecond: number;
  readonly retry: RetryOptions;
  readonly notFoundGraceMs: number;
  readonly random: number;
  /** Whether the poller is made from the operation's first state or from its name. */
  readonly fromState: boolean;
  readonly waiters: readonly WaiterScript[];
  readonly steps: readonly Step[];
}

/** How a wait went. */
interface Log {
  readonly script: WaiterScript;
  readonly joinedMs: number;
  readonly signal: CountingSignal;
  readonly heard: Operation<unknown, unknown>[];
  settledMs: number | undefined;
  settlements: number;
  value: unknown;
  error: unknown;
}

/** Moments at which several things may well happen at once. */
const moment = fc.constantFrom(0, 0, 500, 1000, 2000, 5000, 60_000);
const ms = (max: number): fc.Arbitrary<number> => fc.integer({ min: 0, max });
const latency = ms(400).map((half) => half * 2);
const transient = [
  Code.UNAVAILABLE,
  Code.DEADLINE_EXCEEDED,
  Code.RESOURCE_EXHAUSTED,
  Code.ABORTED,
  Code.INTERNAL,
] as const;
const permanent = [Code.PERMISSION_DENIED, Code.NOT_FOUND, Code.NOT_FOUND, Code.UNKNOWN] as const;
const hint = fc.oneof(fc.constant(undefined), ms(90_000), fc.constantFrom(NaN, -1, -Infinity, Infinity, 1e15, 2 ** 31));
const fault: fc.Arbitrary<Fault> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('status' as const),
      code: fc.constantFrom(...transient),
      hintMs: hint,
      afterMs: fc.oneof(ms(500), ms(40_000)),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('status' as const),
      code: fc.constantFrom(...permanent),
      afterMs: ms(500),
    }),
  },
  { weight: 3, arbitrary: fc.constantFrom<Fault>({ kind: 'reset' }, { kind: 'hang' }) },
  { weight: 1, arbitrary: fc.constant<Fault>({ kind: 'garbage' }) },
);
const unimplemented: Fault = { kind: 'status', code: Code.UNIMPLEMENTED, afterMs: 10 };
const waitAnswer: fc.Arbitrary<Fault | Hold> = fc.oneof(
  fc.record({ kind: fc.constant('hold' as const), part: fc.constantFrom(0, 0.001, 0.1, 0.5, 1) }),
  fault,
  fc.constant(unimplemented),
);
const figure: fc.Arbitrary<ServiceScript['figure']> = fc.oneof(
  fc.constant(() => ({})),
  fc.constant((part: number) => ({ progressPercent: Math.min(100, Math.floor(part * 100)) })),
  fc.constant((part: number) => ({ progress: Math.min(1, part) })),
  ms(100).map((stuck) => (part: number) => ({ progress_percent: Math.min(stuck, Math.floor(part * 100)) })),
  fc
    .array(fc.integer({ min: -20, max: 140 }), { minLength: 1, maxLength: 8 })
    .map((lies) => (_: number, request: number) => ({
      progressPercentage: String(lies[request % lies.length]),
    })),
  fc.integer({ min: -1e9, max: 1e9 }).map((skewMs) => {
    const createTime = new Date(1.7e12 + skewMs).toISOString();
    return (part: number) => ({ createTime, progress: Math.min(0.99, part) });
  }),
);

const services: fc.Arbitrary<ServiceScript> = fc.record({
  durationMs: fc.oneof(ms(3000), ms(120_000)),
  outcome: fc.constantFrom('response', 'error', 'cancelled', 'neither'),
  cancellable: fc.boolean(),
  latenciesMs: fc.array(latency, { minLength: 1, maxLength: 4 }),
  faults: fc.array(fc.option(fault, { nil: undefined }), { maxLength: 6 }),
  waits: fc.option(fc.array(waitAnswer, { maxLength: 6 }), { nil: undefined }),
  hintsMs: fc.array(hint, { maxLength: 3 }),
  figure,
  honorsSignals: fc.boolean(),
});
const waiters: fc.Arbitrary<WaiterScript> = fc.record({
  kind: fc.constantFrom('promise', 'pollUntilDone', 'updates'),
  joinMs: fc.oneof(moment, ms(150_000)),
  budgetMs: fc.option(fc.oneof(moment, ms(3000), ms(200_000), fc.constant(2 ** 32)), { nil: undefined }),
  abortMs: fc.option(fc.oneof(moment, ms(3000), ms(200_000)), { nil: undefined }),
  listens: fc.boolean(),
});
const step: fc.Arbitrary<Step> = fc.record({
  atMs: fc.oneof(moment, ms(150_000)),
  act: fc.constantFrom('poll', 'cancel', 'update'),
});
const runs: fc.Arbitrary<Run> = fc.record({
  service: services,
  backoff: fc.record({
    kind: fc.constantFrom('constant', 'exponential', 'default'),
    delayMs: fc.integer({ min: 1000, max: 60_000 }),
  }),
  wait: fc.constantFrom('auto', 'auto', 'auto', 'never', 'always'),
  places: fc.constantFrom(32, 1, 0),
  perSecond: fc.constantFrom(Infinity, Infinity, 5, 0.5),
  retry: fc.constantFrom<RetryOptions>({}, {}, {}, { maxAttempts: 1 }, { maxAttempts: 3, maxElapsedMs: 5000 }),
  notFoundGraceMs: fc.constantFrom(0, 0, 30_000),
  random: fc.constantFrom(0, 0.5, 0.999),
  fromState: fc.boolean(),
  waiters: fc.array(waiters, { minLength: 1, maxLength: 6 }),
  steps: fc.array(step, { maxLength: 5 }),
});

function makePoller(run: Run, service: ModelService): LROPoller<unknown> {
  const client = new OperationsClient({
    transport: service,
    retry: run.retry,
    maxConcurrentServerWaits: run.places,
    maxRequestsPerSecond: run.perSecond,
  });
  const { kind, delayMs } = run.backoff;
  const backoff =
    kind === 'constant'
      ? constantBackoff(delayMs)
      : kind === 'exponential'
        ? exponentialBackoff({ initialDelayMs: delayMs, multiplier: 1.5, maxDelayMs: 10 * delayMs })
        : defaultBackoff;
  return client.poller(run.fromState ? service.at(service.startMs) : name, undefined, {
    backoff,
    serverWait: run.wait,
    notFoundGraceMs: run.notFoundGraceMs,
  });
}

function join(poller: LROPoller<unknown>, script: WaiterScript): Log {
  const signal = new CountingSignal();
  const log: Log = {
    script,
    joinedMs: performance.now(),
    signal,
    heard: [],
    settledMs: undefined,
    settlements: 0,
    value: undefined,
    error: undefined,
  };
  const { kind, budgetMs, listens } = script;
  const options = {
    signal,
    totalTimeoutMs: budgetMs,
    onProgress:
      listens && kind !== 'updates' ? (state: Operation<unknown, unknown>) => log.heard.push(state) : undefined,
  };
  const settle = (): void => {
    log.settledMs = performance.now();
    log.settlements++;
  };
  const follow = async (): Promise<unknown> => {
    for await (const state of poller.updates(options)) log.heard.push(state);
    return log.heard.at(-1);
  };
  const waiting = kind === 'updates' ? follow() : poller[kind](options);
  waiting.then(
    (value) => {
      settle();
      log.value = value;
    },
    (error: unknown) => {
      settle();
      log.error = error;
    },
  );
  return log;
}

/** The longest that something may take once there is nothing but good answers: the cadence at its slowest. */
function slowestMs({ backoff }: Run): number {
  if (backoff.kind === 'default') return 61_000;
  return backoff.kind === 'constant' ? backoff.delayMs : 10 * backoff.delayMs;
}

/** The longest that failures and hints can put off an answer, and the requests of which they make more. */
function troubleMs({ service, waiters, steps }: Run): number {
  const waits = service.waits ?? [];
  const hinted = [...service.faults, ...waits].map((one) => (one && 'hintMs' in one ? one.hintMs : undefined));
  const hints = [...hinted, ...service.hintsMs].filter((one) => one !== undefined && one > 0);
  const requests = service.faults.length + 2 * waits.length + waiters.length + steps.length;
  return requests * (60_000 + 70_000 + 30_000) + hints.reduce<number>((sum, one) => sum + Math.min(one!, 600_000), 0);
}

async function play(run: Run): Promise<void> {
  jest.spyOn(Math, 'random').mockReturnValue(run.random);
  const service = new ModelService(run.service);
  const poller = makePoller(run, service);
  const { startMs } = service;
  const logs: Log[] = [];
  const direct = { headers: { 'x-direct': '1' } };
  let resultMs = Infinity; // when the poller first knew the result
  const learn = (): void => {
    if (poller.operation?.done) resultMs = Math.min(resultMs, performance.now());
  };
  const fails = { direct: 0 };
  const acts: Record<Step['act'], () => unknown> = {
    poll: () => poller.poll(direct).then(learn, () => fails.direct++),
    cancel: () => poller.cancel(direct).catch(() => fails.direct++),
    update: () => {
      try {
        poller.applyUpdate(service.at(performance.now()));
        learn();
      } catch (error) {
        expect(error).toBeInstanceOf(RangeError);
      }
    },
  };
  const events: { atMs: number; act: () => unknown }[] = [
    ...run.waiters.map((script) => ({
      atMs: script.joinMs,
      act: () => {
        const log = join(poller, script);
        logs.push(log);
      },
    })),
    ...run.waiters.flatMap((script) =>
      script.abortMs === undefined
        ? []
        : [
            {
              atMs: script.joinMs + script.abortMs,
              act: () => logs.find((log) => log.script === script)?.signal.abort(),
            },
          ],
    ),
    ...run.steps.map(({ atMs, act }) => ({ atMs, act: acts[act] })),
  ].sort((a, b) => a.atMs - b.atMs);

  for (const { atMs, act } of events) {
    const leftMs = startMs + atMs - performance.now();
    if (leftMs > 0) await advance(leftMs);
    act();
  }
  const lastMs = Math.max(performance.now(), service.endMs);
  await advance(lastMs - performance.now() + troubleMs(run) + 4 * slowestMs(run) + 10_000);

  // Each settles exactly once, and rightly.
  const { requests } = service;
  for (const log of logs) {
    expect(log.settlements).toBe(1);
    expectRightly(run, service, log);
    expectHeard(log);
    expect(log.signal.listeners).toBe(0);
    expect(log.signal.added).toBeLessThanOrEqual(1);
  }
  // All waiters get the result at the same time; a wait that starts later settles at once.
  for (const log of logs) if (hasResult(log)) resultMs = Math.min(resultMs, log.settledMs!);
  for (const log of logs) {
    if (log.settledMs! > resultMs || hasResult(log)) expect(log.settledMs).toBe(Math.max(log.joinedMs, resultMs));
  }
  // No request is sent without a waiter, nor once the result is known; there is one poll and one wait at a time.
  for (const { method, atMs, direct: own } of requests) {
    if (own || method === 'CancelOperation') continue;
    expect(logs.some(({ joinedMs, settledMs }) => joinedMs <= atMs && atMs <= settledMs!)).toBe(true);
    expect(atMs).toBeLessThanOrEqual(resultMs);
  }
  expectFewRequests(run, service, logs);
  // Nothing is left behind.
  expect(jest.getTimerCount()).toBe(service.timers);
  for (const { settled, signal } of requests) if (!settled) expect(signal?.aborted).toBe(true);
  const sent = requests.length;
  await advance(3_600_000);
  expect(requests).toHaveLength(sent);
  expect(jest.getTimerCount()).toBe(0);
}

function hasResult({ error, script }: Log): boolean {
  if (error === undefined) return true;
  return script.kind === 'promise' && isLROError(error) && error.code === 'LRO_OPERATION_FAILED';
}

function expectRightly(run: Run, service: ModelService, log: Log): void {
  const { script, error, joinedMs } = log;
  const tookMs = log.settledMs! - joinedMs;
  const { budgetMs = Infinity, abortMs = Infinity } = script;
  expect(tookMs).toBeLessThanOrEqual(Math.min(budgetMs, abortMs));
  if (hasResult(log)) {
    expect(log.settledMs).toBeGreaterThanOrEqual(service.endMs);
    const good = service.outcome === 'response' || service.outcome === 'neither';
    if (script.kind !== 'promise') expect(log.value).toMatchObject({ done: true, result: good ? 'response' : 'error' });
    else if (good) expect(error).toBeUndefined();
    else expect(error).toMatchObject({ cancelled: service.outcome === 'cancelled' });
    return;
  }
  if (isLROError(error)) {
    if (error.code === 'LRO_POLLING_TIMEOUT') {
      expect(tookMs).toBe(budgetMs);
      expect(error.elapsedMs).toBe(budgetMs);
      return;
    }
    expect(mayFail(run)).toBe(true);
    expect(['LRO_REQUEST_FAILED', 'LRO_MALFORMED_OPERATION']).toContain(error.code);
    const troubled = service.requests.some(({ failed, settled }) => failed || !settled);
    expect(troubled || (run.wait === 'always' && !run.service.waits)).toBe(true);
    return;
  }
  expect(error).toMatchObject({ name: 'AbortError' });
  expect(tookMs).toBe(abortMs);
}

/** Whether the script holds anything that may make a request fail for good. */
function mayFail(run: Run): boolean {
  const faults = [...run.service.faults, ...(run.service.waits ?? [])].filter((one) => one && one.kind !== 'hold');
  if (run.wait === 'always' && faults.length > 0) return true;
  if (run.wait === 'always' && !run.service.waits) return true;
  if (run.retry.maxAttempts !== undefined) return true;
  const codes: readonly Code[] = permanent;
  if (faults.some((one) => one?.kind === 'garbage' || (one?.kind === 'status' && codes.includes(one.code))))
    return true;
  // A run of failures that lasts for the ten minutes.
  const lastingMs = run.service.faults.reduce((sum, one) => {
    if (!one) return sum;
    const pauseMs = Math.max(30_000, one.kind === 'status' && one.hintMs && one.hintMs > 0 ? one.hintMs : 0);
    return sum + (one.kind === 'status' ? one.afterMs : 60_000) + pauseMs;
  }, 0);
  return lastingMs >= 600_000;
}

/** Each change once; a completed state is the last, and nothing is missed at the end. */
function expectHeard(log: Log): void {
  const { heard, script } = log;
  const texts = heard.map((state) => JSON.stringify([state.done, state.raw.metadata]));
  for (const [i, text] of texts.slice(1).entries()) expect(text).not.toBe(texts[i]);
  for (const state of heard.slice(0, -1)) expect(state.done).toBe(false);
  if (hasResult(log) && (script.kind === 'updates' || script.listens)) expect(heard.at(-1)?.done).toBe(true);
}

/** No more requests than the cadence allows, with one more for each thing that may cost one. */
function expectFewRequests(run: Run, { requests }: ModelService, logs: readonly Log[]): void {
  const own = requests.filter(({ direct, method }) => !direct && method !== 'CancelOperation');
  const polls = own.filter(({ method }) => method === 'GetOperation').length;
  const waits = own.length - polls;
  const failures = own.filter(({ failed, settled }) => failed || !settled).length;
  const budgets = logs.filter(({ script }) => script.budgetMs !== undefined).length;
  const steps = run.steps.length;
  const waitedMs = Math.max(...logs.map(({ settledMs }) => settledMs!)) - Math.min(...logs.map((one) => one.joinedMs));
  // A poll is never sent sooner than a delay after the one before. Beside that: the first one; a retry for each
  // failure, and for each deadline that a new waiter moves; a last chance or two for each budget; three predictions;
  // an answer to poll() or to a wait, sent before the loop's own poll and come after it, may halve one delay; and the
  // first delay of an exponential is a part of one, also after cancel().
  const extra = 1 + failures + logs.length + 2 * budgets + 3 + 2 * steps + waits;
  const { kind, delayMs } = run.backoff;
  const log24 = (spanMs: number): number => Math.max(0, Math.log(spanMs / 2400) / Math.log(1.24));
  const regular =
    kind === 'default'
      ? (1 + steps) * (8 + log24(Math.min(waitedMs, 252_000))) + waitedMs / 60_500
      : waitedMs / (delayMs - 1) + 1;
  expect(polls).toBeLessThanOrEqual(Math.ceil(regular) + extra);
  // A wait follows another at once if it was kept for 5 s or half of its window (which a budget may cut to nothing),
  // else it minds the cadence.
  const halvings = 20 * budgets;
  expect(waits).toBeLessThanOrEqual(Math.ceil(regular + waitedMs / 2500) + failures + halvings + logs.length + steps);
  // Once the service has said that it has no WaitOperation, it is not requested again.
  if (run.wait === 'never' || !run.service.waits || run.places === 0) expect(waits).toBe(0);
}

const settings = { numRuns, seed };

describe('any script, any schedule', () => {
  it('each waiter settles once, correctly and in time, with few requests, and nothing is left behind', async () => {
    await fc.assert(
      fc.asyncProperty(runs, (run) => play(run)),
      settings,
    );
  });
});
