import type { History } from '../history.js';

/** Something that must hold in every run. */
export interface Invariant {
  /** Its name, as reports and documents show it. */
  readonly name: string;
  /** What is promised. */
  readonly promise: string;
  /** @returns what is wrong, a line each; none if it holds. */
  readonly check: (history: History) => string[];
}
