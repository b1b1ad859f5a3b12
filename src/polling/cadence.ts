import { requireNumber } from '../arguments.js';
import type { Operation } from '../operation.js';
import type { PollingBackoff } from './backoff.js';
import { Forecast } from './forecast.js';
import { progressFields, readField, startTimeFields } from './metadata.js';

/** What a cadence is made from. */
export interface CadenceSettings {
  readonly backoff: PollingBackoff;
  /** Reads the progress out of the metadata in place of the built-in way. */
  readonly progress: ((metadata: never) => number | undefined) | undefined;
  /** Which part of a delay a poll may come later, so that polls fall together. */
  readonly slack?: number | undefined;
}

/**
 * When to ask about one operation: the backoff at the operation's age, sharpened by what the metadata says. What is due
 * outlives those who wait: a new wait asks no sooner.
 */
export class Cadence {
  readonly #settings: CadenceSettings;
  /** Since when this process has known of the operation. */
  readonly sinceMs: number;
  /** When the operation began, as far as this process knows. */
  readonly beganMs: number;
  readonly #phase = Math.random();
  /** From when its age counts: from when it was asked to cancel, it counts anew. */
  #fromMs: number;
  /** When it began by its metadata; NaN as long as they do not say. */
  #claimedMs = NaN;
  #delays = 0;
  #forecast: Forecast | undefined;
  #dueMs: number;
  /** When it was last asked, or answered: long ago. */
  #askedMs = -1e6;
  #roundTripMs = 100;

  /**
   * @param nowMs - now, on the monotonic clock, like all times here.
   * @param ageMs - how old the operation is known to be.
   * @throws what the backoff throws, and TypeError or RangeError if it gives no delay.
   */
  constructor(settings: CadenceSettings, nowMs: number, ageMs: number) {
    this.#settings = settings;
    this.sinceMs = nowMs;
    this.beganMs = this.#fromMs = nowMs - ageMs;
    // Who never polls does not poll the first time either: states come by update() alone.
    this.#dueMs = this.afterMs(nowMs) === Infinity ? Infinity : nowMs;
  }

  /**
   * When the next poll is due, or else in time for the last answer that can reach the first of those who wait to give
   * up. Short waits, one after another, must not become a cadence of their own.
   *
   * @param deadlineMs - when the first one gives up.
   */
  dueMs(deadlineMs = Infinity): number {
    const earliestMs = Math.min(this.#askedMs + 1000, (this.#askedMs + this.#dueMs) / 2);
    const chanceMs = Math.max(deadlineMs - this.leadMs, earliestMs);
    return this.#dueMs === Infinity ? Infinity : Math.min(this.#dueMs, chanceMs);
  }

  /** How long before its end a wait gets its last answer: time for a round trip like the one before. */
  get leadMs(): number {
    return Math.min(Math.max(3 * this.#roundTripMs, 50), 1000);
  }

  /** A poll is sent. What it makes due stands if it is given up or fails. */
  sent(nowMs: number): void {
    this.#askedMs = nowMs;
    this.#dueMs = this.afterMs(nowMs);
  }

  /**
   * A request has ended.
   *
   * @param tookMs - how long a poll took to bring an answer.
   */
  answered(nowMs: number, tookMs = this.#roundTripMs): void {
    this.#askedMs = nowMs;
    this.#roundTripMs = tookMs;
  }

  /**
   * Takes in a state of the operation that runs: from there the next poll is due.
   *
   * @param sentMs - when it was asked for: the cadence counts from there, whatever the request and its retries took.
   * @throws TypeError or RangeError if the backoff gives no delay.
   */
  see(operation: Operation<unknown, unknown>, sentMs: number, nowMs: number): void {
    if (Number.isNaN(this.#claimedMs)) this.#claimedMs = nowMs - (Date.now() - readField(operation, startTimeFields));
    const progress = this.progressOf(operation);
    if (progress >= 0) (this.#forecast ??= new Forecast()).see(progress, nowMs);
    const delayMs = this.#delayMs(sentMs);
    this.#delays++;
    const dueMs = Math.max(sentMs + delayMs, nowMs + delayMs / 2);
    this.#dueMs = Math.round(this.#forecast?.dueMs(nowMs, dueMs) ?? dueMs);
    const slackMs = (this.#dueMs - nowMs) * (this.#settings.slack ?? 0);
    if (!slackMs) return;
    // The marks of a coarse grid are among those of the finer ones, so that slow and quick polls fall together as well.
    const gridMs = 2 ** Math.floor(Math.log2(slackMs));
    this.#dueMs = Math.ceil(this.#dueMs / gridMs) * gridMs || Infinity;
  }

  /** Puts the next poll off. */
  putOff(untilMs: number): void {
    this.#dueMs = Math.max(this.#dueMs, untilMs);
  }

  /** Begins anew, because something happened that may end the operation soon. */
  hurry(nowMs: number): void {
    this.#fromMs = this.#claimedMs = nowMs;
    this.#delays = 0;
    this.#dueMs = Math.min(this.#dueMs, this.afterMs(nowMs));
  }

  /** When to ask again if a request that was sent then brings nothing. */
  afterMs(sentMs: number): number {
    return Math.round(sentMs + this.#delayMs(sentMs));
  }

  /** How far an operation says it is, from 0 to 1; NaN where it says nothing, or nonsense. */
  progressOf(operation: Operation<unknown, unknown>): number {
    const { progress } = this.#settings;
    try {
      const figure: unknown = !progress
        ? readField(operation, progressFields)
        : operation.metadata !== undefined && progress(operation.metadata as never);
      if (typeof figure === 'number' && figure >= 0 && figure <= 1) return figure;
    } catch {
      // No mistake about a progress figure is worth a wait of two hours.
    }
    return NaN;
  }

  #delayMs(atMs: number): number {
    // The age by the metadata is believed little by little: were the server's clock behind ours, a new operation would
    // seem old and be asked for too seldom. A true claim is caught up with in a handful of polls. (NaN is none.)
    const believedMs = Math.min(atMs - this.#claimedMs || 0, 10_000 + 5 * (atMs - this.sinceMs));
    const endMs = this.#forecast?.endMs ?? NaN;
    const delayMs = this.#settings.backoff({
      ageMs: Math.max(0, atMs - this.#fromMs, believedMs),
      delays: this.#delays,
      phase: this.#phase,
      remainingMs: endMs >= 0 ? Math.max(0, endMs - atMs) : undefined,
    });
    requireNumber('poll', 'backoff()', delayMs, 0);
    return delayMs;
  }
}
