import {
  assertArgument,
  assertOptions,
  isAtLeast,
  isFiniteAtLeast,
  isFunction,
  type OptionRules,
} from '../arguments.js';
import type { Operation } from '../operation.js';
import type { LROPoller } from '../poller.js';
import type { ResumeToken } from '../resume-token.js';
import { waitManyOptionRules, type GroupOptions } from './options.js';

/** A value or a promise of it. */
export type MaybePromise<T> = T | PromiseLike<T>;

/** Context passed to `start`. */
export interface StartContext {
  /**
   * The id to send with the request that starts the operation, if the service supports request ids (AIP-155:
   * `request_id`). An input keeps its id until its start has succeeded, also after a restart from a checkpoint, so that
   * the service can detect a repeated request.
   */
  readonly requestId: string;
  /** Aborted when the batch ends before `start` has settled. One signal per start. */
  readonly signal: AbortSignal;
}

/** Starts the operation of one input. */
export type Start<I, R, M> = (input: I, context: StartContext) => MaybePromise<LROPoller<R, M>>;

/** The progress of one input in a {@link startAll} batch: a plain object that survives `JSON.stringify`. */
export interface Checkpoint {
  /** The input's key. */
  readonly key: string;
  /** The id of the request that starts the operation: a random UUID (version 4), as AIP-155 requires. */
  readonly requestId: string;
  /** The token that resumes the wait; set once the operation was started. */
  readonly token?: ResumeToken;
  /** Set once the caller has requested the result after this one: nothing is left to do for the input. */
  readonly done?: true;
}

/** Options of {@link startAll}. */
export interface StartAllOptions<I, R, M> extends GroupOptions {
  /**
   * The maximum number of inputs in flight: those that are being started or waited for, and those whose result was not
   * consumed yet. The next input is read when there are fewer.
   * @defaultValue 100
   */
  concurrency?: number | undefined;
  /**
   * About how long one operation takes, in milliseconds: the `expectedMs` of the pollers that have none, nor have it from
   * their client.
   * @defaultValue none
   */
  expectedMs?: number | undefined;
  /**
   * Identifies an input in checkpoints. The key must be unique among the inputs and the same in each run. Not used
   * without `checkpoint` or `load`.
   * @defaultValue the input itself if it is a string
   */
  key?: ((input: I) => string) | undefined;
  /**
   * Saves a checkpoint and replaces an earlier one with the same key: before an input's operation is started, once it
   * was started, and once its result was consumed. The next step waits until it is saved. If it throws, the iteration
   * ends with the exception.
   */
  checkpoint?: ((checkpoint: Checkpoint) => unknown) | undefined;
  /**
   * Loads the checkpoint that was saved last with a key, in this run or an earlier one; undefined or null if there is
   * none. If it throws, the iteration ends with the exception.
   */
  load?: ((key: string) => MaybePromise<Checkpoint | null | undefined>) | undefined;
  /**
   * Called with each input that is skipped because its checkpoint says that it is done. If it throws or rejects, the input is
   * yielded as `'unstarted'` with the exception.
   */
  onSkipped?: ((input: I) => unknown) | undefined;
  /** Creates a poller from a checkpoint's token: `(token) => client.resume(token, info)`. Required with `load`. */
  resume?: ((token: ResumeToken, input: I) => LROPoller<R, M>) | undefined;
  /**
   * Called with each change of an operation's state, first with the known state and last with the completed one. If it
   * throws, the wait for that operation fails with the exception.
   */
  onProgress?: ((operation: Operation<R, M>, input: I) => void) | undefined;
}

const startAllOptionRules: OptionRules<StartAllOptions<unknown, unknown, unknown>> = {
  ...waitManyOptionRules,
  onSkipped: isFunction,
  concurrency: isAtLeast(1),
  expectedMs: isFiniteAtLeast(1),
  key: isFunction,
  checkpoint: isFunction,
  load: isFunction,
  resume: isFunction,
};

/**
 * Checks the arguments of {@link startAll}.
 *
 * @throws TypeError or RangeError if an argument is invalid.
 */
export function validateStart<I, R, M>(inputs: unknown, start: unknown, options: StartAllOptions<I, R, M>): void {
  const action = 'start';
  const iterable = inputs as Partial<Iterable<unknown> & AsyncIterable<unknown>> | null | undefined;
  const isIterable = iterable?.[Symbol.asyncIterator] ?? iterable?.[Symbol.iterator];
  assertArgument(isIterable, action, 'inputs', 'an iterable', inputs);
  assertArgument(typeof start === 'function', action, 'start', 'a function', start);
  assertOptions(action, options, startAllOptionRules);
  const { load, resume } = options;
  assertArgument(!load || resume, action, 'resume', "given with 'load'", resume);
}
