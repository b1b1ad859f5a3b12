import type { CallOptions } from 'longrunning';
import type { GroupScript, Method, Script, WaitScript } from './script.js';

/** A request, as the network saw it. Times are virtual; `undefined`: it has not happened. */
export interface RequestRecord {
  readonly process: number;
  readonly method: Method;
  /** −1: it concerns several. */
  readonly operation: number;
  /** The poller that sent it; undefined for requests of a coalescing client. */
  readonly poller: number | undefined;
  /** Whether a caller sent it itself, and not a wait. */
  readonly isDirect: boolean;
  readonly sentMs: number;
  readonly signal: CallOptions['signal'];
  arrivedMs: number | undefined;
  settledMs: number | undefined;
  abortedMs: number | undefined;
  failed: boolean;
  /** The retry delay that came with the response. */
  retryAfterMs: number | undefined;
  /** What went wrong with it. */
  fault: string | undefined;
}

/** How something ended: with a value, or with an error. */
export interface Settlement {
  readonly atMs: number;
  readonly value?: unknown;
  readonly error?: unknown;
}

/** A state that a listener or an iteration got. */
export interface StateRecord {
  readonly atMs: number;
  readonly done: boolean;
  readonly version: number;
}

/** A wait, as its caller saw it. */
export interface WaitRecord {
  readonly process: number;
  readonly script: WaitScript;
  readonly joinedMs: number;
  readonly reason: unknown;
  abortedMs: number | undefined;
  /** When the caller left an iteration, or a listener failed. */
  leftMs: number | undefined;
  readonly states: StateRecord[];
  readonly settlements: Settlement[];
  /** How many listeners its signal has. */
  listeners(): number;
}

/** Several waits together, as their caller saw them. */
export interface GroupRecord {
  readonly process: number;
  readonly script: GroupScript;
  readonly joinedMs: number;
  readonly reason: unknown;
  abortedMs: number | undefined;
  /** The outcomes of an `asCompleted()`. */
  readonly completions: { readonly index: number; readonly atMs: number; readonly operation: unknown }[];
  readonly settlements: Settlement[];
  listeners(): number;
}

/** A `startAll()` in one process. */
export interface BatchRecord {
  readonly process: number;
  readonly id: number;
  readonly operations: readonly number[];
  readonly joinedMs: number;
  readonly limitMs: number | undefined;
  readonly reason: unknown;
  abortedMs: number | undefined;
  readonly results: { readonly input: string; readonly atMs: number; readonly operation: unknown }[];
  readonly settlements: Settlement[];
  listeners(): number;
}

/** An operation, as the service knows it at the end. */
export interface TrueOperation {
  readonly id: number;
  readonly result: 'response' | 'error' | 'cancelled' | 'empty';
  readonly startMs: number;
  readonly endMs: number;
  readonly goneMs: number;
  readonly visibleMs: number;
  /** By which request ids it was started. */
  readonly starts: readonly string[];
}

/** A process: from its start until it was closed or died. */
export interface ProcessRecord {
  readonly id: number;
  readonly startedMs: number;
  closedMs: number | undefined;
  diedMs: number | undefined;
}

/** A time in which nothing ran. */
export interface Freeze {
  readonly fromMs: number;
  readonly toMs: number;
}

/** All that happened in a run: what the invariants are checked on. */
export interface History {
  readonly script: Script;
  readonly requests: RequestRecord[];
  readonly waits: WaitRecord[];
  readonly groups: GroupRecord[];
  readonly batches: BatchRecord[];
  readonly operations: TrueOperation[];
  readonly processes: ProcessRecord[];
  readonly freezes: Freeze[];
  /** When cancels and polls of callers were sent, and states pushed, by operation. */
  readonly acts: { readonly kind: string; readonly operation: number; readonly atMs: number }[];
  /** Errors that no caller received: unhandled rejections and uncaught exceptions. */
  readonly strays: unknown[];
  /** Everything that was thrown at callers. */
  readonly thrown: unknown[];
  /** The most server-side waits that were open at once. */
  maxOpenWaits: number;
  /** The timers of the program that are left at the end. */
  timersLeft: number;
  endMs: number;
  /** What happened, a line each. */
  readonly trace: string[];
}

/** When something that was due at a time could happen at the earliest. */
export function afterFreezes({ freezes }: History, dueMs: number): number {
  return freezes.reduce((ms, { fromMs, toMs }) => (ms >= fromMs && ms < toMs ? toMs : ms), dueMs);
}

/** Whether the process of a record has died, so that nothing is known of its end. */
export function hasDied({ processes }: History, { process }: { readonly process: number }): boolean {
  return processes[process]!.diedMs !== undefined;
}
