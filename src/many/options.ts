import { assertArgument, assertKnownOptions, assertNumber, assertSignal, type OptionNames } from '../arguments.js';
import type { AbortSignalLike } from '../transport.js';
import type { WaitOptions } from '../waiting/wait.js';

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

export const waitManyOptionNames: OptionNames<WaitManyOptions<unknown>> = {
  signal: true,
  totalTimeoutMs: true,
  onProgress: true,
};

/**
 * Checks the options of several waits.
 *
 * @param names - the names of all options.
 * @throws TypeError or RangeError if an option is invalid.
 */
export function validateOptions(
  action: string,
  options: GroupOptions & { onProgress?: unknown },
  names: object = waitManyOptionNames,
): void {
  assertKnownOptions(action, options, names);
  const { signal, totalTimeoutMs = Infinity, onProgress } = options;
  // A limit below 0, such as a Lambda's remaining time less a margin, has already expired.
  assertNumber(action, 'totalTimeoutMs', totalTimeoutMs, -Infinity);
  assertSignal(action, signal);
  assertFunctions(action, { onProgress });
}

/** @throws TypeError if an option is neither undefined nor a function. */
export function assertFunctions(action: string, options: Readonly<Record<string, unknown>>): void {
  for (const [option, value] of Object.entries(options)) {
    assertArgument(value === undefined || typeof value === 'function', action, option, 'a function', value);
  }
}

/** The options of the wait for one of several pollers. */
export function optionsOfOne(
  { totalTimeoutMs, onProgress }: WaitManyOptions<unknown>,
  signal: AbortSignal,
  index: number,
): WaitOptions & { readonly signal: AbortSignal } {
  return { signal, totalTimeoutMs, onProgress: onProgress && ((operation) => onProgress(operation, index)) };
}
