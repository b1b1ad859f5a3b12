import type { Attributes } from '@opentelemetry/api';
import { isLROError } from '../errors.js';
import type { Operation } from '../operation.js';
import { codeName } from '../status.js';
import type { AbortSignalLike } from '../transport.js';

/** How a wait or a request ended, for attributes. It holds nothing of results, metadata or messages. */
export interface Outcome {
  readonly outcome:
    'response' | 'error' | 'cancelled' | 'request_failed' | 'timeout' | 'aborted' | 'unreadable' | 'left';
  /** The low-cardinality type of the error; undefined for a success. */
  readonly errorType: string | undefined;
  /** The attributes of the span. */
  readonly attributes: Attributes;
}

/** The outcome of an operation that is done. */
export function completedOutcome(operation: Operation<unknown, unknown>): Outcome {
  const attributes = { 'gcp.longrunning.done': true };
  if (operation.result !== 'error') {
    return {
      outcome: 'response',
      errorType: undefined,
      attributes: { ...attributes, 'gcp.longrunning.status_code': 0 },
    };
  }
  const { cancelled, error } = operation;
  return {
    outcome: cancelled ? 'cancelled' : 'error',
    errorType: codeName(error.code),
    attributes: { ...attributes, 'gcp.longrunning.status_code': error.code },
  };
}

/**
 * The outcome of a wait that was rejected.
 *
 * @param signal - that of the wait. Its reason may be the error of another operation.
 */
export function rejectedOutcome(error: unknown, signal?: AbortSignalLike): Outcome {
  const isReason = signal?.aborted === true && signal.reason === error;
  if (isReason || !isLROError(error)) return { outcome: 'aborted', errorType: 'aborted', attributes: {} };
  switch (error.code) {
    case 'LRO_OPERATION_FAILED':
      return {
        outcome: error.cancelled ? 'cancelled' : 'error',
        errorType: codeName(error.status.code),
        attributes: { 'gcp.longrunning.done': true, 'gcp.longrunning.status_code': error.status.code },
      };
    case 'LRO_REQUEST_FAILED':
      return { outcome: 'request_failed', errorType: codeName(error.rpcCode), attributes: {} };
    case 'LRO_POLLING_TIMEOUT':
      return { outcome: 'timeout', errorType: 'timeout', attributes: { 'gcp.longrunning.done': false } };
    default:
      return { outcome: 'unreadable', errorType: error.code, attributes: {} };
  }
}

/** The outcome of an iteration that its reader left. */
export const leftOutcome: Outcome = { outcome: 'left', errorType: undefined, attributes: {} };
