// Operations in simulated time, polled as a poller with a history polls them. A request takes no time.
import type { DurationHistory, ObservedEnd, PollTable } from 'longrunning/history';
import type { PollingLaw } from '../../src/polling/default-law.js';
import type { Quantile } from './duration-laws.js';

/** The age at the next poll: by the table, or by the law where there is none. */
function nextAgeMs(law: PollingLaw, table: PollTable | undefined, ageMs: number, jitter: number): number {
  const nextMs = table?.nextAgeMs(ageMs, jitter);
  if (nextMs !== undefined) return nextMs;
  return ageMs === 0 ? law.firstPollMs + 80 - 160 * jitter : ageMs + law.delayMs(ageMs);
}

/** What a poller observes of an operation's end; with `abortedAtMs` its wait ends there. */
function observe(
  law: PollingLaw,
  table: PollTable | undefined,
  operation: { readonly beganAtMs: number; readonly durationMs: number; readonly abortedAtMs?: number | undefined },
  jitter: number,
): ObservedEnd {
  const { beganAtMs, durationMs, abortedAtMs = Infinity } = operation;
  let runningAtMs = 0;
  for (;;) {
    const ageMs = nextAgeMs(law, table, runningAtMs, jitter);
    if (ageMs > abortedAtMs) return { beganAtMs, runningAtMs: Math.max(runningAtMs, abortedAtMs) };
    if (ageMs >= durationMs) return { beganAtMs, runningAtMs, doneAtMs: ageMs };
    runningAtMs = ageMs;
  }
}

/** Requests and lateness, in units of lateness. */
export interface Figures {
  readonly requests: number;
  readonly lateness: number;
}

/** The mean figures of pollers with this table, over a sorted sample and evenly spread jitters. */
export function figuresOf(
  law: PollingLaw,
  table: PollTable | undefined,
  sample: readonly number[],
  jitters: number,
): Figures {
  let [requests, lateness] = [0, 0];
  for (let index = 0; index < jitters; index++) {
    const jitter = (index + 0.5) / jitters;
    let polls = 1;
    let ageMs = nextAgeMs(law, table, 0, jitter);
    for (const durationMs of sample) {
      for (; ageMs < durationMs; polls++) ageMs = nextAgeMs(law, table, ageMs, jitter);
      requests += polls;
      lateness += (ageMs - durationMs) / law.latenessUnitMs(durationMs);
    }
  }
  const count = jitters * sample.length;
  return { requests: requests / count, lateness: lateness / count };
}

export const kind = 'kind';

/** Operations of one kind, one after the other, each recorded. */
export class Sequence {
  readonly history: DurationHistory;
  readonly #law: PollingLaw;
  readonly #random: () => number;
  #beganAtMs = 0;

  constructor(history: DurationHistory, law: PollingLaw, random: () => number) {
    this.history = history;
    this.#law = law;
    this.#random = random;
  }

  /** Runs operations. @param abortedShare - of the waits, aborted at a random age. */
  run(quantile: Quantile, operations: number, abortedShare = 0): void {
    for (let i = 0; i < operations; i++) {
      const durationMs = quantile(this.#random());
      const isAborted = this.#random() < abortedShare;
      const abortedAtMs = isAborted ? this.#random() * durationMs : undefined;
      this.#beganAtMs += 1e6;
      const operation = { beganAtMs: this.#beganAtMs, durationMs, abortedAtMs };
      this.history.record(kind, observe(this.#law, this.history.begin(kind), operation, this.#random()));
    }
  }

  /** Runs operations that are started together, and recorded as they end. */
  runTogether(quantile: Quantile, operations: number): void {
    const table = this.history.begin(kind);
    const ends = Array.from({ length: operations }, (_, i) => {
      const operation = { beganAtMs: this.#beganAtMs + i, durationMs: quantile(this.#random()) };
      return observe(this.#law, table, operation, this.#random());
    });
    this.#beganAtMs += 1e6;
    ends.sort((a, b) => a.beganAtMs + a.doneAtMs! - b.beganAtMs - b.doneAtMs!);
    for (const end of ends) this.history.record(kind, end);
  }
}
