import type { JsonValue } from '../any.js';
import { assertArgument } from '../arguments.js';
import { anyInfo } from '../operation.js';
import type { LROPoller } from '../poller.js';
import { readToken, type ResumeToken } from '../resume-token.js';
import { scheduledDelayMs } from '../schedule/next-poll-delay.js';
import type { RawOperation } from '../transport.js';
import { dataVersion, type WaitingOperation } from './batch.js';
import { batchJitter } from './entry-state.js';
import type { AddOptions } from './options.js';
import { saveCompleted, type EndedData } from './saved-end.js';

/** What can be added: a poller, or the token of one. */
export type Addable = Pick<LROPoller<unknown>, 'name' | 'toJSON'> | ResumeToken;

/** The largest result of an operation that was done when it was added. */
const maxResultBytes = 100_000;

/** An operation that is added: it is waited for, or it has ended already. */
export type Added = { readonly waiting: WaitingOperation } | { readonly ended: EndedData };

/**
 * Makes of a poller what is saved.
 *
 * @param redisMs - the time at Redis: times are saved by its clock.
 * @throws TypeError if it is neither a poller nor a token, or the data cannot be saved as JSON.
 */
export function readAdded(poller: Addable, options: AddOptions<unknown>, redisMs: number): Added {
  const token = tokenOfAddable(poller);
  const startedAtMs = Math.min(redisMs, Math.max(0, Math.round(token.startedAtMs - Date.now() + redisMs)));
  const saved: ResumeToken = { ...token, startedAtMs };
  const data = readData(options.data);
  const { priority, totalTimeoutMs = Infinity } = options;
  const done = completedOf(poller);
  if (done) {
    const end = saveCompleted(done, maxResultBytes);
    const rest = { ...(data !== undefined && { data }), ...(priority !== undefined && { priority }) };
    return { ended: { version: dataVersion, token: saved, end, ...rest } };
  }
  const deadlineAtMs = Math.round(redisMs + totalTimeoutMs);
  const entry = {
    dueAtMs: Math.min(firstDue(saved), deadlineAtMs),
    ...(Number.isFinite(deadlineAtMs) && { deadlineAtMs }),
    ...(data !== undefined && { data }),
  };
  return { waiting: { token: saved, entry, priority } };
}

function tokenOfAddable(poller: Addable): ResumeToken {
  const action = 'add an operation';
  assertArgument(typeof poller === 'object' && (poller as unknown) !== null, action, 'poller', 'an LROPoller', poller);
  const token = 'toJSON' in poller ? poller.toJSON() : poller;
  readToken(token, { info: anyInfo, apiEndpoint: undefined });
  const { version, name, startedAtMs, apiEndpoint, responseType, metadataType } = token;
  return {
    version,
    name,
    startedAtMs,
    ...(apiEndpoint !== undefined && { apiEndpoint: apiEndpoint.toLowerCase() }),
    ...(responseType !== undefined && { responseType }),
    ...(metadataType !== undefined && { metadataType }),
  };
}

/** The operation of a poller that has completed. */
function completedOf(poller: Addable): RawOperation | undefined {
  const { operation } = poller as Partial<LROPoller<unknown>>;
  return operation?.done ? operation.raw : undefined;
}

/** The data as JSON: what the handler will get. */
function readData(data: unknown): JsonValue | undefined {
  if (data === undefined) return undefined;
  const text = JSON.stringify(data) as string | undefined;
  assertArgument(text !== undefined, 'add an operation', 'data', 'JSON', data);
  return JSON.parse(text) as JsonValue;
}

/** When to poll an operation that was never polled. */
function firstDue({ name, startedAtMs, apiEndpoint = '' }: ResumeToken): number {
  const jitter = batchJitter(apiEndpoint, name.slice(0, name.lastIndexOf('/') + 1));
  return Math.round(startedAtMs + scheduledDelayMs({ name, startedAtMs }, startedAtMs, { jitter }));
}
