import { isRequestError } from '../errors.js';
import { now } from '../rpc/timer-wheel.js';
import type { TimerTask } from '../rpc/timer-wheel.js';
import { Code } from '../status.js';
import type { AbortSignalLike, ListOperationsResponse, RawOperation } from '../transport.js';
import type { ActiveLoop, ClientContext } from '../waiting/client-context.js';
import { PendingLookup, type LookupState } from './pending-lookup.js';
import { FairQueue } from './fair-queue.js';
import { noRetry, CallPromise } from './call-promise.js';
import { forEachYielding } from './for-each-yielding.js';
import { ListCostModel } from './list-cost-model.js';

/** What a collection needs to know. */
export interface CollectionSettings {
  readonly host: ClientContext;
  /** The names to list it by, of which a service takes one; none: it cannot be listed. */
  readonly listNames: readonly string[];
  readonly pageSize: number;
  readonly headers: Readonly<Record<string, string>> | undefined;
  /** Whether an operation is one of it, for those who ask with these headers. */
  readonly contains: (name: string, headers: Readonly<Record<string, string>> | undefined) => boolean;
}

/** How long to wait for others who are about to ask, in milliseconds, and how long if there is no end of them. */
const debounceMs = 2;
const maxDebounceMs = 100;
/** The longest that a page may take, in milliseconds: then each asks for itself. */
const pageTimeoutMs = 10_000;
/** Who has no more time than this does not wait for others. */
const urgentMs = 2000;

/** The operations under one parent that are asked about: by a list while that is the cheaper way, else one by one. */
export class Collection implements TimerTask {
  readonly #settings: CollectionSettings;
  readonly #costModel = new ListCostModel();
  readonly #fairQueue: FairQueue | undefined;
  /** All that are asked about. */
  readonly #entries = new Map<string, PendingLookup>();
  /** Those that wait for the next list, or for its being found too dear; some may be over. */
  #queue: PendingLookup[] = [];
  /** How many are at each stage. */
  readonly #count: Record<LookupState, number> = { queued: 0, listed: 0, individual: 0, settled: 0 };
  /** Those that a list showed to be done, but without a result. */
  readonly #doneWithoutResult = new Set<string>();
  #page: CallPromise<ListOperationsResponse> | undefined;
  #listing = false;
  /** Which of the forms to list by. */
  #listNameIndex = 0;
  #firstMs = 0;
  #latestMs = 0;
  dueMs = 0;
  timerIndex = -1;

  constructor(settings: CollectionSettings) {
    this.#settings = settings;
    const { rateLimiter } = settings.host;
    this.#fairQueue = rateLimiter && new FairQueue(rateLimiter);
  }

  /** Whether nobody asks for anything. */
  get idle(): boolean {
    return this.#entries.size === 0 && !this.#listing;
  }

  /** Asks for an operation, together with others who ask for it. */
  lookup(name: string, signal: AbortSignalLike | undefined, timeoutMs: number): Promise<RawOperation> {
    const isUrgent = timeoutMs < urgentMs;
    let entry = this.#entries.get(name);
    if (!entry) {
      const nowMs = now();
      this.#entries.set(name, (entry = new PendingLookup(name, nowMs, timeoutMs)));
      if (this.#name === undefined || this.#doneWithoutResult.delete(name) || isUrgent) this.#get(entry);
      else this.#enqueue(entry, nowMs);
    } else {
      entry.timeoutMs = Math.max(entry.timeoutMs, timeoutMs);
      if (isUrgent && entry.state !== 'individual') this.#get(entry);
    }
    return entry.addCaller(signal, this.#onAbandoned);
  }

  /** What to list; undefined: there is no list. */
  get #name(): string | undefined {
    return this.#settings.listNames[this.#listNameIndex];
  }

  #enqueue(entry: PendingLookup, nowMs: number): void {
    if (this.#queue.length === 0) this.#firstMs = nowMs;
    this.#latestMs = nowMs;
    this.#setState(entry, 'queued');
    this.#queue.push(entry);
    if (this.timerIndex < 0 && !this.#listing) this.#settings.host.timers.schedule(this, nowMs + debounceMs);
  }

  onTimer(): void {
    const nowMs = now();
    // As long as more and more ask, it is too soon to say how many will.
    if (nowMs - this.#latestMs < debounceMs && nowMs - this.#firstMs < maxDebounceMs) {
      this.#settings.host.timers.schedule(this, this.#latestMs + debounceMs);
    } else void this.#flush();
  }

  async #flush(): Promise<void> {
    const entries = this.#queue.filter(({ state }) => state === 'queued');
    this.#queue = [];
    if (this.#name === undefined || !this.#costModel.mayPayOff(entries.length, now())) return this.#getAll(entries);
    this.#listing = true;
    for (const entry of entries) this.#setState(entry, 'listed');
    try {
      await this.#list(this.#name, entries);
    } catch {
      this.#costModel.recordFailure(now()); // What came was no list.
    }
    this.#listing = false;
    const missing = entries.filter(({ state }) => state === 'listed');
    for (const entry of missing) this.#setState(entry, 'queued');
    if (this.#queue.length > 0) this.onTimer();
    return this.#getAll(missing);
  }

  async #list(name: string, entries: readonly PendingLookup[]): Promise<void> {
    const { host, pageSize, headers } = this.#settings;
    this.#doneWithoutResult.clear();
    const requested = entries.length;
    const others = await this.#otherActiveLoops();
    if (!this.#costModel.paysOff(requested, others.size)) return;
    const timeoutMs = entries.reduce((ms, entry) => Math.min(ms, entry.timeoutMs / 2), Infinity);
    const lastMs = now() + timeoutMs;
    let progress = { pages: 0, found: 0, requested, missing: this.#count.listed, others: others.size };
    for (let pageToken = ''; ;) {
      if (progress.missing === 0) return;
      let page: ListOperationsResponse;
      let sentMs: number;
      try {
        const request = { name, pageSize, ...(pageToken && { pageToken }) };
        this.#page = new CallPromise({
          method: 'ListOperations',
          name,
          send: (options) => host.transport.listOperations(request, options),
          retry: noRetry,
          timers: host.timers,
          rateLimiter: this.#fairQueue,
          headers,
          timeoutMs: () => Math.min(pageTimeoutMs, timeoutMs),
        });
        this.#page.start();
        page = await this.#page.promise;
        ({ sentMs } = this.#page);
      } catch (error) {
        if (this.#count.listed === 0) return;
        this.#failed(error, progress.pages === 0);
        return;
      } finally {
        this.#page = undefined;
      }
      let { found } = progress;
      await forEachYielding(page.operations, (raw) => (found += this.#applyListed(raw, sentMs, others)));
      progress = { pages: progress.pages + 1, found, requested, missing: this.#count.listed, others: others.size };
      pageToken = page.nextPageToken;
      const complete = pageToken === '' || progress.missing === 0;
      if (complete || now() >= lastMs || !this.#costModel.shouldContinue(progress)) {
        this.#costModel.recordList(progress, complete);
        return;
      }
    }
  }

  /** Those that are waited for and were not asked about just now. */
  async #otherActiveLoops(): Promise<Map<string, ActiveLoop[]>> {
    const { host, contains } = this.#settings;
    const others = new Map<string, ActiveLoop[]>();
    await forEachYielding(host.activeLoops.snapshot(), (loop) => {
      if (this.#entries.has(loop.name) || !contains(loop.name, loop.settings.headers)) return;
      const same = others.get(loop.name);
      if (same) same.push(loop);
      else others.set(loop.name, [loop]);
    });
    return others;
  }

  /** @returns how many it was of use to: 1 or 0. */
  #applyListed(raw: RawOperation, sentMs: number, others: Map<string, ActiveLoop[]>): number {
    const { name } = raw;
    // A list may leave out what makes an operation large: what the result is, the operation itself must say.
    const bare = raw.done && !raw.response && !raw.error;
    const entry = this.#entries.get(name);
    if (entry) {
      // Who asks by itself, or asked after this was read, hears of it in due course.
      if (bare || entry.state === 'individual' || entry.sinceMs > sentMs) return 0;
      this.#forget(entry);
      entry.resolve(raw);
      return 1;
    }
    const loops = others.get(name);
    if (!loops) return 0;
    others.delete(name);
    for (const loop of loops) {
      if (!loop.hasWaiters) continue;
      try {
        if (!bare) loop.applyUpdate(raw);
        else {
          this.#doneWithoutResult.add(name);
          loop.resetSchedule();
        }
      } catch {
        // Older than what is known, or no operation: it will ask for itself.
      }
    }
    return 1;
  }

  #failed(error: unknown, first: boolean): void {
    if (!isRequestError(error)) throw error;
    if (first && error.rpcCode === Code.PERMISSION_DENIED) this.#listNameIndex = Infinity;
    else if (first && listUnsupportedCodes.includes(error.rpcCode)) this.#listNameIndex++;
    else this.#costModel.recordFailure(now(), error.retryAfterMs);
  }

  async #getAll(entries: readonly PendingLookup[]): Promise<void> {
    this.#costModel.recordGets(entries.length);
    await forEachYielding(entries, (entry) => {
      if (entry.state === 'queued') this.#get(entry);
    });
  }

  #get(entry: PendingLookup): void {
    this.#setState(entry, 'individual');
    const { host, headers } = this.#settings;
    const { name, timeoutMs } = entry;
    const request = new CallPromise({
      method: 'GetOperation',
      name,
      send: (options) => host.transport.getOperation({ name }, options),
      retry: noRetry,
      timers: host.timers,
      rateLimiter: this.#fairQueue,
      headers,
      timeoutMs: () => timeoutMs,
    });
    entry.cancel = (reason) => request.abort(reason);
    request.promise.then(
      (raw) => {
        this.#forget(entry);
        entry.resolve(raw);
      },
      (error: unknown) => {
        const deadlineWasShortened = isRequestError(error, Code.DEADLINE_EXCEEDED) && error.origin === 'transport';
        // It had the time of one who was about to give up, and those who came later have more.
        if (deadlineWasShortened && entry.state === 'individual' && entry.timeoutMs > timeoutMs)
          return this.#get(entry);
        this.#forget(entry);
        entry.reject(error);
      },
    );
    request.start();
  }

  #forget(entry: PendingLookup): void {
    // Another may have asked about it since.
    if (entry.state === 'settled') return;
    this.#setState(entry, 'settled');
    this.#entries.delete(entry.name);
  }

  #setState(entry: PendingLookup, stage: LookupState): void {
    this.#count[entry.state]--;
    this.#count[stage]++;
    entry.state = stage;
  }

  readonly #onAbandoned = (entry: PendingLookup): void => {
    const { state } = entry;
    this.#forget(entry);
    entry.cancel?.(new Error(abandonedMessage));
    if (this.#count.queued === 0) this.#settings.host.timers.cancel(this);
    if (state === 'listed' && this.#count.listed === 0) this.#page?.abort(new Error(abandonedMessage));
  };
}

const abandonedMessage = 'nobody asks any more';

/** The service has no list, or none by that name. */
const listUnsupportedCodes: readonly Code[] = [Code.UNIMPLEMENTED, Code.INVALID_ARGUMENT, Code.NOT_FOUND];
