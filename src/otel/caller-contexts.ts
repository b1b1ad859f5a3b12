import { context, type Context } from '@opentelemetry/api';
import type { CallOptions } from '../transport.js';

/**
 * The contexts in which callers send their own requests. A retry may be sent by a timer that another caller has set, so that
 * the active context is not the caller's; but all attempts of a request have the same object of headers.
 */
export class CallerContexts {
  readonly #byHeaders = new WeakMap<object, Context>();

  /** Notes the active context. Returns the options with which the request is found. */
  note<T extends CallOptions>(options: T = {} as T): T {
    const isValid = isObject(options) && (options.headers === undefined || isObject(options.headers));
    if (!isValid) return options; // the client refuses them
    const headers = { ...options.headers };
    this.#byHeaders.set(headers, context.active());
    return { ...options, headers };
  }

  /** The context of a request; undefined if it is one of a wait. */
  find({ headers }: CallOptions): Context | undefined {
    return headers && this.#byHeaders.get(headers);
  }
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null;
}
