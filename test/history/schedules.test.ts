import { describe, expect, it } from '@jest/globals';
import { durationHistory, type LearnedHistory, type ObservedEnd, type PollTable } from 'longrunning/history';
import { endAt } from './support.js';

// What the model makes of some histories, in milliseconds. Its constants were tuned by `npm run bench:history`: a change of
// one of them shows here, and the benchmark says whether it is better.

/** As many ends of one kind, in the order in which the operations began. */
function ends(count: number, durationMs: (index: number) => number, withinMs = 1000): ObservedEnd[] {
  return Array.from({ length: count }, (_, index) => endAt(durationMs(index), index, withinMs));
}

const aborted = (beganAtMs: number, runningAtMs: number): ObservedEnd => ({ beganAtMs, runningAtMs });

const histories = {
  'one end of ten minutes': [endAt(600_000, 0, 20_000)],
  'one end of 30 seconds': [endAt(30_000)],
  'one end of a minute': [endAt(58_362, 0, 5836)],
  'two ends of about 3.5 seconds': ends(2, (i) => 3433 + 309 * i, 0),
  'ends of 1.5 seconds': ends(10, (i) => 1500 + 37.5 * (((3 * i) % 5) - 2), 20),
  'ends of half a second': ends(10, (i) => 480 + 5 * i, 10),
  'modes of a second and half a day': ends(8, (i) => (i % 2 ? 1000 : 5e7 * (1 + 0.03 * ((3 * i) % 5))), 20),
  'three ends of about 20 seconds': [endAt(20_000, 0), endAt(21_000, 1), endAt(24_000, 2)],
  'five ends of about 5 seconds': ends(5, (i) => 5000 + 100 * i, 800),
  'eight ends of a second': ends(8, (i) => 1200 + 50 * i, 300),
  'two ends seen twelve seconds apart': ends(2, (i) => 30_000 + 4000 * i, 12_000),
  'three ends seen twelve seconds apart': ends(3, (i) => 30_000 + 4000 * i, 12_000),
  'five ends seen twelve seconds apart': ends(5, (i) => [30_000, 33_000, 28_000, 36_000, 31_000][i]!, 12_000),
  'exact ends of about a minute': ends(64, (i) => 60_000 + 100 * ((5 * i) % 64), 0),
  'two modes': ends(20, (i) => (i % 3 ? 12_000 + 100 * i : 90_000 + 500 * i)),
  'modes of three minutes and a day': ends(8, (i) => (i % 2 ? 200_000 : 1e8), 5000),
  'a change by a factor of four': ends(17, (i) => (i < 14 ? 30_000 + 300 * i : 120_000 + 500 * i), 6000),
  'a change by a factor of ten': ends(15, (i) => (i < 12 ? 30_000 + 300 * i : 250_000 + 4000 * i)),
  'two aborted waits': [
    ...ends(8, (i) => 60_000 + 1000 * ((3 * i) % 8)),
    aborted(8, 20_000),
    aborted(9, 80_000),
    endAt(63_000, 10),
  ],
  'from a second to ten minutes': ends(30, (i) => 1000 * 1.25 ** ((i * 7) % 30)),
  'six ends of about an hour': ends(6, (i) => 3_600_000 + 60_000 * i, 60_000),
  'six ends of about three hours': ends(6, (i) => 12_400_000 + 60_000 * i, 60_000),
} satisfies Record<string, readonly ObservedEnd[]>;

function historyOf(name: keyof typeof histories): LearnedHistory {
  const history = durationHistory();
  for (const end of histories[name]) history.record('kind', end);
  return history;
}

/** The ages of a table, as a poller without jitter polls. */
function agesOf(table: PollTable): number[] {
  const agesMs: number[] = [];
  for (let ageMs = table.nextAgeMs(0, 0); ageMs !== undefined; ageMs = table.nextAgeMs(ageMs, 0)) agesMs.push(ageMs);
  return agesMs;
}

describe('the schedule', () => {
  it.each<[keyof typeof histories, polls: number, every: number, agesMs: readonly number[]]>([
    [
      'one end of ten minutes',
      84,
      7,
      [1097, 25721, 118019, 267104, 385964, 474974, 543417, 600170, 653101, 707033, 764203, 825223],
    ],
    [
      'three ends of about 20 seconds',
      35,
      3,
      [1762, 7389, 18125, 21817, 24729, 27608, 30901, 34725, 39220, 47034, 59132, 72617],
    ],
    ['five ends of about 5 seconds', 25, 3, [1845, 4986, 5629, 6400, 8998, 14431, 20504, 27177, 36440]],
    [
      'two ends seen twelve seconds apart',
      38,
      4,
      [1637, 11065, 26915, 33912, 40309, 47965, 57111, 67661, 79503, 92522],
    ],
    [
      'three ends seen twelve seconds apart',
      39,
      4,
      [1760, 11900, 29219, 34920, 39380, 44100, 49530, 55819, 67935, 87480],
    ],
    [
      'five ends seen twelve seconds apart',
      39,
      4,
      [2053, 13742, 28210, 32674, 36259, 39926, 44088, 50878, 67932, 87480],
    ],
    [
      'exact ends of about a minute',
      48,
      4,
      [2170, 14377, 49317, 61216, 63732, 65579, 67114, 68525, 69895, 87481, 109610, 134242],
    ],
    ['two modes', 54, 5, [2170, 12802, 26029, 84637, 93004, 97273, 100533, 103434, 109400, 140798, 175972]],
    [
      'modes of three minutes and a day',
      280,
      24,
      [200, 36440, 161380, 378532, 978936, 2710781, 5172532, 7713532, 10254532, 12795532, 15336532, 17877531],
    ],
    [
      'a change by a factor of ten',
      83,
      7,
      [1444, 29877, 78236, 217462, 287055, 302871, 314218, 324262, 333892, 343443, 356314, 435441],
    ],
    ['two aborted waits', 55, 5, [2170, 21012, 58808, 63922, 67713, 73198, 87681, 96989, 109650, 140798, 175972]],
    [
      'from a second to ten minutes',
      63,
      6,
      [1490, 8867, 33039, 73734, 131197, 205560, 296898, 405265, 530697, 673269, 832965],
    ],
    [
      'six ends of about an hour',
      249,
      21,
      [1737, 309314, 1271151, 2899587, 3505783, 3686457, 3815353, 3923932, 4023324, 4119810, 4217217, 4317936],
    ],
    [
      'six ends of about three hours',
      280,
      24,
      [691, 351445, 1554071, 3628403, 6168942, 8709942, 10780183, 11345975, 11648725, 11861905, 12029748, 12170579],
    ],
    ['two ends of about 3.5 seconds', 16, 2, [1556, 3260, 4167, 5635, 8452, 13000, 18935, 25912]],
    [
      'modes of a second and half a day',
      280,
      24,
      [200, 36440, 161380, 378532, 978936, 2710781, 5172532, 7713532, 10254532, 12795532, 15336532, 17877531],
    ],
    [
      'a change by a factor of four',
      60,
      5,
      [1553, 16174, 35749, 92580, 122482, 129328, 134561, 139424, 144293, 149429, 175972, 215141],
    ],
  ])('after %s has %i polls', (name, polls, every, expected) => {
    const agesMs = agesOf(historyOf(name).begin('kind')!);
    expect(agesMs).toHaveLength(polls);
    expect(agesMs.filter((_, index) => index % every === 0).map(Math.round)).toEqual(expected);
  });

  it.each<keyof typeof histories>([
    'one end of 30 seconds',
    'one end of a minute',
    'ends of half a second',
    'eight ends of a second',
  ])("after %s is the default's, which is about as good", (name) => {
    expect(historyOf(name).begin('kind')).toBeUndefined();
  });

  it.each<[keyof typeof histories, requestPriceMs: number, polls: number, every: number, agesMs: readonly number[]]>([
    ['a change by a factor of ten', 20, 280, 32, [874, 31690, 86161, 214377, 285684, 301605, 312799, 322594, 331904]],
    ['a change by a factor of ten', 1000, 68, 8, [1313, 32911, 192576, 294360, 313202, 328264, 342823, 382105, 516366]],
    ['a change by a factor of ten', 4000, 53, 6, [1003, 18561, 139675, 296276, 317704, 335868, 355614, 468862, 675624]],
    ['a change by a factor of ten', 30000, 43, 5, [769, 9496, 34576, 269196, 314347, 342104, 386571, 547399, 734306]],
    ['ends of 1.5 seconds', 16_000, 6, 1, [1524, 1724, 2780, 4483, 7229, 11657]],
  ])('after %s, at a price of %d ms, has %i polls', (name, requestPriceMs, polls, every, expected) => {
    const agesMs = agesOf(historyOf(name).begin('kind', requestPriceMs)!);
    expect(agesMs).toHaveLength(polls);
    expect(agesMs.filter((_, index) => index % every === 0).map(Math.round)).toEqual(expected);
  });
});

describe('the estimate', () => {
  it.each<[keyof typeof histories, ageMs: number, figures: readonly number[]]>([
    ['one end of ten minutes', 15000, [277035, 580671, 1117341]],
    ['one end of 30 seconds', 400, [1786, 27276, 52983]],
    ['three ends of about 20 seconds', 15000, [2804, 6739, 12935]],
    ['five ends of about 5 seconds', 400, [4232, 4781, 5330]],
    ['eight ends of a second', 400, [810, 988, 1180]],
    ['two ends seen twelve seconds apart', 15000, [7483, 16785, 33111]],
    ['three ends seen twelve seconds apart', 15000, [11694, 18753, 27553]],
    ['five ends seen twelve seconds apart', 15000, [10683, 16225, 22863]],
    ['exact ends of about a minute', 15000, [44813, 48312, 51887]],
    ['two modes', 15000, [73428, 79781, 86007]],
    ['modes of three minutes and a day', 0, [190128, 216805, 103578320]],
    ['modes of three minutes and a day', 40000, [152589, 185834, 103662306]],
    ['a change by a factor of ten', 0, [28779, 290974, 321101]],
    ['a change by a factor of ten', 40000, [241283, 263165, 286485]],
    ['two aborted waits', 15000, [44045, 48599, 58905]],
    ['from a second to ten minutes', 400, [1366, 26332, 367158]],
    ['six ends of about an hour', 15000, [3453836, 3745628, 4056184]],
    ['six ends of about three hours', 15000, [11765622, 12535876, 13347873]],
  ])('after %s, at an age of %i ms', (name, ageMs, expected) => {
    const { lowMs, remainingMs, highMs } = historyOf(name).estimate('kind', ageMs)!;
    expect([lowMs, remainingMs, highMs].map(Math.round)).toEqual(expected);
  });
});
