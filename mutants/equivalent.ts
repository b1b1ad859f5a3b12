import type { Mutant } from './instrument.js';

/** Mutants that no caller can notice, reviewed one by one. By file, then by the key that is printed for a survivor. */
const reviewed: Readonly<Record<string, Readonly<Record<string, string>>>> = {};

/** Why a mutant is equivalent, if it is. */
export class Equivalents {
  readonly #unused = new Set(
    Object.entries(reviewed).flatMap(([file, entries]) => Object.keys(entries).map((key) => `${file}: ${key}`)),
  );

  reasonFor({ file, key }: Mutant): string | undefined {
    this.#unused.delete(`${file}: ${key}`);
    return reviewed[file]?.[key];
  }

  /** Entries that match no mutant any more. */
  get unused(): readonly string[] {
    return [...this.#unused];
  }
}
