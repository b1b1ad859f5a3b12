import { anyType } from '../any.js';
import { refusal } from '../arguments.js';
import { toOperation } from '../operation.js';
import type { Cadence } from '../polling/cadence.js';
import type { RawOperation } from '../transport.js';
import type { PollLoop } from './loop.js';

/**
 * Checks that a state that was pushed is news about the operation of a loop. (Its response is left for later: who
 * waits is to hear of one that cannot be read.)
 *
 * @throws TypeError if it is not of this operation.
 * @throws RangeError if it is older than what is known.
 * @throws {@link MalformedOperationError} if it is none.
 */
export function checkPushed<R, M>(raw: RawOperation, loop: PollLoop<R, M>, cadence: Cadence | undefined): void {
  const { name, operation: known, ending, info } = loop;
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
