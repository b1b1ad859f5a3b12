import { isLROError } from 'longrunning';
import { ListenerError } from '../callers/listener.js';
import type { Invariant } from './invariant.js';

export const knownErrors: Invariant = {
  name: 'known-errors',
  promise: "Whatever is thrown is one of the package's errors, the reason of an abort, or what a listener threw.",
  check: ({ thrown }) => thrown.filter((error) => !isKnown(error)).map((error) => `foreign error: ${String(error)}`),
};

function isKnown(error: unknown): boolean {
  if (isLROError(error) || error instanceof ListenerError) return true;
  if (error instanceof AggregateError) return error.errors.every(isKnown);
  const { name, reason, message = '' } = Object(error) as { name?: string; reason?: string; message?: string };
  // The transport returned no promise: a mistake of its author.
  if (error instanceof TypeError) return message.includes('must be a promise');
  return name === 'AbortError' || name === 'TimeoutError' || reason?.startsWith('abort ') === true;
}
