import { describe, expect, it } from '@jest/globals';
import { Code } from '../../src/index.js';
import { createPoller } from '../support/create-poller.js';
import { at, failure, json, name, running, succeeded } from '../support/scripted.js';
import { useVirtualTime, track } from '../support/virtual-time.js';

const advance = useVirtualTime();

describe('promise()', () => {
  it('polls at once when only the name is known, then on schedule, and resolves with the response', async () => {
    const { transport, poller } = createPoller([at(1), at(2), succeeded]);
    const seen = track(poller.promise());
    await advance(2000);
    expect(seen.value).toEqual({ '@type': 'type.googleapis.com/test.Thing', ok: true });
    expect(transport.times).toEqual([0, 1000, 2000]);
    expect(poller.operation).toMatchObject({ done: true, result: 'response' });
  });

  it('sends nothing before a wait starts', async () => {
    const { transport } = createPoller([succeeded]);
    await advance(10_000);
    expect(transport.requests).toEqual([]);
  });

  it('does not poll at once an operation that has just been started', async () => {
    const { transport, poller } = createPoller([succeeded], { from: at(0) });
    const seen = track(poller.promise());
    await advance(999);
    expect(transport.times).toEqual([]);
    await advance(1);
    expect(seen.value).toMatchObject({ ok: true });
  });

  it('never polls an operation that is done at the start, whatever its name', async () => {
    for (const arrived of [succeeded, { ...succeeded, name: '' }]) {
      const { transport, poller } = createPoller([running], { from: arrived });
      await expect(poller.promise()).resolves.toMatchObject({ ok: true });
      await expect(poller.poll()).resolves.toMatchObject({ done: true });
      expect(transport.requests).toEqual([]);
    }
  });

  it('completes only if done === true', async () => {
    const early = { ...running, response: succeeded.response };
    const { poller } = createPoller([early, early, succeeded]);
    const seen = track(poller.promise());
    await advance(1999);
    expect(seen).toEqual({});
    await advance(1);
    expect(seen.value).toMatchObject({ ok: true });
  });

  it('resolves with the default instance when the operation has neither response nor error', async () => {
    const { poller } = createPoller([{ name, done: true }]);
    await expect(poller.promise()).resolves.toEqual({});
  });

  it('rejects with the status, its details and the last metadata when the operation failed', async () => {
    const detail = {
      '@type': 'type.googleapis.com/google.rpc.ErrorInfo',
      reason: 'NO_LUCK',
      domain: 'test',
      metadata: {},
    } as const;
    const error = { code: Code.FAILED_PRECONDITION, message: 'no luck', details: [detail] };
    const { poller } = createPoller([{ name, done: true, metadata: json({ percent: 77 }), error }]);
    await expect(poller.promise()).rejects.toMatchObject({
      code: 'LRO_OPERATION_FAILED',
      operationName: name,
      status: error,
      errorInfo: detail,
      metadata: { percent: 77 },
      cancelled: false,
    });
  });

  it('resolves at once and without a request after completion, however often it is called', async () => {
    const { transport, poller } = createPoller([succeeded]);
    await poller.promise();
    await expect(poller.promise()).resolves.toMatchObject({ ok: true });
    await expect(poller.pollUntilDone()).resolves.toMatchObject({ result: 'response' });
    await expect(poller.poll()).resolves.toMatchObject({ result: 'response' });
    expect(transport.requests).toHaveLength(1);
  });

  it('rejects each time with an UnpackError that names both types', async () => {
    const other = { typeUrl: 'type.googleapis.com/test.Other', json: {} };
    const { transport, poller } = createPoller([{ name, done: true, response: other }]);
    const expected = { code: 'LRO_UNPACK_FAILED', expected: 'test.Thing', actual: 'test.Other', any: other };
    await expect(poller.promise()).rejects.toMatchObject(expected);
    await expect(poller.pollUntilDone()).rejects.toMatchObject(expected);
    expect(transport.requests).toHaveLength(1);
  });

  it('continues if metadata cannot be decoded, with the reason in metadataError', async () => {
    const other = { typeUrl: 'type.googleapis.com/test.Other', json: {} };
    const { poller } = createPoller([{ ...running, metadata: other }, succeeded]);
    const seen = track(poller.promise());
    await advance(0);
    expect(poller.operation).toMatchObject({ metadata: undefined, metadataError: { actual: 'test.Other' } });
    await advance(1000);
    expect(seen.value).toMatchObject({ ok: true });
  });

  it('continues after transient failures, and rejects at once with a RequestError for a permanent one', async () => {
    const { transport, poller } = createPoller([failure(Code.UNAVAILABLE), running, failure(Code.INTERNAL), succeeded]);
    const seen = track(poller.promise());
    await advance(2000);
    expect(seen.value).toMatchObject({ ok: true });
    // Retries come on their own clock (500 ms, no jitter here) and do not stretch the cadence after them.
    expect(transport.times).toEqual([0, 500, 1500, 2000]);

    const { poller: denied } = createPoller([failure(Code.PERMISSION_DENIED)]);
    await expect(denied.promise()).rejects.toMatchObject({ code: 'LRO_REQUEST_FAILED', rpcCode: 7, attempts: 1 });
  });

  it('rejects with the last error after ten minutes of failures', async () => {
    const { poller } = createPoller([running, failure(Code.UNAVAILABLE)]);
    const seen = track(poller.promise());
    await advance(600_000);
    expect(seen).toEqual({});
    await advance(1000);
    expect(seen.error).toMatchObject({ code: 'LRO_REQUEST_FAILED', rpcCode: Code.UNAVAILABLE });
    expect(seen.settledAtMs).toBe(601_000);
  });

  it('can be called again after a failed request, no sooner than the next poll is due', async () => {
    const { transport, poller } = createPoller([failure(Code.PERMISSION_DENIED), succeeded]);
    await expect(poller.promise()).rejects.toMatchObject({ rpcCode: Code.PERMISSION_DENIED });
    const seen = track(poller.promise());
    await advance(999);
    expect(transport.requests).toHaveLength(1);
    await advance(1);
    expect(seen.value).toMatchObject({ ok: true });
  });

  it('rejects if the response is not an operation', async () => {
    const { poller } = createPoller([null as never]);
    await expect(poller.promise()).rejects.toMatchObject({ code: 'LRO_MALFORMED_OPERATION', operationName: name });
    await expect(poller.poll()).rejects.toMatchObject({ code: 'LRO_MALFORMED_OPERATION' });
  });

  it('keeps the requested name if responses have another or none', async () => {
    const { transport, poller } = createPoller([
      { ...running, name: 'projects/42/operations/1' },
      { ...at(1), name: '' },
      succeeded,
    ]);
    const seen = track(poller.promise());
    await advance(2000);
    expect(seen.value).toMatchObject({ ok: true });
    expect(transport.requests.map(({ request }) => request.name)).toEqual([name, name, name]);
  });

  it('rejects if the backoff returns no delay, and leaves nothing behind', async () => {
    const message = "Cannot poll as 'backoff()' must be a number of at least 0: current value is NaN";
    expect(() => createPoller([running], { polling: { backoff: () => NaN } })).toThrow(new RangeError(message));
    expect(() => createPoller([running], { polling: { backoff: () => undefined as never } })).toThrow(TypeError);
    const { poller } = createPoller([running], { polling: { backoff: ({ ageMs }) => (ageMs > 0 ? NaN : 1000) } });
    const seen = track(poller.promise());
    await advance(1000);
    expect(seen.error).toMatchObject({ message });
  });

  it('rejects if an option is invalid', async () => {
    const { poller } = createPoller([running]);
    await expect(poller.promise({ totalTimeoutMs: NaN })).rejects.toThrow(
      new RangeError("Cannot wait as 'totalTimeoutMs' must be a number: current value is NaN"),
    );
    await expect(poller.promise({ totalTimeoutMs: '5' as never })).rejects.toThrow(TypeError);
    await expect(poller.promise({ signal: {} as never })).rejects.toThrow("Cannot wait as 'signal' must be");
  });
});

describe('pollUntilDone()', () => {
  it('resolves with an operation that failed', async () => {
    const { poller } = createPoller([
      { name, done: true, error: { code: Code.NOT_FOUND, message: 'gone', details: [] } },
    ]);
    const done = await poller.pollUntilDone();
    expect(done.result === 'error' && done.error.message).toBe('gone');
  });
});

describe('poll()', () => {
  it('sends one request, does not wait, and updates all waiters', async () => {
    const { transport, poller } = createPoller([at(1), at(2), succeeded]);
    const seen = track(poller.promise());
    await advance(0);
    await expect(poller.poll()).resolves.toMatchObject({ done: false, metadata: { percent: 2 } });
    await expect(poller.poll()).resolves.toMatchObject({ done: true });
    await advance(0);
    expect(seen.value).toMatchObject({ ok: true });
    expect(transport.requests).toHaveLength(3);
  });

  it('cancels the request in flight of a wait once the operation is done', async () => {
    const { transport, poller } = createPoller(['hang', succeeded]);
    const seen = track(poller.promise());
    await advance(10);
    await poller.poll();
    await advance(0);
    expect(seen.value).toMatchObject({ ok: true });
    expect(transport.requests[0]?.options.signal?.aborted).toBe(true);
  });
});
