import { describe, expect, it } from '@jest/globals';
import { constantBackoff, jsonType, type Any, type PollingBackoff } from '../../src/index.js';
import { fc } from '../support/fast-check.js';
import { json } from '../support/scripted.js';
import { minute, decodedAs, type Scenario, runScenario, latestMs } from './scenario.js';

describe('a progress figure', () => {
  const percent = (ageMs: number, durationMs: number): number => Math.min(100, Math.floor((ageMs / durationMs) * 100));
  const durationMs = 4 * minute;
  const struct = 'type.googleapis.com/google.protobuf.Struct';
  const spellings: [string, (percent: number) => Omit<Scenario, 'durationMs' | 'metadata'> & { metadata: Any }][] = [
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

  it.each(spellings)('is read from %s: the completion is seen when it is predicted', async (_, of) => {
    const plain = await runScenario({ durationMs });
    const { decoder, polling } = of(0);
    const { delayMs, ages } = await runScenario({
      durationMs,
      metadata: (ageMs) => of(percent(ageMs, durationMs)).metadata,
      ...(decoder && { decoder }),
      ...(polling && { polling }),
    });
    expect(delayMs).toBeLessThan(0.03 * durationMs);
    expect(ages.length).toBeLessThanOrEqual(plain.ages.length);
  });

  it.each<[string, Omit<Scenario, 'durationMs'>]>([
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
  ])('is ignored if it is %s: the schedule is the default one', async (_, story) => {
    const plain = await runScenario({ durationMs });
    expect((await runScenario({ durationMs, ...story })).ages).toEqual(plain.ages);
  });

  it('in whole percents reduces the mean delay below 2 %, with no more requests', async () => {
    const durations = Array.from({ length: 24 }, (_, i) => 30_000 * 1.15 ** i);
    let [share, with_, without] = [0, 0, 0];
    for (const durationMs of durations) {
      const plain = await runScenario({ durationMs });
      const { delayMs, ages } = await runScenario({
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

  it.each(lies)(`%s costs at most ${extra} more requests and 15 % more delay`, async (_, figure) => {
    for (const durationMs of [700, 3100, 10_000, 27_000, 90_000, 301_000, 1_000_000]) {
      const plain = await runScenario({ durationMs });
      const lied = await runScenario({
        durationMs,
        metadata: (ageMs, request) => json({ progress: figure(ageMs / durationMs, request, ageMs) ?? null }),
      });
      expect(lied.delayMs).toBeLessThanOrEqual(latestMs(durationMs) * 1.15 + 1);
      expect(lied.ages.length).toBeLessThanOrEqual(plain.ages.length + extra);
    }
  });

  it('that stops is trusted once', async () => {
    for (const durationMs of [27_000, 90_000, 301_000]) {
      const plain = await runScenario({ durationMs });
      const metadata = (ageMs: number): Any => json({ progress: Math.min(0.9, 0.1 + ageMs / 20_000) });
      expect((await runScenario({ durationMs, metadata })).ages.length).toBeLessThanOrEqual(plain.ages.length + 1);
    }
  });

  it('of any kind costs no more than that', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 100, max: 400_000 }),
        fc.array(fc.option(fc.double({ min: 0, max: 1, noNaN: true })), { minLength: 1, maxLength: 40 }),
        async (durationMs, figures) => {
          const plain = await runScenario({ durationMs });
          const lied = await runScenario({
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

  it('applies to a custom backoff in the same way', async () => {
    const polling = { backoff: constantBackoff(10_000) };
    for (const [, figure] of lies) {
      const lied = await runScenario({
        durationMs: 95_000,
        polling,
        metadata: (ageMs, request) => json({ progress: figure(ageMs / 95_000, request, ageMs) ?? null }),
      });
      expect(lied.delayMs).toBeLessThanOrEqual(11_500);
      expect(lied.ages.length).toBeLessThanOrEqual(10 + extra);
    }
  });

  it('gives the backoff the predicted remaining time', async () => {
    const heard: (number | undefined)[] = [];
    const backoff: PollingBackoff = ({ remainingMs }) => {
      heard.push(remainingMs);
      return 10_000;
    };
    await runScenario({
      durationMs: 100_000,
      polling: { backoff },
      metadata: (ageMs) => json({ progress: ageMs / 1e5 }),
    });
    expect(heard[0]).toBeUndefined();
    const known = heard.filter((ms) => ms !== undefined);
    expect(known.length).toBeGreaterThan(5);
    expect(known[0]).toBeCloseTo(90_000, 0);
  });
});
