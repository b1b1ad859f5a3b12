import { isRequestError } from '../errors.js';
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
import { countOperations, type Queued } from './queued.js';
import { SharedPoll } from './shared-poll.js';

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
  /** The poll that loops joined last. */
  #poll: SharedPoll | undefined;

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
    const lookup = (existing ?? this.#add(name, now())).addCaller(signal, timeoutMs);
    const isUrgent = timeoutMs < urgentMs;
    if (existing) {
      if (isUrgent && !existing.call) this.#get(existing);
    } else if (this.#mustGet(name) || isUrgent) this.#get(lookup);
    else this.#queue.add(lookup);
    return lookup;
  }

  /** Lets the poll of a loop wait for a list. @returns the poll; undefined: the loop sends a request of its own. */
  join(loop: ActiveLoop, timeoutMs: number, nowMs: number): Poll | undefined {
    const { name } = loop;
    const mustGet = this.#listNames.length === 0 || this.doneWithoutResult.has(name);
    // Loops of the same operation share a lookup.
    if (mustGet || timeoutMs < urgentMs || this.pending.has(name) || !this.loops.isOnly(loop)) return undefined;
    let poll = this.#poll;
    if (poll?.sentMs !== nowMs || !this.#queue.has(poll)) {
      this.#poll = poll = new SharedPoll(nowMs, this.#onPollAbandoned);
      this.#queue.add(poll);
    }
    poll.join(loop, timeoutMs);
    return poll;
  }

  /** Removes a loop that is not active any more. @returns whether it was one of the collection. */
  deleteLoop(loop: ActiveLoop): boolean {
    const isDeleted = this.loops.delete(loop);
    if (this.doneWithoutResult.size > 0 && !this.loops.has(loop.name)) this.doneWithoutResult.delete(loop.name);
    return isDeleted;
  }

  resolve(lookup: PendingLookup, raw: RawOperation, sentMs: number): void {
    this.#remove(lookup);
    lookup.resolve(raw, sentMs);
  }

  #mustGet(name: string): boolean {
    return this.#listNames.length === 0 || this.doneWithoutResult.delete(name);
  }

  readonly #flush = (due: LinkedList<Queued>): void => {
    const [listName] = this.#listNames;
    const items = due.snapshot();
    const queued = this.#requests.areLimited ? [...this.pending.values()].filter(isListable) : [];
    const requested = countOperations(items) + queued.length;
    const polled = countOperations(items.filter((item) => item instanceof SharedPoll));
    const others = Math.max(0, this.loops.size - this.pending.size - polled);
    const shouldList = listName !== undefined && this.#costModel.shouldList(requested, others, now());
    if (!shouldList) return void this.#getAll(items, false);
    // Otherwise requests that wait for the rate limiter would let each operation that comes due wait alone, for a Get as well.
    const calls = queued.map((lookup) => {
      const { call } = lookup;
      lookup.call = undefined;
      lookup.moveTo(due);
      return call;
    });
    void this.#list(listName, due, others);
    // Not before: the list takes their place in the queue.
    for (const call of calls) call?.abort(new Error('the operation is listed'));
  };

  async #list(name: string, due: LinkedList<Queued>, others: number): Promise<void> {
    const pageSize = this.#pageSize;
    const batch = new ListBatch(due, new ListedStates(this, others), (pageToken, timeoutMs) =>
      this.#requests.listOperations({ name, pageSize, ...(pageToken && { pageToken }) }, timeoutMs),
    );
    this.#batch = batch;
    this.#queue.pause();
    let isMissed = false;
    try {
      const isComplete = await batch.run(this.#costModel);
      isMissed = true;
      this.#costModel.recordList(batch.progress, isComplete);
    } catch (error) {
      if (!batch.isAborted) this.#onListFailed(error, batch.progress.pages === 0);
    }
    this.#batch = undefined;
    this.#queue.resume();
    if (!batch.isOver) return this.#getAll(batch.missing, isMissed);
  }

  #onListFailed(error: unknown, isFirstPage: boolean): void {
    const failure = isRequestError(error) ? error : undefined; // Anything else: the response was not a list.
    const listNames =
      isFirstPage && failure ? listNamesAfterFailure(this.#listNames, failure.rpcCode) : this.#listNames;
    if (listNames === this.#listNames) this.#costModel.recordFailure(now(), failure?.retryAfterMs);
    this.#listNames = listNames;
  }

  /** @param isMissed - whether a list lacked them. */
  async #getAll(items: readonly Queued[], isMissed: boolean): Promise<void> {
    this.#costModel.recordGets(countOperations(items));
    await forEachYielding(this.#lookupsOf(items), (lookup) => {
      if (lookup.isSettled || lookup.call) return;
      lookup.isMissed = isMissed;
      this.#get(lookup);
    });
  }

  /** The lookups among the items, and those of polls, each made only once it is taken. */
  *#lookupsOf(items: readonly Queued[]): Generator<PendingLookup> {
    for (const item of items) {
      if (item instanceof PendingLookup) yield item;
      if (!(item instanceof SharedPoll)) continue;
      for (const loop of item.loops) if (loop.poll === item) yield this.#split(item, loop);
    }
  }

  /** Lets a loop send a request of its own instead of a poll. @returns the lookup that the request is an attempt of. */
  #split(poll: SharedPoll, loop: ActiveLoop): PendingLookup {
    const lookup = this.pending.get(loop.name) ?? this.#add(loop.name, poll.sentMs, poll.timeoutMs);
    poll.replaceFor(loop);
    return lookup;
  }

  #add(name: string, sentMs: number, timeoutMs = 0): PendingLookup {
    const lookup = new PendingLookup(name, sentMs, this.#onAbandoned);
    lookup.timeoutMs = timeoutMs;
    this.pending.set(name, lookup);
    return lookup;
  }

  #get(lookup: PendingLookup): void {
    this.#queue.delete(lookup);
    this.#batch?.remove(lookup);
    if (lookup.isUnused) return this.#remove(lookup);
    const { name, timeoutMs } = lookup;
    const call = (lookup.call = this.#requests.getOperation(name, timeoutMs));
    call.start().then(
      (raw) => this.resolve(lookup, raw, call.sentMs),
      (error: unknown) => {
        // Another request, or a list, is to serve it.
        if (lookup.call !== call) return;
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

  readonly #onPollAbandoned = (poll: SharedPoll): void => {
    this.#queue.delete(poll);
    poll.moveTo(undefined);
    this.#batch?.abortIfUnused();
  };
}

/** Whether a list may serve a lookup although it is to have a request of its own, which still waits for the rate limiter. */
function isListable({ call, isMissed, timeoutMs }: PendingLookup): boolean {
  return call?.sentMs === -1 && !isMissed && timeoutMs >= urgentMs;
}
