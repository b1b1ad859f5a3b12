import { isRequestError } from '../errors.js';
import { isRetryable } from '../rpc/retry.js';
import { Code } from '../status.js';

/** Upper and lower bound of the timeout in a WaitOperation request, in milliseconds. */
const maxTimeoutMs = 60_000;
const minTimeoutMs = 5_000;
/** How many early returns in a row show that the service does not wait. */
const maxEarlyReturns = 3;

/**
 * What a failed wait means.
 *
 * - `retry-now`: the operation still runs; another wait may be sent at once.
 * - `retry-later`: not before the next poll would be due.
 * - `ambiguous`: WaitOperation or the operation is at fault; a poll will show which.
 */
export type WaitFailure = 'retry-now' | 'retry-later' | 'ambiguous';

/** What a client has learned about WaitOperation of its service, and how many waits are open. */
export class WaitSupport {
  readonly #maxOpen: number;
  #open = 0;
  #earlyReturns = 0;
  /** Whether WaitOperation is worth a try: the service has it, and it waits. */
  isSupported = true;
  /** Whether a wait ever had a response. */
  hasResponded = false;
  /** The timeout to ask for, in milliseconds. To be read only. */
  timeoutMs = maxTimeoutMs;

  /** @param maxOpen - how many waits may be open at once. */
  constructor(maxOpen: number) {
    this.#maxOpen = maxOpen;
  }

  /** Takes a slot for an open wait, if there is one. */
  acquire(): boolean {
    if (this.#open >= this.#maxOpen) return false;
    this.#open++;
    return true;
  }

  release(): void {
    this.#open--;
  }

  /**
   * Records a wait that returned a running operation.
   *
   * @returns whether the server held it long enough for the next wait to be sent at once.
   */
  recordResponse(tookMs: number, timeoutMs: number): boolean {
    if (tookMs >= Math.min(minTimeoutMs, timeoutMs / 2)) {
      this.#earlyReturns = 0;
      return true;
    }
    if (++this.#earlyReturns >= maxEarlyReturns) this.isSupported = false;
    return false;
  }

  /** Records a wait that was held for its whole timeout: what cut off earlier ones may be gone, so ask for more again. */
  recordFullWait(timeoutMs: number): void {
    this.timeoutMs = Math.max(this.timeoutMs, Math.min(Math.round(timeoutMs * 1.1), maxTimeoutMs));
  }

  classifyFailure(error: unknown, tookMs: number): WaitFailure {
    if (!isRequestError(error)) return 'ambiguous';
    if (error.rpcCode === Code.UNIMPLEMENTED) {
      this.isSupported = false;
      return 'retry-later';
    }
    if (!isRetryable(error, 'WaitOperation', undefined)) return 'ambiguous';
    // A deadline only says that the operation still runs; any other failure was retried to the end of the policy.
    const isDeadline = error.rpcCode === Code.DEADLINE_EXCEEDED;
    if (!isDeadline && (error.attempts > 1 || tookMs < 1000)) return 'retry-later';
    // Cut off by a deadline, or by a proxy that does not hold requests for so long: ask for less.
    this.timeoutMs = Math.max(minTimeoutMs, Math.min(this.timeoutMs / 2, tookMs * 0.9));
    // Not an early return: an outage must not disable WaitOperation for the lifetime of the client.
    return tookMs >= this.timeoutMs / 2 ? 'retry-now' : 'retry-later';
  }
}
