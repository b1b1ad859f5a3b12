import type { PollingSettings } from '../polling/settings.js';
import type { CallSpec, Sent } from '../rpc/call-spec.js';
import { LinkedList, type Linked } from '../rpc/linked-list.js';
import { RateLimiter } from '../rpc/rate-limiter.js';
import type { CallObserver } from '../rpc/rpc-call.js';
import { TimerWheel } from '../rpc/timer-wheel.js';
import type { CallOptions, OperationsTransport, RawOperation } from '../transport.js';
import { WaitSupport } from './wait-support.js';

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
  /** Whether and how the client coalesces: `CoalesceOptions`. */
  readonly coalesce?: object | boolean | undefined;
  /** Makes the polls of a client that coalesces. */
  makePoll?: MakePoll | undefined;
}

/** The options of a client that its context has or is made from, with defaults applied. */
interface ContextOptions extends Pick<ClientContext, 'transport' | 'coalesce'> {
  readonly maxConcurrentServerWaits: number;
  readonly maxRequestsPerSecond: number;
}

export function createContext(options: ContextOptions): ClientContext {
  const { transport, coalesce, maxConcurrentServerWaits, maxRequestsPerSecond } = options;
  const timers = new TimerWheel();
  return {
    transport,
    timers,
    waitSupport: new WaitSupport(maxConcurrentServerWaits),
    activeLoops: new LinkedList<ActiveLoop>(),
    rateLimiter: maxRequestsPerSecond < Infinity ? new RateLimiter(maxRequestsPerSecond, timers) : undefined,
    slowestResponseMs: 0,
    coalesce,
  };
}

/** Makes a poll, for the loop to start; undefined: it calls `sendPoll()` again. */
export type MakePoll = (loop: ActiveLoop, nowMs: number) => Poll | undefined;

/** A poll: a request with its retries, or what waits for a list. */
export interface Poll {
  /** When it was sent, on the monotonic clock; −1: it is still queued. */
  sentMs: number;
  /** When the request that it waits for was sent, if it shares requests with others. */
  readonly requestMs?: number;
  start(nowMs: number): void;
  /** Ends it. @returns what the loop has as its poll then: none. */
  abort(): Poll | undefined;
}

/** A poll loop, as the client and the coalescer see it: also the call and the observer of its polls. */
export interface ActiveLoop extends Linked<ActiveLoop>, CallSpec<RawOperation>, CallObserver<RawOperation> {
  readonly context: ClientContext;
  readonly settings: PollingSettings;
  /** Whether it still has waiters. */
  readonly hasWaiters: boolean;
  /** The poll under way. */
  readonly poll: Poll | undefined;
  /** The collection that the coalescer lists the operation with. */
  group: object | undefined;
  /** Sends a poll, or another instead of the one under way. */
  sendPoll(nowMs?: number): void;
  /** Handles the response to a poll. */
  onResponse(raw: RawOperation, poll: Poll, nowMs: number): void;
  /** Handles a response to a lookup of another caller, sent at `sentMs`. */
  handleResponse(raw: RawOperation, sentMs: number): void;
  /** Applies a state that did not come by a request of the loop; `sentMs`: when the request for it was sent. */
  applyUpdate(raw: RawOperation, ignoreOlder?: boolean, sentMs?: number): boolean;
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
