import type { OperationInfo } from '../any.js';
import type { PollingSettings } from '../polling/settings.js';
import type { Pacer } from '../rpc/pacer.js';
import type { Scheduler } from '../rpc/scheduler.js';
import type { OperationsTransport } from '../transport.js';
import type { ServerWaits } from './server-waits.js';

/** What the loops of one client share. */
export interface LoopHost {
  readonly transport: OperationsTransport;
  /** The loops that someone waits for. */
  readonly active: Set<{ readonly name: string; fail(error: unknown): void }>;
  readonly scheduler: Scheduler;
  readonly waits: ServerWaits;
  readonly pacer: Pacer | undefined;
}

/** What a loop begins with. */
export interface LoopStart<R, M> {
  readonly name: string;
  readonly info: OperationInfo<R, M>;
  readonly settings: PollingSettings;
  /** When the operation was first seen, in milliseconds since 1970. */
  readonly startedAtMs: number;
}
