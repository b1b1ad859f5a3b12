import { throwInvalidArgument } from '../arguments.js';
import { assertOperation, type Operation } from '../operation.js';
import { readProgress } from '../polling/metadata.js';
import type { PollingSettings } from '../polling/settings.js';
import type { RawOperation } from '../transport.js';

/** The known state of an operation. */
interface KnownState {
  readonly name: string;
  readonly operation: Operation<unknown, unknown> | undefined;
  /** Set once it is done. */
  readonly outcome: unknown;
  readonly settings: PollingSettings;
}

/**
 * Checks what can be checked of a pushed state before it is decoded.
 *
 * @throws TypeError if it is of another operation.
 * @throws {@link MalformedOperationError} if it is not an operation.
 */
export function assertUpdate(raw: RawOperation, { name, operation: known }: KnownState): void {
  assertOperation(raw, name, true);
  const pushedName = raw.name || name;
  if (pushedName !== name && pushedName !== known?.name) throwInvalidArgument('update', 'name', name, pushedName);
}

/** Why a pushed state is older than the known state; undefined if it is not. */
export function findOutdated(state: Operation<unknown, unknown>, of: KnownState): string | undefined {
  const { operation: known, outcome, settings } = of;
  // A completed state is always newer, whatever its progress.
  if (state.done) return undefined;
  if (outcome) return 'the operation is known to be done';
  const hasLessProgress =
    state.raw.metadata &&
    known &&
    readProgress(state, settings.readProgress) < readProgress(known, settings.readProgress);
  return hasLessProgress ? 'the operation is known to be further' : undefined;
}
