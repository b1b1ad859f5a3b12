import { describe, expect, it, jest } from '@jest/globals';
import { Attempt } from '../../src/rpc/attempt.js';
import { isAttempt, offGivenUp, onGivenUp, signalOf } from '../../src/rpc/options.js';
import { CountingSignal } from '../support/signals.js';

describe('Attempt', () => {
  it('tells all who listen, once, with the reason', () => {
    const attempt = new Attempt(1000, undefined);
    const [stays, leaves] = [jest.fn(), jest.fn()];
    onGivenUp(attempt, stays);
    onGivenUp(attempt, leaves);
    offGivenUp(attempt, leaves);
    expect(attempt.aborted).toBe(false);
    attempt.abort('enough');
    expect([attempt.aborted, attempt.reason]).toEqual([true, 'enough']);
    expect(stays).toHaveBeenCalledTimes(1);
    expect(leaves).not.toHaveBeenCalled();
  });

  it('has a signal of the platform for those who ask, before or after', () => {
    const [before, after] = [new Attempt(1000, undefined), new Attempt(1000, undefined)];
    const { signal } = Object.assign({}, before); // a copy has it too
    before.abort('enough');
    after.abort('late');
    expect([signal.aborted, signal.reason]).toEqual([true, 'enough']);
    expect([after.signal.aborted, after.signal.reason]).toEqual([true, 'late']);
  });
});

describe('signalOf()', () => {
  it("is the attempt itself, or the signal of options that are somebody else's", () => {
    const attempt = new Attempt(1000, undefined);
    const signal = new CountingSignal();
    expect([isAttempt(attempt), isAttempt({ signal }), isAttempt(Object.assign({}, attempt))]).toEqual([
      true,
      false,
      false,
    ]);
    expect(signalOf(attempt)).toBe(attempt);
    expect(signalOf({ signal })).toBe(signal);
    expect(signalOf({})).toBeUndefined();
  });
});

describe('onGivenUp()', () => {
  it('puts one listener on a signal that many share', () => {
    const signal = new CountingSignal();
    const actions = [jest.fn(), jest.fn()];
    for (const action of actions) onGivenUp(signal, action);
    expect([signal.added, signal.listeners]).toEqual([1, 1]);
    for (const action of actions) offGivenUp(signal, action);
    expect(signal.listeners).toBe(0);
  });
});
