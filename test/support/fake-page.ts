type Listener = (event: { readonly persisted?: boolean }) => void;

/** What a page has and Node.js does not, as far as it is used. */
export class FakePage {
  readonly #listeners = new Map<string, Listener>();
  /** How many listeners were added. */
  added = 0;
  readonly document = {
    visibilityState: 'visible',
    addEventListener: (type: string, listener: Listener): void => {
      this.added++;
      this.#listeners.set(type, listener);
    },
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
