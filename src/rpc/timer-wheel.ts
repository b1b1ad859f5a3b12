/**
 * The monotonic clock, in whole milliseconds: as fine as timers are, and a field holds an integer without a box.
 */
export function now(): number {
  return Math.round(performance.now());
}

/** A task scheduled for a time. */
export interface TimerTask {
  /** The tasks that are due at the same time; undefined: it is not scheduled. Written by the wheel only, as its index there. */
  bucket: Bucket | undefined;
  timerIndex: number;
  onTimer(nowMs: number): void;
}

/** The maximum delay of setTimeout(), in milliseconds; with a longer one it fires at once. */
const maxTimeoutMs = 2 ** 31 - 1;

/** How long to run due tasks before yielding to the event loop, in milliseconds. */
const timeSliceMs = 5;

const bucketCount = 1024;

/**
 * A hashed timer wheel: one timer for all tasks that are due in the same millisecond. A client may have 100,000 tasks, and
 * a timer for each costs more memory than everything else it holds.
 */
export class TimerWheel {
  // A hash table of fixed size, not a Map: where entries come and go all the time, a Map is rehashed again and again, and
  // each old table keeps its entries alive until a full collection.
  readonly #buckets: (Bucket | undefined)[] = [];

  /**
   * Schedules a task, replacing its previous time, unless both have passed: a new timer would fire a millisecond later.
   * `Infinity` never fires but keeps the process alive.
   */
  schedule(task: TimerTask, timeMs: number): void {
    const untilMs = Math.ceil(timeMs);
    const { bucket: previous } = task;
    if (previous) {
      const latestMs = Math.max(previous.atMs, untilMs);
      if (previous.atMs === untilMs || (latestMs < Infinity && latestMs <= now())) return;
      this.cancel(task);
    }
    let bucket = this.#find(untilMs);
    if (!bucket) {
      bucket = { atMs: untilMs, tasks: [], next: this.#buckets[bucketOf(untilMs)], timer: undefined };
      this.#buckets[bucketOf(untilMs)] = bucket;
      this.#set(bucket);
    }
    task.bucket = bucket;
    task.timerIndex = bucket.tasks.push(task) - 1;
  }

  /** Cancels a task, if it is scheduled. */
  cancel(task: TimerTask): void {
    const { bucket, timerIndex } = task;
    if (!bucket) return;
    task.bucket = undefined;
    const last = bucket.tasks.pop() as TimerTask;
    if (last !== task) {
      bucket.tasks[timerIndex] = last;
      last.timerIndex = timerIndex;
    }
    if (bucket.tasks.length > 0) return;
    clearTimeout(bucket.timer as number);
    const hash = bucketOf(bucket.atMs);
    let before = this.#buckets[hash] as Bucket;
    if (before === bucket) this.#buckets[hash] = bucket.next;
    else {
      while (before.next !== bucket) before = before.next as Bucket;
      before.next = bucket.next;
    }
    bucket.next = undefined;
  }

  readonly #fire = (bucket: Bucket): void => {
    const startMs = now();
    try {
      let nowMs = startMs;
      for (let task = bucket.tasks[0]; task && nowMs - startMs < timeSliceMs && nowMs >= bucket.atMs;) {
        this.cancel(task);
        task.onTimer(nowMs);
        task = bucket.tasks[0];
        if (task) nowMs = now();
      }
    } finally {
      // Also if a task throws: the others must run.
      if (bucket.tasks.length > 0) this.#set(bucket);
    }
  };

  #set(bucket: Bucket): void {
    // Not below 0: newer versions of Node print a warning for a negative delay.
    const delayMs = Math.max(0, bucket.atMs - now());
    bucket.timer = setTimeout(this.#fire, Math.min(delayMs, maxTimeoutMs), bucket);
  }

  #find(atMs: number): Bucket | undefined {
    let bucket = this.#buckets[bucketOf(atMs)];
    while (bucket && bucket.atMs !== atMs) bucket = bucket.next;
    return bucket;
  }
}

function bucketOf(ms: number): number {
  return (ms % bucketCount) | 0;
}

/** The tasks of one millisecond. */
export interface Bucket {
  readonly atMs: number;
  readonly tasks: TimerTask[];
  /** The next bucket with the same hash. */
  next: Bucket | undefined;
  /** Not by the type of setTimeout(): programs that know neither Node.js nor the DOM type-check the declarations. */
  timer: unknown;
}
