import type { DurationHistory, EndSource, OperationKind } from '../polling/duration-history.js';
import type { Schedule } from './schedule.js';

/** The end of an operation, as its poll loop saw it. */
interface SeenEnd {
  readonly history: DurationHistory;
  readonly kind: OperationKind;
  /** When the operation was first seen, in milliseconds since 1970. */
  readonly beganAtMs: number;
  /** When it was last seen running, on the monotonic clock; −1: never. */
  readonly runningMs: number;
  /** When it was seen done; undefined: the last wait was aborted. */
  readonly doneMs: number | undefined;
}

/** Adds the end of an operation to the history, unless its age does not say how long such operations take. */
export function recordEnd(end: SeenEnd, schedule: Schedule, source: EndSource): void {
  const { history, kind, beganAtMs, runningMs, doneMs } = end;
  if (schedule.isReset || runningMs < 0) return;
  const runningAtMs = schedule.trustedAgeMs(runningMs);
  const doneAtMs = doneMs && schedule.trustedAgeMs(doneMs);
  try {
    history.record(kind, { beganAtMs, runningAtMs, doneAtMs }, source);
  } catch {
    // A failing history must not fail the wait.
  }
}
