import type { CustomCallOptions } from '../custom/options.js';

// How clients of Google take the options of one request. The client must not retry: the poller does.

/** For a method of a generated `@google-cloud/*` client. Older versions of google-gax ignore the signal. */
export function gaxCallOptions({ signal, timeoutMs, headers }: CustomCallOptions): object {
  return { signal, ...timeout(timeoutMs), retry: null, otherArgs: { headers: { ...headers } } };
}

/** For a method of `googleapis` or a `@googleapis/*` package. */
export function googleapisCallOptions({ signal, timeoutMs, headers }: CustomCallOptions): object {
  return { signal, ...timeout(timeoutMs), retry: false, headers: { ...headers } };
}

// A timeout of 0 would mean none.
const timeout = (ms: number | undefined): object => (ms === undefined ? {} : { timeout: Math.max(1, Math.ceil(ms)) });
