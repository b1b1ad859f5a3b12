import type { LROPoller } from '../poller.js';
import { LinkedAbortController } from '../rpc/abort.js';
import { now } from '../rpc/timer-wheel.js';
import type { RawOperation } from '../transport.js';
import { validateWaitOptions, type WaitOptions } from '../waiting/wait.js';
import { OperationInterruptedError } from './interrupted-error.js';
import type { InterruptedContext } from './options.js';

/** A response that says that an operation has stopped for input. */
interface Interruption<T> {
  readonly resource: T;
  readonly raw: RawOperation;
  /** The number of its request. */
  readonly request: number;
}

/** The requests of a transport, and the pollers that are notified of interrupted operations. */
export class Interruptions<T> {
  readonly #listeners = new Map<string, Set<(interruption: Interruption<T>) => void>>();
  /** How many requests have been sent. */
  requestCount = 0;

  notify(name: string, interruption: Interruption<T>): void {
    for (const listener of this.#listeners.get(name) ?? []) listener(interruption);
  }

  add(name: string, listener: (interruption: Interruption<T>) => void): void {
    const listeners = this.#listeners.get(name) ?? new Set();
    this.#listeners.set(name, listeners.add(listener));
  }

  remove(name: string, listener: (interruption: Interruption<T>) => void): void {
    const listeners = this.#listeners.get(name);
    listeners?.delete(listener);
    if (listeners?.size === 0) this.#listeners.delete(name);
  }
}

/** A wait under way. */
interface ActiveWait {
  /** The number of the last request before it. */
  readonly since: number;
  readonly startMs: number;
  readonly controller: LinkedAbortController;
}

/** The waits of one poller for operations that may stop for input. */
class InterruptibleWaits<T, R, M> {
  readonly #poller: LROPoller<R, M>;
  readonly #interruptions: Interruptions<T>;
  readonly #handler: ((resource: T, context: InterruptedContext) => unknown) | undefined;
  readonly #waits = new Set<ActiveWait>();
  #handlerController = new AbortController();
  /** The number of the last request before the handler settled; Infinity while it runs. */
  #handledUntil = 0;

  constructor(
    poller: LROPoller<R, M>,
    interruptions: Interruptions<T>,
    handler: ((resource: T, context: InterruptedContext) => unknown) | undefined,
  ) {
    this.#poller = poller;
    this.#interruptions = interruptions;
    this.#handler = handler;
  }

  /** Runs a wait, which ends when the operation is interrupted and there is no handler, or when the handler fails. */
  async run<V>(wait: (options: WaitOptions<R, M>) => Promise<V>, options: WaitOptions<R, M> = {}): Promise<V> {
    validateWaitOptions(options);
    const controller = new LinkedAbortController(options.signal);
    const active = { since: this.#interruptions.requestCount, startMs: now(), controller };
    this.#add(active);
    try {
      return await wait({ ...options, signal: controller.signal });
    } finally {
      controller.dispose();
      this.#delete(active);
    }
  }

  #add(wait: ActiveWait): void {
    if (this.#waits.size === 0) this.#interruptions.add(this.#poller.name, this.#onInterruption);
    this.#waits.add(wait);
  }

  #delete(wait: ActiveWait): void {
    this.#waits.delete(wait);
    if (this.#waits.size > 0) return;
    this.#interruptions.remove(this.#poller.name, this.#onInterruption);
    this.#handlerController.abort();
    this.#handlerController = new AbortController();
  }

  readonly #onInterruption = (interruption: Interruption<T>): void => {
    // A response to an earlier request may be older than the caller's input.
    const waits = [...this.#waits].filter(({ since }) => since < interruption.request);
    if (waits.length === 0) return;
    if (!this.#handler) {
      this.#apply(interruption.raw);
      for (const wait of waits) wait.controller.abort(this.#errorOf(wait, interruption));
    } else if (interruption.request > this.#handledUntil) {
      void this.#handle(this.#handler, interruption.resource);
    }
  };

  async #handle(handler: (resource: T, context: InterruptedContext) => unknown, resource: T): Promise<void> {
    this.#handledUntil = Infinity;
    try {
      await handler(resource, { name: this.#poller.name, signal: this.#handlerController.signal });
    } catch (error) {
      for (const { controller } of this.#waits) controller.abort(error);
    }
    this.#handledUntil = this.#interruptions.requestCount;
  }

  /** Applies the state, which would be lost with the waits. Its copy is equal to the one that the poller is about to get. */
  #apply(raw: RawOperation): void {
    try {
      this.#poller.applyUpdate({ ...raw, metadata: raw.metadata && { ...raw.metadata } });
    } catch {
      // The poller knows a newer state.
    }
  }

  #errorOf({ since, startMs }: ActiveWait, { raw, request }: Interruption<T>): OperationInterruptedError {
    return new OperationInterruptedError(raw.interruption, {
      elapsedMs: now() - startMs,
      polls: request - since,
      operation: this.#poller.operation,
      token: this.#poller.toJSON(),
    });
  }
}

/** Makes `promise()` and `pollUntilDone()` of a poller notice that the operation has stopped for input. */
export function interruptible<T, R, M>(
  poller: LROPoller<R, M>,
  interruptions: Interruptions<T>,
  handler: ((resource: T, context: InterruptedContext) => unknown) | undefined,
): LROPoller<R, M> {
  const waits = new InterruptibleWaits(poller, interruptions, handler);
  const promise = poller.promise.bind(poller);
  const pollUntilDone = poller.pollUntilDone.bind(poller);
  poller.promise = (options) => waits.run(promise, options);
  poller.pollUntilDone = (options) => waits.run(pollUntilDone, options);
  return poller;
}
