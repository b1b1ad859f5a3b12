/** An end of an operation, as a history keeps it: in whole milliseconds. */
export interface End {
  /** When the operation began, since 1970. */
  readonly beganAtMs: number;
  /** The age at which it was last seen running. */
  readonly runningAtMs: number;
  /** The age at which it was seen done; `Infinity`: the wait was aborted before. */
  readonly doneAtMs: number;
}

/** How many ends of a kind are kept. */
const maxEnds = 64;

/** The last ends of a kind, in the order in which the operations began. Packed: a program may have many kinds. */
export class EndRecord {
  #beganAtMs = new Float64Array(0);
  /** Two for each end. */
  #agesMs = new Float32Array(0);

  get length(): number {
    return this.#beganAtMs.length;
  }

  /** The ends, unpacked. */
  get ends(): readonly End[] {
    return Array.from(this.#beganAtMs, (_, index) => this.#at(index));
  }

  /** When the last of the operations began. */
  get lastBeganAtMs(): number {
    return this.#beganAtMs.at(-1) ?? 0;
  }

  /** Adds an end, and drops the one that began first if there are too many. */
  add(end: End): void {
    const added = rounded(end);
    let index = this.length;
    while (index > 0 && compareEnds(this.#at(index - 1), added) > 0) index--;
    const { length } = this;
    this.#beganAtMs = insert(new Float64Array(length + 1), this.#beganAtMs, index, [added.beganAtMs]).slice(-maxEnds);
    const ages = [added.runningAtMs, added.doneAtMs];
    this.#agesMs = insert(new Float32Array(2 * length + 2), this.#agesMs, 2 * index, ages).slice(-2 * maxEnds);
  }

  /** Removes an end, if it is still there. */
  remove(end: End): void {
    const index = this.ends.map(keyOf).indexOf(keyOf(rounded(end)));
    this.#keep((i) => i !== index);
  }

  /** Removes the ends of operations that began later than this. */
  removeAfter(latestMs: number): void {
    const beganAtMs = this.#beganAtMs;
    this.#keep((i) => (beganAtMs[i] as number) <= latestMs);
  }

  #keep(isKept: (index: number) => boolean): void {
    this.#beganAtMs = this.#beganAtMs.filter((_, i) => isKept(i));
    this.#agesMs = this.#agesMs.filter((_, i) => isKept(i >> 1));
  }

  /** Adds the ends of another record that this one does not have. An end that each has twice counts twice. */
  merge(ends: readonly End[]): void {
    const own = this.ends.map(keyOf);
    for (const end of ends) {
      const index = own.indexOf(keyOf(rounded(end)));
      if (index < 0) this.add(end);
      else own.splice(index, 1);
    }
  }

  #at(index: number): End {
    const [beganAtMs, runningAtMs, doneAtMs] = [
      this.#beganAtMs[index],
      this.#agesMs[2 * index],
      this.#agesMs[2 * index + 1],
    ] as [number, number, number];
    return { beganAtMs, runningAtMs, doneAtMs };
  }
}

/** Copies values with others in between. */
function insert<T extends Float32Array | Float64Array>(
  target: T,
  values: T,
  index: number,
  added: readonly number[],
): T {
  target.set(values.subarray(0, index));
  target.set(added, index);
  target.set(values.subarray(index), index + added.length);
  return target;
}

/** An end as it is when it is unpacked: ages over four hours are a few milliseconds off. */
function rounded({ beganAtMs, runningAtMs, doneAtMs }: End): End {
  // Adding 0 makes 0 of −0, which rounding yields, and which JSON does not keep.
  return { beganAtMs: beganAtMs + 0, runningAtMs: Math.fround(runningAtMs) + 0, doneAtMs: Math.fround(doneAtMs) + 0 };
}

function keyOf({ beganAtMs, runningAtMs, doneAtMs }: End): string {
  return `${beganAtMs} ${runningAtMs} ${doneAtMs}`;
}

/**
 * The order of ends. That of operations that began together does not depend on how long they took: otherwise a batch would
 * look like operations that take longer and longer. NaN, as of two aborted waits that are alike, counts as 0.
 */
function compareEnds(a: End, b: End): number {
  const order = a.beganAtMs - b.beganAtMs || scramble(a) - scramble(b) || a.runningAtMs - b.runningAtMs;
  return order || a.doneAtMs - b.doneAtMs;
}

/** A number in [0, 1) that looks random, and is the same for the same end. */
export function scramble({ beganAtMs, runningAtMs }: End): number {
  let bits = Math.imul(runningAtMs | 0, 0x9e3779b1) ^ (beganAtMs | 0);
  bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return (bits >>> 0) / 2 ** 32;
}
