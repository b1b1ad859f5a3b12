/**
 * Milliseconds on a clock that never jumps. Whole ones, which is as fine as timers are: an object holds them without a
 * second object for each.
 */
export function now(): number {
  return Math.round(performance.now());
}

/** One who sleeps until a time. */
export interface Sleeper {
  /** When it is due, on the monotonic clock. */
  wakeMs: number;
  /** Its place among those who are due with it; −1: it does not sleep. */
  place: number;
  wake(nowMs: number): void;
}

/** The longest that setTimeout() can wait, in milliseconds; beyond it, it fires at once. */
const maxTimeoutMs = 2 ** 31 - 1;

/** For how long to wake one after the other before the program's other work gets its turn, in milliseconds. */
const sliceMs = 5;

/** How many slots the times are spread over. */
const slots = 1024;

/**
 * A timer for all who are due in the same millisecond. A client may have a hundred thousand who sleep, and a timer for
 * each costs more memory than all else that it holds.
 */
export class Scheduler {
  // A hash table of a fixed size and not a Map: where entries come and go all the time a Map grows anew again and again,
  // and each table that it leaves keeps what was in it alive until a full collection.
  readonly #alarms: (Alarm | undefined)[] = [];

  /** Wakes a sleeper at a time, and not when it would have been before. For `Infinity` it only keeps the program alive. */
  sleep(sleeper: Sleeper, timeMs: number): void {
    const untilMs = Math.ceil(timeMs);
    if (sleeper.place >= 0) {
      if (sleeper.wakeMs === untilMs) return;
      this.forget(sleeper);
    }
    let alarm = this.#find(untilMs);
    if (!alarm) {
      alarm = { atMs: untilMs, sleepers: [], next: this.#alarms[slotOf(untilMs)], timer: undefined };
      this.#alarms[slotOf(untilMs)] = alarm;
      this.#set(alarm);
    }
    sleeper.wakeMs = untilMs;
    sleeper.place = alarm.sleepers.push(sleeper) - 1;
  }

  /** Lets a sleeper sleep on. */
  forget(sleeper: Sleeper): void {
    const { place, wakeMs } = sleeper;
    if (place < 0) return;
    sleeper.place = -1;
    const alarm = this.#find(wakeMs) as Alarm;
    const last = alarm.sleepers.pop() as Sleeper;
    if (last !== sleeper) {
      alarm.sleepers[place] = last;
      last.place = place;
    }
    if (alarm.sleepers.length > 0) return;
    clearTimeout(alarm.timer);
    let before = this.#alarms[slotOf(wakeMs)] as Alarm;
    if (before === alarm) this.#alarms[slotOf(wakeMs)] = alarm.next;
    else {
      while (before.next !== alarm) before = before.next as Alarm;
      before.next = alarm.next;
    }
    alarm.next = undefined;
  }

  /** All who sleep. */
  sleepers(): Sleeper[] {
    const all: Sleeper[] = [];
    for (const first of this.#alarms) {
      for (let alarm = first; alarm; alarm = alarm.next) for (const sleeper of alarm.sleepers) all.push(sleeper);
    }
    return all;
  }

  readonly #ring = (alarm: Alarm): void => {
    const startMs = now();
    for (let nowMs = startMs; nowMs - startMs < sliceMs && nowMs >= alarm.atMs; nowMs = now()) {
      const sleeper = alarm.sleepers[0];
      if (!sleeper) return;
      this.forget(sleeper);
      sleeper.wake(nowMs);
    }
    if (alarm.sleepers.length > 0) this.#set(alarm);
  };

  #set(alarm: Alarm): void {
    alarm.timer = setTimeout(this.#ring, Math.min(alarm.atMs - now(), maxTimeoutMs), alarm);
  }

  #find(atMs: number): Alarm | undefined {
    let alarm = this.#alarms[slotOf(atMs)];
    while (alarm && alarm.atMs !== atMs) alarm = alarm.next;
    return alarm;
  }
}

function slotOf(ms: number): number {
  return (ms % slots) | 0;
}

/** Those who are due together. */
interface Alarm {
  readonly atMs: number;
  readonly sleepers: Sleeper[];
  /** The next in the same slot. */
  next: Alarm | undefined;
  timer: ReturnType<typeof setTimeout> | undefined;
}
