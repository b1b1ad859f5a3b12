import type { Pacer } from '../rpc/pacer.js';
import type { Scheduler } from '../rpc/scheduler.js';
import type { CallOptions, OperationsTransport, RawOperation } from '../transport.js';
import type { WaitSupport } from './wait-support.js';

/** What the poll loops of one client share. */
export interface ClientContext {
  readonly transport: OperationsTransport;
  /** Holds the timer of each loop that has waiters. */
  readonly scheduler: Scheduler;
  readonly waitSupport: WaitSupport;
  readonly pacer: Pacer | undefined;
  /** Replaces GetOperation where lookups that fall due together are coalesced. */
  lookup: Lookup | undefined;
}

/**
 * Looks up one operation. It limits the rate of what it sends and keeps the deadlines.
 *
 * @param timeoutMs - how long one request may take.
 */
export type Lookup = (name: string, options: CallOptions, timeoutMs: number) => Promise<RawOperation>;
