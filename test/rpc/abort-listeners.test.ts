import { describe, expect, it, jest } from '@jest/globals';
import { addAbortListener, removeAbortListener } from '../../src/rpc/abort.js';
import { CountingSignal } from '../support/signals.js';

/** A listener that fails. */
const failing = (message: string) => (): never => {
  throw new Error(message);
};

describe('the listeners of one signal', () => {
  it.each([
    [['first'], 'first'],
    [['first', 'second'], 'first'],
  ])('are all called if %j throw, and the first exception is thrown', (messages, thrown) => {
    const signal = new CountingSignal();
    const last = jest.fn();
    for (const message of messages) addAbortListener(signal, failing(message));
    addAbortListener(signal, last);
    expect(() => signal.abort()).toThrow(new Error(thrown));
    expect(last).toHaveBeenCalledTimes(1);
  });

  it('are called once if the signal was aborted before they were added', () => {
    const signal = new CountingSignal();
    signal.abort();
    const [added, later] = [jest.fn(), jest.fn()];
    addAbortListener(signal, added);
    expect(added).toHaveBeenCalledTimes(1);
    addAbortListener(signal, later);
    expect([added.mock.calls.length, later.mock.calls.length]).toEqual([1, 1]);
  });

  it('are called once if the signal calls them while they are added', () => {
    const signal = new CountingSignal();
    const listener = jest.fn(() => removeAbortListener(signal, listener));
    const add = signal.addEventListener.bind(signal);
    signal.addEventListener = (type, notify) => {
      add(type, notify);
      signal.abort();
    };
    addAbortListener(signal, listener);
    expect(listener).toHaveBeenCalledTimes(1);
    expect(signal.listeners).toBe(0);
  });
});
