import type { RawOperation } from 'longrunning';
import type { TrueOperation } from '../history.js';
import { Random } from '../random.js';
import type { OperationScript, Script } from '../script.js';

export const parent = 'projects/p/locations/l';
const typeUrl = 'type.googleapis.com/sim.Thing';

export function nameOf(id: number): string {
  return `${parent}/operations/${id}`;
}

/** The id of an operation; −1 if the name is not one. */
export function idOf(name: string): number {
  const id = name.startsWith(`${parent}/operations/`) ? Number(name.slice(parent.length + 12)) : -1;
  return Number.isInteger(id) ? id : -1;
}

interface StoredOperation {
  readonly script: OperationScript;
  startMs: number;
  endMs: number;
  result: OperationScript['result'];
  goneMs: number;
  readonly starts: string[];
}

/** What is true: the operations of the service at any time. It knows nothing of the network. */
export class Service {
  readonly #script: Script;
  readonly #operations = new Map<number, StoredOperation>();

  constructor(script: Script) {
    this.#script = script;
    const inBatch = new Set(script.batches.flatMap(({ operations }) => operations));
    for (const one of script.operations) {
      const stored: StoredOperation = {
        script: one,
        startMs: Infinity,
        endMs: Infinity,
        result: one.result,
        goneMs: one.expiresAtMs ?? Infinity,
        starts: [],
      };
      this.#operations.set(one.id, stored);
      if (!inBatch.has(one.id)) this.#begin(stored, 0);
    }
  }

  #begin(operation: StoredOperation, nowMs: number): void {
    operation.startMs = nowMs;
    operation.endMs = nowMs + operation.script.durationMs;
  }

  /** Starts an operation, once per request id. */
  start(id: number, requestId: string, nowMs: number): RawOperation | undefined {
    const operation = this.#operations.get(id);
    if (!operation) return undefined;
    if (!operation.starts.includes(requestId)) {
      operation.starts.push(requestId);
      if (operation.starts.length === 1) this.#begin(operation, nowMs);
    }
    return this.stateOf(id, nowMs, true);
  }

  /** The operation at a time; undefined if the service does not find it then. */
  stateOf(id: number, atMs: number, isStart = false): RawOperation | undefined {
    const operation = this.#operations.get(id);
    if (!operation) return undefined;
    const { script, startMs, endMs, goneMs, result } = operation;
    const isVisible = isStart || atMs >= startMs + (script.visibleAfterMs ?? 0);
    if (atMs < startMs || !isVisible || atMs >= goneMs) return undefined;
    const name = nameOf(id);
    const metadata = this.#metadataOf(operation, atMs);
    if (atMs < endMs) return { name, done: false, metadata };
    if (result === 'response')
      return { name, done: true, metadata, response: { typeUrl, json: { '@type': typeUrl, id } } };
    if (result === 'empty') return { name, done: true, metadata };
    const error = { code: result === 'cancelled' ? 1 : 9, message: `operation ${id}`, details: [] } as const;
    return { name, done: true, metadata, error };
  }

  #metadataOf({ script, startMs, endMs }: StoredOperation, atMs: number) {
    const { id, progress, startTimeSkewMs } = script;
    // The version of a state: it only grows.
    const version = Math.floor((Math.min(atMs, endMs) - startMs) / 700);
    const share = Math.min(1, (atMs - startMs) / Math.max(1, script.durationMs));
    const percent = {
      honest: Math.floor(100 * share),
      stuck: Math.min(40, Math.floor(200 * share)),
      lies: Math.floor(100 * Random.hash(id, version)),
    };
    return {
      typeUrl,
      json: {
        '@type': typeUrl,
        version,
        ...(progress && { progressPercent: percent[progress] }),
        ...(startTimeSkewMs !== undefined && {
          createTime: new Date(Date.UTC(2026, 0, 1) + startMs + startTimeSkewMs).toISOString(),
        }),
      },
    };
  }

  /** When the operation ends; Infinity if it does not exist. */
  endMsOf(id: number): number {
    const operation = this.#operations.get(id);
    return operation ? Math.min(operation.endMs, operation.goneMs) : Infinity;
  }

  cancel(id: number, nowMs: number): void {
    const operation = this.#operations.get(id);
    const takesMs = operation?.script.cancelTakesMs;
    if (!operation || takesMs === undefined || nowMs + takesMs >= operation.endMs) return;
    operation.endMs = nowMs + takesMs;
    operation.result = 'cancelled';
  }

  delete(id: number, nowMs: number): void {
    const operation = this.#operations.get(id);
    if (operation) operation.goneMs = Math.min(operation.goneMs, nowMs);
  }

  /** One page of a list, with all its faults. */
  page(from: number, size: number, nowMs: number): { operations: RawOperation[]; next: number | undefined } {
    const { service, operations: scripts, seed } = this.#script;
    const operations: RawOperation[] = [];
    for (const { id } of scripts.slice(from, from + size)) {
      const isLacking = Random.hash(seed, 'lacks', id) < (service.listLacks ?? 0);
      const state = isLacking ? undefined : this.stateOf(id, nowMs - (service.listLagMs ?? 0));
      if (!state) continue;
      const isBare = Random.hash(seed, 'bare', id) < (service.listBare ?? 0);
      operations.push(isBare && state.done ? { name: state.name, done: true, metadata: state.metadata } : state);
      if (Random.hash(seed, 'repeats', id, nowMs) < (service.listRepeats ?? 0)) operations.push(state);
    }
    return { operations, next: from + size < scripts.length ? from + size : undefined };
  }

  /** What is true at the end. */
  truth(): TrueOperation[] {
    return [...this.#operations.values()].map(({ script, startMs, endMs, goneMs, result, starts }) => ({
      id: script.id,
      result,
      startMs,
      endMs,
      goneMs,
      visibleMs: startMs + (script.visibleAfterMs ?? 0),
      starts,
    }));
  }
}
