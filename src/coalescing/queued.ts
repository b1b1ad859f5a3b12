import type { Linked, LinkedList } from '../rpc/linked-list.js';

/** A list of what waits. */
export interface QueuedList extends LinkedList<Queued> {
  /** The request that is under way for all of it. */
  request?: { readonly sentMs: number };
}

/** What waits in the queue, or for a list under way: the lookup of one operation, or the common poll of several. */
export abstract class Queued implements Linked<Queued> {
  /** When it was requested, in milliseconds of the monotonic clock. */
  abstract sentMs: number;
  /** How long one request may take, in milliseconds. */
  abstract readonly timeoutMs: number;
  /** How many operations it waits for. */
  abstract readonly size: number;
  /** What it waits in: the queue, or a list under way. */
  list: QueuedList | undefined;
  previous: Queued | undefined;
  next: Queued | undefined;

  /** When the request that it waits for was sent, in milliseconds of the monotonic clock; −1: it is still queued. */
  get requestMs(): number {
    return this.list?.request?.sentMs ?? -1;
  }

  /** Puts it into a list instead of the one that it waits in. */
  moveTo(list: QueuedList | undefined): void {
    this.list?.delete(this);
    this.list = list;
    list?.add(this);
  }
}

/** How many operations are waited for. */
export function countOperations(items: readonly Queued[]): number {
  return items.reduce((count, { size }) => count + size, 0);
}
