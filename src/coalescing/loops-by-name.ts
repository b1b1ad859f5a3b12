import type { ActiveLoop } from '../waiting/client-context.js';

/** The active poll loops of one collection, by operation name. */
export class LoopsByName {
  // A name mostly has one loop, and there may be as many names as there are operations: a Set for each would be dear.
  readonly #loops = new Map<string, ActiveLoop | Set<ActiveLoop>>();
  /** How many of its values are a Set. */
  #sets = 0;

  /** The number of names. */
  get size(): number {
    return this.#loops.size;
  }

  has(name: string): boolean {
    return this.#loops.has(name);
  }

  /** The loop of a name that has one; undefined if it has none or several. */
  only(name: string): ActiveLoop | undefined {
    const loops = this.#loops.get(name);
    return loops instanceof Set ? undefined : loops;
  }

  /** Whether a loop is the only one of its name. */
  isOnly(loop: ActiveLoop): boolean {
    return this.#sets === 0 || this.#loops.get(loop.name) === loop;
  }

  /** A copy, so that loops may come and go while it is iterated. */
  get(name: string): readonly ActiveLoop[] {
    const loops = this.#loops.get(name);
    if (!loops) return [];
    return loops instanceof Set ? [...loops] : [loops];
  }

  add(loop: ActiveLoop): void {
    const { name } = loop;
    const loops = this.#loops.get(name);
    if (!loops) this.#loops.set(name, loop);
    else if (loops instanceof Set) loops.add(loop);
    else {
      this.#loops.set(name, new Set([loops, loop]));
      this.#sets++;
    }
  }

  /** @returns whether it was in. */
  delete(loop: ActiveLoop): boolean {
    const { name } = loop;
    const loops = this.#loops.get(name);
    if (loops instanceof Set && loops.size > 1) return loops.delete(loop);
    const isIn = loops instanceof Set ? loops.has(loop) : loops === loop;
    if (!isIn) return false;
    if (loops instanceof Set) this.#sets--;
    return this.#loops.delete(name);
  }
}
