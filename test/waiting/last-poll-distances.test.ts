import { describe, expect, it } from '@jest/globals';
import { Code, constantBackoff } from '../../src/index.js';
import { createPoller, type PollerSetup } from '../support/create-poller.js';
import { failure, running, succeeded, type ScriptedResponse } from '../support/scripted.js';
import { track, useVirtualTime } from '../support/virtual-time.js';

const advance = useVirtualTime();
const rarely = { backoff: constantBackoff(60_000) };

/** When a wait sends polls, long after the process began. */
async function timesOf(responses: ScriptedResponse[], totalTimeoutMs: number, setup: PollerSetup = {}) {
  await advance(100_000);
  const { poller, transport } = createPoller(responses, { polling: rarely, ...setup });
  const seen = track(poller.promise({ totalTimeoutMs }));
  await advance(totalTimeoutMs);
  expect(seen.error).toMatchObject({ code: 'LRO_POLLING_TIMEOUT' });
  await advance(setup.latencyMs ?? 0);
  return transport.times;
}

describe('The last poll before a deadline', () => {
  it.each([
    ['the last one was sent', 1020, 0, [0, 1000]],
    ['there was a response', 2000, 300, [0, 1300]],
  ])('is sent a second at the earliest after %s', async (_, totalTimeoutMs, latencyMs, times) => {
    expect(await timesOf([running], totalTimeoutMs, { latencyMs })).toEqual(times);
  });

  it('is sent a second at the earliest after NOT_FOUND that was forgiven', async () => {
    const setup = { latencyMs: 300, options: { notFoundGraceMs: 60_000 } };
    expect(await timesOf([failure(Code.NOT_FOUND), running], 1500, setup)).toEqual([0, 1300]);
  });

  it('is a retry, if there was a failure: its delay is cut', async () => {
    const retry = { initialDelayMs: 60_000, maxDelayMs: 60_000 };
    expect(await timesOf([failure(Code.UNAVAILABLE), running], 5000, { retry })).toEqual([0, 4700]);
  });

  it('is a retry, although the server deferred it for longer', async () => {
    const first = failure(Code.UNAVAILABLE, { retryAfterMs: 60_000 });
    expect(await timesOf([first, running], 5000)).toEqual([0, 4700]);
  });

  it('is not sent for each of many short waits', async () => {
    await advance(100_000);
    const { poller, transport } = createPoller(['hang'], { polling: { backoff: constantBackoff(1000) } });
    for (let i = 0; i < 4; i++) {
      const seen = track(poller.promise({ totalTimeoutMs: 60 }));
      await advance(60);
      expect(seen.error).toMatchObject({ code: 'LRO_POLLING_TIMEOUT' });
    }
    expect(transport.times).toEqual([0]);
  });
});

describe('Polls of a client that coalesces', () => {
  it('are aligned to a grid of 5 % of the delay, at any time', async () => {
    for (const startMs of [100_000, 1_234_567]) {
      await advance(startMs);
      const setup = { coalesce: true, polling: { backoff: constantBackoff(10_000) } };
      const { poller, transport } = createPoller([running, running, running, succeeded], setup);
      const seen = track(poller.promise());
      await advance(40_000);
      expect(seen.value).toBeDefined();
      const dues = transport.requests.slice(1).map(({ atMs }) => atMs % 256);
      for (const gap of transport.gaps) expect(Math.abs(gap - 10_128)).toBeLessThanOrEqual(128 + 256);
      expect(new Set(dues).size).toBe(1);
    }
  });
});
