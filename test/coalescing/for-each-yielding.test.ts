import { describe, expect, it, jest } from '@jest/globals';
import { forEachYielding } from '../../src/coalescing/for-each-yielding.js';
import { useVirtualTime } from '../support/virtual-time.js';

const advance = useVirtualTime();

describe('forEachYielding()', () => {
  it('yields to the event loop after five milliseconds of work', async () => {
    const yields = jest.spyOn(globalThis, 'setTimeout');
    const done: number[] = [];
    const whole = forEachYielding(Array.from({ length: 64 }).keys(), (item) => {
      // The first sixteen items take 7 ms, the next ones 3 or 4 ms.
      if (item < 16 ? item % 5 < 2 : item % 5 === 0) jest.advanceTimersByTime(1);
      done.push(item);
    });
    await Promise.resolve();
    await Promise.resolve();
    expect(done).toHaveLength(16);
    await advance(0);
    await whole;
    expect(done).toEqual([...Array.from({ length: 64 }).keys()]);
    expect(yields).toHaveBeenCalledTimes(2);
  });

  it('runs pending microtasks after each sixteen items', async () => {
    const seen: number[] = [];
    let count = 0;
    const whole = forEachYielding(new Array<number>(40).fill(0), () => {
      if (count++ === 3) void Promise.resolve().then(() => seen.push(count));
    });
    await whole;
    expect(seen).toEqual([16]);
    expect(count).toBe(40);
  });

  it('does not yield for a rest of less than sixteen items', async () => {
    const seen: number[] = [];
    let count = 0;
    const whole = forEachYielding(new Array<number>(31).fill(0), () => {
      if (count++ === 0) void Promise.resolve().then(() => seen.push(count));
    });
    expect(count).toBe(31);
    await whole;
    expect(seen).toEqual([31]);
  });
});
