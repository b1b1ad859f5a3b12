import type { ResumeToken } from '../resume-token.js';

/** What a queue knows of an operation. */
export interface OperationStatus<D> {
  /** The operation's name. */
  readonly name: string;
  /**
   * - `'running'`: it is waited for.
   * - `'ended'`: it waits for its handler.
   * - `'failed'`: its handler has failed on the last attempt. The job is in the set of failed jobs, from where it can be
   *   retried.
   * - `'handled'`: its handler has returned.
   */
  readonly state: 'running' | 'ended' | 'failed' | 'handled';
  /** Its token; undefined once it is handled. */
  readonly token?: ResumeToken;
  /** The data that were added with it. */
  readonly data?: D;
  /** How many polls got a response; of a running operation. */
  readonly polls?: number;
  /** When it is polled next, in milliseconds since 1970 by the clock of Redis; of a running operation. */
  readonly nextPollAtMs?: number;
  /** How the last poll failed, if it did; of a running operation. */
  readonly lastFailure?: string;
  /** What the handler threw last, if it has failed. */
  readonly failedReason?: string;
}

/** How many operations are in which state. */
export interface OperationsCounts {
  /** Those that are waited for. */
  readonly running: number;
  /** Those that have ended and are not handled yet. */
  readonly ended: number;
  /** Those whose handler has failed on the last attempt. */
  readonly failed: number;
  /** How many jobs hold the running ones. */
  readonly batches: number;
}
