import type { VirtualClock } from './virtual-clock.js';

/** What one operation does. */
export interface Script {
  /** How long it runs, in milliseconds. */
  readonly durationMs: number;
  /** The progress that it reports at an age, from 0 to 1; undefined: it reports none. */
  readonly progressAt?: ((ageMs: number) => number) | undefined;
  /** Which request gets no response, from 1; undefined: each gets one. */
  readonly hungRequest?: number | undefined;
}

/** The measurements of one operation, after the client has detected its end. */
export interface Observation {
  readonly requests: number;
  /** The time from the end of the operation to its detection, in % of the duration. */
  readonly delayPercent: number;
  readonly delayMs: number;
  readonly durationMs: number;
}

/** The server side of one operation, half a round trip away. It counts the requests. */
export class ScriptedOperation {
  requests = 0;
  readonly script: Script;
  readonly #clock: VirtualClock;
  readonly #rttMs: number;
  readonly #startMs: number;
  #detectedMs = NaN;

  constructor(script: Script, clock: VirtualClock, rttMs: number) {
    this.script = script;
    this.#clock = clock;
    this.#rttMs = rttMs;
    // The response of the start has just arrived: the operation started half a round trip ago.
    this.#startMs = clock.nowMs - rttMs / 2;
  }

  /** GetOperation. */
  async get(): Promise<{ done: boolean; progress: number | undefined }> {
    if (++this.requests === this.script.hungRequest) return new Promise(() => undefined);
    await this.#clock.sleep(this.#rttMs / 2);
    const state = this.#state();
    await this.#clock.sleep(this.#rttMs / 2);
    return state;
  }

  /** WaitOperation: responds when the operation is done, or after `timeoutMs`. */
  async wait(timeoutMs: number): Promise<{ done: boolean; progress: number | undefined }> {
    this.requests++;
    await this.#clock.sleep(this.#rttMs / 2);
    const leftMs = this.#startMs + this.script.durationMs - this.#clock.nowMs;
    await this.#clock.sleep(Math.max(0, Math.min(leftMs, timeoutMs)));
    const state = this.#state();
    await this.#clock.sleep(this.#rttMs / 2);
    return state;
  }

  #state(): { done: boolean; progress: number | undefined } {
    const ageMs = this.#clock.nowMs - this.#startMs;
    const done = ageMs >= this.script.durationMs - 1e-6;
    return { done, progress: done ? 1 : this.script.progressAt?.(ageMs) };
  }

  /** Records that the client has detected the end. */
  recordDetection(): void {
    this.#detectedMs = this.#clock.nowMs;
  }

  get observation(): Observation {
    const { durationMs } = this.script;
    const delayMs = this.#detectedMs - this.#startMs - durationMs;
    return { requests: this.requests, durationMs, delayMs, delayPercent: (100 * delayMs) / durationMs };
  }
}

/** A random number generator with a seed, so that each client gets the same operations. */
export function random(seed: number): () => number {
  let state = seed;
  return () => {
    // mulberry32
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** `count` durations of T·e^U(−0.35, 0.35), stratified: one from each of `count` equal parts of U. */
export function durations(medianMs: number, count: number, seed: number): number[] {
  const draw = random(seed);
  return Array.from({ length: count }, (_, i) => medianMs * Math.exp((0.7 * (i + draw())) / count - 0.35));
}

/** Uneven progress, reported in whole percents: each tenth has a random rate within ±20 %. */
export function unevenProgress(durationMs: number, draw: () => number): (ageMs: number) => number {
  const weights = Array.from({ length: 10 }, () => 1 / (0.8 + 0.4 * draw()));
  const sum = weights.reduce((a, b) => a + b, 0);
  const ends: number[] = [];
  for (const weight of weights) ends.push((ends.at(-1) ?? 0) + (weight / sum) * durationMs);
  return (ageMs) => {
    const tenth = ends.findIndex((end) => ageMs < end);
    if (tenth < 0) return 1;
    const startMs = tenth === 0 ? 0 : ends[tenth - 1]!;
    const fraction = (tenth + (ageMs - startMs) / (ends[tenth]! - startMs)) / 10;
    return Math.floor(fraction * 100) / 100;
  };
}
