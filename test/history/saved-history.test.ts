import { describe, expect, it } from '@jest/globals';
import { durationHistory, type LearnedHistory, type ObservedEnd, type SavedHistory } from 'longrunning/history';
import { fc } from '../support/fast-check.js';
import { anyEnd, anyEnds, endAt, pollAges } from './support.js';

type KindEnds = readonly (readonly [kind: string, end: ObservedEnd])[];
const anyKind = fc.constantFrom('a', 'b', '__proto__', '');

function historyOf(ends: KindEnds): LearnedHistory {
  const history = durationHistory();
  for (const [kind, end] of ends) history.record(kind, end);
  return history;
}

function throughJson(history: LearnedHistory): SavedHistory {
  return JSON.parse(JSON.stringify(history)) as SavedHistory;
}

describe('a saved history', () => {
  it('holds durations, and is read again', () => {
    const history = historyOf([
      ['a', { beganAtMs: 1000, runningAtMs: 500.4, doneAtMs: 600.6 }],
      ['a', { beganAtMs: 2000, runningAtMs: 700 }],
      ['__proto__', { beganAtMs: 3000, runningAtMs: 800, doneAtMs: 800 }],
    ]);
    const saved = throughJson(history);
    expect(saved).toEqual({
      version: 1,
      kinds: [
        { kind: '__proto__', ends: [[3000, 800, 800]] },
        {
          kind: 'a',
          ends: [
            [1000, 500, 601],
            [2000, 700, null],
          ],
        },
      ],
    });
    expect(durationHistory(saved).toJSON()).toEqual(saved);
  });

  it.each<ObservedEnd>([
    { beganAtMs: -0, runningAtMs: 1, doneAtMs: 1 },
    { beganAtMs: 0, runningAtMs: -0, doneAtMs: 1 },
    { beganAtMs: -0.4, runningAtMs: -0, doneAtMs: -0 },
  ])('holds no negative zero, so that JSON changes nothing: %p', (end) => {
    const history = historyOf([['a', end]]);
    expect(history.toJSON()).toEqual(throughJson(history));
  });

  it('schedules the same as the history that was saved', () => {
    fc.assert(
      fc.property(anyEnds, anyEnds, (before, after) => {
        const history = historyOf(before.map((end) => ['kind', end]));
        history.begin('kind'); // a table that the ends after it make out of date, or not
        for (const end of after) history.record('kind', end);
        const read = durationHistory(throughJson(history));
        for (let round = 0; round < 3; round++) {
          const [own, others] = [history, read].map((one) => pollAges(one.begin('kind'), 200_000, 0.5));
          expect(others).toEqual(own);
          for (const one of [history, read]) one.record('kind', endAt(50_000 * (round + 1), 1e6 * round));
        }
        expect(read.estimate('kind', 5000)).toEqual(history.estimate('kind', 5000));
      }),
      { numRuns: 30 },
    );
  });

  it.each([
    ['saved', 'an object', 'text', 'text'],
    ['saved', 'an object', null, 'null'],
    ['version', '1', {}, 'undefined'],
    ['version', '1', { version: 2, kinds: [] }, '2'],
    ['kinds', 'a list', { version: 1, kinds: {} }, 'an object'],
    ['kinds[0]', 'an object', { version: 1, kinds: [7] }, '7'],
    ['kinds[0].kind', 'a string', { version: 1, kinds: [{ kind: 1, ends: [] }] }, '1'],
    ['kinds[0].ends', 'a list', { version: 1, kinds: [{ kind: 'a' }] }, 'undefined'],
    ['kinds[0].ends[0]', 'a list', { version: 1, kinds: [{ kind: 'a', ends: [0] }] }, '0'],
    ...[[1, 2, '3'], [1, 3, 2], [-1, 2, 3], [1, 2.5, 3], [1, 2, 3, 4], [1], [NaN, 1, 2]].map(
      (end) =>
        [
          'kinds[0].ends[1]',
          'a beginning and two ascending ages in milliseconds',
          { version: 1, kinds: [{ kind: 'a', ends: [[1, 2, 3], end] }] },
          'an object',
        ] as const,
    ),
  ])("is refused with a TypeError that names '%s'", (part, rule, saved, current) => {
    expect(() => durationHistory(saved as SavedHistory)).toThrow(
      new TypeError(`Cannot read the saved history as '${part}' must be ${rule}: current value is ${current}`),
    );
  });

  it('is read or refused with a TypeError, and then polls, whatever it is', () => {
    const corrupted = fc
      .tuple(
        fc.array(fc.tuple(anyKind, anyEnd), { minLength: 1, maxLength: 10 }),
        fc.nat(),
        fc.string({ minLength: 1 }),
      )
      .map(([ends, at, text]) => {
        const json = JSON.stringify(historyOf(ends));
        const index = at % json.length;
        return json.slice(0, index) + text + json.slice(index + text.length);
      });
    fc.assert(
      fc.property(
        fc.oneof(
          corrupted,
          fc.json(),
          fc.jsonValue().map((kinds) => JSON.stringify({ version: 1, kinds })),
        ),
        (json) => {
          let saved: SavedHistory;
          try {
            saved = JSON.parse(json) as SavedHistory;
          } catch {
            return;
          }
          let history;
          try {
            history = durationHistory(saved);
          } catch (error) {
            expect(error).toBeInstanceOf(TypeError);
            return;
          }
          const [{ kind } = { kind: 'a' }] = history.toJSON().kinds;
          expect(pollAges(history.begin(kind), 10_000, 0.5).at(-1)).toBeLessThan(20_000);
        },
      ),
      { numRuns: 200 },
    );
  });
});

describe('merge()', () => {
  const anyHistory = fc.array(fc.tuple(anyKind, anyEnd), { maxLength: 90 });
  const merged = (...parts: readonly KindEnds[]): SavedHistory =>
    parts.reduce((history, ends) => history.merge(historyOf(ends)), durationHistory()).toJSON();

  it('is free of order', () => {
    fc.assert(
      fc.property(anyHistory, anyHistory, anyHistory, (a, b, c) => {
        const history = merged(a, b, c);
        expect(merged(c, a, b)).toEqual(history);
        expect(merged(b, a, c)).toEqual(history);
        const nested = historyOf(a).merge(historyOf(b).merge(historyOf(c)));
        expect(nested.toJSON()).toEqual(history);
      }),
      { numRuns: 30 },
    );
  });

  it('counts once what both know', () => {
    fc.assert(
      fc.property(anyHistory, (ends) => {
        expect(merged(ends, ends)).toEqual(historyOf(ends).toJSON());
      }),
      { numRuns: 30 },
    );
  });

  it('keeps ends that are alike in one history', () => {
    const ends: KindEnds = Array.from({ length: 5 }, () => ['a', endAt(5000)]);
    expect(merged(ends, ends.slice(2)).kinds[0]!.ends).toHaveLength(5);
  });

  it('takes a saved history, and makes the next poller poll by both', () => {
    const history = historyOf([['a', endAt(10_000)]]);
    const before = history.begin('a');
    const other = historyOf(Array.from({ length: 20 }, (_, index) => ['a', endAt(180_000 + index, index)]));
    expect(history.merge(throughJson(other))).toBe(history);
    expect(history.begin('a')).not.toBe(before);
    expect(history.quantile(0.5, 'a')).toBeGreaterThan(150_000);
  });

  it('refuses another history that is not valid', () => {
    expect(() => durationHistory().merge({ version: 1 } as SavedHistory)).toThrow(TypeError);
  });
});
