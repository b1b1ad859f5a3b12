import type { JsonValue } from '../any.js';
import type { Status } from '../status.js';
import type { RawOperation } from '../transport.js';
import { isObject } from '../wire/json-object.js';
import type { Redactor } from './redact.js';

// A service may repeat the credentials of a request in the error of an operation, too.

// What a wait returns, or sends again.
const results = ['name', 'metadata', 'response', 'nextPageToken', 'next_page_token', 'unreachable'];

/** Redacts what becomes an error: all of an operation, or of a list of them, but its results. */
export function redactErrors<T extends JsonValue | undefined>(json: T, redactor: Redactor): T | JsonValue {
  if (!isObject(json)) return json;
  const redactField = ([key, value]: [string, JsonValue]): [string, JsonValue] => {
    if (results.includes(key)) return [key, value];
    if (key !== 'operations' || !Array.isArray(value)) return [key, redactor.json(value)];
    return [key, value.map((operation) => redactErrors(operation, redactor))];
  };
  return Object.fromEntries(Object.entries(json).map(redactField));
}

/** A response in which the errors of operations, which may repeat a credential too, are redacted. */
export function withRedactedErrors<Response>(response: Response, redactor: () => Redactor): Response {
  const { error, operations } = Object(response) as { error?: Status; operations?: readonly RawOperation[] };
  if (error) return { ...response, error: redactor().status(error) };
  if (!operations?.some((operation) => operation.error)) return response;
  return { ...response, operations: operations.map((operation) => withRedactedErrors(operation, redactor)) };
}
