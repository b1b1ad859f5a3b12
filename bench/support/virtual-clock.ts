// Virtual time, which advances only when the program is idle: hours of polling take milliseconds. It works with published
// packages, as all of them look up setTimeout, Date and performance when they use them.

interface Timer {
  readonly atMs: number;
  readonly order: number;
  /** Whether the program set it; otherwise it is a {@link VirtualClock.sleep}. */
  readonly isGlobal: boolean;
  action: () => void;
  cancelled: boolean;
}

const real = { setTimeout, clearTimeout, Date, now: performance.now.bind(performance), setImmediate };
const epochMs = Date.UTC(2026, 0, 1);

/** The virtual clock. While it is installed, it replaces the timers and clocks of the process. */
export class VirtualClock {
  nowMs = 0;
  /** By how much the clock of the calendar is wrong. It does not move timers. */
  dateSkewMs = 0;
  /** How many timers of the program are set. */
  globalTimers = 0;
  #order = 0;
  readonly #heap: Timer[] = [];
  readonly #idle: () => Promise<void>;
  readonly #grainMs: number;
  readonly #isStepwise: boolean;

  /**
   * @param idle - resolves when the program is idle: nothing more happens until time advances.
   * @param resolutionMs - timers fire at multiples of this; 0: at their exact times.
   * @param isStepwise - whether to wait until the program is idle after each timer, as Node does, even if the next one is
   *   due at the same time.
   */
  constructor(idle = flushMicrotasks, resolutionMs = 0, isStepwise = false) {
    this.#idle = idle;
    this.#grainMs = resolutionMs;
    this.#isStepwise = isStepwise;
  }

  /**
   * Replaces the global timers and clocks.
   *
   * @returns a function that restores them.
   */
  install(): () => void {
    const setVirtual = (action: (...args: unknown[]) => void, delayMs = 0, ...args: unknown[]): object => {
      // As in Node, a delay over 31 bits becomes 1 ms.
      const ms = delayMs >= 1 && delayMs <= 2 ** 31 - 1 ? delayMs : 1;
      const fire = (): void => {
        this.globalTimers--;
        timer.cancelled = true;
        action(...args);
      };
      const timer: Timer = { atMs: this.#at(ms), order: this.#order++, isGlobal: true, action: fire, cancelled: false };
      this.globalTimers++;
      this.#push(timer);
      return Object.assign(timer, { ref: () => timer, unref: () => timer, hasRef: () => true });
    };
    const clearVirtual = (timer: Timer | undefined): void => {
      if (timer && !timer.cancelled) this.#cancel(timer);
    };
    const now = (): number => this.nowMs;
    const skewedNow = (): number => epochMs + this.nowMs + this.dateSkewMs;
    class VirtualDate extends real.Date {
      constructor(...args: [] | [number | string]) {
        super(...((args.length === 0 ? [VirtualDate.now()] : args) as [number]));
      }
      static override now(): number {
        return skewedNow();
      }
    }
    Object.assign(globalThis, { setTimeout: setVirtual, clearTimeout: clearVirtual, Date: VirtualDate });
    performance.now = now;
    return () => {
      Object.assign(globalThis, { setTimeout: real.setTimeout, clearTimeout: real.clearTimeout, Date: real.Date });
      performance.now = real.now;
    };
  }

  /** Resolves `ms` virtual milliseconds later. */
  sleep(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const atMs = this.#at(ms);
      this.#push({ atMs, order: this.#order++, isGlobal: false, action: resolve, cancelled: false });
    });
  }

  /** Lets time pass without running a timer: the machine sleeps, or the event loop is blocked. */
  freeze(ms: number): void {
    this.nowMs += ms;
  }

  /** Cancels all timers that the program has set: its process has died. */
  dropGlobalTimers(): void {
    for (const timer of this.#heap) if (timer.isGlobal && !timer.cancelled) this.#cancel(timer);
  }

  /** Advances the time until no timer is left, or until `isOver()` returns true. */
  async run(isOver = (): boolean => false): Promise<void> {
    await this.#idle();
    for (let timer = this.#pop(); timer; timer = this.#pop()) {
      if (timer.cancelled) continue;
      this.nowMs = Math.max(this.nowMs, timer.atMs);
      timer.action();
      // Other timers that are due at the same time belong to the same step.
      while (!this.#isStepwise && this.#heap[0] && this.#heap[0].atMs === this.nowMs) {
        const next = this.#pop()!;
        if (!next.cancelled) next.action();
      }
      await this.#idle();
      if (isOver()) return;
    }
  }

  #cancel(timer: Timer): void {
    this.globalTimers--;
    timer.cancelled = true;
    // The timer stays in the heap until it is due, but must not keep its closure alive.
    timer.action = noop;
  }

  #at(ms: number): number {
    const atMs = this.nowMs + ms;
    return this.#grainMs > 0 ? Math.ceil(atMs / this.#grainMs) * this.#grainMs : atMs;
  }

  #push(timer: Timer): void {
    const heap = this.#heap;
    let i = heap.push(timer) - 1;
    while (i > 0) {
      const parent = (i - 1) >> 1;
      if (!before(timer, heap[parent]!)) break;
      heap[i] = heap[parent]!;
      i = parent;
    }
    heap[i] = timer;
  }

  #pop(): Timer | undefined {
    const heap = this.#heap;
    const first = heap[0];
    const last = heap.pop();
    if (!first || !last || heap.length === 0) return first;
    let i = 0;
    for (;;) {
      let child = 2 * i + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && before(heap[child + 1]!, heap[child]!)) child += 1;
      if (!before(heap[child]!, last)) break;
      heap[i] = heap[child]!;
      i = child;
    }
    heap[i] = last;
    return first;
  }
}

function before(a: Timer, b: Timer): boolean {
  return a.atMs < b.atMs || (a.atMs === b.atMs && a.order < b.order);
}

/** Runs all microtasks. */
export function flushOnce(): Promise<void> {
  return new Promise((resolve) => void real.setImmediate(resolve));
}

/** Runs all microtasks. Twice, as google-gax emits its events from setImmediate() callbacks. */
export async function flushMicrotasks(): Promise<void> {
  await flushOnce();
  await flushOnce();
}

function noop(): void {
  return undefined;
}
