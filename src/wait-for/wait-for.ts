import { assertArgument } from '../arguments.js';
import { CustomOperationsTransport } from '../custom/custom-operations.js';
import type { FieldOrResource } from '../custom/defaults.js';
import type { CustomCallOptions } from '../custom/options.js';
import { TimeLimit } from '../many/time-limit.js';
import type { LROPoller } from '../poller.js';
import type { ResumeToken } from '../resume-token.js';
import { assertStart, readOptions, type Start, type StartFunction, type WaitForOptions } from './options.js';
import { isToken, parseSaved } from './saved.js';

/**
 * Starts an operation, waits until it is done, and returns its response. Everything that a poller has applies: retries,
 * deadlines, schedule, history, events.
 *
 * The state is read as by `customOperations()`: `done` or `status: 'DONE'`, `error`, `response`, `metadata` and `name`,
 * unless the options have functions for them. Write those functions before `onProgress`: its types follow from them.
 *
 * With `save` and `load` the next run of the program waits for the operation that this one started. `save` receives the token
 * before the wait, and undefined once the operation is done. After an abort, a timeout or a failed request the token stays.
 *
 * @typeParam T - the resource, inferred from `get`.
 * @typeParam R - the response, inferred from the option `response`.
 * @typeParam M - the metadata, inferred from the option `metadata`.
 * @param get - sends one request for the state of the operation with a name. It may throw the errors of any HTTP or gRPC
 *   library, or a `Response` of `fetch` that is not a success.
 * @param start - the operation, its name or a token; or a function that starts the operation, which is only called if `load`
 *   has nothing.
 * @returns the response.
 * @throws {@link longrunning.OperationFailedError | OperationFailedError} if the operation failed or was cancelled.
 * @throws {@link longrunning.RequestError | RequestError} if polling failed permanently, or for `retry.maxElapsedMs`.
 * @throws {@link longrunning.PollingTimeoutError | PollingTimeoutError} if `totalTimeoutMs` expires; the operation continues.
 * @throws a `TimeoutError` DOMException if it expires before the operation was started.
 * @throws the signal's reason itself when it is aborted; an operation that was started continues.
 * @throws what `start`, `load`, `save` and `onProgress` throw.
 * @throws TypeError or RangeError if an argument is invalid, before anything is started.
 *
 * @example
 * ```ts
 * const video = await waitFor(
 *   ({ name }, { signal }) => getOperation(name, signal),
 *   () => generateVideo(request),
 *   { signal, totalTimeoutMs: 600_000, expectedMs: 90_000, save, load },
 * );
 * ```
 */
export async function waitFor<T, R = FieldOrResource<T, 'response'>, M = FieldOrResource<T, 'metadata'>>(
  get: (request: { name: string }, options: CustomCallOptions) => Promise<T>,
  start: Start<NoInfer<T>>,
  options: WaitForOptions<NoInfer<T>, R, M> = {},
): Promise<R> {
  assertArgument(typeof get === 'function', 'wait', 'get', 'a function', get);
  assertStart(start);
  const { readers, polling, wait, store } = readOptions<T, R, M>(options);
  const transport = new CustomOperationsTransport<T, R, M>({ get, ...readers }, polling);
  const limit = new TimeLimit(wait);
  try {
    const { poller, isSaved } = await findOrStart(transport, start, store.load, limit);
    const isDone = poller.operation?.done === true;
    if (!isSaved && !isDone) await limit.runBriefly(() => store.save?.(poller.toJSON()));
    await poller.pollUntilDone({ ...wait, totalTimeoutMs: limit.remainingMs });
    if (!isDone) await limit.runBriefly(() => store.save?.(undefined));
    return await poller.promise();
  } finally {
    limit.dispose();
  }
}

/** The poller of the saved operation, of the given one, or of one that is started now. */
async function findOrStart<T, R, M>(
  transport: CustomOperationsTransport<T, R, M>,
  start: Start<T>,
  load: WaitForOptions<T>['load'],
  limit: TimeLimit,
): Promise<{ poller: LROPoller<R, M>; isSaved: boolean }> {
  if (!isFunction(start)) return { poller: createPoller(transport, start), isSaved: false };
  const saved = parseSaved(await limit.run(() => load?.()));
  const from = saved ?? (await limit.run((signal) => start({ signal })));
  return { poller: createPoller(transport, from), isSaved: saved !== undefined };
}

function isFunction<T>(start: Start<T>): start is StartFunction<T> {
  return typeof start === 'function';
}

function createPoller<T, R, M>(
  transport: CustomOperationsTransport<T, R, M>,
  from: T | string | ResumeToken,
): LROPoller<R, M> {
  return isToken(from) ? transport.resume(from) : transport.poller(from);
}
