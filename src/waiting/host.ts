import type { OperationInfo } from '../any.js';
import type { Operation } from '../operation.js';
import type { PollingEventBody } from '../polling/events.js';
import type { PollingSettings } from '../polling/settings.js';
import type { Pacer } from '../rpc/pacer.js';
import type { Scheduler } from '../rpc/scheduler.js';
import type { CallOptions, OperationsTransport, RawOperation } from '../transport.js';
import type { ServerWaits } from './server-waits.js';
import type { Waiter } from './waiter.js';

/** What the loops of one client share. */
export interface LoopHost {
  readonly transport: OperationsTransport;
  /** Where the loops that someone waits for sleep, all of them. */
  readonly scheduler: Scheduler;
  readonly maxConcurrentWaits: number;
  readonly maxRequestsPerSecond: number;
  /** Made by the first who asks, like the pacer where the rate is limited. */
  waits?: ServerWaits | undefined;
  pacer?: Pacer | undefined;
  /** Asks in place of GetOperation, together for what falls due together; undefined: each asks for itself. */
  ask?: Ask | undefined;
}

/**
 * Asks about an operation, once. It paces what it sends and keeps its deadlines.
 *
 * @param timeoutMs - how long one request may take.
 */
export type Ask = (name: string, options: CallOptions, timeoutMs: number) => Promise<RawOperation>;

/** What a loop begins with. */
export interface LoopStart<R, M> {
  readonly name: string;
  readonly info: OperationInfo<R, M>;
  readonly settings: PollingSettings;
  /** When the operation was first seen, in milliseconds since 1970. */
  readonly startedAtMs: number;
}

/** The loop that an engine asks for. */
export interface EngineLoop {
  readonly host: LoopHost;
  readonly name: string;
  readonly settings: PollingSettings;
  readonly startedAtMs: number;
  /** The last state seen. */
  readonly operation: Operation<unknown, unknown> | undefined;
  /** How many answers there have been. */
  readonly polls: number;
  readonly waiters: readonly Waiter<unknown, unknown>[];
  /** When the first of those who wait gives up. */
  readonly deadlineMs: number;
  /** Takes in what the server said, when it was asked at `sentMs`. */
  accept(raw: RawOperation, sentMs: number, nowMs: number): void;
  /** Has what is due done, now or when it is. */
  go(): void;
  /** Sees anew when something is due. */
  arm(): void;
  fail(error: unknown): void;
  emit(event: PollingEventBody): void;
}
