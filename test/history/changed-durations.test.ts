import { describe, expect, it } from '@jest/globals';
import { durationHistory, type LearnedHistory } from 'longrunning/history';
import { lawFor } from '../../src/history/priced-law.js';
import { endAt } from './support.js';

/** Durations about a median, up to a factor from it, in an order without a trend. */
function spread(medianMs: number, count: number, factor = 5): number[] {
  return Array.from(
    { length: count },
    (_, index) => medianMs * factor ** ((2 * ((7 * index) % count)) / (count - 1) - 1),
  );
}

function historyOf(durationsMs: readonly number[]): LearnedHistory {
  const history = durationHistory();
  durationsMs.forEach((durationMs, index) => history.record('kind', endAt(durationMs, index, durationMs * 0.3)));
  return history;
}

/** The ages of the first polls, as a poller without jitter polls. */
function firstAges(history: LearnedHistory, count: number): number[] {
  const table = history.begin('kind')!;
  const agesMs: number[] = [];
  for (let ageMs = 0; agesMs.length < count; agesMs.push(ageMs)) ageMs = table.nextAgeMs(ageMs, 0)!;
  return agesMs.map(Math.round);
}

function pollsOf(history: LearnedHistory): number {
  const table = history.begin('kind')!;
  let polls = 0;
  for (let ageMs = table.nextAgeMs(0, 0); ageMs !== undefined; ageMs = table.nextAgeMs(ageMs, 0)) polls++;
  return polls;
}

/** The ages at which the default polls, with delays of 98 % of its own. */
const cautious = [1, 2, 3, 4, 5, 6].map((polls) => Math.round(lawFor(500).clock.ageMsAt(0.98 * polls)));
const before = spread(30_000, 19);

describe('after ends that differ much', () => {
  it('operations are polled where they end', () => {
    expect(firstAges(historyOf(before), 6)).not.toEqual(cautious);
  });

  it.each([
    ['are a tenth of those before', [2600, 5100, 1900, 3300]],
    ['are a tenth of those before, but for one', [2600, 9000, 1900, 3300]],
  ])('operations are polled a little more densely than by default if the newest ends %s', (_, newest) => {
    expect(firstAges(historyOf([...before, ...newest]), 6)).toEqual(cautious);
  });

  it('operations are polled where they end if the newest ends are like those before', () => {
    expect(firstAges(historyOf([...before, 18_000, 41_000, 26_000, 33_000]), 6)).not.toEqual(cautious);
  });

  it('a change of hours to minutes makes no longer a table than any other', () => {
    const history = historyOf([...spread(3_000_000, 19), 260_000, 510_000, 190_000, 330_000]);
    expect(firstAges(history, 6)).toEqual(cautious);
    expect(pollsOf(history)).toBe(280);
  });
});

describe('after ends that differ little', () => {
  it('operations are polled a little more densely while those are being forgotten, and none of the new is sure', () => {
    const history = historyOf([...spread(30_000, 19, 2), 3400, 3700, 4800, 1500]);
    expect(firstAges(history, 6)).toEqual(cautious);
  });

  it('operations are polled as by default where nothing changes and nothing is to be gained', () => {
    expect(historyOf(spread(1200, 19, 2)).begin('kind')).toBeUndefined();
  });
});

describe('after few ends', () => {
  it('the newest alone are not compared with the others', () => {
    const seven = [...spread(30_000, 5), 29_000, 31_000];
    expect(firstAges(historyOf(seven), 6)).not.toEqual(cautious);
  });
});

describe('after ends of one duration', () => {
  it('a change is learned from four ends', () => {
    const changed = [...Array.from({ length: 20 }, (_, i) => 30_000 + 100 * ((3 * i) % 20)), 3000, 3030, 2980, 3010];
    const ages = firstAges(historyOf(changed), 8);
    expect(ages).not.toEqual(cautious);
    expect(ages.filter((ageMs) => ageMs > 2800 && ageMs < 3600).length).toBeGreaterThanOrEqual(2);
  });
});
