import type { RawOperation } from '../transport.js';
import type { ActiveLoop } from '../waiting/client-context.js';
import type { LoopsByName } from './loops-by-name.js';
import type { PendingLookup } from './pending-lookup.js';
import { SharedPoll } from './shared-poll.js';

/** What waits for the operations of a collection. */
export interface ListTarget {
  readonly pending: ReadonlyMap<string, PendingLookup>;
  readonly loops: LoopsByName;
  /** Names of operations that a list reported done without a result; they need a GetOperation. */
  readonly doneWithoutResult: Set<string>;
  /** Settles a lookup with a state that was listed by a request sent at `sentMs`. */
  resolve(lookup: PendingLookup, raw: RawOperation, sentMs: number): void;
}

/** Delivers the states in one list to pending lookups and polls and, once per operation, to other active loops. */
export class ListedStates {
  readonly #target: ListTarget;
  /** Operations whose loops have had this or a later state already; a Set once it is searched. */
  #excluded: string[] | Set<string> = [];
  #othersLeft: number;

  /** @param others - number of operations with active loops and without a lookup. */
  constructor(target: ListTarget, others: number) {
    this.#target = target;
    this.#othersLeft = others;
  }

  /** The number of operations with active loops and without a lookup that were not delivered yet. */
  get othersLeft(): number {
    return Math.max(0, this.#othersLeft);
  }

  /** Stops delivering an operation to loops: they get its state from a lookup. */
  exclude(name: string): void {
    if (this.#excluded instanceof Set) this.#excluded.add(name);
    else this.#excluded.push(name);
  }

  /**
   * Delivers one state.
   *
   * @param sentMs - when the page was requested.
   * @param nowMs - when it came.
   * @returns whether a lookup or a loop took it.
   */
  deliver(raw: RawOperation, sentMs: number, nowMs: number): boolean {
    const { pending, loops } = this.#target;
    const { name } = raw;
    const lookup = pending.get(name);
    if (lookup) {
      // Lookups that are newer than the page, or sent individually, get their own response.
      if (lacksResult(raw) || lookup.call || lookup.sentMs > sentMs) return false;
      this.#target.resolve(lookup, raw, sentMs);
      for (const loop of loops.get(name)) this.#deliverToPoll(loop, raw, sentMs, nowMs);
      return true;
    }
    const loop = loops.only(name);
    if (loop?.poll instanceof SharedPoll) return this.#deliverToPoll(loop, raw, sentMs, nowMs);
    return loops.has(name) && this.#deliverToOthers(raw, sentMs, nowMs);
  }

  /** @returns whether the loop has a poll that waits for a list, and the page is not older. */
  #deliverToPoll(loop: ActiveLoop, raw: RawOperation, sentMs: number, nowMs: number): boolean {
    const { poll } = loop;
    if (!(poll instanceof SharedPoll) || lacksResult(raw) || poll.sentMs > sentMs) return false;
    this.exclude(raw.name);
    poll.resolve(loop, raw, nowMs);
    return true;
  }

  #deliverToOthers(raw: RawOperation, sentMs: number, nowMs: number): boolean {
    const { name } = raw;
    // Made here, since a list mostly has only what was looked up.
    const excluded = (this.#excluded = asSet(this.#excluded));
    if (excluded.has(name)) return false;
    excluded.add(name);
    this.#othersLeft--;
    for (const loop of this.#target.loops.get(name)) {
      if (loop.poll instanceof SharedPoll) this.#deliverToPoll(loop, raw, sentMs, nowMs);
      else this.#deliverTo(loop, raw, sentMs);
    }
    return true;
  }

  #deliverTo(loop: ActiveLoop, raw: RawOperation, sentMs: number): void {
    if (!loop.hasWaiters) return;
    try {
      if (lacksResult(raw)) {
        this.#target.doneWithoutResult.add(raw.name);
        loop.resetSchedule();
      } else loop.applyUpdate(raw, true, sentMs);
    } catch {
      // Malformed: the loop's own poll decides.
    }
  }
}

function asSet(names: string[] | Set<string>): Set<string> {
  return names instanceof Set ? names : new Set(names);
}

/** Whether a list left out the result, as some do to keep pages small. */
function lacksResult(raw: RawOperation): boolean {
  return raw.done && !raw.response && !raw.error;
}
