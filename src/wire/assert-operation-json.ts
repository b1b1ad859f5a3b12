import type { JsonValue } from '../any.js';
import { shorten } from '../arguments.js';
import { MalformedOperationError } from '../decode-errors.js';
import { assertOperation } from '../operation.js';
import { isObject, type JsonObject } from './json-object.js';

/**
 * Checks that a JSON object is an operation. The error shows what the service sent instead, as far as it is known what it
 * means: an error, or a status of another API.
 *
 * @throws {@link MalformedOperationError} if it is not an operation.
 */
export function assertOperationJson(value: JsonObject, requestedName: string): void {
  const { name, done, metadata, response, error, status } = value;
  const isUnknown = (done ?? metadata ?? response ?? undefined) === undefined;
  if (isUnknown && typeof status === 'string') {
    const problem = `it has the status '${sanitize(status)}' but no 'done'`;
    throw new MalformedOperationError(requestedName, `${problem}: use customOperations() of longrunning/custom`);
  }
  if (isUnknown && !name && error !== undefined && error !== null) {
    const problem = 'it is neither done nor named, and it is an error';
    throw new MalformedOperationError(requestedName, `${problem}: ${describeError(error)}`);
  }
  assertOperation(value, requestedName);
}

function describeError(error: JsonValue): string {
  const parts = isObject(error) ? [error.code, error.status, error.message] : [error];
  return sanitize(parts.filter((part) => typeof part === 'string' || typeof part === 'number').join(' '));
}

/** The beginning of a text, without what may be a credential: the service may have repeated the request. */
function sanitize(text: string): string {
  return shorten(text.slice(0, 2000).replace(/\b(bearer|basic)\s+\S+|[^\s,:'"(){}[\]]{24,}/gi, '***'));
}
