import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { TaskQueue, type QueuedTask } from '../../src/rpc/task-queue.js';

const tasksStartedAt = (times: number[]): QueuedTask[] =>
  times.map((startedMs) => ({ startedMs, queueEntry: undefined }));

describe('TaskQueue', () => {
  it('returns tasks by start time, and by arrival if that is equal', () => {
    const queue = new TaskQueue();
    const [a, b, c, d] = tasksStartedAt([2, 1, 2, 1]);
    for (const task of [a!, b!, c!, d!]) queue.add(task);
    expect([1, 2, 3, 4, 5].map(() => queue.shift())).toEqual([b, d, a, c, undefined]);
  });

  it('behaves like a sorted array, whatever is added and removed', () => {
    const step = fc.record({
      action: fc.constantFrom('add', 'remove', 'shift'),
      startedMs: fc.nat(5),
      index: fc.nat(20),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
        const queue = new TaskQueue();
        let model: QueuedTask[] = [];
        for (const { action, startedMs, index } of steps) {
          if (action === 'add') {
            const [task] = tasksStartedAt([startedMs]);
            queue.add(task!);
            const at = model.findLastIndex((other) => other.startedMs <= startedMs) + 1;
            model = model.toSpliced(at, 0, task!);
          } else if (action === 'shift') {
            expect(queue.shift()).toBe(model[0]);
            model = model.slice(1);
          } else if (model.length > 0) {
            const task = model[index % model.length]!;
            expect(queue.remove(task)).toBe(true);
            expect(queue.remove(task)).toBe(false);
            model = model.filter((other) => other !== task);
          }
          expect(queue.size).toBe(model.length);
        }
        expect(model.map(() => queue.shift())).toEqual(model);
      }),
    );
  });
});
