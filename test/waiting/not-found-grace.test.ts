import { describe, expect, it } from '@jest/globals';
import { Code, type PollingOptions } from '../../src/index.js';
import { createPoller } from '../support/create-poller.js';
import { failure, running, succeeded } from '../support/scripted.js';
import { useVirtualTime, track } from '../support/virtual-time.js';

const advance = useVirtualTime();

describe('notFoundGraceMs', () => {
  const options = (notFoundGraceMs: number, rest: PollingOptions = {}): PollingOptions => ({
    serverWait: 'never',
    notFoundGraceMs,
    ...rest,
  });

  it('treats NOT_FOUND as "not visible yet" for that time, on schedule and not as a retry', async () => {
    const notFound = failure(Code.NOT_FOUND);
    const { poller, transport, events } = createPoller([notFound, notFound, running, succeeded], {
      waits: [],
      polling: options(5000),
    });
    const seen = track(poller.promise());
    await advance(3000);
    expect(seen.value).toBeDefined();
    expect(transport.pollTimes).toEqual([0, 1000, 2000, 3000]);
    expect(events.map(({ type }) => type)).toEqual(['poll', 'poll', 'done']);
  });

  it('rejects with the RequestError if the operation is not visible after that time', async () => {
    const { poller, transport } = createPoller([failure(Code.NOT_FOUND)], { waits: [], polling: options(5000) });
    const seen = track(poller.promise());
    await advance(4999);
    expect(seen).toEqual({});
    await advance(1);
    expect(seen.error).toMatchObject({ code: 'LRO_REQUEST_FAILED', rpcCode: Code.NOT_FOUND });
    expect(transport.pollTimes).toEqual([0, 1000, 2000, 3000, 4000, 5000]);
  });

  it('counts from when the poller was made, not from the wait', async () => {
    const { poller } = createPoller([failure(Code.NOT_FOUND)], { waits: [], polling: options(5000) });
    await advance(5000);
    await expect(poller.promise()).rejects.toMatchObject({ rpcCode: Code.NOT_FOUND });
  });

  it('does not apply after a successful response: then the operation was deleted', async () => {
    const { poller } = createPoller([running, failure(Code.NOT_FOUND)], { waits: [], polling: options(3_600_000) });
    const seen = track(poller.promise());
    await advance(1000);
    expect(seen.error).toMatchObject({ rpcCode: Code.NOT_FOUND });
  });

  it('applies to NOT_FOUND only', async () => {
    const { poller } = createPoller([failure(Code.PERMISSION_DENIED)], { waits: [], polling: options(3_600_000) });
    await expect(poller.promise()).rejects.toMatchObject({ rpcCode: Code.PERMISSION_DENIED });
  });

  it('is off by default', async () => {
    const { poller, transport } = createPoller([failure(Code.NOT_FOUND), running], {
      waits: [],
      polling: { serverWait: 'never' },
    });
    await expect(poller.promise()).rejects.toMatchObject({ rpcCode: Code.NOT_FOUND, attempts: 1 });
    expect(transport.requests).toHaveLength(1);
  });

  it('keeps a timeout, without a busy loop before it', async () => {
    const { poller, transport } = createPoller([failure(Code.NOT_FOUND)], { waits: [], polling: options(3_600_000) });
    const seen = track(poller.promise({ totalTimeoutMs: 2900 }));
    await advance(2900);
    expect(seen).toMatchObject({ error: { code: 'LRO_POLLING_TIMEOUT' }, settledAtMs: 2900 });
    expect(transport.pollTimes).toEqual([0, 1000, 2000, 2600]);
  });

  it('applies to server-side waits, too, and does not disable them', async () => {
    const notFound = failure(Code.NOT_FOUND);
    for (const wait of ['auto', 'always'] as const) {
      const { poller, transport, client } = createPoller([notFound, notFound, running], {
        waits: [notFound, notFound, { afterMs: 10_000, then: succeeded }],
        polling: options(5000, { serverWait: wait }),
      });
      const seen = track(poller.promise());
      await advance(12_000);
      expect(seen).toMatchObject({ value: expect.anything(), settledAtMs: 12_000 });
      expect(transport.waitTimes).toEqual([0, 1000, 2000]);
      expect(transport.pollTimes).toEqual([]);
      // Waiting is still the first thing that is tried.
      const other = track(client.poller('operations/2').promise());
      await advance(10_000);
      expect(other.value).toBeDefined();
      expect(transport.waitTimes).toHaveLength(4);
    }
  });

  it('lets a server-side wait fail after that time', async () => {
    const notFound = failure(Code.NOT_FOUND);
    const { poller } = createPoller([notFound], {
      waits: [notFound],
      polling: options(1500, { serverWait: 'always' }),
    });
    const seen = track(poller.promise());
    await advance(2000);
    expect(seen.error).toMatchObject({ rpcCode: Code.NOT_FOUND });
    expect(seen.settledAtMs).toBe(2000);
  });
});
