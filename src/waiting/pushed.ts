import { anyType, type OperationInfo } from '../any.js';
import { refusal } from '../arguments.js';
import { toOperation, type Operation } from '../operation.js';
import type { Cadence } from '../polling/cadence.js';
import type { RawOperation } from '../transport.js';

/** What is known of an operation. */
interface Known {
  readonly name: string;
  readonly info: OperationInfo<unknown, unknown>;
  readonly operation: Operation<unknown, unknown> | undefined;
  /** How it ended. */
  readonly ending: unknown;
}

/**
 * Checks that a state that was pushed is news about an operation. (Its response is left for later: who waits is to hear
 * of one that cannot be read.)
 *
 * @param cadence - reads how far a state says it is; undefined: that is not looked at.
 * @throws TypeError if it is not of this operation.
 * @throws RangeError if it is older than what is known.
 * @throws {@link MalformedOperationError} if it is none.
 */
export function checkPushed(raw: RawOperation, of: Known, cadence: Cadence | undefined): void {
  const { name, operation: known, ending, info } = of;
  const state = toOperation({ ...raw, response: undefined }, { response: anyType, metadata: info.metadata }, name);
  if (state.name !== name && state.name !== known?.name) {
    throw new TypeError(refusal('update', 'name', name, state.name));
  }
  // The end is news, however far it says it is.
  if (state.done) return;
  if (ending) throw new RangeError('Cannot update as the operation is known to be done');
  if (known && cadence && cadence.progressOf(state) < cadence.progressOf(known)) {
    throw new RangeError('Cannot update as the operation is known to be further');
  }
}
