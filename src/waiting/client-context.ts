import type { RateLimiter } from '../rpc/rate-limiter.js';
import type { TimerWheel } from '../rpc/timer-wheel.js';
import type { CallOptions, OperationsTransport, RawOperation } from '../transport.js';
import type { WaitSupport } from './wait-support.js';

/** What the poll loops of one client share. */
export interface ClientContext {
  readonly transport: OperationsTransport;
  /** Holds the timer of each loop that has waiters. */
  readonly timers: TimerWheel;
  readonly waitSupport: WaitSupport;
  readonly rateLimiter: RateLimiter | undefined;
  /** Replaces GetOperation where lookups that fall due together are coalesced. */
  lookup: Lookup | undefined;
}

/**
 * Looks up one operation. It limits the rate of what it sends and keeps the deadlines.
 *
 * @param timeoutMs - how long one request may take.
 */
export type Lookup = (name: string, options: CallOptions, timeoutMs: number) => Promise<RawOperation>;
