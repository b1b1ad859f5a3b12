import { requireNumber, requireSignal } from '../arguments.js';
import { PollingTimeoutError } from '../errors.js';
import type { CompletedOperation, Operation } from '../operation.js';
import type { ResumeToken } from '../resume-token.js';
import { abortReason, onAbort } from '../rpc/abort.js';
import { now, startTimer } from '../rpc/clock.js';
import type { AbortSignalLike } from '../transport.js';
import type { Ending, PollLoop, Waiter } from './loop.js';

/** How one waits for an operation. */
export interface WaitOptions<R = unknown, M = unknown> {
  /** Stops the waiting, not the operation; the wait then rejects with the signal's own `reason`. */
  signal?: AbortSignalLike | undefined;
  /**
   * How long to wait, in milliseconds; then the wait rejects with a {@link PollingTimeoutError} while the operation
   * goes on.
   * @defaultValue Infinity
   */
  totalTimeoutMs?: number | undefined;
  /**
   * Called with each change of the operation's state that is seen, beginning with the state that is known and ending
   * with the completed one. If it throws, this wait rejects with what it threw.
   */
  onProgress?: ((operation: Operation<R, M>) => void) | undefined;
}

/** A poller's loop and the token that a timeout hands out. */
export interface Waitable<R, M> {
  readonly loop: PollLoop<R, M>;
  token(): ResumeToken;
}

/** Who is told: of each change, then once of the end. */
export interface Sink<R, M> {
  changed?: (operation: Operation<R, M>) => void;
  ended(ending: Ending<R, M>): void;
}

/**
 * Lets `sink` take part in the wait until the operation ends, the time is used up or the signal is aborted, whichever
 * comes first.
 *
 * @returns leaves without a word.
 * @throws TypeError or RangeError if an option makes no sense.
 */
export function attend<R, M>(
  waitable: Waitable<R, M>,
  { signal, totalTimeoutMs = Infinity, onProgress }: WaitOptions<R, M>,
  sink: Sink<R, M>,
): () => void {
  requireNumber('wait', 'totalTimeoutMs', totalTimeoutMs, 0);
  requireSignal('wait', signal);
  const { loop } = waitable;
  const startMs = now();
  let stopTimer: (() => void) | undefined;
  let stopListening: (() => void) | undefined;
  const leave = (): void => {
    loop.remove(waiter);
    stopTimer?.();
    stopListening?.();
  };
  const giveUp = (error: unknown): void => {
    leave();
    sink.ended({ error });
  };
  const report = (operation: Operation<R, M>): boolean => {
    try {
      onProgress?.(operation);
      return true;
    } catch (error) {
      giveUp(error);
      return false;
    }
  };
  const waiter: Waiter<R, M> = {
    deadlineMs: startMs + totalTimeoutMs,
    listens: onProgress !== undefined || sink.changed !== undefined,
    changed(operation) {
      if (report(operation)) sink.changed?.(operation);
    },
    ended(ending) {
      leave();
      if (!ending.operation || report(ending.operation)) sink.ended(ending);
    },
  };
  if (signal) {
    if (signal.aborted) {
      sink.ended({ error: abortReason(signal) });
      return leave;
    }
    stopListening = onAbort(signal, () => giveUp(abortReason(signal)));
  }
  if (totalTimeoutMs < Infinity) {
    stopTimer = startTimer(totalTimeoutMs, () => {
      const { polls, operation } = loop;
      giveUp(
        new PollingTimeoutError({ elapsedMs: Math.round(now() - startMs), polls, operation, token: waitable.token() }),
      );
    });
  }
  loop.add(waiter);
  return leave;
}

/**
 * Waits for the end of an operation.
 *
 * @param finish - makes of the completed operation what the wait resolves with; what it throws is a rejection.
 */
export function waitFor<R, M, T>(
  waitable: Waitable<R, M>,
  options: WaitOptions<R, M>,
  finish: (operation: CompletedOperation<R, M>) => T,
): Promise<T> {
  return new Promise((resolve, reject) => {
    attend(waitable, options, {
      ended({ operation, error }) {
        try {
          if (operation) resolve(finish(operation));
          else reject(error);
        } catch (failure) {
          reject(failure);
        }
      },
    });
  });
}
