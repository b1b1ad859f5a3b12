import { LinkedList } from '../rpc/linked-list.js';
import { now } from '../rpc/timer-wheel.js';
import type { Bucket, TimerTask, TimerWheel } from '../rpc/timer-wheel.js';
import type { Queued } from './queued.js';

/** Debounce before listing, in milliseconds, and its upper bound. */
const debounceMs = 2;
const maxDebounceMs = 100;

/** When to flush a queue whose first and latest lookup came at these times. */
function flushAtMs(firstMs: number, latestMs: number): number {
  return Math.min(latestMs + debounceMs, firstMs + maxDebounceMs);
}

/** Collects lookups and polls while new ones arrive, and then flushes them together. */
export class LookupQueue implements TimerTask {
  readonly #timers: TimerWheel;
  readonly #onFlush: (lookups: LinkedList<Queued>) => void;
  #lookups = new LinkedList<Queued>();
  #isPaused = false;
  #firstMs = 0;
  #latestMs = 0;
  bucket: Bucket | undefined;
  timerIndex = 0;

  constructor(timers: TimerWheel, onFlush: (lookups: LinkedList<Queued>) => void) {
    this.#timers = timers;
    this.#onFlush = onFlush;
  }

  add(lookup: Queued): void {
    const nowMs = lookup.sentMs;
    if (this.#lookups.size === 0) this.#firstMs = nowMs;
    this.#latestMs = nowMs;
    lookup.moveTo(this.#lookups);
    // Later lookups extend the debounce when the timer fires: rescheduling for each one would be dear.
    if (!this.bucket && !this.#isPaused) this.#timers.schedule(this, flushAtMs(nowMs, nowMs));
  }

  has(lookup: Queued): boolean {
    return lookup.list === this.#lookups;
  }

  delete(lookup: Queued): void {
    if (!this.has(lookup)) return;
    lookup.moveTo(undefined);
    if (this.#lookups.size === 0) this.#timers.cancel(this);
  }

  /** Collects without flushing, until {@link LookupQueue.resume}. */
  pause(): void {
    this.#isPaused = true;
  }

  resume(): void {
    this.#isPaused = false;
    if (this.#lookups.size > 0) this.onTimer();
  }

  onTimer(): void {
    const flushMs = flushAtMs(this.#firstMs, this.#latestMs);
    if (now() < flushMs) return this.#timers.schedule(this, flushMs);
    const lookups = this.#lookups;
    this.#lookups = new LinkedList();
    this.#onFlush(lookups);
  }
}
