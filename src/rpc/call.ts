import pRetry, { type RetryContext } from 'p-retry';
import { isRequestError, RequestError, transportError, type RequestFailure } from '../errors.js';
import { Code } from '../status.js';
import type { AbortSignalLike, CallOptions } from '../transport.js';
import { abortReason, neverAborted } from './abort.js';
import { delay, now, watch } from './clock.js';
import { toFailure, type Rpc } from './failure.js';
import { isTransient, retryDelayMs, type RetryPolicy } from './retry.js';

/** The deadline of one RPC where nothing else is said, in milliseconds. */
export const defaultTimeoutMs = 60_000;

/** One RPC, from the first attempt to the answer. */
export interface Call<T> extends Rpc {
  /** Sends the request, once. */
  readonly send: (options: CallOptions) => Promise<T>;
  /** What to do when it fails. */
  readonly retry: RetryPolicy;
  /** Gives it up. */
  readonly signal?: AbortSignalLike | undefined;
  /** The deadline of the next attempt. */
  readonly timeoutMs: () => number;
  /** Own headers. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** The milliseconds until the last attempt that can be of use; a pause between attempts is cut to it. */
  readonly lastChanceMs?: () => number;
  /** Waits until the next attempt may go. */
  readonly admit?: (() => Promise<void>) | undefined;
  /** Hears of each attempt that failed, and of the pause until the next, if there is one. */
  readonly onFailure?: (error: RequestError, attempt: number, delayMs: number | undefined) => void;
}

/**
 * Asks once: sends a request, enforces its deadline, and tries again while that makes sense.
 *
 * @throws {@link RequestError} when it failed for good.
 * @throws the signal's reason when it is aborted, in whatever phase it is.
 */
export async function call<T>(rpc: Call<T>): Promise<T> {
  const { signal = neverAborted } = rpc;
  if (signal.aborted) throw abortReason(signal);
  const startMs = now();
  const first = attempt(rpc, signal);
  // p-retry costs more than a request that succeeds: it is called in once one has failed, and told of that one first.
  return first.catch(() =>
    pRetry((number) => (number === 1 ? first : attempt(rpc, signal)), {
      // It runs the attempts; when and whether is decided here, with the server's hints and our kind of signal.
      retries: Infinity,
      minTimeout: 0,
      onFailedAttempt: (failed) => pause(rpc, signal, startMs, failed),
    }),
  );
}

/** Waits after a failed attempt until the next, or throws if there is to be none. */
async function pause<T>(
  rpc: Call<T>,
  signal: AbortSignalLike,
  startMs: number,
  { error, attemptNumber }: RetryContext,
): Promise<void> {
  const { retry } = rpc;
  if (signal.aborted) throw abortReason(signal);
  const leftMs = retry.windowMs - (now() - startMs);
  if (!isRequestError(error)) throw error;
  if (attemptNumber >= retry.maxAttempts || leftMs <= 0 || !isTransient(error, rpc.method, retry.codes)) {
    rpc.onFailure?.(error, attemptNumber, undefined);
    if (attemptNumber === 1) throw error;
    const failure: RequestFailure = error;
    throw new RequestError({ ...failure, cause: error.cause, attempts: attemptNumber });
  }
  const delayMs = retryDelayMs(attemptNumber, error.retryAfterMs, retry, Math.random());
  const chanceMs = rpc.lastChanceMs?.() ?? Infinity;
  const pauseMs = Math.min(delayMs, leftMs, chanceMs > 0 ? chanceMs : Infinity);
  rpc.onFailure?.(error, attemptNumber, pauseMs);
  await delay(pauseMs, signal);
}

async function attempt<T>(rpc: Call<T>, signal: AbortSignalLike): Promise<T> {
  if (rpc.admit) await rpc.admit();
  // Aborted since the pause ended: no event will come.
  if (signal.aborted) throw abortReason(signal);
  const controller = new AbortController();
  const timeoutMs = rpc.timeoutMs();
  return new Promise((resolve, reject) => {
    // The caller is answered at once, whether or not the transport lets go.
    const giveUp = (reason: unknown): void => {
      reject(reason);
      controller.abort(reason);
    };
    const stop = watch(timeoutMs, signal, () => giveUp(deadlineExceeded(rpc, timeoutMs)), giveUp);
    send(rpc, controller.signal, timeoutMs)
      .finally(stop)
      // p-retry takes only errors of ours for what they are, and gives up on a TypeError.
      .then(resolve, (error: unknown) => reject(toFailure(error, rpc)));
  });
}

// An async function, so that a transport that throws is one that rejects.
async function send<T>({ send, headers }: Call<T>, signal: AbortSignal, timeoutMs: number): Promise<T> {
  return send({ signal, timeoutMs, ...(headers && { headers }) });
}

function deadlineExceeded({ method, name }: Rpc, timeoutMs: number): RequestError {
  return transportError(method, name, Code.DEADLINE_EXCEEDED, `no answer within ${Math.round(timeoutMs)} ms`);
}
