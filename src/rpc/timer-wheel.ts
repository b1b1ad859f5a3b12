/**
 * Milliseconds on a clock that never jumps. Whole ones, which is as fine as timers are: an object holds them without a
 * second object for each.
 */
export function now(): number {
  return Math.round(performance.now());
}

/** One who sleeps until a time. */
export interface TimerTask {
  /** When it is due, on the monotonic clock. */
  dueMs: number;
  /** Its place among those who are due with it; −1: it does not sleep. */
  timerIndex: number;
  onTimer(nowMs: number): void;
}

/** The longest that setTimeout() can wait, in milliseconds; beyond it, it fires at once. */
const maxTimeoutMs = 2 ** 31 - 1;

/** For how long to wake one after the other before the program's other work gets its turn, in milliseconds. */
const timeSliceMs = 5;

/** How many slots the times are spread over. */
const bucketCount = 1024;

/**
 * A timer for all who are due in the same millisecond. A client may have a hundred thousand who sleep, and a timer for
 * each costs more memory than all else that it holds.
 */
export class TimerWheel {
  // A hash table of a fixed size and not a Map: where entries come and go all the time a Map grows anew again and again,
  // and each table that it leaves keeps what was in it alive until a full collection.
  readonly #buckets: (Bucket | undefined)[] = [];

  /** Wakes a sleeper at a time, and not when it would have been before. For `Infinity` it only keeps the program alive. */
  schedule(task: TimerTask, timeMs: number): void {
    const untilMs = Math.ceil(timeMs);
    if (task.timerIndex >= 0) {
      if (task.dueMs === untilMs) return;
      this.cancel(task);
    }
    let bucket = this.#find(untilMs);
    if (!bucket) {
      bucket = { atMs: untilMs, tasks: [], next: this.#buckets[bucketOf(untilMs)], timer: undefined };
      this.#buckets[bucketOf(untilMs)] = bucket;
      this.#set(bucket);
    }
    task.dueMs = untilMs;
    task.timerIndex = bucket.tasks.push(task) - 1;
  }

  /** Lets a sleeper sleep on. */
  cancel(task: TimerTask): void {
    const { timerIndex, dueMs } = task;
    if (timerIndex < 0) return;
    task.timerIndex = -1;
    const bucket = this.#find(dueMs) as Bucket;
    const last = bucket.tasks.pop() as TimerTask;
    if (last !== task) {
      bucket.tasks[timerIndex] = last;
      last.timerIndex = timerIndex;
    }
    if (bucket.tasks.length > 0) return;
    clearTimeout(bucket.timer);
    let before = this.#buckets[bucketOf(dueMs)] as Bucket;
    if (before === bucket) this.#buckets[bucketOf(dueMs)] = bucket.next;
    else {
      while (before.next !== bucket) before = before.next as Bucket;
      before.next = bucket.next;
    }
    bucket.next = undefined;
  }

  readonly #fire = (bucket: Bucket): void => {
    const startMs = now();
    for (let nowMs = startMs; nowMs - startMs < timeSliceMs && nowMs >= bucket.atMs; nowMs = now()) {
      const task = bucket.tasks[0];
      if (!task) return;
      this.cancel(task);
      task.onTimer(nowMs);
    }
    if (bucket.tasks.length > 0) this.#set(bucket);
  };

  #set(bucket: Bucket): void {
    bucket.timer = setTimeout(this.#fire, Math.min(bucket.atMs - now(), maxTimeoutMs), bucket);
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

/** Those who are due together. */
interface Bucket {
  readonly atMs: number;
  readonly tasks: TimerTask[];
  /** The next in the same slot. */
  next: Bucket | undefined;
  timer: ReturnType<typeof setTimeout> | undefined;
}
