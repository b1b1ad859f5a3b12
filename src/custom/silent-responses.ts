import { MalformedOperationError } from '../decode-errors.js';
import { ellipsis } from '../transports/redact.js';
import { isStateful } from './defaults.js';

const maxSilent = 3;
const maxNames = 100_000;

/**
 * Counts the responses in a row that do not say whether an operation is done, for operations without a `done` function:
 * such an operation would be polled for ever.
 */
export class SilentResponses {
  readonly #counts = new Map<string, number>();

  /** @throws {@link MalformedOperationError} if it is the third such response in a row. */
  check(name: string, resource: unknown): void {
    const count = (this.#counts.get(name) ?? 0) + 1;
    this.#counts.delete(name);
    if (isStateful(resource)) return;
    if (count >= maxSilent) throw new MalformedOperationError(name, problemOf(resource));
    this.#counts.set(name, count);
    if (this.#counts.size > maxNames) this.#counts.delete(this.#counts.keys().next().value as string);
  }
}

function problemOf(resource: unknown): string {
  return `${maxSilent} responses do not say if it is done: ${describeResource(resource)}; pass 'done'`;
}

/** A resource for a message, shortened: its first fields, without the content of objects and without credentials. */
export function describeResource(resource: unknown): string {
  if (typeof resource !== 'object' || resource === null) return describeValue(resource);
  if (Array.isArray(resource)) return `an array of ${resource.length}`;
  const fields = Object.entries(resource as Readonly<Record<string, unknown>>);
  const shown = fields.slice(0, maxFields).map(([field, value]) => `${shorten(field)}: ${describeField(field, value)}`);
  if (fields.length > maxFields) shown.push('…');
  return shown.length > 0 ? `{ ${shown.join(', ')} }` : describeValue(resource);
}

const maxFields = 8;

function describeField(field: string, value: unknown): string {
  const isSecret = /assertion|auth|cookie|credential|jwt|key|pass|secret|signature|token/i.test(field);
  return isSecret ? '***' : describeValue(value);
}

function describeValue(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(withoutSecrets(value));
  if (typeof value !== 'object' || value === null) return typeof value === 'function' ? 'a function' : String(value);
  if (Array.isArray(value)) return '[…]';
  const name: unknown = (value.constructor as { name?: unknown } | undefined)?.name;
  if (name === 'Response') return 'a Response, not its JSON';
  if (typeof name === 'string' && name !== '' && name !== 'Object') return `a ${shorten(name)}`;
  return Object.keys(value).length > 0 ? '{…}' : '{}';
}

// A string may itself be a credential, or a URL or a body that holds one: only plain words are shown.
const plainWords = /^(?!ya29|ey[JI]|.*(?:bearer|basic |[\w-]{24}))[\w .:/-]{0,40}$/i;

const withoutSecrets = (text: string): string => (plainWords.test(text) ? text : '…');

const shorten = (text: string): string => ellipsis(text, 40);
