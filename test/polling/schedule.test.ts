import { describe, expect, it, jest } from '@jest/globals';
import { Code, constantBackoff, OperationsClient } from '../../src/index.js';
import { AgedService } from '../support/aged-service.js';
import { failure, name, running, ScriptedTransport, succeeded } from '../support/scripted.js';
import { track } from '../support/virtual-time.js';
import { advance, minute, hour, runScenario } from './scenario.js';

describe('the default schedule', () => {
  it('polls after 1.6 s, then after 35 % of the age, the root of the age in seconds, or 60.5 s', async () => {
    const { ages, gaps } = await runScenario({ durationMs: 2 * hour });
    expect(ages.slice(0, 3)).toEqual([1600, 2160, 2916]);
    for (const [i, ageMs] of ages.slice(0, -1).entries()) {
      const expected = Math.min(0.35 * ageMs, 1000 * Math.sqrt(ageMs / 1000), 60_500);
      expect(Math.abs(gaps[i]! - expected)).toBeLessThanOrEqual(1);
    }
    expect(ages.filter((ageMs) => ageMs < hour).length).toBeLessThanOrEqual(124);
  });

  it('polls at once when only the name is known', async () => {
    const transport = new ScriptedTransport([running, succeeded]);
    const seen = track(new OperationsClient({ transport }).poller(name).promise());
    await advance(1600);
    expect(transport.times).toEqual([0, 1600]);
    expect(seen.value).toBeDefined();
  });

  it('applies jitter to the first poll only', async () => {
    jest.spyOn(Math, 'random').mockReturnValue(0.999);
    const late = await runScenario({ durationMs: 10 * minute });
    expect(late.ages[0]).toBeGreaterThanOrEqual(1440);
    expect(late.ages[0]).toBeLessThan(1442);
    expect(late.gaps[0]).toBe(504); // 35 % of the age
  });
});

describe('retries', () => {
  it('do not lengthen the schedule: the delay after them is that of the age, and their own delays start again', async () => {
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

  it('do not change the age: after five minutes of failures the operation is five minutes older', async () => {
    const service = new AgedService((ageMs) =>
      ageMs > 10_000 && ageMs < 310_000 ? failure(Code.UNAVAILABLE) : ageMs > hour ? succeeded : running,
    );
    const seen = track(new OperationsClient({ transport: service }).poller(name).promise());
    await advance(hour + 2 * minute);
    expect(seen.value).toBeDefined();
    const after = service.ages.filter((ageMs) => ageMs >= 310_000);
    expect(after[1]! - after[0]!).toBe(Math.round(Math.sqrt(1000 * after[0]!)));
  });
});

describe('Retry-After', () => {
  it('of a success and of a failure applies once', async () => {
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

  it('does not extend a timeout', async () => {
    const service = new AgedService(() => ({ ...running, retryAfterMs: 500_000 }));
    const client = new OperationsClient({ transport: service, polling: { backoff: constantBackoff(1000) } });
    const seen = track(client.poller(name).promise({ totalTimeoutMs: 20_000 }));
    await advance(20_000);
    expect(seen).toMatchObject({ error: { code: 'LRO_POLLING_TIMEOUT' }, settledAtMs: 20_000 });
    expect(service.ages).toHaveLength(2); // the last one in time to be of use
  });
});
