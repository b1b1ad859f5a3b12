import { assertNumber } from '../arguments.js';
import type { Operation } from '../operation.js';
import { alignDueMs } from '../polling/align.js';
import { defaultBackoff, placedByDefault } from '../polling/default-backoff.js';
import type { PollTable } from '../polling/duration-history.js';
import type { PollPlacement } from '../polling/events.js';
import { readProgress, readStartTime } from '../polling/metadata.js';
import { ProgressEstimator } from '../polling/progress-estimator.js';
import type { PollingSettings } from '../polling/settings.js';

/**
 * When one operation is due to be polled, by its age and its metadata, if nothing else matters. It has no timer; all times are
 * on the monotonic clock and are passed in. The {@link PollPlan} is built on it, and not beside it: a program may have 100,000.
 *
 * - The next poll is due one backoff delay after the last was sent, however long it and its retries took, but at least half a
 *   delay after the response. (`nextAfterStateMs`)
 * - Age: metadata may claim that the operation is older than the poller. The claim is trusted gradually. (`trustedAgeMs`)
 * - Progress: a predicted end moves a poll forward, never far back. (`nextAfterStateMs`, {@link ProgressEstimator})
 */
export class Schedule {
  settings: PollingSettings;
  /** What placed the time that was computed last. */
  protected placedBy: PollPlacement = 'age';
  /** When the poller was made. */
  protected readonly firstSeenMs: number;
  readonly #startedMs: number;
  /** From when the backoff counts the age: the start, or the last reset. */
  #ageOriginMs: number;
  /** When the operation started, by its metadata. */
  #metadataStartMs: number | undefined;
  #progress: ProgressEstimator | undefined;
  #table: PollTable | undefined;
  #attempt = 0;
  // A small integer, since a fraction needs a box.
  readonly #jitter = Math.floor(Math.random() * jitterSteps);

  /**
   * @param ageMs - how old the operation is known to be.
   * @param table - when to poll, by the history.
   */
  constructor(settings: PollingSettings, nowMs: number, ageMs: number, table?: PollTable) {
    this.settings = settings;
    this.#table = table;
    this.firstSeenMs = nowMs;
    this.#startedMs = this.#ageOriginMs = nowMs - ageMs;
  }

  /** How old the operation is, as far as is known. */
  ageMs(atMs: number): number {
    return atMs - this.#startedMs;
  }

  /** How old the operation is as far as the schedule trusts it, since the last reset. */
  trustedAgeMs(atMs: number): number {
    // Trusted gradually: if the server's clock were behind, a new operation would seem old and be polled too rarely.
    // A true claim of hours is caught up with within two dozen polls.
    const claimedAgeMs = atMs - (this.#metadataStartMs ?? atMs);
    const trustedAgeMs = Math.min(claimedAgeMs, 10_000 + 5 * (atMs - this.firstSeenMs));
    return Math.max(0, atMs - this.#ageOriginMs, trustedAgeMs);
  }

  /** Whether the schedule was reset: when the operation ends does not depend on its age alone. */
  get isReset(): boolean {
    return this.#ageOriginMs !== this.#startedMs;
  }

  /**
   * When the next request is due after one that was sent at `sentMs`.
   *
   * @throws what the backoff throws, and TypeError or RangeError if it does not return a delay.
   */
  nextAfterMs(sentMs: number): number {
    return Math.round(sentMs + this.#delayMs(sentMs));
  }

  /**
   * When the next poll is due after a state of the running operation.
   *
   * @param sentMs - when its request was sent.
   * @param isInitial - whether there was no request: the starting call returned the state.
   * @throws what {@link Schedule.nextAfterMs} throws.
   */
  nextAfterStateMs(operation: Operation<unknown, unknown>, sentMs: number, nowMs: number, isInitial: boolean): number {
    if (operation.raw.metadata) this.#readMetadata(operation, nowMs, isInitial);
    const delayMs = this.#delayMs(sentMs);
    this.#attempt++;
    const dueMs = Math.max(sentMs + delayMs, nowMs + delayMs / 2);
    const progressMs = this.#progress?.dueMs(nowMs, dueMs) ?? dueMs;
    if (progressMs !== dueMs) this.placedBy = 'progress';
    const nextMs = Math.round(progressMs);
    const toleranceMs = (nextMs - nowMs) * this.settings.alignmentTolerance;
    return toleranceMs > 0 ? alignDueMs(nextMs, toleranceMs) : nextMs;
  }

  /** Starts again from the age 0, whatever metadata and history say. */
  protected restart(nowMs: number): void {
    this.#ageOriginMs = this.#metadataStartMs = nowMs;
    this.#attempt = 0;
    this.#table = undefined;
  }

  #delayMs(atMs: number): number {
    const ageMs = this.trustedAgeMs(atMs);
    const jitter = this.#jitter / jitterSteps;
    const endMs = this.#progress?.endMs ?? NaN;
    const { backoff, requestPriceMs, expectedMs, activeLoops } = this.settings;
    const state = {
      ageMs,
      attempt: this.#attempt,
      jitter,
      remainingMs: endMs >= 0 ? Math.max(0, endMs - atMs) : undefined,
      requestPriceMs,
      expectedMs: this.isReset ? undefined : expectedMs,
      nextAgeMs: this.#table?.nextAgeMs(ageMs, jitter),
      activeWaits: activeLoops.size,
    };
    const delayMs = backoff(state);
    this.placedBy = backoff === defaultBackoff ? placedByDefault(state) : 'age';
    if (!Number.isFinite(delayMs) || delayMs < 0) assertNumber('poll', 'backoff()', delayMs, 0);
    return delayMs;
  }

  #readMetadata(operation: Operation<unknown, unknown>, nowMs: number, isInitial: boolean): void {
    // Not those of the starting call: an operation that it returned is new.
    if (this.#metadataStartMs === undefined && !(isInitial && this.#attempt === 0)) {
      const startedAtMs = readStartTime(operation);
      if (!Number.isNaN(startedAtMs)) this.#metadataStartMs = nowMs - (Date.now() - startedAtMs);
    }
    const progress = readProgress(operation, this.settings.readProgress);
    if (progress >= 0) (this.#progress ??= new ProgressEstimator()).addSample(progress, nowMs);
  }
}

/** A jitter is a whole number of these parts. */
const jitterSteps = 2 ** 20;
