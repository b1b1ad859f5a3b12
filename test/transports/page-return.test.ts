import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { onPageReturn } from '../../src/transports/page-return.js';
import { useVirtualTime } from '../support/virtual-time.js';

type Listener = (event: { readonly persisted?: boolean }) => void;

/** What a page has and Node.js does not, as far as it is used. */
class FakePage {
  readonly #listeners = new Map<string, Listener>();
  readonly document = {
    visibilityState: 'visible',
    addEventListener: (type: string, listener: Listener) => void this.#listeners.set(type, listener),
  };
  readonly #properties = {
    navigator: { onLine: true },
    document: this.document,
    addEventListener: this.document.addEventListener,
  };
  readonly #before = new Map(
    Object.keys(this.#properties).map((name) => [name, Object.getOwnPropertyDescriptor(globalThis, name)]),
  );

  install(): void {
    for (const [name, value] of Object.entries(this.#properties)) {
      Object.defineProperty(globalThis, name, { value, configurable: true });
    }
  }

  remove(): void {
    for (const [name, descriptor] of this.#before) {
      if (descriptor) Object.defineProperty(globalThis, name, descriptor);
      else Reflect.deleteProperty(globalThis, name);
    }
  }

  dispatch(type: string, event: { readonly persisted?: boolean } = {}): void {
    this.#listeners.get(type)?.(event);
  }
}

// test/browser has the same in Chromium.
describe('onPageReturn()', () => {
  useVirtualTime();
  const page = new FakePage();
  const listener = { onPageReturn: jest.fn() };

  beforeEach(() => page.install());
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
});
