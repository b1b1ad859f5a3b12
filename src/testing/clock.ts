import { nextTurn } from './next-turn.js';

/** The emulator's clock, in milliseconds since the emulator was created. */
export interface EmulatorClock {
  /** The current time. */
  now(): number;
  /**
   * Calls `action` once, when `now()` is `atMs` or later; never if `atMs` is `Infinity`.
   *
   * @returns a function that cancels it.
   */
  at(atMs: number, action: () => void): () => void;
}

const maxTimeoutMs = 2 ** 31 - 1;

/**
 * The clock of the process. It looks up `performance.now()` and `setTimeout` at each use, so that the fake timers of a
 * test runner drive it.
 */
export class RealClock implements EmulatorClock {
  readonly #originMs = performance.now();

  now(): number {
    // Rounded to the microsecond: without rounding, 100 ms after 0 is 99.99999999999999.
    return Math.round((performance.now() - this.#originMs) * 1000) / 1000;
  }

  at(atMs: number, action: () => void): () => void {
    if (atMs === Infinity) return () => undefined;
    let handle: ReturnType<typeof setTimeout>;
    // Rescheduled until due: setTimeout() can fire up to a millisecond early, and its delay is limited to 31 bits.
    const schedule = (): void => {
      const leftMs = Math.min(Math.max(0, Math.ceil(atMs - this.now())), maxTimeoutMs);
      handle = setTimeout(() => (this.now() < atMs ? schedule() : action()), leftMs);
    };
    schedule();
    return () => clearTimeout(handle);
  }
}

interface Timer {
  readonly atMs: number;
  readonly action: () => void;
}

/** A clock that moves only by {@link ManualClock.advance}. */
export class ManualClock implements EmulatorClock {
  #nowMs = 0;
  /** The time at which all calls of advance() so far end. */
  #endMs = 0;
  readonly #timers = new Set<Timer>();

  now(): number {
    return this.#nowMs;
  }

  at(atMs: number, action: () => void): () => void {
    if (atMs === Infinity) return () => undefined;
    const timer = { atMs, action };
    this.#timers.add(timer);
    return () => this.#timers.delete(timer);
  }

  /**
   * Advances the clock and fires the timers that become due, in order, each at its own time.
   *
   * @param ms - by how much.
   * @param eventLoopTurns - how many turns of the event loop to wait before each timer, so that the program can react to
   * the one before it, and set timers of its own.
   */
  async advance(ms: number, eventLoopTurns: number): Promise<void> {
    // Concurrent calls add up: each starts at the end of the one before it.
    const endMs = (this.#endMs = Math.max(this.#nowMs, this.#endMs) + ms);
    for (;;) {
      await flush(eventLoopTurns);
      const next = this.#next();
      if (!next || next.atMs > endMs) break;
      this.#timers.delete(next);
      this.#nowMs = Math.max(this.#nowMs, next.atMs);
      next.action();
    }
    this.#nowMs = Math.max(this.#nowMs, endMs);
    await flush(eventLoopTurns);
  }

  #next(): Timer | undefined {
    let first: Timer | undefined;
    for (const timer of this.#timers) if (!first || timer.atMs < first.atMs) first = timer;
    return first;
  }
}

async function flush(eventLoopTurns: number): Promise<void> {
  for (let turn = 0; turn < eventLoopTurns; turn++) await nextTurn();
}
