import { Code } from '../status.js';
import type { RawOperation } from '../transport.js';
import { statusOf, type OperationScript } from './script.js';

/** One operation of the store. Its state is computed from the clock when it is read. */
export interface StoredOperation {
  readonly name: string;
  /** The order of creation, for paging. */
  readonly sequence: number;
  readonly startedAtMs: number;
  script: OperationScript;
  /** When it completes by itself. */
  endsAtMs: number;
  /** When a cancellation takes effect, unless the operation completes first. */
  cancelledAtMs: number;
  deleted: boolean;
  watchers?: Set<() => void>;
}

/** When the operation is done, by its own end or by a cancellation. */
export function doneAtMs({ endsAtMs, cancelledAtMs }: StoredOperation): number {
  return Math.min(endsAtMs, cancelledAtMs);
}

/** When the service removes the operation. */
export function expiresAtMs(operation: StoredOperation): number {
  return doneAtMs(operation) + (operation.script.expiresAfterMs ?? Infinity);
}

/** Whether requests find the operation. */
export function isVisibleAt(operation: StoredOperation, nowMs: number): boolean {
  const visibleAtMs = operation.startedAtMs + (operation.script.visibleAfterMs ?? 0);
  return !operation.deleted && nowMs >= visibleAtMs && nowMs < expiresAtMs(operation);
}

/** The operation as the service returns it. */
export function stateAt(operation: StoredOperation, nowMs: number): RawOperation {
  const done = nowMs >= doneAtMs(operation);
  const state: RawOperation = { name: operation.script.omitName && done ? '' : operation.name, done };
  const metadata = metadataAt(operation, nowMs);
  if (metadata) state.metadata = metadata;
  addResult(state, operation);
  return state;
}

function metadataAt(operation: StoredOperation, nowMs: number): RawOperation['metadata'] {
  const { script, startedAtMs, endsAtMs } = operation;
  if (typeof script.metadata !== 'function') return script.metadata && { ...script.metadata };
  return script.metadata(fractionDone(startedAtMs, endsAtMs, Math.min(nowMs, doneAtMs(operation))));
}

function addResult(state: RawOperation, { script, endsAtMs, cancelledAtMs }: StoredOperation): void {
  if (state.done && cancelledAtMs < endsAtMs) {
    state.error = statusOf({ code: Code.CANCELLED, message: 'The operation was cancelled.' });
  } else if (state.done && script.error) {
    state.error = statusOf(script.error);
  } else if (script.response && (state.done || script.exposeResponseEarly)) {
    state.response = script.response;
  }
}

function fractionDone(startMs: number, endMs: number, nowMs: number): number {
  return endMs <= nowMs ? 1 : (nowMs - startMs) / (endMs - startMs);
}
