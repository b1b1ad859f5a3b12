import { describe, expect, it } from '@jest/globals';
import { constantBackoff, defaultBackoff } from '../../src/index.js';
import { durationHistory } from '../../src/history/index.js';
import { nextPollDelayMs } from '../../src/schedule/index.js';

const token = { version: 1 as const, name: 'operations/1', startedAtMs: 10_000_000 };
const at = (ageMs: number) => ({ nowMs: token.startedAtMs + ageMs });

describe('nextPollDelayMs', () => {
  it('is the delay of the default schedule at the age of the operation', () => {
    const state = { ageMs: 90_000, attempt: 1, jitter: 0 };
    expect(nextPollDelayMs(token, at(90_000))).toBe(defaultBackoff(state));
    expect(nextPollDelayMs(token, at(3_600_000))).toBe(60_000);
  });

  it('places the first poll of a new operation at 1.44 to 1.6 seconds', () => {
    const delays = Array.from({ length: 100 }, (_, i) => nextPollDelayMs({ ...token, name: `operations/${i}` }, at(0)));
    expect(Math.min(...delays)).toBeGreaterThanOrEqual(1440);
    expect(Math.max(...delays)).toBeLessThanOrEqual(1600);
    expect(new Set(delays).size).toBeGreaterThan(90); // not all together
  });

  it('is the same for the same operation at the same time', () => {
    expect(nextPollDelayMs(token, at(5))).toBe(nextPollDelayMs({ ...token }, at(5)));
  });

  it('takes an operation from the future as a new one', () => {
    expect(nextPollDelayMs(token, at(-3_600_000))).toBe(nextPollDelayMs(token, at(0)));
  });

  it('applies a backoff, an expected duration, a price and a history', () => {
    expect(nextPollDelayMs(token, { ...at(0), backoff: constantBackoff(7) })).toBe(7);
    expect(nextPollDelayMs(token, { ...at(10_000), expectedMs: 100_000 })).toBe(40_000);
    expect(nextPollDelayMs(token, { ...at(90_000), requestPriceMs: 2000 })).toBeGreaterThan(
      nextPollDelayMs(token, at(90_000)),
    );
    const history = durationHistory();
    for (let i = 0; i < 20; i++) {
      history.record('export', { beganAtMs: i, runningAtMs: 178_000 + 100 * i, doneAtMs: 179_000 + 100 * i });
    }
    const delayMs = nextPollDelayMs(token, { ...at(60_000), history, historyKey: 'export' });
    expect(delayMs).toBeGreaterThan(1.5 * nextPollDelayMs(token, at(60_000)));
  });

  it.each([
    ['no token', undefined, {}, /'token' must be an object/],
    ['a token without a time', { name: 'a' }, {}, /'token.startedAtMs' must be/],
    ['a backoff that returns no number', token, { backoff: () => NaN }, /'backoff\(\)' must be/],
    ['an unknown option', token, { now: 5 }, /did you mean 'nowMs'/],
    ['a time that is no number', token, { nowMs: NaN }, /'nowMs' must be a number of at least 0: current value is NaN/],
    ['a backoff that is no function', token, { backoff: 5 }, /'backoff' must be a function: current value is 5/],
    ['a price of nothing', token, { requestPriceMs: 0 }, /'requestPriceMs' must be a number of at least 1/],
    ['an endless expectation', token, { expectedMs: Infinity }, /'expectedMs' must be finite/],
    ['an expectation of less than a millisecond', token, { expectedMs: 0.001 }, /'expectedMs' must be .* at least 1/],
    ['what is no history', token, { history: {} }, /'history' must be by durationHistory\(\)/],
    ['a key that is no string', token, { historyKey: 7 }, /'historyKey' must be a string: current value is 7/],
    ['a number of waits that is NaN', token, { activeWaits: NaN }, /'activeWaits' must be a number of at least 0/],
    ['a jitter of 1', token, { jitter: 1 }, /'jitter' must be a number in \[0, 1\): current value is 1/],
    ['a jitter that is no number', token, { jitter: 'x' }, /'jitter' must be a number in \[0, 1\)/],
  ])('throws for %s', (_case, value, options, message) => {
    expect(() => nextPollDelayMs(value as never, options as never)).toThrow(message);
  });
});
