/** An item of a {@link LinkedList}, which alone writes these fields. */
export interface Linked<T> {
  previous?: T | undefined;
  next?: T | undefined;
}

/** Called after an item was added to a {@link LinkedList}, or deleted from it. */
export interface ListObserver<T> {
  onAdd(item: T): void;
  onDelete(item: T): void;
}

/**
 * What is active or queued now: calls, poll loops, waiters. The links are in the items, so that adding at the end and
 * deleting are constant in time and an empty list costs little. (A large Set keeps what was deleted alive until it is
 * rehashed.)
 */
export class LinkedList<T extends Linked<T>> {
  /** How many items there are. To be read only. */
  size = 0;
  /** Only declared, so that the lists that have none hold no field for it: each poll loop has a list. */
  declare observer?: ListObserver<T>;
  #first: T | undefined;
  #last: T | undefined;

  /** Adds an item at the end, or at the start, unless it is in the list. */
  add(item: T, atStart?: boolean): void {
    if (this.#has(item)) return;
    this.size++;
    if (atStart) item.next = this.#first;
    else item.previous = this.#last;
    this.#connect(item, item, item);
    this.observer?.onAdd(item);
  }

  /** @returns whether the item was in the list. */
  delete(item: T): boolean {
    if (!this.#has(item)) return false;
    this.size--;
    this.#connect(item, item.previous, item.next);
    item.previous = item.next = undefined;
    this.observer?.onDelete(item);
    return true;
  }

  /** Deletes the first item, and returns it. */
  shift(): T | undefined {
    const first = this.#first;
    if (first) this.delete(first);
    return first;
  }

  /** A copy, so that items may come and go while it is iterated. */
  snapshot(): T[] {
    // Of its final size: the first push() to an empty array reserves room for 17 items.
    const items = new Array<T>(this.size);
    let index = 0;
    for (let item = this.#first; item; item = item.next) items[index++] = item;
    return items;
  }

  #has(item: T): boolean {
    return item.previous !== undefined || this.#first === item;
  }

  /** Connects the neighbours of an item: the next one back to `previous`, the previous one on to `next`. */
  #connect(item: T, previous: T | undefined, next: T | undefined): void {
    if (item.previous) item.previous.next = next;
    else this.#first = next;
    if (item.next) item.next.previous = previous;
    else this.#last = previous;
  }
}
