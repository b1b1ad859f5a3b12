import { anyType, type OperationInfo } from '../any.js';
import { throwInvalidArgument } from '../arguments.js';
import { toOperation, type Operation } from '../operation.js';
import { readProgress } from '../polling/metadata.js';
import type { PollingSettings } from '../polling/settings.js';
import type { RawOperation } from '../transport.js';

/** The known state of an operation. */
interface KnownState {
  readonly name: string;
  readonly info: OperationInfo<unknown, unknown>;
  readonly operation: Operation<unknown, unknown> | undefined;
  /** Set once it is done. */
  readonly outcome: unknown;
  readonly settings: PollingSettings;
}

/**
 * Validates an external update. The response is not decoded here, so that a decode error reaches the waiters.
 *
 * @returns why the update is older than the known state; undefined if it is not.
 * @throws TypeError if it is of another operation.
 * @throws {@link MalformedOperationError} if it is not an operation.
 */
export function validateUpdate(raw: RawOperation, of: KnownState): string | undefined {
  const { name, operation: known, outcome, info, settings } = of;
  const state = toOperation({ ...raw, response: undefined }, { response: anyType, metadata: info.metadata }, name);
  if (state.name !== name && state.name !== known?.name) throwInvalidArgument('update', 'name', name, state.name);
  // A completed state is always newer, whatever its progress.
  if (state.done) return undefined;
  if (outcome) return 'the operation is known to be done';
  const hasLessProgress =
    known && readProgress(state, settings.readProgress) < readProgress(known, settings.readProgress);
  return hasLessProgress ? 'the operation is known to be further' : undefined;
}
