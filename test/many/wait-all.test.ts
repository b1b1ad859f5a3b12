import { describe, expect, it } from '@jest/globals';
import { Code, PollingTimeoutError } from '../../src/index.js';
import { waitAll, type AnyPoller } from '../../src/many/index.js';
import { CountingSignal } from '../support/signals.js';
import { useVirtualTime, track } from '../support/virtual-time.js';
import { world } from './support.js';

const advance = useVirtualTime();
const failed = { error: { code: Code.ABORTED, message: 'lost' } };

describe('waitAll()', () => {
  it('returns the responses in the order of the pollers', async () => {
    const { poller } = world();
    const seen = track(waitAll([poller(3000), poller(1000), poller(0)]));
    await advance(2999);
    expect(seen).toEqual({});
    await advance(200);
    expect(seen.value).toMatchObject([3000, 1000, 0].map((durationMs) => ({ json: { durationMs } })));
  });

  it('accepts any iterable, an empty one too', async () => {
    const { poller } = world();
    await expect(waitAll([])).resolves.toEqual([]);
    await expect(waitAll([], { settle: true })).resolves.toEqual([]);
    await expect(waitAll(new Set([poller(0)]))).resolves.toHaveLength(1);
  });

  it('rejects with the first failure, and sends no more requests', async () => {
    const { emulator, poller } = world();
    const signal = new CountingSignal();
    const seen = track(waitAll([poller(60_000), poller(1000, failed), poller(2000, failed)], { signal }));
    await advance(500);
    expect(signal.listeners).toBe(1);
    await advance(700);
    expect(seen.error).toMatchObject({ code: 'LRO_OPERATION_FAILED', operationName: 'operations/2' });
    const callCount = emulator.calls.length;
    await advance(60_000);
    expect([emulator.calls.length, signal.listeners]).toEqual([callCount, 0]);
  });

  it('returns every outcome with settle', async () => {
    const { emulator, poller } = world();
    emulator.injectFault({ method: 'getOperation', name: 'operations/3', status: { code: Code.PERMISSION_DENIED } });
    const pollers = [poller(1000), poller(500, failed), poller(800), poller(60_000)];
    const seen = track(waitAll(pollers, { settle: true, totalTimeoutMs: 5000 }));
    await advance(4999);
    expect(seen).toEqual({});
    await advance(1);
    expect(seen.value).toMatchObject([
      { result: 'response', name: 'operations/1' },
      { result: 'error', error: { message: 'lost' } },
      { result: 'unknown', name: 'operations/3', reason: { rpcCode: Code.PERMISSION_DENIED } },
      { result: 'unknown', reason: expect.any(PollingTimeoutError), lastOperation: { done: false } },
    ]);
    expect(seen.value?.[3]).toHaveProperty('reason.token.name', 'operations/4');
  });

  it.each([false, true])('rejects with the abort reason (settle: %s), and sends no more requests', async (settle) => {
    const { emulator, poller } = world();
    const controller = new AbortController();
    const seen = track(waitAll([poller(0), poller(60_000), poller(60_000)], { settle, signal: controller.signal }));
    await advance(1000);
    const reason = new Error('enough');
    controller.abort(reason);
    await advance(0);
    expect(seen.error).toBe(reason);
    const callCount = emulator.calls.length;
    await advance(60_000);
    expect(emulator.calls).toHaveLength(callCount);
    await expect(waitAll([], { settle, signal: controller.signal })).rejects.toBe(reason);
  });

  it('rejects with a PollingTimeoutError when the time limit passes', async () => {
    const { poller } = world();
    const seen = track(waitAll([poller(0), poller(60_000)], { totalTimeoutMs: 1500 }));
    await advance(1500);
    expect(seen).toMatchObject({ error: { code: 'LRO_POLLING_TIMEOUT', elapsedMs: 1500 }, settledAtMs: 1500 });
  });

  it('calls onProgress with the index of the poller', async () => {
    const { poller } = world();
    const updates: unknown[] = [];
    const options = { onProgress: ({ done }: { done: boolean }, index: number) => updates.push([index, done]) };
    const seen = track(waitAll([poller(500), poller(0)], options));
    await advance(1000);
    expect(seen.value).toHaveLength(2);
    expect(updates).toEqual([
      [0, false],
      [1, true],
      [0, true],
    ]);
  });

  it('rejects for invalid arguments', async () => {
    const { poller } = world();
    await expect(waitAll(undefined as never)).rejects.toThrow("Cannot wait as 'pollers' must be an iterable");
    await expect(waitAll([poller(1), {} as AnyPoller])).rejects.toThrow("'pollers[1]' must be an LROPoller");
    await expect(waitAll([], { totalTimeoutMs: NaN })).rejects.toThrow(RangeError);
    await expect(waitAll([], { signal: {} as AbortSignal })).rejects.toThrow(TypeError);
    await expect(waitAll([], { onProgress: 1 as never })).rejects.toThrow("'onProgress' must be a function");
  });
});
