import { describe, expect, it } from '@jest/globals';
import { adaptPage } from '../scripts/site/adapt-page.js';
import { scheduleRows, type Choice } from '../scripts/site/schedules.js';

const choice: Choice = { durationMs: 90_000, spread: 2, requestPriceMs: 500, intervalMs: 5000, multiplier: 1.25 };
const row = (label: string, change: Partial<Choice> = {}) =>
  scheduleRows({ ...choice, ...change }).find((candidate) => candidate.label === label)!;

describe('the page "Try a schedule"', () => {
  it('polls at a fixed interval half an interval late on average', () => {
    const { polls, lateMs, agesMs } = row('constantBackoff()', { spread: 4 });
    expect(lateMs / 2500).toBeCloseTo(1, 0);
    expect(polls).toBeCloseTo(20, -1);
    expect(agesMs.slice(0, 3)).toEqual([5000, 10_000, 15_000]);
  });

  it('sends fewer requests for a higher price, and detects the end later', () => {
    const [cheap, expensive] = [row('default'), row('default', { requestPriceMs: 4000 })];
    expect(expensive.polls).toBeLessThan(cheap.polls);
    expect(expensive.lateMs).toBeGreaterThan(cheap.lateMs);
  });

  it('ends for a long duration and a short interval, with a limited drawing', () => {
    const rows = scheduleRows({ ...choice, durationMs: 7_200_000, spread: 10, intervalMs: 500 });
    expect(rows.every(({ agesMs }) => agesMs.length > 0 && agesMs.length <= 2000)).toBe(true);
  });
});

describe('a page of the site', () => {
  it('has the heading of the column at each cell of a table, and its content in one element', () => {
    const table =
      '<table><thead>\n<tr>\n<th>a <code>b</code></th>\n<th></th>\n</tr>\n</thead><tr><td>1 <b>x</b></td><td>2</td></tr></table>';
    expect(adaptPage(table)).toContain(
      '<tr><td data-label="a b"><div>1 <b>x</b></div></td><td data-label=""><div>2</div></td></tr>',
    );
  });

  it('has no link in the heading of a section that folds', () => {
    const html = '<summary><h2>A<a href="#a" class="tsd-anchor-icon"><svg></svg></a></h2></summary>';
    expect(adaptPage(html)).toBe('<summary><h2>A</h2></summary>');
  });
});
