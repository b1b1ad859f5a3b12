import { describe, expect, it, jest } from '@jest/globals';
import fc from 'fast-check';
import {
  Code,
  constantBackoff,
  jsonType,
  operationInfo,
  OperationsClient,
  type Any,
  type AnyDecoder,
  type JsonValue,
  type PollingBackoff,
  type PollingOptions,
  type RawOperation,
} from '../../src/index.js';
import { AgedService } from '../support/aged-service.js';
import { failure, json, name, running, ScriptedTransport, succeeded } from '../support/scripted.js';
import { useVirtualTime, track } from '../support/virtual-time.js';

const advance = useVirtualTime();
const [minute, hour, year] = [60_000, 3_600_000, 365 * 86_400_000];

/** Reads metadata as `message` whatever came, as a decoder for gRPC would. */
const decodedAs = (message: (any: Any) => unknown): AnyDecoder<unknown> => ({
  decode: (any) => message(any ?? { typeUrl: '' }),
});

interface Story {
  readonly durationMs: number;
  readonly metadata?: (ageMs: number, request: number) => Any | undefined;
  readonly decoder?: AnyDecoder<unknown>;
  readonly polling?: PollingOptions<never>;
}

/** Waits for an operation from its start to its end. */
async function follow({ durationMs, metadata, decoder, polling }: Story) {
  const state = (ageMs: number, request: number): RawOperation => {
    const given = metadata?.(ageMs, request);
    return { ...(ageMs < durationMs ? running : succeeded), ...(given && { metadata: given }) };
  };
  const service = new AgedService(state);
  const client = new OperationsClient({ transport: service });
  const info = operationInfo<unknown, unknown>({
    response: jsonType(),
    ...(decoder && { metadata: decoder }),
  });
  const seen = track(client.poller(state(0, 0), info, polling as PollingOptions).promise());
  await advance(durationMs * 1.5 + 2 * minute);
  expect(seen.value).toBeDefined();
  return { ages: service.ages, gaps: service.gaps, delayMs: service.ages.at(-1)! - durationMs };
}

/** Watches an operation that does not end for a while. */
async function stare(watchedMs: number, metadata: Any, decoder?: AnyDecoder<unknown>, polling?: PollingOptions) {
  const service = new AgedService(() => ({ ...running, metadata }));
  const client = new OperationsClient({ transport: service });
  const info = operationInfo<unknown, unknown>({ response: jsonType(), ...(decoder && { metadata: decoder }) });
  const controller = new AbortController();
  const seen = track(client.poller({ ...running, metadata }, info, polling).promise({ signal: controller.signal }));
  await advance(watchedMs);
  controller.abort('enough');
  await advance(0);
  expect(seen.error).toBe('enough');
  return service;
}

/** The latest that the default cadence notices an end, without anything to sharpen it. */
const latestMs = (durationMs: number): number => Math.max(1600, Math.min(0.24 * durationMs, 60_500));

describe('the default cadence', () => {
  it('looks after 1.6 s, every 400 ms until 2.4 s, at ages 1.24 times the one before, then every 60.5 s', async () => {
    const { ages, gaps } = await follow({ durationMs: hour });
    expect(ages.slice(0, 3)).toEqual([1600, 2000, 2400]);
    for (const [i, ageMs] of ages.slice(2, -1).entries()) {
      const expected = Math.min(0.24 * ageMs, 60_500);
      expect(Math.abs(gaps[i + 2]! - expected)).toBeLessThanOrEqual(1);
    }
    // Some seven in the quick part and at the ages below four minutes a score; then one a minute.
    expect(ages.length).toBeLessThanOrEqual(26 + hour / 60_500);
  });

  it('asks at once where only the name is known', async () => {
    const transport = new ScriptedTransport([running, succeeded]);
    const seen = track(new OperationsClient({ transport }).poller(name).promise());
    await advance(1600);
    expect(transport.times).toEqual([0, 1600]);
    expect(seen.value).toBeDefined();
  });

  it('spreads the first look by a random phase and nothing else', async () => {
    jest.spyOn(Math, 'random').mockReturnValue(0.999);
    const late = await follow({ durationMs: 10 * minute });
    expect(late.ages[0]).toBeGreaterThanOrEqual(1440);
    expect(late.ages[0]).toBeLessThan(1442);
    expect(late.gaps[0]).toBe(400);
  });
});

describe('the age from a token', () => {
  async function resume(startedAtMs: number) {
    const service = new AgedService(() => running);
    const poller = new OperationsClient({ transport: service }).resume({ version: 1, name, startedAtMs });
    const seen = track(poller.promise({ totalTimeoutMs: 10 * minute + 1 }));
    await advance(10 * minute + 1);
    expect(seen.error).toMatchObject({ code: 'LRO_POLLING_TIMEOUT' });
    return service;
  }

  it('goes on from where it was: at once, then as often as an operation of that age is asked for', async () => {
    expect((await resume(Date.now() - 3 * hour)).gaps.slice(0, 9)).toEqual(Array(9).fill(60_500));
    const young = await resume(Date.now() - minute);
    expect(young.gaps[0]).toBe(14_400);
  });

  it('in the future, or of 1970, does no more harm than a poll a minute', async () => {
    const future = await resume(Date.now() + year);
    expect(future.ages.slice(0, 4)).toEqual([0, 1600, 2000, 2400]);
    const ancient = await resume(0);
    expect(ancient.gaps.slice(0, 9)).toEqual(Array(9).fill(60_500));
  });
});

describe('the age from the metadata', () => {
  const metadataOf = (fields: Record<string, JsonValue>): Any => ({ typeUrl: 'x/test.ThingMetadata', json: fields });
  const ago = (ms: number) => new Date(Date.now() - ms);
  const seconds = (date: Date) => ({
    seconds: Math.floor(date.getTime() / 1000),
    nanos: (date.getTime() % 1000) * 1e6,
  });
  const struct = 'type.googleapis.com/google.protobuf.Struct';
  /** As protobufjs has a 64-bit number. */
  const long = (value: number) => ({
    low: value | 0,
    high: Math.floor(value / 2 ** 32),
    toString: () => String(value),
  });
  const spellings: [spelling: string, of: (date: Date) => { metadata: Any; decoder?: AnyDecoder<unknown> }][] = [
    ['createTime, a text', (date) => ({ metadata: metadataOf({ createTime: date.toISOString() }) })],
    ['startTime, a text', (date) => ({ metadata: metadataOf({ startTime: date.toISOString() }) })],
    ['create_time, a text', (date) => ({ metadata: metadataOf({ create_time: date.toISOString() }) })],
    ['start_time, a text', (date) => ({ metadata: metadataOf({ start_time: date.toISOString() }) })],
    [
      'a text with nanoseconds',
      (date) => ({ metadata: metadataOf({ createTime: date.toISOString().replace('Z', '000000Z') }) }),
    ],
    [
      'JSON of a type with a decoder',
      (date) => ({ metadata: metadataOf({ createTime: date.toISOString() }), decoder: jsonType('test.ThingMetadata') }),
    ],
    [
      'JSON of another type than declared',
      (date) => ({ metadata: metadataOf({ createTime: date.toISOString() }), decoder: jsonType('test.Other') }),
    ],
    [
      'a Timestamp of a decoded message',
      (date) => ({
        metadata: { typeUrl: 'x/test.ThingMetadata', value: new Uint8Array([1]) },
        decoder: decodedAs(() => ({ createTime: seconds(date) })),
      }),
    ],
    [
      'a Timestamp with its seconds as a Long',
      (date) => ({
        metadata: { typeUrl: 'x/test.ThingMetadata', value: new Uint8Array([1]) },
        decoder: decodedAs(() => ({ startTime: { ...seconds(date), seconds: long(seconds(date).seconds) } })),
      }),
    ],
    [
      'a Date of a decoded message',
      (date) => ({
        metadata: { typeUrl: 'x/test.ThingMetadata', value: new Uint8Array([1]) },
        decoder: decodedAs(() => ({ createTime: date })),
      }),
    ],
    [
      'JSON of a Struct',
      (date) => ({
        metadata: { typeUrl: struct, json: { '@type': struct, value: { createTime: date.toISOString() } } },
      }),
    ],
    [
      'a decoded Struct',
      (date) => ({
        metadata: { typeUrl: struct, value: new Uint8Array([1]) },
        decoder: decodedAs(() => ({ fields: { createTime: { stringValue: date.toISOString() } } })),
      }),
    ],
  ];

  it.each(spellings)('is read from %s, and believed within a handful of polls', async (_, of) => {
    const { metadata, decoder } = of(ago(3 * hour));
    const { ages, gaps } = await stare(20 * minute, metadata, decoder);
    const seldom = gaps.findIndex((gapMs) => gapMs > 60_000);
    expect(seldom).toBeGreaterThanOrEqual(0);
    expect(seldom).toBeLessThanOrEqual(6);
    for (const gapMs of gaps.slice(seldom)) expect(gapMs).toBe(60_500);
    expect(ages[seldom]).toBeLessThan(2 * minute);
  });

  it.each([
    ['no time', { createTime: 'yesterday' }],
    ['a number', { createTime: 1.5e9 }],
    ['null', { createTime: null, startTime: null }],
    ['a broken Timestamp', { createTime: { seconds: 'soon' } }],
    ['seconds that are no number and not to be made one', { createTime: { seconds: { toString: 1, valueOf: 1 } } }],
    ['an empty text', { createTime: '' }],
    ['a time in the future', { createTime: '2999-01-01T00:00:00Z' }],
  ])('is not read from %s: the cadence is the plain one', async (_, fields) => {
    const plain = await stare(20 * minute, metadataOf({}));
    const { ages } = await stare(20 * minute, metadataOf(fields));
    expect(ages).toEqual(plain.ages);
  });

  it('is read once, where the time moves with each answer', async () => {
    const plain = await follow({ durationMs: 10 * minute });
    const moving = await follow({
      durationMs: 10 * minute,
      metadata: () => metadataOf({ startTime: ago(0).toISOString() }),
    });
    expect(moving.ages).toEqual(plain.ages);
  });

  it('by a clock that is years behind delays a new operation by 2.4 s + 1.2 times its duration, a minute at most', async () => {
    const startTime = ago(5 * year).toISOString();
    for (const durationMs of [500, 1700, 2500, 7700, 8000, 15_000, 19_400, 44_000, 46_000, 5 * minute, 20 * minute]) {
      const plain = await follow({ durationMs });
      const { ages, delayMs } = await follow({ durationMs, metadata: () => metadataOf({ startTime }) });
      expect(delayMs).toBeLessThanOrEqual(Math.min(2400 + 1.2 * durationMs, 60_500) + 1);
      expect(ages.length).toBeLessThanOrEqual(plain.ages.length + 1);
    }
  });

  it('by a clock that is a little off does next to no harm', async () => {
    for (const skewMs of [-3000, -500, 500, 3000]) {
      for (const durationMs of [10_000, 60_000, 240_000]) {
        const startTime = ago(skewMs).toISOString();
        const { delayMs } = await follow({ durationMs, metadata: () => metadataOf({ startTime }) });
        expect(delayMs).toBeLessThanOrEqual(latestMs(durationMs + Math.max(0, skewMs)) + 1);
      }
    }
  });
});

describe('a progress figure', () => {
  const percent = (ageMs: number, durationMs: number): number => Math.min(100, Math.floor((ageMs / durationMs) * 100));
  const durationMs = 4 * minute;
  const struct = 'type.googleapis.com/google.protobuf.Struct';
  const spellings: [string, (percent: number) => Omit<Story, 'durationMs' | 'metadata'> & { metadata: Any }][] = [
    ['progressPercent', (at) => ({ metadata: json({ progressPercent: at }) })],
    ['progress_percent', (at) => ({ metadata: json({ progress_percent: at }) })],
    ['progressPercentage', (at) => ({ metadata: json({ progressPercentage: at }) })],
    ['a text', (at) => ({ metadata: json({ progressPercent: String(at) }) })],
    ['progress, of 1', (at) => ({ metadata: json({ progress: at / 100 }) })],
    [
      'JSON of a Struct',
      (at) => ({ metadata: { typeUrl: struct, json: { '@type': struct, value: { progressPercent: at } } } }),
    ],
    [
      'a decoded Struct',
      (at) => ({
        metadata: { typeUrl: struct, value: new Uint8Array([at]) },
        decoder: decodedAs((any) => ({ fields: { progressPercent: { numberValue: any.value?.[0] } } })),
      }),
    ],
    [
      'a decoded message',
      (at) => ({
        metadata: { typeUrl: 'x/test.Thing', value: new Uint8Array([at]) },
        decoder: decodedAs((any) => ({ progressPercent: any.value?.[0] })),
      }),
    ],
    [
      'JSON of which the decoder keeps less',
      (at) => ({ metadata: json({ progressPercent: at }), decoder: decodedAs(() => ({ state: 'RUNNING' })) }),
    ],
    [
      'a message with a field that is called `fields`',
      (at) => ({ metadata: json({ progressPercent: at, fields: { displayName: 'x' } }) }),
    ],
    [
      'what `progress` makes of it',
      (at) => ({
        metadata: json({ pages: { done: at, all: 100 } }),
        decoder: jsonType(),
        polling: { readProgress: ({ pages }: { pages: { done: number; all: number } }) => pages.done / pages.all },
      }),
    ],
  ];

  it.each(spellings)('is read from %s: the end is noticed where it is predicted', async (_, of) => {
    const plain = await follow({ durationMs });
    const { decoder, polling } = of(0);
    const { delayMs, ages } = await follow({
      durationMs,
      metadata: (ageMs) => of(percent(ageMs, durationMs)).metadata,
      ...(decoder && { decoder }),
      ...(polling && { polling }),
    });
    expect(delayMs).toBeLessThan(0.03 * durationMs);
    expect(ages.length).toBeLessThanOrEqual(plain.ages.length);
  });

  it.each<[string, Omit<Story, 'durationMs'>]>([
    ['over 100', { metadata: (ageMs) => json({ progressPercent: 100 + ageMs / 1000 }) }],
    ['less than 0', { metadata: (ageMs) => json({ progress: -ageMs }) }],
    ['a word', { metadata: (ageMs) => json({ progress: `some ${ageMs}` }) }],
    ['an empty text', { metadata: () => json({ progress: '' }) }],
    ['a boolean', { metadata: () => json({ progress: true }) }],
    ['a list', { metadata: (ageMs) => json({ progressPercent: [ageMs / 10_000] }) }],
    ['0..100 under a name for 0..1', { metadata: (ageMs) => json({ progress: 2 + ageMs / 10_000 }) }],
    [
      'a `progress` that throws',
      {
        metadata: (ageMs) => json({ progress: ageMs / durationMs }),
        decoder: jsonType(),
        polling: {
          readProgress: () => {
            throw new Error('no such field');
          },
        },
      },
    ],
    [
      'a `progress` that gives undefined',
      { metadata: (ageMs) => json({ progress: ageMs / durationMs }), polling: { readProgress: () => undefined } },
    ],
    [
      'a `progress` that gives NaN',
      { metadata: (ageMs) => json({ progress: ageMs / durationMs }), polling: { readProgress: () => NaN } },
    ],
  ])('%s is none: the cadence is the plain one', async (_, story) => {
    const plain = await follow({ durationMs });
    expect((await follow({ durationMs, ...story })).ages).toEqual(plain.ages);
  });

  it('of whole percents, honest, brings the mean delay under 2 % with no more requests', async () => {
    const durations = Array.from({ length: 24 }, (_, i) => 30_000 * 1.15 ** i);
    let [share, with_, without] = [0, 0, 0];
    for (const durationMs of durations) {
      const plain = await follow({ durationMs });
      const { delayMs, ages } = await follow({
        durationMs,
        metadata: (ageMs) => json({ progressPercent: percent(ageMs, durationMs) }),
      });
      share += delayMs / durationMs / durations.length;
      with_ += ages.length;
      without += plain.ages.length;
    }
    expect(share).toBeLessThan(0.02);
    expect(with_).toBeLessThanOrEqual(without);
  });

  const lies: [string, (part: number, request: number, ageMs: number) => number | undefined][] = [
    ['stuck at 99 %', (part) => Math.min(0.99, part * 3)],
    ['stuck at 0', () => 0],
    ['stuck in the middle', (part) => Math.min(0.5, part * 4)],
    ['100 % from the start', () => 1],
    ['100 % soon, but not done', (part) => (part > 0.1 ? 1 : part)],
    ['0 for long, then quick', (part) => Math.max(0, (part - 0.8) * 5)],
    ['asymptotic', (part) => 1 - Math.exp(-3 * part)],
    ['slow, then at once done', (part) => part / 10],
    ['going back and forth', (_, request) => (request % 2 === 0 ? 0.9 : 0.1)],
    ['beginning anew every third poll', (_, request) => (request % 3) / 3],
    ['always almost there, a little nearer', (_, request) => 1 - 1 / (request + 2)],
    ['random', (_, request) => ((request * 7919) % 101) / 101],
    ['there, then gone', (part, request) => (request % 4 === 3 ? undefined : Math.min(1, part * 1.5))],
    ['claiming the next second', (_, request) => 0.5 + (request % 50) / 101],
  ];
  const extra = 2;

  it.each(lies)(`%s costs at most ${extra} more requests, and a seventh of a delay`, async (_, figure) => {
    for (const durationMs of [700, 3100, 10_000, 27_000, 90_000, 301_000, 1_000_000]) {
      const plain = await follow({ durationMs });
      const lied = await follow({
        durationMs,
        metadata: (ageMs, request) => json({ progress: figure(ageMs / durationMs, request, ageMs) ?? null }),
      });
      expect(lied.delayMs).toBeLessThanOrEqual(latestMs(durationMs) * 1.15 + 1);
      expect(lied.ages.length).toBeLessThanOrEqual(plain.ages.length + extra);
    }
  });

  it('that has stopped is trusted once', async () => {
    for (const durationMs of [27_000, 90_000, 301_000]) {
      const plain = await follow({ durationMs });
      const metadata = (ageMs: number): Any => json({ progress: Math.min(0.9, 0.1 + ageMs / 20_000) });
      expect((await follow({ durationMs, metadata })).ages.length).toBeLessThanOrEqual(plain.ages.length + 1);
    }
  });

  it('of any kind at all costs no more than that either', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 100, max: 400_000 }),
        fc.array(fc.option(fc.double({ min: 0, max: 1, noNaN: true })), { minLength: 1, maxLength: 40 }),
        async (durationMs, figures) => {
          const plain = await follow({ durationMs });
          const lied = await follow({
            durationMs,
            metadata: (_, request) => json({ progress: figures[Math.min(request, figures.length - 1)] ?? null }),
          });
          expect(lied.delayMs).toBeLessThanOrEqual(latestMs(durationMs) * 1.15 + 1);
          expect(lied.ages.length).toBeLessThanOrEqual(plain.ages.length + extra);
        },
      ),
      { numRuns: Number(process.env.PROPERTY_RUNS ?? 60), seed: 3 },
    );
  });

  it('keeps to a user’s own backoff in the same way', async () => {
    const polling = { backoff: constantBackoff(10_000) };
    for (const [, figure] of lies) {
      const lied = await follow({
        durationMs: 95_000,
        polling,
        metadata: (ageMs, request) => json({ progress: figure(ageMs / 95_000, request, ageMs) ?? null }),
      });
      expect(lied.delayMs).toBeLessThanOrEqual(11_500);
      expect(lied.ages.length).toBeLessThanOrEqual(10 + extra);
    }
  });

  it('tells a backoff how long it should still run', async () => {
    const heard: (number | undefined)[] = [];
    const backoff: PollingBackoff = ({ remainingMs }) => {
      heard.push(remainingMs);
      return 10_000;
    };
    await follow({ durationMs: 100_000, polling: { backoff }, metadata: (ageMs) => json({ progress: ageMs / 1e5 }) });
    expect(heard[0]).toBeUndefined();
    const known = heard.filter((ms) => ms !== undefined);
    expect(known.length).toBeGreaterThan(5);
    expect(known[0]).toBeCloseTo(90_000, 0);
  });
});

describe('retries', () => {
  it('do not stretch the cadence: the delay after them is the one the age has, and they begin anew', async () => {
    const unavailable = failure(Code.UNAVAILABLE);
    const bad = new Set([1, 2, 3, 4, 5, 8]);
    const service = new AgedService((_, request) =>
      bad.has(request) ? unavailable : request > 10 ? succeeded : running,
    );
    const client = new OperationsClient({ transport: service, polling: { backoff: constantBackoff(3000) } });
    const seen = track(client.poller(name).promise());
    await advance(60_000);
    expect(seen.value).toBeDefined();
    expect(service.gaps).toEqual([3000, 500, 1000, 2000, 4000, 8000, 3000, 3000, 500, 3000, 3000]);
  });

  it('leave the age alone: after five minutes of failures the operation is five minutes older', async () => {
    const service = new AgedService((ageMs) =>
      ageMs > 10_000 && ageMs < 310_000 ? failure(Code.UNAVAILABLE) : ageMs > hour ? succeeded : running,
    );
    const seen = track(new OperationsClient({ transport: service }).poller(name).promise());
    await advance(hour + 2 * minute);
    expect(seen.value).toBeDefined();
    const after = service.ages.filter((ageMs) => ageMs >= 310_000);
    expect(after[1]! - after[0]!).toBe(60_500);
  });
});

describe('hints', () => {
  it('of a success and of a failure count once, and are not remembered', async () => {
    const answers = [
      { ...running, retryAfterMs: 7000 },
      running,
      failure(Code.UNAVAILABLE, { retryAfterMs: 9000 }),
      running,
      { ...running, retryAfterMs: 200 },
      running,
      running,
      failure(Code.UNAVAILABLE),
      succeeded,
    ];
    const service = new AgedService((_, request) => answers[request]!);
    const client = new OperationsClient({ transport: service, polling: { backoff: constantBackoff(1000) } });
    const seen = track(client.poller(name).promise());
    await advance(40_000);
    expect(seen.value).toBeDefined();
    expect(service.gaps).toEqual([7000, 1000, 9000, 1000, 1000, 1000, 1000, 500]);
  });

  it('do not keep a budget from its end', async () => {
    const service = new AgedService(() => ({ ...running, retryAfterMs: 500_000 }));
    const client = new OperationsClient({ transport: service, polling: { backoff: constantBackoff(1000) } });
    const seen = track(client.poller(name).promise({ totalTimeoutMs: 20_000 }));
    await advance(20_000);
    expect(seen).toMatchObject({ error: { code: 'LRO_POLLING_TIMEOUT' }, settledAtMs: 20_000 });
    expect(service.ages).toHaveLength(2); // the last one in time to be of use
  });
});

describe('clocks', () => {
  /** The machine slept: the monotonic clock goes on, the timers do not. */
  function sleeper() {
    const awake = performance.now.bind(performance);
    let sleptMs = 0;
    const spy = jest.spyOn(performance, 'now').mockImplementation(() => awake() + sleptMs);
    const sleep = (ms: number): void => {
      sleptMs += ms;
    };
    const restore = (): void => {
      spy.mockRestore();
    };
    return { sleep, restore };
  }

  it('that run on while the timers sleep: a timer that fires hours late polls at once, once', async () => {
    for (const [backoff, firstMs, delayMs] of [
      [constantBackoff(60_000), 60_000, 60_000],
      [undefined, 1600, 60_500],
    ] as const) {
      const { sleep, restore } = sleeper();
      const transport = new ScriptedTransport([running]);
      const client = new OperationsClient({ transport, polling: { backoff } });
      const controller = new AbortController();
      const seen = track(client.poller(running).promise({ signal: controller.signal }));
      await advance(1000);
      sleep(5 * hour);
      expect(transport.requests).toHaveLength(0);
      await advance(firstMs - 1000);
      expect(transport.requests).toHaveLength(1);
      // The next one is a full delay away.
      await advance(delayMs - 1);
      expect(transport.requests).toHaveLength(1);
      await advance(1);
      expect(transport.requests).toHaveLength(2);
      controller.abort('enough');
      await advance(0);
      expect(seen.error).toBe('enough');
      restore();
    }
  });

  it('that run on while the timers sleep: a night asleep is no night without an answer, in flight or in a pause', async () => {
    for (const [answer, asleepMs] of [['hang', 10_000] as const, [failure(Code.UNAVAILABLE), 10_100] as const]) {
      const transport = new ScriptedTransport([
        running,
        answer,
        failure(Code.UNAVAILABLE),
        failure(Code.UNAVAILABLE),
        succeeded,
      ]);
      const client = new OperationsClient({ transport, polling: { backoff: constantBackoff(10_000) } });
      const { sleep, restore } = sleeper();
      const seen = track(client.poller(name).promise());
      await advance(asleepMs);
      expect(transport.requests).toHaveLength(2);
      sleep(8 * hour);
      await advance(120_000);
      expect(seen.error).toBeUndefined();
      expect(seen.value).toBeDefined();
      restore();
    }
  });

  it('that jump, forwards or back, change neither polls nor budgets', async () => {
    const plain = await follow({ durationMs: 10 * minute });
    for (const jumpMs of [10 * year, -10 * year]) {
      const service = new AgedService(() => running);
      const poller = new OperationsClient({ transport: service }).poller(running);
      const seen = track(poller.promise({ totalTimeoutMs: 10 * minute }));
      await advance(3000);
      jest.setSystemTime(Date.now() + jumpMs);
      await advance(10 * minute - 3000);
      expect(seen).toMatchObject({ error: { code: 'LRO_POLLING_TIMEOUT' }, settledAtMs: 10 * minute });
      const inTime = plain.ages.filter((ageMs) => ageMs < 10 * minute - 1000);
      expect(service.ages.slice(0, inTime.length)).toEqual(inTime);
      expect(service.ages).toHaveLength(inTime.length + 1);
    }
  });
});

describe('budgets', () => {
  const answers = { 'that runs': running, 'that hangs': 'hang', 'that fails': failure(Code.UNAVAILABLE) } as const;

  it.each(Object.entries(answers))(
    'are kept to the millisecond, whatever they are, with a service %s',
    async (_, answer) => {
      const budgets = fc.sample(fc.oneof(fc.integer({ min: 0, max: 5000 }), fc.integer({ min: 0, max: 3e5 })), {
        numRuns: 120,
        seed: 4,
      });
      const seen = budgets.map((totalTimeoutMs) => {
        const client = new OperationsClient({ transport: new ScriptedTransport([answer], totalTimeoutMs % 90) });
        return { totalTimeoutMs, ...{ seen: track(client.poller(name).promise({ totalTimeoutMs })) } };
      });
      await advance(3e5);
      for (const { totalTimeoutMs, seen: one } of seen) {
        expect(one).toMatchObject({ error: { elapsedMs: totalTimeoutMs }, settledAtMs: totalTimeoutMs });
      }
      await advance(100_000);
    },
  );

  it('of weeks are kept too, and no timer is asked for more than it can wait', async () => {
    const spy = jest.spyOn(globalThis, 'setTimeout');
    const transport = new ScriptedTransport([running]);
    const polling = { backoff: constantBackoff(40 * 86_400_000) };
    const client = new OperationsClient({ transport, polling });
    const budgets = [2 ** 31 - 1, 2 ** 31, 2 ** 31 + 1, 2 ** 32 + 7, 90 * 86_400_000];
    const seen = budgets.map((totalTimeoutMs) => track(client.poller(name).promise({ totalTimeoutMs })));
    await advance(91 * 86_400_000);
    expect(seen.map(({ settledAtMs }) => settledAtMs)).toEqual(budgets);
    for (const [, ms] of spy.mock.calls) expect(ms).toBeLessThanOrEqual(2 ** 31 - 1);
    // At once, every forty days, and just before the end.
    expect(transport.requests.length).toBeLessThanOrEqual(2 * budgets.length + 1 + 2);
  });
});
