import { anyType, type OperationInfo } from '../any.js';
import { invalidArgumentMessage } from '../arguments.js';
import { toOperation, type Operation } from '../operation.js';
import { readProgress } from '../polling/metadata.js';
import type { PollingSettings } from '../polling/settings.js';
import type { RawOperation } from '../transport.js';

/** What is known of an operation. */
interface KnownState {
  readonly name: string;
  readonly info: OperationInfo<unknown, unknown>;
  readonly operation: Operation<unknown, unknown> | undefined;
  /** How it ended. */
  readonly outcome: unknown;
  readonly settings: PollingSettings;
}

/**
 * Checks that a state that was pushed is news about an operation. (Its response is left for later: who waits is to hear
 * of one that cannot be read.)
 *
 * @throws TypeError if it is not of this operation.
 * @throws RangeError if it is older than what is known.
 * @throws {@link MalformedOperationError} if it is none.
 */
export function validateUpdate(raw: RawOperation, of: KnownState): void {
  const { name, operation: known, outcome, info, settings } = of;
  const state = toOperation({ ...raw, response: undefined }, { response: anyType, metadata: info.metadata }, name);
  if (state.name !== name && state.name !== known?.name) {
    throw new TypeError(invalidArgumentMessage('update', 'name', name, state.name));
  }
  // The end is news, however far it says it is.
  if (state.done) return;
  if (outcome) throw new RangeError('Cannot update as the operation is known to be done');
  if (known && readProgress(state, settings.readProgress) < readProgress(known, settings.readProgress)) {
    throw new RangeError('Cannot update as the operation is known to be further');
  }
}
