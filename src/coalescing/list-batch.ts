import type { CallPromise } from '../rpc/call-promise.js';
import { now } from '../rpc/timer-wheel.js';
import type { ListOperationsResponse } from '../transport.js';
import { forEachYielding } from './for-each-yielding.js';
import type { ListCostModel, ListProgress } from './list-cost-model.js';
import type { ListedStates } from './listed-states.js';
import { abandonedMessage, type PendingLookup } from './pending-lookup.js';
import { countOperations, type Queued, type QueuedList } from './queued.js';

/** The deadline of a page, in milliseconds. */
const maxPageTimeoutMs = 10_000;

/** Creates the request for a page. An empty token is the first page. */
export type CreatePageCall = (pageToken: string, timeoutMs: number) => CallPromise<ListOperationsResponse>;

/** One list, page by page, for the lookups and polls that are due together. */
export class ListBatch {
  readonly #createPageCall: CreatePageCall;
  readonly #states: ListedStates;
  /** What was neither found nor sent individually nor abandoned. */
  readonly #missing: QueuedList;
  readonly #requested: number;
  readonly #timeoutMs: number;
  #pages = 0;
  #found = 0;
  #page: CallPromise<ListOperationsResponse> | undefined;
  #isAborted = false;

  /** @param due - what is due. Half of its time is for the list, half for the Gets after it. */
  constructor(due: QueuedList, states: ListedStates, createPageCall: CreatePageCall) {
    this.#createPageCall = createPageCall;
    this.#states = states;
    this.#missing = due;
    const items = due.snapshot();
    this.#requested = countOperations(items);
    this.#timeoutMs = items.reduce((ms, { timeoutMs }) => Math.min(ms, timeoutMs / 2), Infinity);
  }

  /** Whether nothing is missing. */
  get isOver(): boolean {
    return this.#missing.size === 0;
  }

  get missing(): readonly Queued[] {
    return this.#missing.snapshot();
  }

  get progress(): ListProgress {
    return {
      pages: this.#pages,
      found: this.#found,
      requested: this.#requested,
      missing: countOperations(this.missing),
      others: this.#states.othersLeft,
    };
  }

  /** Whether it was aborted because all its lookups were abandoned. */
  get isAborted(): boolean {
    return this.#isAborted;
  }

  /**
   * Fetches and delivers pages while the cost model wants more.
   *
   * @returns whether the list came to its end, or all lookups were found.
   * @throws what the request for a page fails with.
   */
  async run(costModel: ListCostModel): Promise<boolean> {
    // Time in the queue of the rate limiter does not count: it would be as long for each Get.
    let leftMs = this.#timeoutMs;
    let pageToken = '';
    const tokens = new Set([pageToken]);
    do {
      const call = (this.#page = this.#createPageCall(pageToken, Math.min(maxPageTimeoutMs, this.#timeoutMs)));
      this.#missing.request = call;
      const page = await call.start();
      await forEachYielding(page.operations, (raw, nowMs) => {
        if (this.#states.deliver(raw, call.sentMs, nowMs)) this.#found++;
      });
      this.#pages++;
      leftMs -= now() - call.sentMs;
      pageToken = page.nextPageToken;
      if (!pageToken || this.#missing.size === 0) return true;
      // A broken service, whose list would never end.
      if (tokens.has(pageToken)) return false;
      tokens.add(pageToken);
    } while (leftMs > 0 && costModel.shouldContinue(this.progress));
    return false;
  }

  /** Removes a lookup that was found, is sent individually, or was abandoned. */
  remove(lookup: PendingLookup): void {
    if (lookup.list === this.#missing) lookup.moveTo(undefined);
    this.#states.exclude(lookup.name);
  }

  /** Cancels the request for a page if no lookup waits for it any more. */
  abortIfUnused(): void {
    if (this.#missing.size > 0) return;
    this.#isAborted = true;
    this.#page?.abort(new Error(abandonedMessage));
  }
}
