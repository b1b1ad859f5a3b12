import { ignoreRejection } from '../arguments.js';
import { asRecord } from './as-record.js';

/** A value that is not an operation, for the message of an error: what an operation is most often mistaken for. */
export function shownOperation(value: unknown): unknown {
  if (Array.isArray(value)) return 'an array, of which the first value may be it';
  if (typeof asRecord(value).then !== 'function') return value;
  ignoreRejection(value);
  return 'a promise, which must be awaited';
}
