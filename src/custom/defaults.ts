import { Code } from '../status.js';
import { asRecord } from '../transports/as-record.js';
import type { CustomError } from './status.js';

// How a resource is read where no function is given: by the fields of google.longrunning.Operation, and by the `status`
// of Compute Engine, Cloud SQL and GKE.

/**
 * The type of a field of a resource; the resource itself if its type has no such field.
 *
 * @typeParam T - the resource.
 * @typeParam K - the name of the field.
 */
export type FieldOrResource<T, K extends string> = T extends unknown
  ? K extends keyof T
    ? null extends T[K]
      ? Exclude<T[K], null> | undefined
      : T[K]
    : T
  : never;

/** Whether the operation is done: its field `done`, or else the status `'DONE'`. */
export function defaultDone(resource: unknown): boolean {
  const { done, status } = asRecord(resource);
  return typeof done === 'boolean' ? done : status === 'DONE';
}

/** No status, or one of another service that sounds like an end, which only `'DONE'` is. */
const otherEnds = /^($|done|succe|complete|finished|fail|err|cancell?ed|aborted|expire)/i;

/**
 * Whether a resource says if it is done: it has `done` or a `status`, or it is an operation of google.longrunning, which may
 * be without `done` while it is running.
 */
export function isStateful(resource: unknown): boolean {
  const { done, status } = asRecord(resource);
  if ((done ?? undefined) !== undefined) return typeof done === 'boolean';
  return status === 'DONE' || !otherEnds.test(stringOrEmpty(status)) || isLongRunning(resource);
}

/** A status or a state that says that the operation has not succeeded: `'FAILED'`, `'JOB_STATE_CANCELLED'`. */
const failures = /(?:^|(?<!no)_)(?:failed|failure|error|errored|aborted|expired|rejected|timed_?out|cancell?ed)$/i;

/**
 * The error of a resource that is done: its field `error`, with Compute Engine's HTTP status, or else a list `errors`, or else
 * a `status` or `state` that says that it failed.
 */
export function defaultError(resource: unknown): CustomError | undefined {
  const { error, response, httpErrorStatusCode, httpErrorMessage } = asRecord(resource);
  const hasFailed = typeof httpErrorStatusCode === 'number' && httpErrorStatusCode >= 400;
  const httpStatus = hasFailed ? httpErrorStatusCode : undefined;
  const sent = toCustomError(error);
  if (!sent && hasFailed) return { httpStatus, message: stringOrEmpty(httpErrorMessage) };
  if (!sent) return (response ?? undefined) === undefined ? errorInState(resource) : undefined;
  // As in google.longrunning: an error with a message in place of a response is a failure whose code was not set.
  const hasContent = Boolean(sent.message) || (sent.details ?? []).length > 0;
  const isUnset = sent.code === 0 && (response ?? undefined) === undefined && hasContent;
  return { ...sent, code: isUnset ? undefined : sent.code, httpStatus: sent.httpStatus ?? httpStatus };
}

function errorInState(resource: unknown): CustomError | undefined {
  const { status, state, errors, statusMessage, message } = asRecord(resource);
  const text = stringOrEmpty(statusMessage) || stringOrEmpty(message);
  if (Array.isArray(errors) && errors.length > 0) return { errors, ...(text !== '' && { message: text }) };
  const failure = [status, state].map(stringOrEmpty).find((word) => failures.test(word));
  if (failure === undefined) return undefined;
  return { code: /cancel/i.test(failure) ? Code.CANCELLED : failure, message: text };
}

/** The forms in which an error may be given: an object, a list, a message or a code; undefined if there is none. */
export function toCustomError(error: unknown): CustomError | undefined {
  if (Array.isArray(error)) return error.length > 0 ? { errors: error } : undefined;
  if (!error) return undefined;
  if (typeof error === 'object') {
    const { code, status, httpStatus, message, errors, details } = error as CustomError;
    return { code, status, httpStatus, message, errors, details };
  }
  return (typeof error === 'number' ? { code: error } : { message: error }) as CustomError;
}

/** The field of a resource; the resource itself if it has no such field and is not an operation of google.longrunning. */
export function defaultField(resource: unknown, field: 'response' | 'metadata'): unknown {
  const fields = asRecord(resource);
  return field in fields || isLongRunning(resource) ? fields[field] : resource;
}

/** The name of a resource: its field `name`; empty if it has none. */
export function defaultName(resource: unknown): string {
  return stringOrEmpty(asRecord(resource).name);
}

/** A text, or an empty one in place of another value. */
export const stringOrEmpty = (value: unknown): string => (typeof value === 'string' ? value : '');

const longRunningFields = ['name', 'done', 'metadata', 'response', 'error'];

/** Whether a resource has a name and only fields of google.longrunning.Operation. */
function isLongRunning(resource: unknown): boolean {
  const fields = Object.entries(asRecord(resource)).filter(([, value]) => value !== undefined);
  return defaultName(resource) !== '' && fields.every(([field]) => longRunningFields.includes(field));
}
