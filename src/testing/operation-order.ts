import { childrenOf } from './paging.js';
import type { StoredOperation } from './stored-operation.js';

/** Stored operations in the order of their creation, by their collection: the name up to its last `/`. */
export class OperationOrder {
  readonly #all = new OrderedOperations();
  readonly #byCollection = new Map<string, OrderedOperations>();

  add(operation: StoredOperation): void {
    this.#all.add(operation);
    const collection = collectionOf(operation);
    let operations = this.#byCollection.get(collection);
    if (!operations) this.#byCollection.set(collection, (operations = new OrderedOperations()));
    operations.add(operation);
  }

  /** Removes an operation whose `deleted` is set. */
  remove(operation: StoredOperation): void {
    this.#all.remove();
    const collection = collectionOf(operation);
    if (this.#byCollection.get(collection)?.remove() === 0) this.#byCollection.delete(collection);
  }

  /** The operations below a parent that were started after `sequence`. */
  *childrenAfter(sequence: number, parent: string): Iterable<StoredOperation> {
    const isBelow = childrenOf(parent);
    const [collection, ...others] = [...this.#byCollection].filter(([name]) => isBelow(name));
    if (!collection) return;
    const operations = others.length === 0 ? collection[1] : this.#all;
    for (const operation of operations.after(sequence)) if (isBelow(operation.name)) yield operation;
  }
}

function collectionOf({ name }: StoredOperation): string {
  return name.slice(0, name.lastIndexOf('/') + 1);
}

/** Operations by their sequence. Those that are deleted leave the array once they are half of it. */
class OrderedOperations {
  #operations: StoredOperation[] = [];
  #deleted = 0;

  add(operation: StoredOperation): void {
    this.#operations.push(operation);
  }

  /** @returns how many are left. */
  remove(): number {
    if (2 * ++this.#deleted >= this.#operations.length + 16) {
      this.#operations = this.#operations.filter(({ deleted }) => !deleted);
      this.#deleted = 0;
    }
    return this.#operations.length - this.#deleted;
  }

  /** The operations after a sequence, found by binary search. */
  *after(sequence: number): Iterable<StoredOperation> {
    const operations = this.#operations;
    let [low, high] = [0, operations.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((operations[middle]?.sequence ?? Infinity) > sequence) high = middle;
      else low = middle + 1;
    }
    for (let operation = operations[low]; operation; operation = operations[++low]) {
      if (!operation.deleted) yield operation;
    }
  }
}
