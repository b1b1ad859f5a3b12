import { describe, expect, it, jest } from '@jest/globals';
import { SharedPoll } from '../../src/coalescing/shared-poll.js';
import { LinkedList } from '../../src/rpc/linked-list.js';
import type { ActiveLoop } from '../../src/waiting/client-context.js';
import { pausedMs } from '../../src/waiting/poll-plan.js';
import type { Queued } from '../../src/coalescing/queued.js';

const raw = { name: 'operations/1', done: false };

/** A poll that was requested at 5, in a list, with so many loops. */
function poll(count: number) {
  const onAbandoned = jest.fn();
  const shared = new SharedPoll(5, onAbandoned);
  const list = new LinkedList<Queued>();
  shared.moveTo(list);
  const loops = Array.from({ length: count }, (_, index) => {
    const loop = { index, poll: shared as unknown, onResponse: jest.fn(), fail: jest.fn(), sendPoll: jest.fn() };
    loop.onResponse.mockImplementation(() => (loop.poll = undefined));
    loop.sendPoll.mockImplementation(() => (loop.poll = 'own'));
    const active = loop as typeof loop & ActiveLoop;
    shared.join(active, 10_000 - index);
    return active;
  });
  const leave = (loop: ActiveLoop): void => {
    shared.abort();
    (loop as { poll: unknown }).poll = undefined;
  };
  return { shared, list, loops, leave, onAbandoned };
}

describe('SharedPoll', () => {
  it('passes each loop its own state, once, and leaves its list with the last', () => {
    const { shared, list, loops, onAbandoned } = poll(2);
    const [first, second] = loops as [(typeof loops)[0], (typeof loops)[0]];
    shared.resolve(first, raw, 7);
    expect(first.onResponse.mock.calls).toEqual([[raw, shared, 7]]);
    expect([shared.size, shared.loops, list.size]).toEqual([1, [second], 1]);
    shared.resolve(second, raw, 8);
    expect([shared.size, shared.loops, list.size, onAbandoned.mock.calls]).toEqual([0, [], 0, []]);
  });

  it('ends the waits of a loop that cannot take its state, and of no other', () => {
    const { shared, loops } = poll(2);
    const broken = new Error('broken');
    loops[0]!.onResponse.mockImplementation(() => {
      throw broken;
    });
    shared.resolve(loops[0]!, raw, 7);
    expect(loops.map((loop) => loop.fail.mock.calls)).toEqual([[[broken]], []]);
  });

  it('lets a loop send a poll of its own instead, as of the time when it was requested', () => {
    const { shared, list, loops } = poll(1);
    expect(shared.sentMs).toBe(5);
    shared.replaceFor(loops[0]!);
    expect([loops[0]!.sendPoll.mock.calls, shared.size, list.size]).toEqual([[[5]], 0, 0]);
  });

  it('is abandoned once the last loop has aborted it, and keeps no loop then', () => {
    const { shared, loops, leave, onAbandoned } = poll(3);
    shared.resolve(loops[0]!, raw, 7);
    leave(loops[1]!);
    expect([shared.loops, onAbandoned.mock.calls]).toEqual([[loops[2]], []]);
    leave(loops[2]!);
    // A loop that it keeps would be found again if it waited again.
    for (const loop of loops) (loop as { poll: unknown }).poll = shared;
    expect([shared.loops, onAbandoned.mock.calls]).toEqual([[], [[shared]]]);
  });

  it('keeps few of the loops that have left while others wait', () => {
    const { shared, loops, leave } = poll(1000);
    const kept = new Set<number>();
    for (const loop of loops.slice(0, 900)) leave(loop);
    // A loop that it keeps would be found again if it waited again.
    for (const loop of loops.slice(0, 900)) (loop as { poll: unknown }).poll = shared;
    for (const { index } of shared.loops as typeof loops) if (index < 900) kept.add(index);
    expect([shared.size, kept.size]).toEqual([100, expect.any(Number)]);
    expect(kept.size).toBeLessThanOrEqual(100 + 32);
  });

  it('has the least time of its loops, and the time when it was requested, whatever one of them does', () => {
    const { shared } = poll(3);
    shared.join({} as ActiveLoop, 20_000);
    shared.sentMs = pausedMs;
    expect([shared.timeoutMs, shared.sentMs]).toEqual([9998, 5]);
  });
});
