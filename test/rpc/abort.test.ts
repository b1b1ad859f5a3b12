import { describe, expect, it, jest } from '@jest/globals';
import { AbortController as PolyfillController } from 'abort-controller';
import { abortReason, removeAbortListener, addAbortListener } from '../../src/rpc/abort.js';
import { CountingSignal } from '../support/signals.js';

describe('abortReason()', () => {
  it('returns the reason of a native signal itself', () => {
    const signal = AbortSignal.abort();
    expect(abortReason(signal)).toBe(signal.reason);
    expect(abortReason(AbortSignal.abort('text'))).toBe('text');
  });

  it('returns an AbortError if a polyfill has no reason', () => {
    const controller = new PolyfillController();
    controller.abort();
    const reason = abortReason(controller.signal);
    expect(reason).toBeInstanceOf(DOMException);
    expect(reason).toMatchObject({ name: 'AbortError', message: 'This operation was aborted' });
  });
});

describe('addAbortListener()', () => {
  it('calls the listener when the signal is aborted, until removeAbortListener()', () => {
    const signal = new CountingSignal();
    const [action, stopped] = [jest.fn(), jest.fn()];
    addAbortListener(signal, action);
    addAbortListener(signal, stopped);
    removeAbortListener(signal, stopped);
    expect(signal.listeners).toBe(1);
    signal.abort();
    expect(action).toHaveBeenCalledTimes(1);
    expect(stopped).not.toHaveBeenCalled();
    removeAbortListener(signal, action);
    removeAbortListener(signal, action);
    expect(signal.listeners).toBe(0);
  });

  it('adds one listener to a signal, however many there are, and removes it with the last', () => {
    const signal = new CountingSignal();
    const actions = [jest.fn(), jest.fn(), jest.fn()];
    for (const action of actions) addAbortListener(signal, action);
    expect([signal.added, signal.listeners]).toEqual([1, 1]);
    removeAbortListener(signal, actions[0]);
    removeAbortListener(signal, actions[1]);
    expect(signal.listeners).toBe(1);
    signal.abort();
    expect(actions.map((action) => action.mock.calls.length)).toEqual([0, 0, 1]);
    removeAbortListener(signal, actions[2]);
    expect(signal.listeners).toBe(0);
    addAbortListener(signal, () => {});
    expect([signal.added, signal.listeners]).toEqual([2, 1]);
  });

  it('does nothing without a signal', () => {
    const action = jest.fn();
    addAbortListener(undefined, action);
    removeAbortListener(undefined, action);
    expect(action).not.toHaveBeenCalled();
  });
});
