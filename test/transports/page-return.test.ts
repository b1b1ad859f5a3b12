import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { restTransport } from '../../src/rest/index.js';
import { onPageReturn } from '../../src/transports/page-return.js';
import { FakePage } from '../support/fake-page.js';
import { useVirtualTime } from '../support/virtual-time.js';

// test/system/browser has the same in Chromium.
describe('onPageReturn()', () => {
  useVirtualTime();
  const page = new FakePage();
  let listener: { readonly onPageReturn: jest.Mock };

  beforeEach(() => {
    listener = { onPageReturn: jest.fn() };
    page.document.visibilityState = 'visible';
    page.install();
  });
  afterEach(() => page.remove());

  it('does nothing outside of a browser', () => {
    page.remove();
    expect(() => onPageReturn(listener)).not.toThrow();
  });

  // First, since the page keeps what is added to it.
  it('listens to each event of the page once, and calls its listeners 50 ms after each', () => {
    onPageReturn({ onPageReturn: () => undefined });
    onPageReturn(listener);
    expect(page.added).toBe(3);
    const events = [['online'], ['pageshow', { persisted: true }], ['visibilitychange']] as const;
    events.forEach(([type, event], index) => {
      page.dispatch(type, event);
      jest.advanceTimersByTime(49);
      expect(listener.onPageReturn).toHaveBeenCalledTimes(index);
      jest.advanceTimersByTime(1);
      expect(listener.onPageReturn).toHaveBeenCalledTimes(index + 1);
    });
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

  it('forgets a listener that is not in memory any more', () => {
    const deref = jest.fn(() => undefined);
    jest.spyOn(globalThis, 'WeakRef').mockImplementation(() => ({ deref }) as never);
    onPageReturn(listener);
    for (let returns = 0; returns < 2; returns++) {
      page.dispatch('online');
      jest.advanceTimersByTime(50);
    }
    expect(deref).toHaveBeenCalledTimes(1);
    expect(listener.onPageReturn).not.toHaveBeenCalled();
  });

  it('calls each listener of a transport once, until the transport is closed', async () => {
    const transport = restTransport({ apiEndpoint: 'h.test' });
    const listeners = [jest.fn(), jest.fn()];
    for (const one of listeners) {
      transport.onReturn!(one);
      page.dispatch('online');
      jest.advanceTimersByTime(50);
      expect(one).toHaveBeenCalledTimes(1);
    }
    expect(listeners[0]).toHaveBeenCalledTimes(2);
    await transport.close();
    page.dispatch('online');
    jest.advanceTimersByTime(50);
    expect(listeners.map((one) => one.mock.calls.length)).toEqual([2, 1]);
  });
});
