import type { Operation } from '../operation.js';
import type { PollingBackoff } from './backoff.js';
import { Forecast } from './forecast.js';
import { fraction, progressOf, startTimeOf } from './metadata.js';

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
  #dueMs: number;
  /** When the last answer came, and how long it took. */
  #answeredMs = longAgoMs;
  #roundTripMs = 100;

  /**
   * @param nowMs - now, on the monotonic clock, like all times here.
   * @param ageMs - how old the operation is known to be.
   * @throws RangeError if the backoff gives no delay.
   */
  constructor(settings: CadenceSettings, nowMs: number, ageMs: number) {
    this.#settings = settings;
    this.#sinceMs = nowMs;
    this.#knownAgeMs = ageMs;
    // Who never polls does not poll the first time either: states come by update() alone.
    this.#dueMs = this.provisionalMs(nowMs) === Infinity ? Infinity : nowMs;
  }

  /** When the next poll is due. */
  get dueMs(): number {
    return this.#dueMs;
  }

  /**
   * When to poll for those who wait: when it is due, or else in time for the last answer that can reach one of them
   * before it gives up.
   *
   * @param waiters - with their deadlines.
   */
  nextMs(waiters: readonly { readonly deadlineMs: number }[]): number {
    const [dueMs, leadMs] = [this.#dueMs, this.leadMs];
    if (dueMs === Infinity) return Infinity;
    // Short waits, one after another, must not become a cadence of their own.
    const earliestMs = this.#answeredMs + Math.min(1000, (dueMs - this.#answeredMs) / 2);
    let nextMs = dueMs;
    for (const { deadlineMs } of waiters) {
      const chanceMs = Math.max(deadlineMs - leadMs, earliestMs);
      if (chanceMs < deadlineMs && dueMs > deadlineMs - leadMs) nextMs = Math.min(nextMs, chanceMs);
    }
    return nextMs;
  }

  /** How long before its end a wait gets its last answer: time for a round trip like the one before. */
  get leadMs(): number {
    return Math.min(Math.max(3 * this.#roundTripMs, 50), 1000);
  }

  /** A poll is sent. What it makes due stands if it is given up or fails. */
  sent(nowMs: number): void {
    this.#dueMs = this.provisionalMs(nowMs);
  }

  /**
   * A request has ended.
   *
   * @param tookMs - how long a poll took to bring an answer.
   */
  answered(nowMs: number, tookMs = this.#roundTripMs): void {
    this.#answeredMs = nowMs;
    this.#roundTripMs = tookMs;
  }

  /**
   * Takes in a state of the operation that runs: from there the next poll is due.
   *
   * @param sentMs - when it was asked for: the cadence counts from there, whatever the request and its retries took.
   * @throws RangeError if the backoff gives no delay.
   */
  see(operation: Operation<unknown, unknown>, sentMs: number, nowMs: number): void {
    this.#observe(operation, nowMs);
    const delayMs = this.#delayMs(sentMs);
    this.#delays++;
    const dueMs = Math.max(sentMs + delayMs, nowMs + delayMs / 2);
    const nextMs = Math.round(this.#forecast?.dueMs(nowMs, dueMs) ?? dueMs);
    // The marks of a coarse grid are among those of the finer ones, so that slow and quick polls fall together as well.
    const gridMs = 2 ** Math.floor(Math.log2((nextMs - nowMs) * (this.#settings.slack ?? 0)));
    this.#dueMs = Math.ceil(nextMs / gridMs) * gridMs || nextMs;
  }

  /** Puts the next poll off. */
  putOff(untilMs: number): void {
    this.#dueMs = Math.max(this.#dueMs, untilMs);
  }

  /** Begins anew, because something happened that may end the operation soon. */
  restart(nowMs: number): void {
    this.#restartMs = nowMs;
    this.#delays = 0;
    this.#dueMs = Math.min(this.#dueMs, this.provisionalMs(nowMs));
  }

  /** When to ask again if a request that was sent then brings nothing. */
  provisionalMs(sentMs: number): number {
    return Math.round(sentMs + this.#delayMs(sentMs));
  }

  #observe(operation: Operation<unknown, unknown>, nowMs: number): void {
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

const longAgoMs = -1e6;
