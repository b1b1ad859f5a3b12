import type { Operation } from '../operation.js';
import type { PollingBackoff } from './backoff.js';
import { Forecast } from './forecast.js';
import { fraction, progressOf, startTimeOf } from './metadata.js';

/** What a cadence is made from. */
export interface CadenceSettings {
  readonly backoff: PollingBackoff;
  /** Reads the progress out of the metadata in place of the built-in way. */
  readonly progress: ((metadata: never) => number | undefined) | undefined;
}

/** When to ask about one operation: the backoff at the operation's age, sharpened by what the metadata says. */
export class Cadence {
  readonly #settings: CadenceSettings;
  /** Since when this process has known of the operation, and how old it was then. */
  readonly #sinceMs: number;
  readonly #knownAgeMs: number;
  readonly #phase = Math.random();
  /** When it was asked to cancel: from there its age counts anew. */
  #restartMs: number | undefined;
  #delays = 0;
  /** When it began by its metadata. */
  #claimedMs: number | undefined;
  #forecast: Forecast | undefined;

  /**
   * @param nowMs - now, on the monotonic clock, like all times here.
   * @param ageMs - how old the operation is known to be.
   */
  constructor(settings: CadenceSettings, nowMs: number, ageMs: number) {
    this.#settings = settings;
    this.#sinceMs = nowMs;
    this.#knownAgeMs = ageMs;
  }

  /** Takes in what the metadata of a running operation say. */
  observe(operation: Operation<unknown, unknown>, nowMs: number): void {
    if (this.#claimedMs === undefined) {
      const startTimeMs = startTimeOf(operation);
      if (startTimeMs !== undefined) this.#claimedMs = nowMs - (Date.now() - startTimeMs);
    }
    const figure = this.#progressOf(operation);
    if (figure === undefined) return;
    if (this.#forecast) this.#forecast.observe(figure, nowMs);
    else this.#forecast = new Forecast(figure, nowMs);
  }

  /** Whether a running state that was pushed is older than a known one, as far as their progress tells. */
  isOlder(pushed: Operation<unknown, unknown>, known: Operation<unknown, unknown>): boolean {
    if (pushed.done || known.done) return false;
    const [a, b] = [this.#progressOf(pushed), this.#progressOf(known)];
    return a !== undefined && b !== undefined && a < b;
  }

  #progressOf(operation: Operation<unknown, unknown>): number | undefined {
    const { progress } = this.#settings;
    if (!progress) return progressOf(operation);
    try {
      return operation.metadata === undefined ? undefined : fraction(progress(operation.metadata as never));
    } catch {
      return undefined; // No mistake about a progress figure is worth a wait of two hours.
    }
  }

  /** Begins anew, because something happened that may end the operation soon. */
  restart(nowMs: number): void {
    this.#restartMs = nowMs;
    this.#delays = 0;
  }

  /**
   * When to ask again after a poll.
   *
   * @param sentMs - when the poll was sent: the cadence counts from there, whatever the poll and its retries took.
   * @throws RangeError if the backoff gives no delay.
   */
  nextMs(sentMs: number, nowMs: number): number {
    const delayMs = this.#delayMs(sentMs);
    this.#delays++;
    const dueMs = Math.max(sentMs + delayMs, nowMs + delayMs / 2);
    return this.#forecast ? this.#forecast.dueMs(nowMs, dueMs) : dueMs;
  }

  /** When to ask again if a poll brings nothing. */
  provisionalMs(sentMs: number): number {
    return sentMs + this.#delayMs(sentMs);
  }

  /** For how long this process has known of it. */
  seenForMs(nowMs: number): number {
    return nowMs - this.#sinceMs;
  }

  /** How old the operation is known to be. */
  ageMs(nowMs: number): number {
    return this.seenForMs(nowMs) + this.#knownAgeMs;
  }

  #delayMs(atMs: number): number {
    const endMs = this.#forecast?.endMs;
    const delayMs = this.#settings.backoff({
      ageMs: Math.max(0, this.#ageMs(atMs)),
      delays: this.#delays,
      phase: this.#phase,
      remainingMs: endMs === undefined ? undefined : Math.max(0, endMs - atMs),
    });
    if (delayMs >= 0) return delayMs;
    throw new RangeError(`Cannot poll as 'backoff' must return a non-negative number: current value is ${delayMs}`);
  }

  /**
   * The age that counts. That by the metadata is believed little by little: were the server's clock behind ours, a new
   * operation would seem old and be asked for too seldom. A true claim is caught up with in a handful of polls.
   */
  #ageMs(atMs: number): number {
    if (this.#restartMs !== undefined) return atMs - this.#restartMs;
    const believedMs = 10_000 + 5 * this.seenForMs(atMs);
    return Math.max(this.ageMs(atMs), Math.min(atMs - (this.#claimedMs ?? Infinity), believedMs));
  }
}
