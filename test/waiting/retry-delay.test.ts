import { describe, expect, it } from '@jest/globals';
import { Code } from '../../src/index.js';
import { createPoller } from '../support/create-poller.js';
import { failure, running, succeeded, type ScriptedResponse } from '../support/scripted.js';
import { useVirtualTime, track } from '../support/virtual-time.js';

const advance = useVirtualTime();

describe("a server's retry delay", () => {
  it('lasts on for the other waiters after the last poll before a deadline', async () => {
    const { poller, transport } = createPoller([running, { ...running, retryAfterMs: 60_000 }, running, succeeded]);
    const limited = track(poller.promise({ totalTimeoutMs: 5000 }));
    const plain = track(poller.promise());
    await advance(61_000);
    expect(limited).toMatchObject({ error: { code: 'LRO_POLLING_TIMEOUT' }, settledAtMs: 5000 });
    expect(transport.times).toEqual([0, 1000, 4950, 61_000]);
    expect(plain.value).toBeDefined();
  });

  it('lasts on if the last poll before a deadline fails', async () => {
    const responses = [{ ...running, retryAfterMs: 60_000 }, failure(Code.UNAVAILABLE), succeeded];
    const { poller, transport } = createPoller(responses);
    const limited = track(poller.promise({ totalTimeoutMs: 5000 }));
    const plain = track(poller.promise());
    await advance(60_000);
    expect(limited.error).toMatchObject({ code: 'LRO_POLLING_TIMEOUT' });
    expect(transport.times).toEqual([0, 4950, 60_000]);
    expect(plain.value).toBeDefined();
  });

  it('of a poll lasts on after a server-side wait that was open has returned', async () => {
    const { poller, transport } = createPoller([running, { ...running, retryAfterMs: 90_000 }, succeeded], {
      waits: [{ afterMs: 10_000, then: running }, succeeded],
    });
    const seen = track(poller.promise({ onProgress: () => undefined }));
    await advance(90_999);
    expect(transport.waitTimes).toEqual([0]);
    expect(transport.times).toEqual([0, 1000]);
    await advance(1);
    expect(seen.value).toBeDefined();
  });

  it('of a failed server-side wait applies to a poll that is being retried', async () => {
    const responses = [failure(Code.UNAVAILABLE), succeeded];
    const { poller, transport } = createPoller(responses, {
      waits: [{ afterMs: 200, then: failure(Code.UNAVAILABLE, { retryAfterMs: 60_000 }) }, succeeded],
    });
    const seen = track(poller.promise({ onProgress: () => undefined }));
    await advance(60_199);
    expect(transport.times).toEqual([0]);
    await advance(1);
    expect(transport.times).toEqual([0, 60_200]);
    expect(seen.value).toBeDefined();
  });

  it('of a failed server-side wait applies to a poll that is queued by the rate limit', async () => {
    const { poller, transport, client } = createPoller([succeeded], {
      maxRequestsPerSecond: 2,
      waits: [failure(Code.NOT_FOUND, { retryAfterMs: 60_000 })],
    });
    const other = track(client.poller('operations/other', undefined, { serverWait: 'never' }).promise());
    await advance(0);
    expect(other.value).toBeDefined();
    const seen = track(poller.promise({ onProgress: () => undefined }));
    await advance(60_499);
    expect(transport.waitTimes).toEqual([500]);
    expect(transport.times).toEqual([0]);
    await advance(1);
    expect(transport.times).toEqual([0, 60_500]);
    expect(seen.value).toBeDefined();
  });

  it.each<[string, ScriptedResponse, number]>([
    ['that will be retried', failure(Code.UNAVAILABLE, { retryAfterMs: 60_000 }), 5000],
    ['that is final', failure(Code.UNIMPLEMENTED, { retryAfterMs: 60_000 }), 0],
  ])('of a poll %s applies to waiters that come after it', async (_, response, endsAtMs) => {
    const { poller, transport } = createPoller([response, succeeded]);
    const controller = new AbortController();
    const first = track(poller.promise({ signal: controller.signal }));
    await advance(endsAtMs);
    controller.abort();
    await advance(0);
    expect(first.error).toBeDefined();
    const second = track(poller.promise());
    await advance(59_999 - endsAtMs);
    expect(transport.times).toEqual([0]);
    await advance(1);
    expect(transport.times).toEqual([0, 60_000]);
    expect(second.value).toBeDefined();
  });

  it("of a final failure of 'always' server-side waits applies to waiters that come after it", async () => {
    const { poller, transport } = createPoller([], {
      waits: [failure(Code.UNIMPLEMENTED, { retryAfterMs: 60_000 }), succeeded],
      options: { serverWait: 'always' },
    });
    const first = track(poller.promise());
    await advance(0);
    expect(first.error).toMatchObject({ rpcCode: Code.UNIMPLEMENTED });
    const second = track(poller.promise());
    await advance(60_000);
    expect(transport.waitTimes).toEqual([0, 60_000]);
    expect(second.value).toBeDefined();
  });

  it('is not cut to the end of the retry window: the last attempt is sent when it is over', async () => {
    const unavailable = failure(Code.UNAVAILABLE, { retryAfterMs: 60_000 });
    const { poller, transport } = createPoller([unavailable, unavailable, succeeded], {
      retry: { maxElapsedMs: 50_000 },
      latencyMs: 40,
    });
    const seen = track(poller.promise());
    await advance(60_080);
    expect(transport.times).toEqual([0, 60_040]);
    expect(seen.error).toMatchObject({ rpcCode: Code.UNAVAILABLE, attempts: 2 });
  });

  it('lasts on after a cancel', async () => {
    const { poller, transport } = createPoller([{ ...running, retryAfterMs: 60_000 }, succeeded]);
    const seen = track(poller.promise());
    await advance(1000);
    await poller.cancel();
    await advance(59_000);
    expect(transport.times).toEqual([0, 60_000]);
    expect(seen.value).toBeDefined();
  });
});
