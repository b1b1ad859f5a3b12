/** An item of an {@link ActiveList}. */
export interface Listed {
  /** Its position in the list; −1: it is not in one. Written by the list alone. */
  listIndex: number;
}

/** Called when an item was added to or removed from an {@link ActiveList}. */
export interface ActiveListObserver<T> {
  onAdd(item: T): void;
  onDelete(item: T): void;
}

/**
 * The items that are active now, such as calls or poll loops. An array and not a Set: a large Set keeps what was deleted
 * alive until it is rehashed.
 */
export class ActiveList<T extends Listed> {
  observer: ActiveListObserver<T> | undefined;
  readonly #items: T[] = [];

  add(item: T): void {
    if (item.listIndex >= 0) return;
    item.listIndex = this.#items.push(item) - 1;
    this.observer?.onAdd(item);
  }

  delete(item: T): void {
    if (item.listIndex < 0) return;
    const last = this.#items.pop() as T;
    if (last !== item) this.#items[(last.listIndex = item.listIndex)] = last;
    item.listIndex = -1;
    this.observer?.onDelete(item);
  }

  /** A copy, so that items may come and go while it is iterated. */
  snapshot(): T[] {
    return [...this.#items];
  }
}
