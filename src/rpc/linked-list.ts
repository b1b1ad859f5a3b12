/** An item of a {@link LinkedList}, which alone writes these fields. */
export interface Linked<T> {
  previous: T | undefined;
  next: T | undefined;
}

/** Called after an item was added to a {@link LinkedList}, or deleted from it. */
export interface ListObserver<T> {
  onAdd(item: T): void;
  onDelete(item: T): void;
}

/**
 * What is active now: calls, poll loops, waiters, in the order in which they came. The links are in the items, so that
 * adding and deleting is constant in time and an empty list costs little. (A large Set keeps what was deleted alive until
 * it is rehashed.)
 */
export class LinkedList<T extends Linked<T>> {
  /** How many items there are. To be read only. */
  size = 0;
  observer: ListObserver<T> | undefined;
  #first: T | undefined;
  #last: T | undefined;

  /** Adds an item, unless it is in the list. */
  add(item: T): void {
    if (this.#has(item)) return;
    this.size++;
    item.previous = this.#last;
    if (this.#last) this.#last.next = item;
    else this.#first = item;
    this.#last = item;
    this.observer?.onAdd(item);
  }

  /** @returns whether the item was in the list. */
  delete(item: T): boolean {
    if (!this.#has(item)) return false;
    this.size--;
    const { previous, next } = item;
    if (previous) previous.next = next;
    else this.#first = next;
    if (next) next.previous = previous;
    else this.#last = previous;
    item.previous = item.next = undefined;
    this.observer?.onDelete(item);
    return true;
  }

  /** A copy, so that items may come and go while it is iterated. */
  snapshot(): T[] {
    const items: T[] = [];
    for (let item = this.#first; item; item = item.next) items.push(item);
    return items;
  }

  #has(item: T): boolean {
    return item.previous !== undefined || this.#first === item;
  }
}
