import { now } from '../rpc/clock.js';
import type { Pacer, Turn } from '../rpc/pacer.js';

/**
 * Where the requests about one parent wait, of which one at a time stands in the queue of the client: so the turn goes from
 * parent to parent, and who asks for one operation does not wait for the ten thousand of another.
 */
export class Lane implements Turn {
  readonly #pacer: Pacer;
  readonly #turns: Turn[] = [];
  /** Whether it stands in the client's queue. */
  #queues = false;
  dueMs = 0;

  constructor(pacer: Pacer) {
    this.#pacer = pacer;
  }

  enter(turn: Turn): void {
    this.#turns.push(turn);
    this.#step();
  }

  leave(turn: Turn): void {
    const index = this.#turns.indexOf(turn);
    if (index < 0) return;
    this.#turns.splice(index, 1);
    if (this.#turns.length > 0 || !this.#queues) return;
    this.#queues = false;
    this.#pacer.leave(this);
  }

  go(): void {
    this.#queues = false;
    this.#turns.shift()?.go();
    this.#step();
  }

  slowDown(): void {
    this.#pacer.slowDown();
  }

  #step(): void {
    if (this.#queues || this.#turns.length === 0) return;
    this.#queues = true;
    this.dueMs = now();
    this.#pacer.enter(this);
  }
}
