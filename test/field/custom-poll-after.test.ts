import { describe, expect, test } from '@jest/globals';
import { customOperations } from '../../src/custom/index.js';
import { OperationsClient } from '../../src/index.js';
import { track, useVirtualTime } from '../support/virtual-time.js';

const advance = useVirtualTime();

interface Job {
  done: boolean;
  inSeconds?: unknown;
  headers?: unknown;
}

/** The times of the polls of a job that ends after 20 s, from the response of the starting call on. */
async function pollTimes(job: Omit<Job, 'done'>, pollAfterMs?: (job: Job) => number | undefined, fromName = false) {
  const startMs = performance.now();
  const times: number[] = [];
  const transport = customOperations({
    get: (): Promise<Job> => {
      const ageMs = performance.now() - startMs;
      times.push(ageMs);
      return Promise.resolve({ ...job, done: ageMs >= 20_000 });
    },
    pollAfterMs,
  });
  const from = fromName ? 'jobs/7' : transport.rawOperation({ ...job, done: false }, 'jobs/7');
  const seen = track(new OperationsClient({ transport }).poller(from, transport.info).promise());
  await advance(120_000);
  expect(seen.value).toBeDefined();
  return times;
}

const gaps = (times: readonly number[]): number[] => times.slice(1).map((ms, i) => ms - times[i]!);
const seconds = ({ inSeconds }: Job) => Number(inSeconds) * 1000;

describe('the pace that a resource requests', () => {
  test('by pollAfterMs is kept: no poll before it', async () => {
    const times = await pollTimes({ inSeconds: 5 }, seconds);
    expect(times[0]).toBeGreaterThanOrEqual(5000);
    for (const gapMs of gaps(times)) expect(gapMs).toBeGreaterThanOrEqual(5000);
    const named = await pollTimes({ inSeconds: 5 }, seconds, true);
    expect(named[0]).toBe(0);
    expect(named[1]).toBeGreaterThanOrEqual(5000);
  });

  test.each<[string, unknown]>([
    ['Headers', new Headers({ 'retry-after': '5' })],
    ['an object', { 'Retry-After': '5' }],
    ['a date', { date: 'Wed, 21 Oct 2015 07:28:00 GMT', 'retry-after': 'Wed, 21 Oct 2015 07:28:05 GMT' }],
  ])('by Retry-After in headers, %s, is kept', async (_, headers) => {
    const times = await pollTimes({ headers });
    expect(times[0]).toBeGreaterThanOrEqual(5000);
    for (const gapMs of gaps(times)) expect(gapMs).toBeGreaterThanOrEqual(5000);
  });

  test.each<[string, () => number | undefined]>([
    ['undefined', () => undefined],
    ['NaN', () => NaN],
    ['a negative number', () => -5],
    ['a text', () => '5' as never],
    [
      'an error',
      () => {
        throw new Error('no');
      },
    ],
  ])('is that of the schedule with %s', async (_, pollAfterMs) => {
    const times = await pollTimes({ headers: 'none' }, pollAfterMs);
    expect(times[0]).toBeLessThanOrEqual(1600);
    expect(times.length).toBeGreaterThan(5);
  });

  test('is a number that must come from a function', () => {
    const make = () => customOperations({ get: () => Promise.resolve({}), pollAfterMs: 5 as never });
    expect(make).toThrow(/^Cannot adapt operations as 'pollAfterMs' must be a function:/);
  });
});
