import type { PollTable, RemainingEstimate } from '../polling/duration-history.js';
import { buildTable } from './build-table.js';
import { EndRecord, type End } from './end-record.js';
import { intervalOf } from './interval.js';
import { LearnedTable } from './learned-table.js';
import { learn, type LearnedDistribution } from './learned-distribution.js';
import { meshOf } from './mesh.js';
import { lawFor, type PricedLaw } from './priced-law.js';
import { remainingAt } from './remaining.js';
import { isSurprise, quantileGridOf, type QuantileGrid } from './surprise.js';

/** How many ends make a new table each: a surprise, and those after it. */
const alertEnds = 8;
/** For how many prices of a request the table is kept: clients may share a history. */
const maxTables = 2;

/**
 * The history of one kind of operation: its ends, and the table for pollers that begin now.
 *
 * A table takes milliseconds to build, so it is built when a poller begins and enough has changed: up to ten ends, whenever
 * there is a new one; then when a tenth of the ends is new; after a surprise, with it and with each of the next seven.
 */
export class KindHistory {
  readonly #record = new EndRecord();
  /** From the same ends. Undefined: the default is as good. */
  readonly #tables = new Map<PricedLaw, PollTable | undefined>();
  /** What was expected when the last table was built. */
  #expected: QuantileGrid | undefined;
  #newEnds = 0;
  #alert = 0;

  get ends(): readonly End[] {
    return this.#record.ends;
  }

  /** When the last of the operations began. */
  get lastBeganAtMs(): number {
    return this.#record.lastBeganAtMs;
  }

  /** @param latestMs - ends of operations that began later were recorded while a clock was ahead, and are removed. */
  add(end: End, latestMs: number): void {
    this.#record.removeAfter(latestMs);
    this.#record.add(end);
    this.#newEnds++;
    this.#alert = this.#isSurprise(end) ? alertEnds : this.#alert - 1;
  }

  /** Removes an end that has become another. */
  remove(end: End): void {
    this.#record.remove(end);
  }

  merge(ends: readonly End[]): void {
    this.#record.merge(ends);
    this.expire();
  }

  /** Makes the next poller get a table from all ends, as one of a history that was saved and read does. */
  expire(): void {
    this.#tables.clear();
    this.#expected = undefined;
    this.#alert = 0;
  }

  /** The table for a poller that begins now; undefined if the default is as good. */
  tableFor(requestPriceMs: number): PollTable | undefined {
    const priced = lawFor(requestPriceMs);
    if (this.#isOutdated || !this.#tables.has(priced)) this.#build(priced);
    return this.#tables.get(priced);
  }

  remainingAt(ageMs: number): RemainingEstimate {
    return remainingAt(this.distribution, ageMs);
  }

  /** What is known about the next duration. */
  get distribution(): LearnedDistribution {
    return learn(this.ends);
  }

  get #isOutdated(): boolean {
    return this.#newEnds > 0 && (this.#alert > 0 || this.#newEnds >= this.#record.length / 10);
  }

  #build(priced: PricedLaw): void {
    const { distribution } = this;
    const mesh = meshOf(distribution, priced);
    const agesMs = buildTable(mesh, priced, distribution);
    if (this.#newEnds > 0 || this.#tables.size >= maxTables) this.#tables.clear();
    this.#tables.set(priced, agesMs && new LearnedTable(agesMs, priced.law));
    this.#expected = quantileGridOf(mesh);
    this.#newEnds = 0;
  }

  #isSurprise({ runningAtMs, doneAtMs }: End): boolean {
    if (!this.#expected || doneAtMs === Infinity) return false;
    return isSurprise(this.#expected, intervalOf(runningAtMs, doneAtMs, false));
  }
}
