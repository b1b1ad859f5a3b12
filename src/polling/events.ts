import type { RequestError } from '../errors.js';

/**
 * What a poller does, for logs, tests and metrics. Each event names the operation. More kinds and more fields may be
 * added.
 */
export type PollingEvent = {
  /** The name of the operation. */
  readonly name: string;
} & (
  | {
      /** An answer to GetOperation came. */
      readonly type: 'poll';
      /** Whether the operation is done. */
      readonly done: boolean;
      /** How long the answer took, without the attempts that failed before it, in milliseconds. */
      readonly tookMs: number;
      /** How old the operation is known to be, in milliseconds. */
      readonly ageMs: number;
    }
  | {
      /** An answer to WaitOperation came. */
      readonly type: 'wait';
      /** Whether the operation is done. */
      readonly done: boolean;
      /** How long the server held the request, in milliseconds. */
      readonly tookMs: number;
      /** How old the operation is known to be, in milliseconds. */
      readonly ageMs: number;
    }
  | {
      /** WaitOperation brought no answer. */
      readonly type: 'wait-failed';
      /** Why. */
      readonly error: unknown;
      /** Whether this client polls from now on. */
      readonly disabled: boolean;
    }
  | {
      /** A request failed and will be sent again. */
      readonly type: 'retry';
      /** The failure. */
      readonly error: RequestError;
      /** How often it has been tried. */
      readonly attempt: number;
      /** The pause until the next attempt, in milliseconds. */
      readonly delayMs: number;
    }
  | {
      /** The server asked to wait longer than the cadence would. (What it asks with a failed poll is in `retry`.) */
      readonly type: 'retry-after';
      /** For how long, in milliseconds, within bounds. */
      readonly delayMs: number;
    }
  | {
      /** The operation is done. */
      readonly type: 'done';
      /** How it ended. */
      readonly result: 'response' | 'error';
      /** How many answers there had been. */
      readonly polls: number;
    }
);

/** Hears of what a poller does. What it throws is ignored: a log that breaks must not break the wait. */
export type PollingListener = (event: PollingEvent) => void;

/** An event without the operation's name, which whoever tells of it adds. */
export type PollingEventWithoutName = PollingEvent extends infer E
  ? E extends unknown
    ? Omit<E, 'name'>
    : never
  : never;
