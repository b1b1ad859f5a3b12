import type { Linked, LinkedList } from '../rpc/linked-list.js';
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
  /** The loops that have waiters. */
  readonly activeLoops: LinkedList<ActiveLoop>;
  /** Replaces GetOperation where lookups that fall due together are coalesced. */
  lookup: Lookup | undefined;
}

/** What others than its waiters do with a loop. */
export interface ActiveLoop extends Linked<ActiveLoop> {
  readonly name: string;
  readonly settings: { readonly headers?: Readonly<Record<string, string>> | undefined };
  /** Whether it still has waiters. */
  readonly hasWaiters: boolean;
  /** Takes in a response to a lookup that was not this loop's, sent at `sentMs`. */
  handleResponse(raw: RawOperation, sentMs: number): void;
  /** Takes in a state that was pushed. */
  applyUpdate(raw: RawOperation): void;
  /** Begins the schedule anew. */
  resetSchedule(): void;
  /** Ends the present waits with an error. */
  fail(error: unknown): void;
}

/**
 * Looks up one operation. It limits the rate of what it sends and keeps the deadlines.
 *
 * @param timeoutMs - how long one request may take.
 */
export type Lookup = (name: string, options: CallOptions, timeoutMs: number) => Promise<RawOperation>;
