import type { OptionRules } from '../arguments.js';
import type { AbortSignalLike } from '../transport.js';
import { waitOptionRules, type WaitOptions } from '../waiting/wait.js';

/** Limits of several waits together. */
export interface GroupOptions {
  /** Stops all the waits, not the operations. The signal's own `reason` is thrown. */
  signal?: AbortSignalLike | undefined;
  /**
   * The time limit of all the waits together, in milliseconds. A wait that exceeds it fails with a
   * `PollingTimeoutError`; its operation continues.
   * @defaultValue Infinity
   */
  totalTimeoutMs?: number | undefined;
}

/** Options of a wait for several pollers. */
export interface WaitManyOptions<Operation> extends GroupOptions {
  /**
   * Called with each change of an operation's state and the index of its poller, first with the known state and last
   * with the completed one. If it throws, the wait for that operation fails with the exception.
   */
  onProgress?: ((operation: Operation, index: number) => void) | undefined;
}

/** The rules of {@link WaitManyOptions}: those of one wait. */
export const waitManyOptionRules: OptionRules<WaitManyOptions<unknown>> = waitOptionRules;

/** The options of the wait for one of several pollers. */
export function optionsOfOne(
  { totalTimeoutMs, onProgress }: WaitManyOptions<unknown>,
  signal: AbortSignal,
  index: number,
): WaitOptions & { readonly signal: AbortSignal } {
  return { signal, totalTimeoutMs, onProgress: onProgress && ((operation) => onProgress(operation, index)) };
}
