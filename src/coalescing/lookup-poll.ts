import { RpcCall } from '../rpc/rpc-call.js';
import type { RawOperation } from '../transport.js';
import type { Poll } from '../waiting/client-context.js';
import type { PendingLookup } from './pending-lookup.js';

/** A poll of one loop by lookups, of which each attempt is one. */
export class LookupPoll extends RpcCall<RawOperation> implements Poll {
  /** The lookup of the last attempt. */
  lookup: PendingLookup | undefined;

  get requestMs(): number {
    return this.lookup?.isSettled === false ? this.lookup.requestMs : this.sentMs;
  }
}
