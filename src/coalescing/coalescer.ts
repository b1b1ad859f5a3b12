import { invalidArgumentMessage, assertNumber } from '../arguments.js';
import { abortReason } from '../rpc/abort.js';
import { callSignal } from '../rpc/call-options.js';
import type { CallOptions, RawOperation } from '../transport.js';
import type { ClientContext, Lookup } from '../waiting/client-context.js';
import { Collection } from './collection.js';
import type { CoalesceOptions } from './options.js';
import { conventionalListNames, conventionalParent, type ParentOf } from './parent.js';

const coalescers = new WeakMap<ClientContext, Coalescer>();

/** Has a client's loops ask together. */
export function installCoalescer(host: ClientContext, options: true | CoalesceOptions): Lookup {
  let coalescer = coalescers.get(host);
  if (!coalescer) {
    coalescers.set(host, (coalescer = new Coalescer(host, options === true ? {} : options)));
    host.lookup = coalescer.lookup;
  }
  return coalescer.lookup;
}

/** What is known of parents for which nobody asks is kept for so many. */
const maxCollections = 1000;

/** Sorts what is asked about by the parent. */
class Coalescer {
  readonly #host: ClientContext;
  readonly #pageSize: number;
  readonly #parentOf: ParentOf;
  readonly #conventional: boolean;
  readonly #collections = new Map<string, Collection>();

  constructor(host: ClientContext, { parentOf, pageSize = 500 }: CoalesceOptions) {
    this.#host = host;
    assertNumber('coalesce', 'pageSize', pageSize, 1);
    if (parentOf !== undefined && typeof parentOf !== 'function') {
      throw new TypeError(invalidArgumentMessage('coalesce', 'parentOf', 'a function', parentOf));
    }
    this.#pageSize = pageSize;
    this.#conventional = parentOf === undefined;
    this.#parentOf = parentOf ?? conventionalParent;
  }

  readonly lookup = (name: string, options: CallOptions, timeoutMs: number): Promise<RawOperation> => {
    const signal = callSignal(options);
    if (signal?.aborted) return Promise.reject(abortReason(signal));
    return this.#collection(this.#parent(name), options.headers).lookup(name, signal, timeoutMs);
  };

  #parent(name: string): string | undefined {
    try {
      const parent: unknown = this.#parentOf(name);
      return typeof parent === 'string' && parent !== '' ? parent : undefined;
    } catch {
      // No mistake about where to list is worth a wait of two hours: it is asked for by itself.
      return undefined;
    }
  }

  #collection(parent: string | undefined, headers: Headers): Collection {
    const key = collectionKey(parent, headers);
    let collection = this.#collections.get(key);
    if (!collection) {
      collection = new Collection({
        host: this.#host,
        listNames: parent === undefined ? [] : this.#conventional ? conventionalListNames(parent) : [parent],
        pageSize: this.#pageSize,
        headers,
        contains: (name, itsHeaders) => collectionKey(this.#parent(name), itsHeaders) === key,
      });
      this.#evictIdle();
      this.#collections.set(key, collection);
    }
    return collection;
  }

  #evictIdle(): void {
    if (this.#collections.size < maxCollections) return;
    for (const [key, { idle }] of this.#collections) {
      if (idle) this.#collections.delete(key);
      if (this.#collections.size < maxCollections) return;
    }
  }
}

type Headers = Readonly<Record<string, string>> | undefined;

/** Those who send different headers may be different people: they do not ask together, nor hear what the others are told. */
function collectionKey(parent = '', headers: Headers): string {
  return headers ? `${parent}\n${JSON.stringify(headers)}` : parent;
}
