import { isRequestError } from '../errors.js';
import type { PollPlacement } from '../polling/events.js';
import type { LinkedList } from '../rpc/linked-list.js';
import { now } from '../rpc/timer-wheel.js';
import { Code } from '../status.js';
import type { AbortSignalLike, RawOperation } from '../transport.js';
import type { ActiveLoop, ClientContext, Poll } from '../waiting/client-context.js';
import { abandonedMessage, PendingLookup } from './pending-lookup.js';
import { forEachYielding } from './for-each-yielding.js';
import { ListBatch } from './list-batch.js';
import { ListCostModel } from './list-cost-model.js';
import { ListedStates, type ListTarget } from './listed-states.js';
import { LookupQueue } from './lookup-queue.js';
import { LookupRequests } from './lookup-requests.js';
import { LoopsByName } from './loops-by-name.js';
import { listNamesAfterFailure } from './parent.js';

/** Lookups with less time than this are sent individually, at once, in milliseconds. */
const urgentMs = 2000;

/** What {@link CollectionLookups} is made from. */
export interface CollectionOptions {
  readonly context: ClientContext;
  /** Identifies the collection among those of the coalescer. */
  readonly key: string;
  /** The names to list the collection by, in the order to try. Empty: it cannot be listed. */
  readonly listNames: readonly string[];
  readonly pageSize: number;
  readonly headers: Readonly<Record<string, string>> | undefined;
}

/** Executes the lookups of one collection: together by a list while that is cheaper, else each by a GetOperation. */
export class CollectionLookups implements ListTarget {
  readonly key: string;
  readonly pending = new Map<string, PendingLookup>();
  readonly loops = new LoopsByName();
  readonly doneWithoutResult = new Set<string>();
  readonly #pageSize: number;
  readonly #requests: LookupRequests;
  readonly #costModel = new ListCostModel();
  readonly #queue: LookupQueue;
  #listNames: readonly string[];
  #batch: ListBatch | undefined;

  constructor({ context, key, listNames, pageSize, headers }: CollectionOptions) {
    this.key = key;
    this.#listNames = listNames;
    this.#pageSize = pageSize;
    this.#requests = new LookupRequests(context, headers);
    this.#queue = new LookupQueue(context.timers, this.#flush);
  }

  /** Looks up an operation, together with other callers of the same lookup. */
  lookup(name: string, signal: AbortSignalLike | undefined, timeoutMs: number): PendingLookup {
    const existing = this.pending.get(name);
    const lookup = (existing ?? new PendingLookup(name, now(), this.#onAbandoned)).addCaller(signal, timeoutMs);
    if (!existing) this.pending.set(name, lookup);
    const isUrgent = timeoutMs < urgentMs;
    if (existing) {
      if (isUrgent && !existing.call) this.#get(existing);
    } else if (this.#mustGet(name) || isUrgent) this.#get(lookup);
    else this.#queue.add(lookup);
    return lookup;
  }

  /** Lets the poll of a loop wait for a list. @returns the poll; undefined: the loop sends a request of its own. */
  join(loop: ActiveLoop, placedBy: PollPlacement, timeoutMs: number, nowMs: number): Poll | undefined {
    const { name } = loop;
    const mustGet = this.#listNames.length === 0 || this.doneWithoutResult.has(name);
    if (mustGet || timeoutMs < urgentMs || this.pending.has(name)) return undefined;
    const lookup = new PendingLookup(name, nowMs, this.#onAbandoned);
    lookup.timeoutMs = timeoutMs;
    lookup.setLoop(loop, placedBy);
    this.pending.set(name, lookup);
    this.#queue.add(lookup);
    return lookup;
  }

  /** Removes a loop that is not active any more. @returns whether it was one of the collection. */
  deleteLoop(loop: ActiveLoop): boolean {
    const isDeleted = this.loops.delete(loop);
    if (!this.loops.has(loop.name)) this.doneWithoutResult.delete(loop.name);
    return isDeleted;
  }

  resolve(lookup: PendingLookup, raw: RawOperation, nowMs: number): void {
    this.#remove(lookup);
    lookup.resolve(raw, nowMs);
  }

  #mustGet(name: string): boolean {
    return this.#listNames.length === 0 || this.doneWithoutResult.delete(name);
  }

  readonly #flush = (lookups: LinkedList<PendingLookup>): void => {
    const [listName] = this.#listNames;
    const others = Math.max(0, this.loops.size - this.pending.size);
    const shouldList = listName !== undefined && this.#costModel.shouldList(lookups.size, others, now());
    void (shouldList ? this.#list(listName, lookups, others) : this.#getAll(lookups.snapshot()));
  };

  async #list(name: string, lookups: LinkedList<PendingLookup>, others: number): Promise<void> {
    const pageSize = this.#pageSize;
    const batch = new ListBatch(lookups, new ListedStates(this, others), (pageToken, timeoutMs) =>
      this.#requests.listOperations({ name, pageSize, ...(pageToken && { pageToken }) }, timeoutMs),
    );
    this.#batch = batch;
    this.#queue.pause();
    try {
      const isComplete = await batch.run(this.#costModel);
      this.#costModel.recordList(batch.progress, isComplete);
    } catch (error) {
      if (!batch.isAborted) this.#onListFailed(error, batch.progress.pages === 0);
    }
    this.#batch = undefined;
    this.#queue.resume();
    return this.#getAll(batch.missing);
  }

  #onListFailed(error: unknown, isFirstPage: boolean): void {
    const failure = isRequestError(error) ? error : undefined; // Anything else: the response was not a list.
    const listNames =
      isFirstPage && failure ? listNamesAfterFailure(this.#listNames, failure.rpcCode) : this.#listNames;
    if (listNames === this.#listNames) this.#costModel.recordFailure(now(), failure?.retryAfterMs);
    this.#listNames = listNames;
  }

  async #getAll(lookups: readonly PendingLookup[]): Promise<void> {
    this.#costModel.recordGets(lookups.length);
    await forEachYielding(lookups, (lookup) => {
      if (!lookup.isSettled && !lookup.call) this.#get(lookup);
    });
  }

  #get(lookup: PendingLookup): void {
    this.#queue.delete(lookup);
    this.#batch?.remove(lookup);
    lookup.replacePoll();
    if (lookup.isUnused) return this.#remove(lookup);
    if (lookup.call) return; // The poll was urgent.
    const { name, timeoutMs } = lookup;
    const call = (lookup.call = this.#requests.getOperation(name, timeoutMs));
    call.start().then(
      (raw) => this.resolve(lookup, raw, now()),
      (error: unknown) => {
        const isTimeout = isRequestError(error, Code.DEADLINE_EXCEEDED) && error.origin === 'transport';
        // Its deadline was that of an earlier caller; later callers have more time.
        if (isTimeout && lookup.timeoutMs > timeoutMs) {
          lookup.call = undefined;
          return this.#get(lookup);
        }
        this.#remove(lookup);
        lookup.reject(error);
      },
    );
  }

  #remove(lookup: PendingLookup): void {
    // Once it is settled, its name may belong to a later lookup.
    if (lookup.isSettled) return;
    lookup.isSettled = true;
    this.pending.delete(lookup.name);
    this.#queue.delete(lookup);
    this.#batch?.remove(lookup);
  }

  readonly #onAbandoned = (lookup: PendingLookup): void => {
    this.#remove(lookup);
    lookup.call?.abort(new Error(abandonedMessage));
    this.#batch?.abortIfUnused();
  };
}
