import { describe, expect, it } from '@jest/globals';
import '../../src/coalescing/coalescer.js';
import { Code } from '../../src/index.js';
import { createPoller, type ClientSetup } from '../support/create-poller.js';
import { running, succeeded, type ScriptedResponse } from '../support/scripted.js';
import { track, useVirtualTime } from '../support/virtual-time.js';

const advance = useVirtualTime();

/** The deadlines of the polls that a wait sends, long after the process began. */
async function deadlinesOf(responses: ScriptedResponse[], setup: ClientSetup = {}, latenciesMs: number[] = []) {
  await advance(1_000_000);
  const { poller, transport } = createPoller([...responses, succeeded], setup);
  const getOperation = transport.getOperation.bind(transport);
  transport.getOperation = (request, options) => {
    transport.latencyMs = latenciesMs.shift() ?? 0;
    return getOperation(request, options);
  };
  const seen = track(poller.promise());
  await advance(300_000);
  expect(seen.value).toBeDefined();
  return transport.requests.map(({ options }) => options.timeoutMs);
}

describe('A poll has a deadline of', () => {
  it('15 s, doubled for each further attempt, up to rpcTimeoutMs', async () => {
    expect(await deadlinesOf(['hang', 'hang', 'hang'])).toEqual([15_000, 30_000, 60_000, 60_000]);
  });

  it('20 times the slowest response so far, even if later ones were fast', async () => {
    const deadlines = await deadlinesOf([running, running, running], {}, [1000, 900, 100]);
    expect(deadlines).toEqual([15_000, 20_000, 20_000, 20_000]);
  });

  it('rpcTimeoutMs if it is the only attempt', async () => {
    expect(await deadlinesOf([], { retry: { maxAttempts: 1 } })).toEqual([60_000]);
    expect(await deadlinesOf([], { retry: { codes: [Code.UNAVAILABLE] } })).toEqual([60_000]);
  });

  it.each([
    [15_000, 60_000],
    [15_001, 15_000],
  ])('what makes it the last one in a retry window of %d ms: %d ms', async (maxElapsedMs, timeoutMs) => {
    expect(await deadlinesOf([], { retry: { maxElapsedMs } })).toEqual([timeoutMs]);
  });

  it('15 s also where a client coalesces, and has its place in the rate limit once', async () => {
    const setup = { coalesce: true, maxRequestsPerSecond: 0.01 };
    expect(await deadlinesOf([], setup)).toEqual([15_000]);
    const { poller, transport } = createPoller([running, running, succeeded], setup);
    const seen = track(poller.promise());
    await advance(201_000);
    expect(seen.value).toBeDefined();
    expect(transport.times).toEqual([0, 100_000, 200_000]);
  });

  it.each([
    [0, 1],
    [1, 1],
    [2, 2],
  ])('a millisecond at least: totalTimeoutMs %d', async (totalTimeoutMs, timeoutMs) => {
    for (const serverWait of ['never', 'always'] as const) {
      const { poller, transport } = createPoller(['hang'], { waits: ['hang'], polling: { serverWait } });
      const seen = track(poller.promise({ totalTimeoutMs }));
      await advance(totalTimeoutMs);
      expect(seen.error).toMatchObject({ code: 'LRO_POLLING_TIMEOUT' });
      if (serverWait === 'never') expect(transport.requests[0]!.options.timeoutMs).toBe(timeoutMs);
      else expect(transport.waits[0]!.timeoutMs).toBe(timeoutMs);
    }
  });
});

describe('A poll that exceeds its deadline', () => {
  it.each([
    ['fails the waits of a minute and more', 60_000, true],
    ['fails no wait that is longer, if a shorter one ended it', 59_999, false],
  ])('%s', async (_, totalTimeoutMs, isFailure) => {
    const { poller } = createPoller(['hang', succeeded], { retry: { maxAttempts: 1 } });
    const short = track(poller.promise({ totalTimeoutMs }));
    await advance(1000);
    const long = track(poller.promise());
    await advance(100_000);
    if (isFailure) expect(long.error).toMatchObject({ rpcCode: Code.DEADLINE_EXCEEDED });
    else expect(long.value).toBeDefined();
    expect(short.error).toBeDefined();
  });

  it('has all of the time of a request for its last attempt only', async () => {
    const { poller, transport } = createPoller(['hang'], { retry: { maxAttempts: 2, initialDelayMs: 1000 } });
    const seen = track(poller.promise());
    await advance(80_000);
    expect(seen.error).toMatchObject({ attempts: 2 });
    expect(transport.requests.map(({ options }) => options.timeoutMs)).toEqual([15_000, 60_000]);
  });
});
