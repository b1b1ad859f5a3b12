import { expect, jest } from '@jest/globals';
import { TimerWheel } from '../../src/rpc/timer-wheel.js';
import type { CallSpec } from '../../src/rpc/call-spec.js';
import { CallPromise } from '../../src/rpc/call-promise.js';
import { defaultRetryPolicy } from '../../src/rpc/retry.js';
import type { CallOptions } from '../../src/transport.js';
import type { CountingSignal } from '../support/signals.js';

type Outcome = { value: unknown; error?: undefined } | { value?: undefined; error: unknown };
type Settled = Outcome & { readonly afterMs: number };

/**
 * A method of a transport that returns one response after another and repeats the last one; `'hang'` never settles. It
 * records its requests.
 */
export function scriptedSend(...responses: (string | Error | (() => Promise<string>))[]) {
  const sent: { atMs: number; options: CallOptions }[] = [];
  const startMs = performance.now();
  const send = (options: CallOptions): Promise<string> => {
    sent.push({ atMs: performance.now() - startMs, options });
    const response = responses[Math.min(sent.length, responses.length) - 1]!;
    if (typeof response === 'function') return response();
    if (response === 'hang') return new Promise(() => {});
    return typeof response === 'string' ? Promise.resolve(response) : Promise.reject(response);
  };
  return { send, sent, times: () => sent.map(({ atMs }) => atMs) };
}

type Given = Partial<CallSpec<string> & CallSpec<string>['settings'] & CallSpec<string>['context']> &
  Pick<CallOptions, 'signal'>;

/** Starts a call. `settled` is its outcome and when it came, once there is one. */
export function startCall(
  send: CallSpec<string>['send'],
  { signal, retry = defaultRetryPolicy, headers, timers = new TimerWheel(), rateLimiter, ...rest }: Given = {},
): { settled?: Settled } {
  const startMs = performance.now();
  const state: { settled?: Settled } = {};
  const settle = (outcome: Outcome): void => {
    state.settled = { ...outcome, afterMs: performance.now() - startMs };
  };
  const parts = { settings: { retry, headers }, context: { timers, rateLimiter }, timeoutMs: () => 60_000 };
  const spec = { method: 'GetOperation', name: 'operations/1', send, ...parts, ...rest };
  new CallPromise(spec, signal).start().then(
    (value) => settle({ value }),
    (error: unknown) => settle({ error }),
  );
  return state;
}
/** Expects that no timer runs, and that the signals have no listeners. */
export const expectNothingLeft = (...signals: CountingSignal[]): void => {
  expect(jest.getTimerCount()).toBe(0);
  for (const signal of signals) expect(signal.listeners).toBe(0);
};
