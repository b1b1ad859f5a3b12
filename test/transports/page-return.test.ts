import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { CallScope } from '../../src/transports/call-scope.js';
import { onPageReturn } from '../../src/transports/page-return.js';
import { FakePage } from '../support/fake-page.js';
import { useVirtualTime } from '../support/virtual-time.js';

// test/browser has the same in Chromium.
describe('onPageReturn()', () => {
  useVirtualTime();
  const page = new FakePage();
  let listener: { readonly onPageReturn: jest.Mock };

  beforeEach(() => {
    page.document.visibilityState = 'visible';
    page.install();
    listener = { onPageReturn: jest.fn() };
  });
  afterEach(() => page.remove());

  it('does nothing outside of a browser', () => {
    page.remove();
    expect(() => onPageReturn(listener)).not.toThrow();
  });

  it('calls the listener once for events of one return: online, shown again, restored from the cache', () => {
    onPageReturn(listener);
    page.dispatch('online');
    page.dispatch('pageshow', { persisted: true });
    page.dispatch('visibilitychange');
    expect(listener.onPageReturn).not.toHaveBeenCalled();
    jest.advanceTimersByTime(1000);
    expect(listener.onPageReturn).toHaveBeenCalledTimes(1);
    page.dispatch('online');
    jest.advanceTimersByTime(1000);
    expect(listener.onPageReturn).toHaveBeenCalledTimes(2);
  });

  it('does not call it when the page is hidden, or loaded for the first time', () => {
    onPageReturn(listener);
    page.document.visibilityState = 'hidden';
    page.dispatch('visibilitychange');
    page.dispatch('pageshow', { persisted: false });
    jest.advanceTimersByTime(1000);
    expect(listener.onPageReturn).not.toHaveBeenCalled();
  });

  it.each<[string, { readonly persisted?: boolean }]>([
    ['online', {}],
    ['pageshow', { persisted: true }],
    ['visibilitychange', {}],
  ])('calls it 50 ms after the event %s alone', (type, event) => {
    onPageReturn(listener);
    page.dispatch(type, event);
    jest.advanceTimersByTime(49);
    expect(listener.onPageReturn).not.toHaveBeenCalled();
    jest.advanceTimersByTime(1);
    expect(listener.onPageReturn).toHaveBeenCalledTimes(1);
  });

  it('adds listeners to the page once, however many listeners it has', () => {
    onPageReturn(listener);
    const { added } = page;
    onPageReturn({ onPageReturn: () => undefined });
    expect(page.added).toBe(added);
  });

  it('forgets a listener that is not in memory any more', () => {
    const { WeakRef } = globalThis;
    const deref = jest.fn((): undefined => undefined);
    globalThis.WeakRef = class {
      deref = deref;
    } as never;
    try {
      onPageReturn(listener);
    } finally {
      globalThis.WeakRef = WeakRef;
    }
    for (let times = 0; times < 2; times++) {
      page.dispatch('online');
      jest.advanceTimersByTime(50);
    }
    expect(deref).toHaveBeenCalledTimes(1);
  });

  it('calls each listener of a CallScope once, until the scope is closed', () => {
    const scope = new CallScope();
    const [first, second] = [jest.fn(), jest.fn()];
    scope.onReturn(first);
    scope.onReturn(second);
    const calls = (): number[] => [first, second].map((listener) => listener.mock.calls.length);
    page.dispatch('online');
    jest.advanceTimersByTime(50);
    expect(calls()).toEqual([1, 1]);
    scope.close();
    page.dispatch('online');
    jest.advanceTimersByTime(50);
    expect(calls()).toEqual([1, 1]);
  });
});
