import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { AbortController as PolyfillController } from 'abort-controller';
import { OperationsClient } from '../../src/client.js';
import { Code } from '../../src/status.js';
import { OperationsEmulator, packEmpty, packStruct } from '../../src/testing/index.js';
import type { OperationsTransport, RawOperation } from '../../src/transport.js';

let emulator: OperationsEmulator;
let transport: OperationsTransport;
let now: number;

function make(options: ConstructorParameters<typeof OperationsEmulator>[0] = {}): void {
  emulator = new OperationsEmulator(options);
  transport = emulator.transport();
  now = performance.now();
}

const get = (name: string, options = {}): Promise<RawOperation> => transport.getOperation({ name }, options);
const wait = (name: string, timeoutMs: number, options = {}): Promise<RawOperation> =>
  transport.waitOperation!({ name, timeoutMs }, options);

/** Virtual milliseconds until it settles, and how. */
async function timed<T>(work: Promise<T>): Promise<{ atMs: number; value?: T; reason?: unknown }> {
  return work.then(
    (value) => ({ atMs: performance.now() - now, value }),
    (reason: unknown) => ({ atMs: performance.now() - now, reason }),
  );
}

beforeEach(() => {
  jest.useFakeTimers();
  make();
});
afterEach(async () => {
  await emulator.close();
  expect(jest.getTimerCount()).toBe(0);
  jest.useRealTimers();
});

describe('start()', () => {
  it('runs an operation for durationMs on fake timers and completes it with the response', async () => {
    const response = packEmpty();
    const started = emulator.start({ durationMs: 100, metadata: (done) => packStruct({ done }), response });
    expect(started).toEqual({ name: 'operations/1', done: false, metadata: packStruct({ done: 0 }) });
    await jest.advanceTimersByTimeAsync(50);
    expect(await get('operations/1')).toEqual({ ...started, metadata: packStruct({ done: 0.5 }) });
    await jest.advanceTimersByTimeAsync(49);
    expect((await get('operations/1')).done).toBe(false);
    await jest.advanceTimersByTimeAsync(1);
    expect(await get('operations/1')).toEqual({ ...started, done: true, metadata: packStruct({ done: 1 }), response });
  });

  it('starts operations that are done, never complete, fail, or have no result', async () => {
    const details = [{ '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay: '3s' }] as const;
    expect(emulator.start({ durationMs: 0 })).toEqual({ name: 'operations/1', done: true });
    expect(emulator.start({ name: 'x/1', durationMs: 0, error: { code: Code.ABORTED, details } })).toEqual({
      name: 'x/1',
      done: true,
      error: { code: 10, message: '', details },
    });
    emulator.start({ name: 'forever', durationMs: Infinity, metadata: (done) => packStruct({ done }) });
    await jest.advanceTimersByTimeAsync(1e12);
    expect(await get('forever')).toEqual({ name: 'forever', done: false, metadata: packStruct({ done: 0 }) });
  });

  it('omits the name, exposes the response early, delays visibility, and expires', async () => {
    const response = packEmpty();
    emulator.start({
      name: 'a',
      durationMs: 10,
      omitName: true,
      response,
      exposeResponseEarly: true,
      visibleAfterMs: 5,
    });
    emulator.update('a', { expiresAfterMs: 5 });
    await expect(get('a')).rejects.toMatchObject({ rpcCode: Code.NOT_FOUND, operationName: 'a', origin: 'service' });
    await jest.advanceTimersByTimeAsync(5);
    expect(await get('a')).toEqual({ name: 'a', done: false, response });
    await jest.advanceTimersByTimeAsync(9);
    expect(await get('a')).toEqual({ name: '', done: true, response });
    await jest.advanceTimersByTimeAsync(1);
    expect((await transport.listOperations({ name: '' }, {})).operations).toEqual([]);
    await expect(get('a')).rejects.toMatchObject({ rpcCode: Code.NOT_FOUND });
    expect(emulator.start({ name: 'a', durationMs: 1 }).name).toBe('a');
  });

  it('rejects an invalid script', () => {
    expect(() => emulator.start({ durationMs: -1 })).toThrow(RangeError);
    expect(() => emulator.start({ durationMs: NaN })).toThrow(RangeError);
    expect(() => emulator.start({} as never)).toThrow(TypeError);
    expect(() => emulator.start({ durationMs: 1, response: packEmpty(), error: { code: 3 } })).toThrow(TypeError);
    expect(() => emulator.start({ durationMs: 1, error: { code: 0 } })).toThrow(RangeError);
    emulator.start({ name: 'a', durationMs: 1 });
    expect(() => emulator.start({ name: 'a', durationMs: 1 })).toThrow("'name' must be a name that is not in use");
  });
});

describe('without a call', () => {
  it('complete() completes an operation now and update() changes its script; both wake waits', async () => {
    emulator.start({ name: 'a', durationMs: Infinity });
    emulator.start({ name: 'b', durationMs: Infinity });
    const [a, b] = [timed(wait('a', 1000)), timed(wait('b', 1000))];
    await jest.advanceTimersByTimeAsync(7);
    emulator.complete('a', { error: { code: Code.INTERNAL, message: 'broken' } });
    emulator.update('b', { durationMs: 20, response: packEmpty() });
    await jest.advanceTimersByTimeAsync(20);
    expect(await a).toMatchObject({ atMs: 7, value: { done: true, error: { code: 13, message: 'broken' } } });
    expect(await b).toMatchObject({ atMs: 20, value: { done: true, response: packEmpty() } });
    expect(() => emulator.complete('c')).toThrow(RangeError);
  });

  it('operation() and delete() read and remove without a call', () => {
    emulator.start({ name: 'a', durationMs: 1 });
    expect(emulator.operation('a')).toEqual({ name: 'a', done: false });
    expect([emulator.delete('a'), emulator.delete('a')]).toEqual([true, false]);
    expect(emulator.operation('a')).toBeUndefined();
    expect(emulator.calls).toEqual([]);
  });
});

describe('cancelOperation()', () => {
  const cancel = (name: string): Promise<void> => transport.cancelOperation({ name }, {});

  it('fails the operation with CANCELLED after cancelDelayMs, with the progress of that time', async () => {
    emulator.start({ name: 'a', durationMs: 100, metadata: (x) => packStruct({ x }), cancelDelayMs: 10 });
    const waiting = timed(wait('a', 1000));
    await jest.advanceTimersByTimeAsync(40);
    await cancel('a');
    await jest.advanceTimersByTimeAsync(5);
    await cancel('a');
    expect((await get('a')).done).toBe(false);
    await jest.advanceTimersByTimeAsync(500);
    expect(await waiting).toMatchObject({ atMs: 50, value: { done: true, error: { code: Code.CANCELLED } } });
    expect((await get('a')).metadata).toEqual(packStruct({ x: 0.5 }));
  });

  it('can come too late, be ignored, or fail', async () => {
    emulator.start({ name: 'late', durationMs: 10, cancelDelayMs: 10, response: packEmpty() });
    emulator.start({ name: 'ignored', durationMs: 10, cancel: 'ignored', response: packEmpty() });
    emulator.start({ name: 'fails', durationMs: 10, cancel: 'fails', response: packEmpty() });
    emulator.start({ name: 'own', durationMs: 10, cancel: { code: Code.UNIMPLEMENTED }, response: packEmpty() });
    await cancel('late');
    await cancel('ignored');
    await expect(cancel('fails')).rejects.toMatchObject({ rpcCode: Code.FAILED_PRECONDITION });
    await expect(cancel('own')).rejects.toMatchObject({ rpcCode: Code.UNIMPLEMENTED, status: { message: '' } });
    await expect(cancel('nope')).rejects.toMatchObject({ rpcCode: Code.NOT_FOUND });
    await jest.advanceTimersByTimeAsync(10);
    for (const name of ['late', 'ignored', 'fails', 'own']) {
      await cancel(name); // of one that is done: OK, and nothing changes
      expect(await get(name)).toEqual({ name, done: true, response: packEmpty() });
    }
  });
});

describe('deleteOperation()', () => {
  it('removes an operation, and ends waits for it with NOT_FOUND', async () => {
    emulator.start({ name: 'a', durationMs: 100 });
    const waiting = timed(wait('a', 1000));
    await jest.advanceTimersByTimeAsync(3);
    await transport.deleteOperation({ name: 'a' }, {});
    expect(await waiting).toMatchObject({ atMs: 3, reason: { rpcCode: Code.NOT_FOUND } });
    await expect(transport.deleteOperation({ name: 'a' }, {})).rejects.toMatchObject({ rpcCode: Code.NOT_FOUND });
  });
});

describe('waitOperation()', () => {
  it('responds when the operation is done, or after the timeout or maxWaitMs', async () => {
    make({ maxWaitMs: 30 });
    emulator.start({ name: 'a', durationMs: 20 });
    emulator.start({ name: 'b', durationMs: Infinity });
    const all = Promise.all([timed(wait('a', 25)), timed(wait('b', 25)), timed(wait('b', 0)), timed(wait('b', 99))]);
    await jest.advanceTimersByTimeAsync(100);
    expect((await all).map(({ atMs, value }) => [atMs, value!.done])).toEqual([
      [20, true],
      [25, false],
      [30, false],
      [30, false],
    ]);
    await expect(wait('nope', 10)).rejects.toMatchObject({ rpcCode: Code.NOT_FOUND });
  });
});

describe('listOperations()', () => {
  const names = async (request: Parameters<OperationsTransport['listOperations']>[0]): Promise<string[]> => {
    const { operations } = await transport.listOperations(request, {});
    return operations.map(({ name }) => name);
  };

  it('lists the operations below a parent, with or without /operations; - matches any segment', async () => {
    for (const name of ['p/1/operations/a', 'p/1/operations/b', 'p/12/operations/c', 'operations/d', 'batches/e']) {
      emulator.start({ name, durationMs: 0 });
    }
    expect(await names({ name: 'p/1' })).toEqual(['p/1/operations/a', 'p/1/operations/b']);
    expect(await names({ name: 'p/1/operations' })).toEqual(['p/1/operations/a', 'p/1/operations/b']);
    expect(await names({ name: 'p/-' })).toHaveLength(3);
    expect(await names({ name: 'operations' })).toEqual(['operations/d']);
    expect(await names({ name: 'batches' })).toEqual(['batches/e']);
    expect(await names({ name: '' })).toHaveLength(5);
    expect(await names({ name: 'nope' })).toEqual([]);
  });

  it('pages in the order of creation while operations are started and deleted', async () => {
    make({ maxPageSize: 3 });
    for (let i = 1; i <= 7; i++) emulator.start({ durationMs: i });
    const first = await transport.listOperations({ name: 'operations', pageSize: 2 }, {});
    expect(first.operations.map(({ name }) => name)).toEqual(['operations/1', 'operations/2']);
    expect(first.nextPageToken).toMatch(/^[\w-]+$/);
    for (const gone of ['operations/1', 'operations/2', 'operations/3']) emulator.delete(gone);
    emulator.start({ durationMs: 8 });
    const pageToken = first.nextPageToken;
    const second = await transport.listOperations({ name: 'operations', pageSize: 100, pageToken }, {});
    expect(second.operations.map(({ name }) => name)).toEqual(['operations/4', 'operations/5', 'operations/6']);
    const last = await transport.listOperations({ name: 'operations', pageToken: second.nextPageToken }, {});
    expect(last.operations.map(({ name }) => name)).toEqual(['operations/7', 'operations/8']);
    expect(last.nextPageToken).toBe('');
  });

  it('rejects an invalid page size, an invalid token, and a token of another list', async () => {
    make({ maxPageSize: 1 });
    emulator.start({ durationMs: 0 });
    emulator.start({ durationMs: 0 });
    const { nextPageToken: pageToken } = await transport.listOperations({ name: '' }, {});
    for (const request of [
      { name: '', pageSize: -1 },
      { name: '', pageToken: 'nonsense' },
      { name: 'operations', pageToken },
      { name: '', filter: 'x', pageToken },
    ]) {
      const refused = expect(transport.listOperations(request, {})).rejects;
      await refused.toMatchObject({ rpcCode: Code.INVALID_ARGUMENT });
    }
  });

  it('applies the filter option, and reports unreachable locations on request', async () => {
    make({ filter: (filter, { done }) => filter !== 'done' || done, unreachable: ['locations/x'] });
    emulator.start({ name: 'a', durationMs: 0 });
    emulator.start({ name: 'b', durationMs: 1 });
    expect(await names({ name: '', filter: 'done' })).toEqual(['a']);
    expect(await names({ name: '', filter: 'what ever' })).toEqual(['a', 'b']);
    const partial = await transport.listOperations({ name: '', returnPartialSuccess: true }, {});
    expect(partial.unreachable).toEqual(['locations/x']);
    expect((await transport.listOperations({ name: '' }, {})).unreachable).toEqual([]);
    make();
    const refused = expect(transport.listOperations({ name: '', returnPartialSuccess: true }, {})).rejects;
    await refused.toMatchObject({ rpcCode: Code.UNIMPLEMENTED });
  });
});

describe('injectFault()', () => {
  it('affects matching calls in order, as often as the fault says', async () => {
    emulator.start({ name: 'a', durationMs: 0 });
    emulator.start({ name: 'b', durationMs: 0 });
    emulator.injectFault({
      method: 'getOperation',
      name: 'a',
      times: 2,
      status: { code: Code.UNAVAILABLE, message: 'busy' },
    });
    emulator.injectFault({ method: 'getOperation', after: 1, reset: true });
    await get('b');
    const seen: unknown[] = [];
    for (let i = 0; i < 4; i++) {
      const { reason } = await timed(get('a'));
      seen.push(reason ? (reason as { origin: string }).origin : 'ok');
    }
    expect(seen).toEqual(['service', 'service', 'transport', 'ok']);
    emulator.injectFault({ method: 'getOperation', times: Infinity, status: { code: Code.INTERNAL } });
    await expect(get('a')).rejects.toMatchObject({ rpcCode: Code.INTERNAL });
    emulator.clearFaults();
    await get('a');
  });

  it('rejects with a RequestError that has the details and retryAfterMs', async () => {
    const details = [
      { '@type': 'type.googleapis.com/google.rpc.RequestInfo', requestId: '1', servingData: '' },
    ] as const;
    emulator.injectFault({ method: 'cancelOperation', status: { code: 8, message: 'no', details }, retryAfterMs: 250 });
    await expect(transport.cancelOperation({ name: 'a' }, {})).rejects.toMatchObject({
      code: 'LRO_REQUEST_FAILED',
      method: 'CancelOperation',
      operationName: 'a',
      status: { code: 8, message: 'no', details },
      retryAfterMs: 250,
      attempts: 1,
    });
    const hint = { '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay: '7.5s' } as const;
    emulator.injectFault({ method: 'getOperation', status: { code: 8, message: 'no', details: [hint] } });
    await expect(get('a')).rejects.toMatchObject({ rpcCode: 8, retryAfterMs: 7500 });
    emulator.start({ name: 'a', durationMs: 0 });
    emulator.injectFault({ method: 'getOperation', retryAfterMs: 250 });
    expect(await get('a')).toEqual({ name: 'a', done: true, retryAfterMs: 250 });
  });

  it('rejects a reset connection with a RequestError whose cause is the system error', async () => {
    emulator.injectFault({ method: 'getOperation', reset: true });
    const error = { rpcCode: Code.UNAVAILABLE, origin: 'transport', cause: { code: 'ECONNRESET' } };
    await expect(get('a')).rejects.toMatchObject(error);
  });

  it('delays a call in addition to latencyMs', async () => {
    make({ latencyMs: 5 });
    emulator.start({ name: 'a', durationMs: 12 });
    emulator.injectFault({ method: 'getOperation', delayMs: 10 });
    const [first, second] = [timed(get('a')), timed(get('a'))];
    await jest.advanceTimersByTimeAsync(100);
    expect(await first).toEqual({ atMs: 15, value: { name: 'a', done: true } });
    expect(await second).toEqual({ atMs: 5, value: { name: 'a', done: false } });
  });

  it('WaitOperation returns early; a list returns an empty page and a token', async () => {
    emulator.start({ name: 'a', durationMs: 50 });
    emulator.injectFault({ method: 'waitOperation', earlyReturn: true });
    expect(await timed(wait('a', 100))).toEqual({ atMs: 0, value: { name: 'a', done: false } });
    emulator.injectFault({ method: 'listOperations', emptyPage: true });
    const empty = await transport.listOperations({ name: '' }, {});
    expect(empty.operations).toEqual([]);
    const next = await transport.listOperations({ name: '', pageToken: empty.nextPageToken }, {});
    expect(next).toEqual({ operations: [{ name: 'a', done: false }], nextPageToken: '', unreachable: [] });
  });

  it('does not match faults that only HTTP can have', async () => {
    emulator.start({ name: 'a', durationMs: 0 });
    emulator.injectFault({ method: 'getOperation', http: { status: 502 } });
    emulator.injectFault({ method: 'getOperation', bodyDelayMs: Infinity });
    await get('a');
  });

  it('rejects an invalid fault', () => {
    expect(() => emulator.injectFault({ method: 'getOperation', times: 0 })).toThrow(RangeError);
    expect(() => emulator.injectFault({ method: 'getOperation', delayMs: -1 })).toThrow(RangeError);
    expect(() => emulator.injectFault({ method: 'getOperation', status: { code: 0 } })).toThrow(RangeError);
    expect(() => emulator.injectFault({} as never)).toThrow(TypeError);
  });
});

describe('transport()', () => {
  it('rejects with the reason immediately on abort, and leaves no timer or listener', async () => {
    emulator.start({ name: 'a', durationMs: Infinity });
    emulator.injectFault({ method: 'getOperation', hang: true });
    const ways = [(signal: AbortSignal) => get('a', { signal }), (signal: AbortSignal) => wait('a', 1000, { signal })];
    for (const ask of ways) {
      const controller = new AbortController();
      const { signal } = controller;
      const added = jest.spyOn(signal, 'addEventListener');
      const removed = jest.spyOn(signal, 'removeEventListener');
      now = performance.now();
      const call = timed(ask(signal));
      await jest.advanceTimersByTimeAsync(3);
      const reason = { why: 'no more' };
      controller.abort(reason);
      const settled = await call;
      expect(settled.atMs).toBe(3);
      expect(settled.reason).toBe(reason);
      expect(jest.getTimerCount()).toBe(0);
      expect(removed).toHaveBeenCalledTimes(added.mock.calls.length);
      expect(emulator.calls.at(-1)).toMatchObject({ aborted: true });
    }
  });

  it('sends nothing if the signal is aborted; rejects on abort before the response', async () => {
    emulator.start({ name: 'a', durationMs: 0 });
    await expect(get('a', { signal: AbortSignal.abort('before') })).rejects.toBe('before');
    expect(emulator.calls).toEqual([]);
    const controller = new AbortController();
    const call = get('a', { signal: controller.signal });
    controller.abort('during');
    await expect(call).rejects.toBe('during');
  });

  it('rejects with an AbortError if the signal has no reason', async () => {
    const controller = new PolyfillController();
    emulator.injectFault({ method: 'getOperation', hang: true });
    const call = get('a', { signal: controller.signal });
    controller.abort();
    await expect(call).rejects.toMatchObject({ name: 'AbortError' });
  });

  it('enforces the deadline of a call, 60 s by default', async () => {
    emulator.injectFault({ method: 'getOperation', hang: true, times: 2 });
    const [short, long] = [timed(get('a', { timeoutMs: 40 })), timed(get('a'))];
    await jest.advanceTimersByTimeAsync(60_000);
    const error = { rpcCode: Code.DEADLINE_EXCEEDED, origin: 'transport', operationName: 'a' };
    expect(await short).toMatchObject({ atMs: 40, reason: error });
    expect(await long).toMatchObject({ atMs: 60_000, reason: error });
  });

  it('rejects after the transport or the emulator is closed', async () => {
    emulator.start({ name: 'a', durationMs: 0 });
    await transport.close();
    await expect(get('a')).rejects.toMatchObject({ rpcCode: Code.CANCELLED, origin: 'transport' });
    transport = emulator.transport();
    emulator.injectFault({ method: 'getOperation', hang: true });
    const hanging = get('a');
    await Promise.resolve();
    await emulator.close();
    await emulator[Symbol.asyncDispose]();
    await expect(hanging).rejects.toMatchObject({ rpcCode: Code.UNAVAILABLE, origin: 'transport' });
    await expect(get('a')).rejects.toMatchObject({ rpcCode: Code.UNAVAILABLE, origin: 'transport' });
  });
});

it('a wait on a closed client fails at once, as over the network', async () => {
  const client = new OperationsClient({ transport });
  const poller = client.poller(emulator.start({ durationMs: 1000 }));
  await client.close();
  await expect(poller.promise()).rejects.toMatchObject({ rpcCode: Code.CANCELLED });
});

describe('calls', () => {
  it('logs method, name, headers in lower case, time and transport of every call', async () => {
    emulator.start({ name: 'a', durationMs: 0 });
    await jest.advanceTimersByTimeAsync(5);
    await get('a', { headers: { 'X-Goog-Request-Params': 'name=a' } });
    await transport.listOperations({ name: 'p' }, {});
    expect(emulator.calls).toEqual([
      { method: 'getOperation', name: 'a', headers: { 'x-goog-request-params': 'name=a' }, atMs: 5, via: 'transport' },
      { method: 'listOperations', name: 'p', headers: {}, atMs: 5, via: 'transport' },
    ]);
    make({ log: false });
    await transport.listOperations({ name: 'p' }, {});
    expect(emulator.calls).toEqual([]);
  });
});

describe('advance()', () => {
  it('advances the manual clock through everything due, in order', async () => {
    make({ clock: 'manual' });
    emulator.start({ name: 'a', durationMs: 30 });
    emulator.start({ name: 'b', durationMs: 10 });
    const seen: [string, number][] = [];
    const watch = (name: string): Promise<unknown> => wait(name, 100).then(() => seen.push([name, emulator.nowMs]));
    const afterwards = async (): Promise<void> => {
      await watch('b');
      emulator.start({ name: 'c', durationMs: 5 });
      await watch('c');
    };
    const all = [watch('a'), afterwards()];
    expect(emulator.nowMs).toBe(0);
    await emulator.advance(50);
    await Promise.all(all);
    expect(seen).toEqual([
      ['b', 10],
      ['c', 15],
      ['a', 30],
    ]);
    expect(emulator.nowMs).toBe(50);
    await expect(emulator.advance(-1)).rejects.toThrow(RangeError);
    make();
    await expect(emulator.advance(1)).rejects.toThrow(TypeError);
  });
});

describe('on the real clock', () => {
  it('an operation completes on time, and WaitOperation does not respond before', async () => {
    jest.useRealTimers();
    make();
    emulator.start({ name: 'a', durationMs: 20 });
    const done = await wait('a', 1000);
    expect(done.done).toBe(true);
    expect(emulator.nowMs).toBeGreaterThanOrEqual(20);
    jest.useFakeTimers();
  });

  it('holds 20,000 operations and pages through them', async () => {
    make({ maxPageSize: 1000, log: false });
    for (let i = 0; i < 20_000; i++) emulator.start({ durationMs: 1000 + i });
    let [pageToken, count] = ['', 0];
    do {
      const page = await transport.listOperations({ name: 'operations', pageToken }, {});
      count += page.operations.length;
      pageToken = page.nextPageToken;
    } while (pageToken !== '');
    expect(count).toBe(20_000);
  });
});
