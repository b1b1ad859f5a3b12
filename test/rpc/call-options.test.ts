import { describe, expect, it, jest } from '@jest/globals';
import { CallAttempt } from '../../src/rpc/rpc-call.js';
import {
  isInternalCall,
  removeCallAbortListener,
  addCallAbortListener,
  callSignal,
} from '../../src/rpc/call-options.js';
import { CountingSignal } from '../support/signals.js';

describe('CallAttempt', () => {
  it('notifies all listeners once, with the reason', () => {
    const attempt = new CallAttempt(1000, undefined);
    const [stays, leaves] = [jest.fn(), jest.fn()];
    addCallAbortListener(attempt, stays);
    addCallAbortListener(attempt, leaves);
    removeCallAbortListener(attempt, leaves);
    expect(attempt.aborted).toBe(false);
    attempt.abort('enough');
    expect([attempt.aborted, attempt.reason]).toEqual([true, 'enough']);
    expect(stays).toHaveBeenCalledTimes(1);
    expect(leaves).not.toHaveBeenCalled();
  });

  it('creates a native signal on access, before or after the abort', () => {
    const [before, after] = [new CallAttempt(1000, undefined), new CallAttempt(1000, undefined)];
    const { signal } = Object.assign({}, before); // a copy has it too
    before.abort('enough');
    after.abort('late');
    expect([signal.aborted, signal.reason]).toEqual([true, 'enough']);
    expect([after.signal.aborted, after.signal.reason]).toEqual([true, 'late']);
  });
});

describe('callSignal()', () => {
  it('returns the attempt itself, or the signal of foreign options', () => {
    const attempt = new CallAttempt(1000, undefined);
    const signal = new CountingSignal();
    expect([isInternalCall(attempt), isInternalCall({ signal }), isInternalCall(Object.assign({}, attempt))]).toEqual([
      true,
      false,
      false,
    ]);
    expect(callSignal(attempt)).toBe(attempt);
    expect(callSignal({ signal })).toBe(signal);
    expect(callSignal({})).toBeUndefined();
  });
});

describe('addCallAbortListener()', () => {
  it('adds one listener to a shared signal', () => {
    const signal = new CountingSignal();
    const actions = [jest.fn(), jest.fn()];
    for (const action of actions) addCallAbortListener(signal, action);
    expect([signal.added, signal.listeners]).toEqual([1, 1]);
    for (const action of actions) removeCallAbortListener(signal, action);
    expect(signal.listeners).toBe(0);
  });
});
