import { assertArgument, assertNumber, ignoreRejection } from '../arguments.js';
import { abortReason } from '../rpc/abort.js';
import { callSignal } from '../rpc/call-options.js';
import type { Sent } from '../rpc/call-spec.js';
import type { ListObserver } from '../rpc/linked-list.js';
import type { CallOptions, RawOperation } from '../transport.js';
import type { ActiveLoop, ClientContext, Lookup, MakePoll } from '../waiting/client-context.js';
import { CollectionLookups } from './collection-lookups.js';
import { LookupPoll } from './lookup-poll.js';
import type { CoalesceOptions } from './options.js';
import { conventionalListNames, conventionalParent, type ParentOf } from './parent.js';

/** The coalescers of clients. */
const coalescers = new WeakMap<ClientContext, Coalescer>();

/**
 * Installs the coalescer for a client's pollers, unless it is installed.
 *
 * @returns the lookup that replaces GetOperation. If an option is invalid, it rejects, and the client's polls fail.
 */
export function installCoalescer(context: ClientContext, options = context.coalesce): Lookup {
  const installed = coalescers.get(context);
  if (installed) return installed.lookup;
  try {
    const coalescer = new Coalescer(context, Object(options) as CoalesceOptions);
    coalescers.set(context, coalescer);
    for (const loop of context.activeLoops.snapshot()) coalescer.onAdd(loop);
    context.activeLoops.observer = coalescer;
    context.makePoll = coalescer.makePoll;
    return coalescer.lookup;
  } catch (error) {
    context.makePoll = (loop) => {
      loop.fail(error);
      return undefined;
    };
    return () => Promise.reject(error);
  }
}

/** How many idle collections to remember, with what was learned about listing them. */
const maxIdleCollections = 1000;

/** Sorts lookups and active loops by collection. */
class Coalescer implements ListObserver<ActiveLoop> {
  readonly #context: ClientContext;
  readonly #pageSize: number;
  readonly #parentOf: ParentOf;
  readonly #listNamesOf: (parent: string) => readonly string[];
  readonly #collections = new Map<string, CollectionLookups>();
  /** The collections without active loops, the longest idle first. */
  readonly #idle = new Set<CollectionLookups>();

  constructor(context: ClientContext, { parentOf, pageSize = 500 }: CoalesceOptions) {
    const isValid = parentOf === undefined || typeof parentOf === 'function';
    assertArgument(isValid, 'coalesce', 'parentOf', 'a function', parentOf);
    assertNumber('coalesce', 'pageSize', pageSize, 1);
    this.#context = context;
    this.#pageSize = pageSize;
    this.#parentOf = parentOf ?? conventionalParent;
    this.#listNamesOf = parentOf ? (parent) => [parent] : conventionalListNames;
  }

  readonly lookup: Lookup = (name, options, timeoutMs) => this.#lookUp(name, options, timeoutMs);

  /** @param poll - the poll that it is an attempt of. */
  #lookUp(name: string, options: CallOptions, timeoutMs: number, poll?: LookupPoll): Sent<RawOperation> {
    const signal = callSignal(options);
    if (signal?.aborted) return Promise.reject(abortReason(signal));
    const lookup = this.#collection(name, options.headers).lookup(name, signal, timeoutMs);
    if (poll) poll.lookup = lookup;
    const then: Sent<RawOperation>['then'] = (onResponse, onError) => {
      lookup.then(
        (raw) => {
          // Another caller's request may have been sent long before: the state is no newer than that.
          if (poll) poll.sentMs = Math.min(poll.sentMs, lookup.sentMs);
          return onResponse(raw);
        },
        (error) => {
          // Of the attempt only its request counts as failing: not the list before it, nor time in a queue or asleep.
          options.timeoutMs = Math.min(lookup.tookMs, timeoutMs);
          onError(error);
        },
      );
    };
    return { then };
  }

  /** Makes a poll that waits for a list, if it can, else one by lookups, of which each attempt is one. */
  readonly makePoll: MakePoll = (loop, nowMs) => {
    const listed = (loop.group as CollectionLookups).join(loop, loop.timeoutMs(nowMs, 0, 0), nowMs);
    if (listed) return listed;
    const { method, name, settings, bounds } = loop;
    const { timers } = this.#context;
    let limitMs = 0;
    // A lookup applies the rate limit and the deadline itself.
    const timeoutMs: ActiveLoop['timeoutMs'] = (...progress) => {
      limitMs = loop.timeoutMs(...progress);
      return Infinity;
    };
    const send = (options: CallOptions): Sent<RawOperation> => this.#lookUp(name, options, limitMs, poll);
    const poll = new LookupPoll(loop, { method, name, settings, context: { timers }, bounds, timeoutMs, send });
    return poll;
  };

  onAdd(loop: ActiveLoop): void {
    const collection = this.#collection(loop.name, loop.settings.headers);
    if (collection.loops.size === 0) this.#idle.delete(collection);
    collection.loops.add(loop);
    // Kept, since `parentOf` may be slow, or return another parent later.
    loop.group = collection;
  }

  onDelete(loop: ActiveLoop): void {
    const collection = loop.group as CollectionLookups;
    loop.group = undefined;
    collection.deleteLoop(loop);
    if (collection.loops.size === 0) this.#addIdle(collection);
  }

  #collection(name: string, headers: Headers): CollectionLookups {
    const parent = this.#parent(name);
    const key = collectionKey(parent, headers);
    let collection = this.#collections.get(key);
    if (!collection) {
      const listNames = parent === undefined ? [] : this.#listNamesOf(parent);
      const [context, pageSize] = [this.#context, this.#pageSize];
      collection = new CollectionLookups({ context, key, listNames, pageSize, headers });
      this.#collections.set(key, collection);
      this.#addIdle(collection);
    }
    return collection;
  }

  #parent(name: string): string | undefined {
    try {
      const parent: unknown = this.#parentOf(name);
      if (typeof parent === 'string' && parent !== '') return parent;
      ignoreRejection(parent);
    } catch {
      // A broken `parentOf` must not fail the wait: the operation is fetched individually.
    }
    return undefined;
  }

  #addIdle(collection: CollectionLookups): void {
    this.#idle.add(collection);
    if (this.#idle.size <= maxIdleCollections) return;
    const oldest = this.#idle.values().next().value as CollectionLookups;
    this.#idle.delete(oldest);
    this.#collections.delete(oldest.key);
  }
}

type Headers = Readonly<Record<string, string>> | undefined;

/** Requests with different headers may have different credentials, so they never share a list or its results. */
function collectionKey(parent = '', headers: Headers): string {
  return headers ? `${parent}\n${JSON.stringify(headers)}` : parent;
}
