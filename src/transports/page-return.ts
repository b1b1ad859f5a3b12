/** What is to be called when the page returns. */
export interface PageReturnListener {
  onPageReturn(): void;
}

/** The globals of a page or a worker in a browser that are used. */
interface BrowserGlobals {
  readonly navigator?: { readonly onLine?: boolean };
  readonly document?: { readonly visibilityState: string; addEventListener(type: string, listener: () => void): void };
  addEventListener(type: string, listener: (event: { readonly persisted?: boolean }) => void): void;
}

// Weak: one set of listeners remains in the page, and must not keep every transport and its client in memory.
const listeners = new Set<WeakRef<PageReturnListener>>();
let isListening = false;
let timer: ReturnType<typeof setTimeout> | undefined;

/** Events in this time are one return: a page that is restored from the cache is also shown, in milliseconds. */
const settleMs = 50;

/**
 * Calls a listener each time that requests of the page may succeed again, or that a user may look at their result: the
 * browser is back online, the page is shown again, or it is restored from the back/forward cache. Does nothing outside of
 * browsers. The listener is not kept in memory.
 */
export function onPageReturn(listener: PageReturnListener): void {
  const globals = globalThis as unknown as BrowserGlobals;
  // Other runtimes have a `navigator` too, but no state of the network.
  if (globals.navigator?.onLine === undefined) return;
  listeners.add(new WeakRef(listener));
  if (isListening) return;
  isListening = true;
  globals.addEventListener('online', scheduleReturn);
  globals.addEventListener('pageshow', ({ persisted }) => {
    if (persisted) scheduleReturn();
  });
  globals.document?.addEventListener('visibilitychange', () => {
    if (globals.document?.visibilityState === 'visible') scheduleReturn();
  });
}

function scheduleReturn(): void {
  timer ??= setTimeout(notify, settleMs);
}

function notify(): void {
  timer = undefined;
  for (const reference of listeners) {
    const listener = reference.deref();
    if (listener) listener.onPageReturn();
    else listeners.delete(reference);
  }
}
