// Time that passes only when nothing is left to do: hours of polling in milliseconds, with the published packages as
// they are, since all of them look up setTimeout, Date and performance when they need them.

interface Timer {
  readonly atMs: number;
  readonly order: number;
  action: () => void;
  cancelled: boolean;
}

const real = { setTimeout, clearTimeout, Date, now: performance.now.bind(performance), setImmediate };
const epochMs = Date.UTC(2026, 0, 1);

/** The virtual clock. While it is installed it is the process's only one. */
export class VirtualClock {
  nowMs = 0;
  #order = 0;
  readonly #heap: Timer[] = [];
  readonly #settled: () => Promise<void>;
  readonly #grainMs: number;

  /**
   * @param settled - resolves when nothing more will happen until time passes.
   * @param grainMs - timers fire at multiples of this; 0: at their own times.
   */
  constructor(settled = settle, grainMs = 0) {
    this.#settled = settled;
    this.#grainMs = grainMs;
  }

  /** Replaces the global timers and clocks. @returns puts them back. */
  install(): () => void {
    const setVirtual = (action: (...args: unknown[]) => void, delayMs = 0, ...args: unknown[]): object => {
      // As Node does: what does not fit in 31 bits fires at once.
      const ms = delayMs >= 1 && delayMs <= 2 ** 31 - 1 ? delayMs : 1;
      const timer: Timer = {
        atMs: this.#at(ms),
        order: this.#order++,
        action: () => action(...args),
        cancelled: false,
      };
      this.#push(timer);
      return Object.assign(timer, { ref: () => timer, unref: () => timer, hasRef: () => true });
    };
    const clearVirtual = (timer: Timer | undefined): void => {
      if (!timer) return;
      timer.cancelled = true;
      // It stays in the heap until it would have been due; what it would have held must not.
      timer.action = nothing;
    };
    const now = (): number => this.nowMs;
    class VirtualDate extends real.Date {
      constructor(...args: [] | [number | string]) {
        super(...((args.length === 0 ? [epochMs + now()] : args) as [number]));
      }
      static override now(): number {
        return epochMs + now();
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
      this.#push({ atMs: this.#at(ms), order: this.#order++, action: resolve, cancelled: false });
    });
  }

  /** Lets time pass until nothing is left to do, or there is no need for more. */
  async run(over = (): boolean => false): Promise<void> {
    await this.#settled();
    for (let timer = this.#pop(); timer; timer = this.#pop()) {
      if (timer.cancelled) continue;
      this.nowMs = timer.atMs;
      timer.action();
      // Whatever else is due at this very moment belongs to the same step.
      while (this.#heap[0] && this.#heap[0].atMs === this.nowMs) {
        const next = this.#pop()!;
        if (!next.cancelled) next.action();
      }
      await this.#settled();
      if (over()) return;
    }
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

/** All microtasks; twice, for the setImmediate() callbacks that google-gax emits its events from. */
export async function settle(): Promise<void> {
  await new Promise((resolve) => real.setImmediate(resolve));
  await new Promise((resolve) => real.setImmediate(resolve));
}

function nothing(): void {
  return undefined;
}
