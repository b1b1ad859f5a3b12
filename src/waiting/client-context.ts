import type { Sent } from '../rpc/call-spec.js';
import type { Linked, LinkedList } from '../rpc/linked-list.js';
import type { RateLimiter } from '../rpc/rate-limiter.js';
import type { TimerWheel } from '../rpc/timer-wheel.js';
import type { CallOptions, OperationsTransport, RawOperation } from '../transport.js';
import type { WaitSupport } from './wait-support.js';

/** What the poll loops of one client share. */
export interface ClientContext {
  readonly transport: OperationsTransport;
  /** Holds the timers of the loops and their calls. */
  readonly timers: TimerWheel;
  readonly waitSupport: WaitSupport;
  readonly rateLimiter: RateLimiter | undefined;
  /** The loops that have waiters. */
  readonly activeLoops: LinkedList<ActiveLoop>;
  /** How long the slowest response to a poll took. */
  slowestResponseMs: number;
  /** Replaces GetOperation with a coalesced lookup; undefined when the client does not coalesce. */
  lookup: Lookup | undefined;
}

/** A poll loop, as the client and the coalescer see it. */
export interface ActiveLoop extends Linked<ActiveLoop> {
  readonly name: string;
  readonly settings: { readonly headers?: Readonly<Record<string, string>> | undefined };
  /** Whether it still has waiters. */
  readonly hasWaiters: boolean;
  /** Handles a response to a lookup of another caller, sent at `sentMs`. */
  handleResponse(raw: RawOperation, sentMs: number): void;
  /** Applies a state that did not come by a request. */
  applyUpdate(raw: RawOperation, ignoreOlder?: boolean): boolean;
  /** Resets the schedule, because the operation may end soon; or polls now, because requests may succeed again. */
  resetSchedule(isReturn?: boolean): void;
  /** Ends the present waits with an error. */
  fail(error: unknown): void;
}

/**
 * Looks up one operation. It applies the rate limit and the deadline itself.
 *
 * @param timeoutMs - the deadline of one request, in milliseconds.
 */
export type Lookup = (name: string, options: CallOptions, timeoutMs: number) => Sent<RawOperation>;
