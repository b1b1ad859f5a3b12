/** A task that can be queued. */
export interface QueuedTask {
  /** Its position among the others: the earliest is first. */
  readonly startedMs: number;
  /** Its entry in the queue; undefined: it is not queued. Written by the queue alone. */
  queueEntry?: QueueEntry | undefined;
}

/** An entry of a {@link TaskQueue}; removing its task leaves it behind, empty. */
export interface QueueEntry {
  task: QueuedTask | undefined;
}

/**
 * Tasks in the order of their start. Adding at the end, removing and taking the first are cheap, however long the queue
 * is: entries of removed tasks are skipped, and swept once they are the majority.
 */
export class TaskQueue<T extends QueuedTask> {
  #entries: QueueEntry[] = [];
  /** How many entries at the front have been taken. */
  #head = 0;
  #size = 0;

  get size(): number {
    return this.#size;
  }

  add(task: T): void {
    const entry = (task.queueEntry = { task });
    // New tasks are mostly the latest, so search from the end.
    let at = this.#entries.length;
    while (at > this.#head && (this.#entries[at - 1]?.task?.startedMs ?? Infinity) > task.startedMs) at--;
    if (at === this.#entries.length) this.#entries.push(entry);
    else this.#entries.splice(at, 0, entry);
    this.#size++;
  }

  /** @returns whether the task was queued. */
  remove(task: T): boolean {
    const entry = task.queueEntry;
    if (!entry) return false;
    task.queueEntry = entry.task = undefined;
    this.#size--;
    this.#sweep();
    return true;
  }

  shift(): T | undefined {
    while (this.#head < this.#entries.length) {
      const { task } = this.#entries[this.#head++] as QueueEntry;
      if (!task) continue;
      this.remove(task as T);
      return task as T;
    }
    return undefined;
  }

  #sweep(): void {
    if (this.#entries.length <= 2 * this.#size) return;
    this.#entries = this.#entries.slice(this.#head).filter(({ task }) => task);
    this.#head = 0;
  }
}
