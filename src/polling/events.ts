import type { RequestError } from '../errors.js';

/**
 * What placed a poll: the operation's age (also where a custom backoff did), its `expectedMs`, the durations of others, the
 * progress in its metadata, the server's retry delay, or the time limit of a wait.
 */
export type PollPlacement = 'age' | 'expectation' | 'history' | 'progress' | 'hint' | 'deadline';

/** What a poller does, for logs, tests and metrics. More types and more fields may be added. */
export type PollingEvent = {
  /** The name of the operation. */
  readonly name: string;
} & (
  | {
      /** There was a response to GetOperation. */
      readonly type: 'poll';
      /** Whether the operation is done. */
      readonly done: boolean;
      /** How long the last attempt took, in milliseconds. */
      readonly tookMs: number;
      /** The operation's age, as far as is known, in milliseconds. */
      readonly ageMs: number;
      /** What placed the poll. */
      readonly placedBy: PollPlacement;
    }
  | {
      /** There was a response to WaitOperation. */
      readonly type: 'wait';
      /** Whether the operation is done. */
      readonly done: boolean;
      /** How long the server held the request, in milliseconds. */
      readonly tookMs: number;
      /** The operation's age, as far as is known, in milliseconds. */
      readonly ageMs: number;
    }
  | {
      /** WaitOperation failed. The wait continues. */
      readonly type: 'wait-failed';
      /** Why. */
      readonly error: unknown;
      /** Whether the client has disabled WaitOperation and polls from now on. */
      readonly disabled: boolean;
    }
  | {
      /** A request failed and will be sent again. */
      readonly type: 'retry';
      /** The failure. */
      readonly error: RequestError;
      /** How many attempts there have been. */
      readonly attempt: number;
      /** The delay until the next attempt, in milliseconds. */
      readonly delayMs: number;
    }
  | {
      /** The server's retry delay defers the next poll. (One that came with a failed poll is in `retry`.) */
      readonly type: 'retry-after';
      /** By how much, in milliseconds, clamped to 10 minutes. */
      readonly delayMs: number;
    }
  | {
      /** The operation is done. */
      readonly type: 'done';
      /** Whether it has a response or an error. */
      readonly result: 'response' | 'error';
      /** How many responses there have been. */
      readonly polls: number;
    }
);

/** Listener for polling events. Exceptions are ignored: a failing log must not fail the wait. */
export type PollingListener = (event: PollingEvent) => void;

/** An event without the operation's name. */
export type PollingEventWithoutName = PollingEvent extends infer E
  ? E extends unknown
    ? Omit<E, 'name'>
    : never
  : never;
