import type { JsonValue } from '../any.js';
import { codeName } from '../status.js';
import type { CompletedOperation, Operation } from '../operation.js';
import type { PollingEvent } from '../polling/events.js';
import { readProgress, readStartTime } from '../polling/metadata.js';
import type { RemainingEstimate } from '../polling/duration-history.js';
import { ProgressEstimator } from '../polling/progress-estimator.js';
import { printable } from './printable.js';
import { errorText, kindOfCompleted, statusText, type OutcomeKind } from './outcome.js';

/** The state of a wait: `waiting` before the first response. */
export type RowState = 'waiting' | 'running' | OutcomeKind;

/** One wait, for the display. */
export interface Row {
  readonly name: string;
  readonly state: RowState;
  /** Whether there was a response. */
  readonly isSeen: boolean;
  /** From 0 to 1; NaN if it is not known. */
  readonly progress: number;
  /** When the operation started or was first seen, in milliseconds since 1970. */
  readonly startedAtMs: number;
  /** When it was seen done. */
  readonly endedAtMs: number | undefined;
  /** The predicted end, in milliseconds since 1970; NaN if there is no prediction. */
  readonly predictedEndMs: number;
  /** Why it failed, or why a request is being retried; empty otherwise. */
  readonly problem: string;
}

/** How long a prediction by a history holds: the longer an operation runs, the later is its end. */
const predictionMs = 1000;

/** Keeps the row of one operation up to date. */
export class RowTracker {
  readonly #estimator = new ProgressEstimator();
  readonly #estimate: () => RemainingEstimate | undefined;
  #row: Row;
  #predictedAtMs = -Infinity;

  /** @param estimate - what is left of the operation, by a history. */
  constructor(name: string, startedAtMs: number, estimate: () => RemainingEstimate | undefined = () => undefined) {
    const unknown = { isSeen: false, progress: NaN, endedAtMs: undefined, predictedEndMs: NaN };
    this.#row = { name, state: 'waiting', startedAtMs, ...unknown, problem: '' };
    this.#estimate = estimate;
  }

  /** The row now. Its progress predicts the end better than a history does. */
  rowAt(nowMs: number): Row {
    if (Number.isFinite(this.#estimator.endMs) || nowMs - this.#predictedAtMs < predictionMs) return this.#row;
    this.#predictedAtMs = nowMs;
    const { remainingMs = NaN } = this.#estimate() ?? {};
    this.#row = { ...this.#row, predictedEndMs: nowMs + remainingMs };
    return this.#row;
  }

  onState(operation: Operation<JsonValue, JsonValue>, nowMs: number): void {
    const statedMs = readStartTime(operation);
    const startedAtMs = statedMs <= nowMs ? statedMs : this.#row.startedAtMs;
    const progress = readProgress(operation, undefined);
    if (!Number.isNaN(progress)) this.#estimator.addSample(progress, nowMs);
    const predictedEndMs = this.#estimator.endMs;
    this.#predictedAtMs = -Infinity;
    this.#row = { ...this.#row, state: 'running', isSeen: true, startedAtMs, progress, predictedEndMs, problem: '' };
    if (!operation.done) return;
    this.#row = { ...this.#row, state: kindOfCompleted(operation), endedAtMs: nowMs, problem: problemOf(operation) };
  }

  /** A request failed and is sent again: the poller's events. */
  onEvent(event: PollingEvent): void {
    if (event.type === 'poll' || event.type === 'wait') this.#row = { ...this.#row, problem: '' };
    if (event.type === 'retry')
      this.#row = { ...this.#row, problem: `retrying after ${codeName(event.error.rpcCode)}` };
  }

  /** The wait ended without an outcome. */
  onError(state: 'request-failed' | 'timeout', error: unknown, nowMs: number): void {
    // The last request may have failed too.
    const cause = state === 'timeout' ? (error as { cause?: unknown }).cause : error;
    const problem = cause === undefined ? '' : errorText(cause);
    this.#row = { ...this.#row, state, endedAtMs: nowMs, problem };
  }
}

/** Why an operation did not succeed; of a cancellation, the message, if there is one. */
function problemOf(operation: CompletedOperation<JsonValue, JsonValue>): string {
  if (operation.result === 'response') return '';
  return operation.cancelled ? printable(operation.error.message) : statusText(operation.error);
}
