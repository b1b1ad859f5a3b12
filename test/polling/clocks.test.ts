import { describe, expect, it, jest } from '@jest/globals';
import { Code, constantBackoff, OperationsClient } from '../../src/index.js';
import { AgedService } from '../support/aged-service.js';
import { failure, name, running, ScriptedTransport, succeeded } from '../support/scripted.js';
import { track } from '../support/virtual-time.js';
import { advance, minute, hour, year, runScenario } from './scenario.js';

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

  it('that continue while timers are suspended: a timer that fires hours late causes one poll at once', async () => {
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

  it('that continue while timers are suspended: a night of suspension does not count as failing, neither in flight nor between retries', async () => {
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

  it('that jump, forwards or backwards, change neither polls nor timeouts', async () => {
    const plain = await runScenario({ durationMs: 10 * minute });
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
