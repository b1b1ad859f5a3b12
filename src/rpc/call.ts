import pRetry from 'p-retry';
import { isLROError, RequestError } from '../errors.js';
import { Code } from '../status.js';
import type { AbortSignalLike, CallOptions } from '../transport.js';
import { abortReason, onAbort } from './abort.js';
import { delay, now, startTimer } from './clock.js';
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
  const { retry, signal = neverAborted } = rpc;
  if (signal.aborted) throw abortReason(signal);
  const startMs = now();
  return pRetry(() => (rpc.admit ? rpc.admit().then(() => attempt(rpc, signal)) : attempt(rpc, signal)), {
    // p-retry runs the attempts; when and whether is decided here, with the server's hints and our kind of signal.
    retries: Infinity,
    minTimeout: 0,
    onFailedAttempt: async ({ error, attemptNumber }) => {
      if (signal.aborted) throw abortReason(signal);
      const leftMs = retry.windowMs - (now() - startMs);
      if (!isRequestError(error)) throw error;
      if (attemptNumber >= retry.maxAttempts || leftMs <= 0 || !isTransient(error, rpc.method, retry.codes)) {
        rpc.onFailure?.(error, attemptNumber, undefined);
        throw attemptNumber > 1 ? new RequestError({ ...failureOf(error), attempts: attemptNumber }) : error;
      }
      const delayMs = retryDelayMs(attemptNumber, error.retryAfterMs, retry, Math.random());
      const chanceMs = rpc.lastChanceMs?.() ?? Infinity;
      const pauseMs = Math.min(delayMs, leftMs, chanceMs > 0 ? chanceMs : Infinity);
      rpc.onFailure?.(error, attemptNumber, pauseMs);
      await delay(pauseMs, signal);
    },
  });
}

function attempt<T>(rpc: Call<T>, signal: AbortSignalLike): Promise<T> {
  // Aborted since the pause ended: no event will come.
  if (signal.aborted) return Promise.reject(abortReason(signal));
  const controller = new AbortController();
  const timeoutMs = rpc.timeoutMs();
  return new Promise((resolve, reject) => {
    const end = (): void => {
      stopTimer();
      stopListening();
    };
    // The caller is answered at once, whether or not the transport lets go.
    const giveUp = (reason: unknown): void => {
      end();
      reject(reason);
      controller.abort(reason);
    };
    const stopTimer = startTimer(timeoutMs, () => giveUp(deadlineExceeded(rpc, timeoutMs)));
    const stopListening = onAbort(signal, () => giveUp(abortReason(signal)));
    send(rpc, { signal: controller.signal, timeoutMs }).then(
      (answer) => {
        end();
        resolve(answer);
      },
      (error: unknown) => {
        end();
        // p-retry takes only errors of ours for what they are, and gives up on a TypeError.
        reject(toFailure(error, rpc));
      },
    );
  });
}

// An async function, so that a transport that throws is one that rejects.
async function send<T>({ send, headers }: Call<T>, options: CallOptions): Promise<T> {
  return send(headers ? { ...options, headers } : options);
}

function deadlineExceeded({ method, name }: Rpc, timeoutMs: number): RequestError {
  const message = `no answer within ${Math.round(timeoutMs)} ms`;
  const status = { code: Code.DEADLINE_EXCEEDED, message, details: [] };
  return new RequestError({ method, operationName: name, status, origin: 'transport' });
}

function isRequestError(error: unknown): error is RequestError {
  return isLROError(error) && error.code === 'LRO_REQUEST_FAILED';
}

function failureOf(error: RequestError): ConstructorParameters<typeof RequestError>[0] {
  const { method, operationName, status, origin, httpStatus, retryAfterMs, cause } = error;
  return { method, operationName, status, origin, httpStatus, retryAfterMs, cause };
}

const neverAborted: AbortSignalLike = { aborted: false, addEventListener: () => {}, removeEventListener: () => {} };
