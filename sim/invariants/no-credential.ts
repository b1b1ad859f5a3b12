import { inspect } from 'node:util';
import { secret } from '../world/foreign-errors.js';
import type { Invariant } from './invariant.js';

export const noCredential: Invariant = {
  name: 'no-credential',
  promise: 'No credential is in anything that is thrown.',
  check: ({ thrown, batches, groups }) => {
    const settled = [...batches.flatMap(({ results }) => results), ...groups.flatMap(({ completions }) => completions)];
    return [...new Set([...thrown, ...settled.map(({ operation }) => operation).filter(isOwn)])]
      .filter(
        (value) =>
          inspect(value, { depth: 12, showHidden: true }).includes(secret) ||
          (JSON.stringify(value, jsonSafe) as string | undefined)?.includes(secret),
      )
      .map((value) => `a credential is in: ${String(value)}`);
  },
};

function jsonSafe(_key: string, value: unknown): unknown {
  return typeof value === 'bigint' ? String(value) : value;
}

/** Whether an outcome is the package's: the reason of an input that was not started is what the caller's `start` threw. */
function isOwn(operation: unknown): boolean {
  return (operation as { result?: string }).result !== 'unstarted';
}
