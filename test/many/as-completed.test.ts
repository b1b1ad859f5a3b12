import { describe, expect, it, jest } from '@jest/globals';
import { Code } from '../../src/index.js';
import { asCompleted } from '../../src/many/index.js';
import { CountingSignal } from '../support/signals.js';
import { useVirtualTime, track } from '../support/virtual-time.js';
import { all, world } from './support.js';

const advance = useVirtualTime();
const failed = { error: { code: Code.ABORTED, message: 'lost' } };

describe('asCompleted()', () => {
  it('yields each poller as its operation completes', async () => {
    const { poller } = world();
    const pollers = [poller(3000), poller(1000, failed), poller(0), poller(2000)];
    const seen = track(all(asCompleted(pollers)));
    await advance(5000);
    expect(seen.value?.map(({ index, operation }) => [index, operation.result])).toEqual([
      [2, 'response'],
      [1, 'error'],
      [3, 'response'],
      [0, 'response'],
    ]);
    for (const { index, poller } of seen.value ?? []) expect(poller).toBe(pollers[index]);
  });

  it('ends at once without pollers, and yields a repeated poller twice', async () => {
    const { poller } = world();
    await expect(all(asCompleted([]))).resolves.toEqual([]);
    const one = poller(0);
    await expect(all(asCompleted([one, one]))).resolves.toHaveLength(2);
  });

  it('sends nothing before the iteration, and can be iterated again', async () => {
    const { emulator, poller } = world();
    const signal = new CountingSignal();
    const completions = asCompleted([poller(500)], { signal });
    const iterator = completions[Symbol.asyncIterator]();
    await advance(2000);
    expect([emulator.calls.length, signal.added]).toEqual([0, 0]);
    const first = track(iterator.next());
    await advance(200);
    expect(first.value).toMatchObject({ done: false, value: { index: 0 } });
    await expect(all(completions)).resolves.toHaveLength(1);
  });

  it('releases timers, listeners and requests after a break', async () => {
    const { emulator, poller } = world();
    const signal = new CountingSignal();
    const broken = async (): Promise<void> => {
      for await (const { index } of asCompleted([poller(60_000), poller(500)], { signal })) {
        expect(index).toBe(1);
        break;
      }
    };
    const seen = track(broken());
    await advance(1000);
    expect(seen.settledAtMs).toBeGreaterThan(0);
    expect([signal.listeners, jest.getTimerCount()]).toEqual([0, 0]);
    const callCount = emulator.calls.length;
    await advance(60_000);
    expect(emulator.calls).toHaveLength(callCount);
  });

  it('resolves pending next() calls when return() is called', async () => {
    const { poller } = world();
    const iterator = asCompleted([poller(60_000)])[Symbol.asyncIterator]();
    const [first, second] = [track(iterator.next()), track(iterator.next())];
    await advance(100);
    await iterator.return?.();
    await advance(0);
    expect([first.value?.done, second.value?.done]).toEqual([true, true]);
    await expect(iterator.next()).resolves.toEqual({ done: true, value: undefined });
  });

  it('throws the abort reason once', async () => {
    const { poller } = world();
    const controller = new AbortController();
    const iterator = asCompleted([poller(0), poller(60_000)], { signal: controller.signal })[Symbol.asyncIterator]();
    await expect(iterator.next()).resolves.toMatchObject({ value: { index: 0 } });
    const seen = track(iterator.next());
    await advance(1000);
    controller.abort('enough');
    await advance(0);
    expect(seen.error).toBe('enough');
    await expect(iterator.next()).resolves.toMatchObject({ done: true });
    await expect(all(asCompleted([], { signal: controller.signal }))).rejects.toBe('enough');
  });

  it('drops completions that were not consumed before an abort', async () => {
    const { poller } = world();
    const controller = new AbortController();
    const pollers = [poller(0), poller(0), poller(60_000)];
    const iterator = asCompleted(pollers, { signal: controller.signal })[Symbol.asyncIterator]();
    const first = track(iterator.next());
    await advance(100);
    controller.abort('enough');
    await advance(0);
    expect(first.value).toMatchObject({ value: { index: 0 } });
    await expect(iterator.next()).rejects.toBe('enough');
  });

  it('yields pending operations with tokens when the time limit passes', async () => {
    const { poller } = world();
    const seen = track(all(asCompleted([poller(60_000), poller(500), poller(60_000)], { totalTimeoutMs: 1000 })));
    await advance(1000);
    const [first, ...late] = seen.value ?? [];
    expect(first).toMatchObject({ index: 1, operation: { result: 'response' } });
    expect(late.sort((one, other) => one.index - other.index)).toMatchObject([
      { index: 0, operation: { result: 'unknown', reason: { token: { name: 'operations/1' } } } },
      { index: 2, operation: { result: 'unknown', reason: { token: { name: 'operations/3' } } } },
    ]);
  });

  it('throws for invalid arguments at once', () => {
    expect(() => asCompleted(undefined as never)).toThrow(TypeError);
    expect(() => asCompleted([], { totalTimeoutMs: NaN })).toThrow(RangeError);
  });
});

describe('asCompleted() with a thousand pollers', () => {
  it('adds one listener to the signal, without a warning', async () => {
    const { poller } = world();
    const warned = jest.spyOn(process, 'emitWarning');
    const { signal } = new AbortController();
    const add = jest.spyOn(signal, 'addEventListener');
    const seen = track(
      all(
        asCompleted(
          Array.from({ length: 1000 }, (_, i) => poller(i)),
          { signal },
        ),
      ),
    );
    await advance(2000);
    expect(seen.value).toHaveLength(1000);
    expect([add.mock.calls.length, warned.mock.calls.length]).toEqual([1, 0]);
  });
});
