import { isRequestError } from '../errors.js';
import { now } from '../rpc/clock.js';
import type { Sleeper } from '../rpc/scheduler.js';
import { Code } from '../status.js';
import type { AbortSignalLike, ListOperationsResponse, RawOperation } from '../transport.js';
import { activeLoops } from '../waiting/active-loops.js';
import type { ClientContext } from '../waiting/client-context.js';
import type { PollLoop } from '../waiting/poll-loop.js';
import { Entry, type Stage } from './entry.js';
import { Lane } from './lane.js';
import { once, SharedRequest } from './request.js';
import { inSlices } from './slices.js';
import { Worth } from './worth.js';

/** What a collection needs to know. */
export interface CollectionSettings {
  readonly host: ClientContext;
  /** The names to list it by, of which a service takes one; none: it cannot be listed. */
  readonly forms: readonly string[];
  readonly pageSize: number;
  readonly headers: Readonly<Record<string, string>> | undefined;
  /** Whether an operation is one of it, for those who ask with these headers. */
  readonly holds: (name: string, headers: Readonly<Record<string, string>> | undefined) => boolean;
}

type AnyLoop = PollLoop<unknown, unknown>;

/** How long to wait for others who are about to ask, in milliseconds, and how long if there is no end of them. */
const lullMs = 2;
const longestLullMs = 100;
/** The longest that a page may take, in milliseconds: then each asks for itself. */
const pageTimeoutMs = 10_000;
/** Who has no more time than this does not wait for others. */
const hurryMs = 2000;

/** The operations under one parent that are asked about: by a list while that is the cheaper way, else one by one. */
export class Collection implements Sleeper {
  readonly #settings: CollectionSettings;
  readonly #worth = new Worth();
  readonly #lane: Lane | undefined;
  /** All that are asked about. */
  readonly #entries = new Map<string, Entry>();
  /** Those that wait for the next list, or for its being found too dear; some may be over. */
  #queue: Entry[] = [];
  /** How many are at each stage. */
  readonly #count: Record<Stage, number> = { queued: 0, listed: 0, alone: 0, over: 0 };
  /** Those that a list showed to be done, but without a result. */
  readonly #bare = new Set<string>();
  #page: SharedRequest<ListOperationsResponse> | undefined;
  #listing = false;
  /** Which of the forms to list by. */
  #form = 0;
  #firstMs = 0;
  #latestMs = 0;
  wakeMs = 0;
  place = -1;

  constructor(settings: CollectionSettings) {
    this.#settings = settings;
    const { pacer } = settings.host;
    this.#lane = pacer && new Lane(pacer);
  }

  /** Whether nobody asks for anything. */
  get idle(): boolean {
    return this.#entries.size === 0 && !this.#listing;
  }

  /** Asks for an operation, together with others who ask for it. */
  ask(name: string, signal: AbortSignalLike | undefined, timeoutMs: number): Promise<RawOperation> {
    const hurries = timeoutMs < hurryMs;
    let entry = this.#entries.get(name);
    if (!entry) {
      const nowMs = now();
      this.#entries.set(name, (entry = new Entry(name, nowMs, timeoutMs)));
      if (this.#name === undefined || this.#bare.delete(name) || hurries) this.#get(entry);
      else this.#enqueue(entry, nowMs);
    } else {
      entry.timeoutMs = Math.max(entry.timeoutMs, timeoutMs);
      if (hurries && entry.stage !== 'alone') this.#get(entry);
    }
    return entry.join(signal, this.#abandoned);
  }

  /** What to list; undefined: there is no list. */
  get #name(): string | undefined {
    return this.#settings.forms[this.#form];
  }

  #enqueue(entry: Entry, nowMs: number): void {
    if (this.#queue.length === 0) this.#firstMs = nowMs;
    this.#latestMs = nowMs;
    this.#move(entry, 'queued');
    this.#queue.push(entry);
    if (this.place < 0 && !this.#listing) this.#settings.host.scheduler.sleep(this, nowMs + lullMs);
  }

  wake(): void {
    const nowMs = now();
    // As long as more and more ask, it is too soon to say how many will.
    if (nowMs - this.#latestMs < lullMs && nowMs - this.#firstMs < longestLullMs) {
      this.#settings.host.scheduler.sleep(this, this.#latestMs + lullMs);
    } else void this.#flush();
  }

  async #flush(): Promise<void> {
    const entries = this.#queue.filter(({ stage }) => stage === 'queued');
    this.#queue = [];
    if (this.#name === undefined || !this.#worth.mayPay(entries.length, now())) return this.#getAll(entries);
    this.#listing = true;
    for (const entry of entries) this.#move(entry, 'listed');
    try {
      await this.#list(this.#name, entries);
    } catch {
      this.#worth.fail(now()); // What came was no list.
    }
    this.#listing = false;
    const missing = entries.filter(({ stage }) => stage === 'listed');
    for (const entry of missing) this.#move(entry, 'queued');
    if (this.#queue.length > 0) this.wake();
    return this.#getAll(missing);
  }

  async #list(name: string, entries: readonly Entry[]): Promise<void> {
    const { host, pageSize, headers } = this.#settings;
    this.#bare.clear();
    const asked = entries.length;
    const others = await this.#others();
    if (!this.#worth.pays(asked, others.size)) return;
    const timeoutMs = entries.reduce((ms, entry) => Math.min(ms, entry.timeoutMs / 2), Infinity);
    const lastMs = now() + timeoutMs;
    let progress = { pages: 0, served: 0, asked, left: this.#count.listed, others: others.size };
    for (let pageToken = ''; ;) {
      if (progress.left === 0) return;
      let page: ListOperationsResponse;
      let sentMs: number;
      try {
        const request = { name, pageSize, ...(pageToken && { pageToken }) };
        this.#page = new SharedRequest({
          method: 'ListOperations',
          name,
          send: (options) => host.transport.listOperations(request, options),
          retry: once,
          scheduler: host.scheduler,
          pacer: this.#lane,
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
      let { served } = progress;
      await inSlices(page.operations, (raw) => (served += this.#take(raw, sentMs, others)));
      progress = { pages: progress.pages + 1, served, asked, left: this.#count.listed, others: others.size };
      pageToken = page.nextPageToken;
      const whole = pageToken === '' || progress.left === 0;
      if (whole || now() >= lastMs || !this.#worth.goesOn(progress)) {
        this.#worth.learn(progress, whole);
        return;
      }
    }
  }

  /** Those that are waited for and were not asked about just now. */
  async #others(): Promise<Map<string, AnyLoop[]>> {
    const { host, holds } = this.#settings;
    const others = new Map<string, AnyLoop[]>();
    await inSlices(activeLoops(host.scheduler), (loop) => {
      if (this.#entries.has(loop.name) || !holds(loop.name, loop.settings.headers)) return;
      const same = others.get(loop.name);
      if (same) same.push(loop);
      else others.set(loop.name, [loop]);
    });
    return others;
  }

  /** @returns how many it was of use to: 1 or 0. */
  #take(raw: RawOperation, sentMs: number, others: Map<string, AnyLoop[]>): number {
    const { name } = raw;
    // A list may leave out what makes an operation large: what the result is, the operation itself must say.
    const bare = raw.done && !raw.response && !raw.error;
    const entry = this.#entries.get(name);
    if (entry) {
      // Who asks by itself, or asked after this was read, hears of it in due course.
      if (bare || entry.stage === 'alone' || entry.sinceMs > sentMs) return 0;
      this.#forget(entry);
      entry.answer(raw);
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
          this.#bare.add(name);
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
    if (first && error.rpcCode === Code.PERMISSION_DENIED) this.#form = Infinity;
    else if (first && noSuchList.includes(error.rpcCode)) this.#form++;
    else this.#worth.fail(now(), error.retryAfterMs);
  }

  async #getAll(entries: readonly Entry[]): Promise<void> {
    this.#worth.spent(entries.length);
    await inSlices(entries, (entry) => {
      if (entry.stage === 'queued') this.#get(entry);
    });
  }

  #get(entry: Entry): void {
    this.#move(entry, 'alone');
    const { host, headers } = this.#settings;
    const { name, timeoutMs } = entry;
    const request = new SharedRequest({
      method: 'GetOperation',
      name,
      send: (options) => host.transport.getOperation({ name }, options),
      retry: once,
      scheduler: host.scheduler,
      pacer: this.#lane,
      headers,
      timeoutMs: () => timeoutMs,
    });
    entry.cancel = (reason) => request.abort(reason);
    request.promise.then(
      (raw) => {
        this.#forget(entry);
        entry.answer(raw);
      },
      (error: unknown) => {
        const late = isRequestError(error, Code.DEADLINE_EXCEEDED) && error.origin === 'transport';
        // It had the time of one who was about to give up, and those who came later have more.
        if (late && entry.stage === 'alone' && entry.timeoutMs > timeoutMs) return this.#get(entry);
        this.#forget(entry);
        entry.fail(error);
      },
    );
    request.start();
  }

  #forget(entry: Entry): void {
    // Another may have asked about it since.
    if (entry.stage === 'over') return;
    this.#move(entry, 'over');
    this.#entries.delete(entry.name);
  }

  #move(entry: Entry, stage: Stage): void {
    this.#count[entry.stage]--;
    this.#count[stage]++;
    entry.stage = stage;
  }

  readonly #abandoned = (entry: Entry): void => {
    const { stage } = entry;
    this.#forget(entry);
    entry.cancel?.(new Error(nobody));
    if (this.#count.queued === 0) this.#settings.host.scheduler.forget(this);
    if (stage === 'listed' && this.#count.listed === 0) this.#page?.abort(new Error(nobody));
  };
}

const nobody = 'nobody asks any more';

/** The service has no list, or none by that name. */
const noSuchList: readonly Code[] = [Code.UNIMPLEMENTED, Code.INVALID_ARGUMENT, Code.NOT_FOUND];
