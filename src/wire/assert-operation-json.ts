import type { JsonValue } from '../any.js';
import { shorten } from '../arguments.js';
import { MalformedOperationError } from '../decode-errors.js';
import { isObject, type JsonObject } from './json-object.js';

/** The fields in which resources of other forms have a state. */
const stateFields = ['status', 'state'] as const;

const operationFields: readonly string[] = ['name', 'done', 'metadata', 'response', 'error'];

/**
 * Checks that a JSON object is not something else than an operation. Whether an operation has what the client needs is not
 * checked here. The error shows what the service sent instead, as far as its meaning is known.
 *
 * @throws {@link MalformedOperationError} for an error, a resource of another API, or an object with other fields only.
 */
export function assertOperationJson(value: JsonObject, requestedName: string): void {
  const { name, done, metadata, response, error } = value;
  if ((done ?? metadata ?? response ?? undefined) !== undefined) return;
  const fields = name === undefined ? stateFields.slice(0, 1) : stateFields;
  const field = fields.find((one) => typeof value[one] === 'string');
  if (field !== undefined) {
    const problem = `it has the ${field} '${sanitize(value[field] as string)}' but no 'done'`;
    throw new MalformedOperationError(requestedName, `${problem}: use customOperations() of longrunning/custom`);
  }
  if (name !== undefined) return;
  const problem = 'it is neither done nor named';
  if ((error ?? undefined) !== undefined) {
    throw new MalformedOperationError(requestedName, `${problem}, and it is an error: ${describeError(error)}`);
  }
  const others = Object.keys(value).filter((field) => !operationFields.includes(field));
  if (others.length > 0) {
    throw new MalformedOperationError(requestedName, `${problem}: its fields are '${sanitize(others.join("', '"))}'`);
  }
}

function describeError(error: JsonValue | undefined): string {
  const parts = isObject(error) ? [error.code, error.status, error.message] : [error];
  return sanitize(parts.filter((part) => typeof part === 'string' || typeof part === 'number').join(' '));
}

/** The beginning of a text, without what may be a credential: the service may have repeated the request. */
function sanitize(text: string): string {
  return shorten(text.slice(0, 2000).replace(/\b(bearer|basic)\s+\S+|[^\s,:'"(){}[\]]{24,}/gi, '***'));
}
