import type { EndSource, OperationKind } from '../polling/duration-history.js';
import type { Schedule } from './schedule.js';

/** An operation, as its history gets it. */
interface Recorded extends EndSource {
  readonly kind: OperationKind;
  /** When it was first seen, in milliseconds since 1970. */
  readonly startedAtMs: number;
}

/**
 * Adds the end of an operation to the history, unless its age does not say how long such operations take.
 *
 * @param runningMs - when it was last seen running, on the monotonic clock; −1: never.
 * @param doneMs - when it was seen done; undefined: the last wait was aborted.
 */
export function recordEnd(operation: Recorded, schedule: Schedule, runningMs: number, doneMs?: number): void {
  const { history } = schedule.settings;
  if (!history || schedule.isReset || runningMs < 0) return;
  const runningAtMs = schedule.trustedAgeMs(runningMs);
  const doneAtMs = doneMs && schedule.trustedAgeMs(doneMs);
  try {
    history.record(operation.kind, { beganAtMs: operation.startedAtMs, runningAtMs, doneAtMs }, operation);
  } catch {
    // A failing history must not fail the wait.
  }
}
