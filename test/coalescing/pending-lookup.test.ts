import { describe, expect, it, jest } from '@jest/globals';
import { PendingLookup } from '../../src/coalescing/pending-lookup.js';

const raw = { name: 'operations/1', done: false };
const failure = new Error('broken');

/** A lookup whose callers record what they are called with. */
function lookup() {
  const onAbandoned = jest.fn();
  const pending = new PendingLookup('operations/1', 0, onAbandoned);
  const calls: [caller: number, outcome: unknown][] = [];
  const add = (caller: number): void =>
    pending.then(
      (response) => calls.push([caller, response]),
      (error) => calls.push([caller, error]),
    );
  return { pending, calls, add, onAbandoned };
}

describe('PendingLookup', () => {
  it.each<[string, unknown, (pending: PendingLookup) => void]>([
    ['the response', raw, (pending) => pending.resolve(raw, 7)],
    ['the error', failure, (pending) => pending.reject(failure)],
  ])('calls each caller once with %s, also those that come later', (_, outcome, settle) => {
    const { pending, calls, add } = lookup();
    for (const caller of [1, 2, 3]) add(caller);
    expect(calls).toEqual([]);
    settle(pending);
    add(4);
    expect(calls).toEqual([1, 2, 3, 4].map((caller) => [caller, outcome]));
    settle(pending);
    expect(calls).toHaveLength(4);
  });

  it('may be settled without callers', () => {
    const { pending, calls, add } = lookup();
    expect(() => pending.resolve(raw, 7)).not.toThrow();
    add(1);
    expect(calls).toEqual([[1, raw]]);
  });

  it('is abandoned once the last caller has aborted, and has the longest deadline of all', () => {
    const { pending, onAbandoned } = lookup();
    const controllers = [500, 2000, 1000].map((timeoutMs) => {
      const controller = new AbortController();
      expect(pending.addCaller(controller.signal, timeoutMs)).toBe(pending);
      return controller;
    });
    expect(pending.timeoutMs).toBe(2000);
    for (const controller of controllers) {
      expect(onAbandoned).not.toHaveBeenCalled();
      controller.abort();
    }
    expect(onAbandoned.mock.calls).toEqual([[pending]]);
  });
});
