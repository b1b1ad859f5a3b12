import { setImmediate as nextTurn } from 'node:timers';

/** The time that an emulator lives in, in milliseconds since it was made. */
export interface EmulatorClock {
  /** The time. */
  now(): number;
  /**
   * Calls `action` once, when `now()` is `atMs` or later; never for `Infinity`.
   *
   * @returns takes it back.
   */
  at(atMs: number, action: () => void): () => void;
}

const maxTimeoutMs = 2 ** 31 - 1;

/**
 * The time of the process: `performance.now()` and `setTimeout`, looked up at every use, so that a test runner's fake
 * timers drive it.
 */
export class RealClock implements EmulatorClock {
  readonly #originMs = performance.now();

  now(): number {
    // To the microsecond: without the noise of the subtraction, 100 ms after 0 are 100 and not 99.99999999999999.
    return Math.round((performance.now() - this.#originMs) * 1000) / 1000;
  }

  at(atMs: number, action: () => void): () => void {
    if (atMs === Infinity) return () => undefined;
    let handle: ReturnType<typeof setTimeout>;
    // Again, because setTimeout() may fire up to a millisecond early, and at once when asked for too long a time.
    const arm = (): void => {
      const leftMs = Math.min(Math.max(0, Math.ceil(atMs - this.now())), maxTimeoutMs);
      handle = setTimeout(() => (this.now() < atMs ? arm() : action()), leftMs);
    };
    arm();
    return () => clearTimeout(handle);
  }
}

interface Alarm {
  readonly atMs: number;
  readonly action: () => void;
}

/** A time that stands still until {@link ManualClock.advance}. */
export class ManualClock implements EmulatorClock {
  #nowMs = 0;
  /** How far it is to go. */
  #endMs = 0;
  readonly #alarms = new Set<Alarm>();

  now(): number {
    return this.#nowMs;
  }

  at(atMs: number, action: () => void): () => void {
    if (atMs === Infinity) return () => undefined;
    const alarm = { atMs, action };
    this.#alarms.add(alarm);
    return () => this.#alarms.delete(alarm);
  }

  /**
   * Moves the time, stopping at everything that is due on the way, in order.
   *
   * @param ms - how far.
   * @param eventLoopTurns - how often to let the event loop turn before each step: what a program does in answer to one step is
   * then done, and what it plans is planned, before the next.
   */
  async advance(ms: number, eventLoopTurns: number): Promise<void> {
    // From where one that is under way will end: none takes time from another.
    const endMs = (this.#endMs = Math.max(this.#nowMs, this.#endMs) + ms);
    for (;;) {
      await flush(eventLoopTurns);
      const next = this.#next();
      if (!next || next.atMs > endMs) break;
      this.#alarms.delete(next);
      this.#nowMs = Math.max(this.#nowMs, next.atMs);
      next.action();
    }
    this.#nowMs = Math.max(this.#nowMs, endMs);
    await flush(eventLoopTurns);
  }

  #next(): Alarm | undefined {
    let first: Alarm | undefined;
    for (const alarm of this.#alarms) if (!first || alarm.atMs < first.atMs) first = alarm;
    return first;
  }
}

async function flush(eventLoopTurns: number): Promise<void> {
  for (let turn = 0; turn < eventLoopTurns; turn++) await new Promise<void>((resolve) => nextTurn(resolve));
}
