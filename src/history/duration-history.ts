import { assertArgument } from '../arguments.js';
import type {
  DurationHistory,
  EndSource,
  ObservedEnd,
  OperationKind,
  PollTable,
  RemainingEstimate,
} from '../polling/duration-history.js';
import type { End } from './end-record.js';
import { KindHistory } from './kind-history.js';
import { kindName } from './kind-name.js';
import { loadFactor } from './load-factor.js';
import { endOf } from './observed-end.js';
import { pooledQuantile } from './remaining.js';
import { isEnd, readHistory, saveHistory, type SavedHistory } from './saved-history.js';

/** A {@link DurationHistory} that can be saved, merged and queried. */
export interface LearnedHistory extends DurationHistory {
  /**
   * The duration that a share of the operations does not exceed, in milliseconds; undefined if no end is known.
   *
   * @param p - the share, from 0 to 1: 0.5 for the median.
   * @param kind - the kind, or its `historyKey`; without it all operations count.
   * @throws TypeError if `p` is not a number from 0 to 1.
   */
  quantile(p: number, kind?: OperationKind): number | undefined;
  /**
   * Adds what another history knows. The order of merging does not matter, and an end that both know counts once.
   *
   * @returns this history.
   * @throws TypeError that says what is wrong with the other history.
   */
  merge(other: LearnedHistory | SavedHistory): this;
  /** The history as an object for `JSON.stringify`, to be passed to {@link durationHistory} again. */
  toJSON(): SavedHistory;
}

/** How many kinds are kept: those with the newest operations. */
const maxKinds = 256;
/** How far ahead the clock of another machine may be. */
const maxClockErrorMs = 86_400_000;

/**
 * A history of durations: pollers that share it learn how long operations of a kind take, and poll when an end is likely.
 *
 * It keeps the last 64 ends of each kind, at most 4 kB, for at most 256 kinds. Whatever it holds, a poller that follows it
 * detects an end at most 1.75 times as late as the default may, with at most 1.75 times the requests and three more.
 *
 * @param saved - a history that was saved with `JSON.stringify`, parsed.
 * @throws TypeError that says what is wrong with the saved history.
 *
 * @example
 * ```ts
 * const history = durationHistory();
 * const client = new OperationsClient({ transport, polling: { history } });
 * ```
 */
export function durationHistory(saved?: SavedHistory): LearnedHistory {
  const history = new KindHistories();
  return saved === undefined ? history : history.merge(saved);
}

class KindHistories implements LearnedHistory {
  readonly #kinds = new Map<string, KindHistory>();
  /** The last end of each operation whose wait was aborted and may go on. */
  readonly #aborted = new WeakMap<EndSource, End>();

  begin(kind: OperationKind, requestPriceMs = 500, activeWaits = 0): PollTable | undefined {
    return this.#kinds.get(kindName(kind))?.tableFor(requestPriceMs * loadFactor(activeWaits));
  }

  record(kind: OperationKind, observed: ObservedEnd, source: EndSource = {}): void {
    const end = endOf(observed, source);
    const latestMs = Date.now() + maxClockErrorMs;
    // A clock that was set makes impossible ends.
    if (!isEnd(end) || end.beganAtMs > latestMs) return;
    const history = this.#kindFor(kindName(kind));
    const aborted = this.#aborted.get(source);
    if (aborted) history.remove(aborted);
    history.add(end, latestMs);
    if (end.doneAtMs === Infinity) this.#aborted.set(source, end);
    else this.#aborted.delete(source);
  }

  estimate(kind: OperationKind, ageMs: number): RemainingEstimate | undefined {
    return this.#kinds.get(kindName(kind))?.remainingAt(ageMs);
  }

  quantile(p: number, kind?: OperationKind): number | undefined {
    assertArgument(typeof p === 'number' && p >= 0 && p <= 1, 'compute a quantile', 'p', 'a number from 0 to 1', p);
    const kinds = kind === undefined ? [...this.#kinds.values()] : [this.#kinds.get(kindName(kind)) ?? []].flat();
    return pooledQuantile(
      kinds.map(({ distribution }) => distribution),
      p,
    );
  }

  merge(other: LearnedHistory | SavedHistory): this {
    const saved = other instanceof KindHistories ? other.toJSON() : other;
    for (const [kind, ends] of readHistory(saved)) if (ends.length > 0) this.#kindFor(kind).merge(ends);
    return this;
  }

  toJSON(): SavedHistory {
    // The next tables are those of a history that was saved and read.
    for (const kind of this.#kinds.values()) kind.expire();
    return saveHistory([...this.#kinds].map(([kind, { ends }]) => [kind, ends]));
  }

  #kindFor(name: string): KindHistory {
    const known = this.#kinds.get(name);
    if (known) return known;
    if (this.#kinds.size >= maxKinds) this.#dropOldest();
    const created = new KindHistory();
    this.#kinds.set(name, created);
    return created;
  }

  #dropOldest(): void {
    const [oldest] = [...this.#kinds].reduce((a, b) => (b[1].lastBeganAtMs < a[1].lastBeganAtMs ? b : a));
    this.#kinds.delete(oldest);
  }
}
