import { describe, expect, it } from '@jest/globals';
import { Code } from '../../src/index.js';
import { waitAny } from '../../src/many/index.js';
import { CountingSignal } from '../support/signals.js';
import { useVirtualTime, track } from '../support/virtual-time.js';
import { world } from './support.js';

const advance = useVirtualTime();
const failed = { error: { code: Code.ABORTED, message: 'lost' } };

describe('waitAny()', () => {
  it('returns the first response, and sends no more requests', async () => {
    const { emulator, poller } = world();
    const signal = new CountingSignal();
    const seen = track(waitAny([poller(60_000), poller(2000), poller(500, failed)], { signal }));
    await advance(2200);
    expect(seen.value).toMatchObject({ json: { durationMs: 2000 } });
    const callCount = emulator.calls.length;
    await advance(60_000);
    expect([emulator.calls.length, signal.listeners]).toEqual([callCount, 0]);
  });

  it('rejects with all errors, in the order of the pollers, if none succeeds', async () => {
    const { poller } = world();
    const seen = track(waitAny([poller(60_000), poller(500, failed)], { totalTimeoutMs: 1000 }));
    await advance(1000);
    expect(seen.error).toMatchObject({
      name: 'AggregateError',
      errors: [{ code: 'LRO_POLLING_TIMEOUT' }, { code: 'LRO_OPERATION_FAILED' }],
    });
    await expect(waitAny([])).rejects.toMatchObject({ name: 'AggregateError', errors: [] });
  });

  it('rejects with the abort reason itself', async () => {
    const { poller } = world();
    const controller = new AbortController();
    const seen = track(waitAny([poller(60_000), poller(60_000)], { signal: controller.signal }));
    await advance(1000);
    controller.abort('enough');
    await advance(0);
    expect(seen.error).toBe('enough');
    await expect(waitAny([poller(0)], { signal: controller.signal })).rejects.toBe('enough');
  });

  it('rejects for invalid arguments', async () => {
    await expect(waitAny(1 as never)).rejects.toThrow(TypeError);
    await expect(waitAny([], { totalTimeoutMs: NaN })).rejects.toThrow(RangeError);
  });
});
