import { inspect } from 'node:util';
import { isLROError } from '../src/index.js';

/** A credential that is in the requests of the targets. It must not be in anything that a caller gets. */
export const secret = 'fuzz-bearer-3b1f5c0de9';

/** What a target throws itself, as a broken callback or transport does. A caller gets it unchanged. */
export class Planted extends Error {
  constructor() {
    super('planted');
  }
}

/**
 * What is wrong with an error that a caller got; undefined: nothing. Right are the package's own errors, a TypeError or
 * RangeError that names the argument, the reason of the caller's own signal, and what a callback of the caller threw.
 */
export function problemOf(error: unknown): string | undefined {
  if (error instanceof Planted) return undefined;
  if (inspect(error, { depth: 8, showHidden: true, getters: false }).includes(secret)) return 'a credential';
  if (isLROError(error)) return undefined;
  if (error instanceof DOMException && error.name === 'AbortError') return undefined;
  if (error instanceof TypeError || error instanceof RangeError) {
    return /^Cannot [a-z]/.test(error.message) && / must be | must |it is | as /.test(error.message)
      ? undefined
      : `a foreign error: ${String(error.stack)}`;
  }
  return `a foreign error: ${error instanceof Error ? String(error.stack) : inspect(error)}`;
}

/** Whether a prototype has a property that it should not have. */
export function isPolluted(): boolean {
  return [{}, [], () => undefined].some((value) => 'polluted' in value || 'json' in value);
}
