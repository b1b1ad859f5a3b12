import type { JsonValue } from '../any.js';
import type { ResumeToken } from '../resume-token.js';

/** The format of the jobs' data. A worker leaves jobs of a later version to newer workers. */
export const dataVersion = 1;

/** Why a request failed, as it is saved. */
export interface SavedFailure {
  readonly method: string;
  readonly code: number;
  readonly message: string;
  readonly origin: 'service' | 'transport';
  readonly httpStatus?: number;
  /** The details of the status, unless they are long. */
  readonly details?: JsonValue;
}

/** An operation in a batch, as it is saved. */
export interface BatchEntry {
  /** The part of the operation's name after the batch's `parent`. */
  readonly name: string;
  /** When the operation was first seen, in milliseconds since 1970. */
  readonly startedAtMs: number;
  /** When to poll next. */
  readonly dueAtMs: number;
  /** When the last poll that got a response was sent. */
  readonly polledAtMs?: number;
  /** How many responses there were. */
  readonly polls?: number;
  /** When the wait ends at the latest. */
  readonly deadlineAtMs?: number;
  /** The index of its types in the batch's `types`, if it is not 0. */
  readonly type?: number;
  /** The caller's data. */
  readonly data?: JsonValue;
  /** How many polls have failed since the last response, since when, and how the last one failed. */
  readonly failures?: number;
  readonly failingSinceMs?: number;
  readonly failure?: SavedFailure;
  /** Whether to send a CancelOperation before the next poll. */
  readonly cancel?: true;
  /** When it was cancelled: from then on it is polled like a new operation. */
  readonly resetAtMs?: number;
  /** When its progress was last reported. */
  readonly progressAtMs?: number;
}

/** The types of operations. */
type TypeNames = Pick<ResumeToken, 'responseType' | 'metadataType'>;

/** The data of a batch's job: operations of one service and parent. It has no credentials. */
export interface BatchData {
  readonly version: number;
  /** The service's host; empty if the transport does not know it. */
  readonly service: string;
  /** What the names of the operations begin with, up to their last `/`. */
  readonly parent: string;
  readonly types: readonly TypeNames[];
  readonly operations: readonly BatchEntry[];
  readonly priority?: number;
}

/** How much goes into one batch. */
export interface BatchLimits {
  readonly maxOperations: number;
  readonly maxBytes: number;
}

/** A batch is saved after each poll, which must not take long. */
export const defaultLimits: BatchLimits = { maxOperations: 200, maxBytes: 128_000 };

/** An operation that is not in a batch yet. */
export interface WaitingOperation {
  readonly token: ResumeToken;
  readonly entry: Omit<BatchEntry, 'name' | 'startedAtMs' | 'type'>;
  readonly priority?: number | undefined;
}

export function nameOf({ parent }: BatchData, { name }: BatchEntry): string {
  return parent + name;
}

/** The token of an operation in a batch. */
export function tokenOf(batch: BatchData, entry: BatchEntry): ResumeToken {
  return {
    version: 1,
    name: nameOf(batch, entry),
    startedAtMs: entry.startedAtMs,
    ...(batch.service && { apiEndpoint: batch.service }),
    ...batch.types[entry.type ?? 0],
  };
}

/** The operation of an entry, to be put into another batch. */
export function waitingOperation(batch: BatchData, entry: BatchEntry): WaitingOperation {
  const { name: _name, startedAtMs: _startedAtMs, type: _type, ...rest } = entry;
  return { token: tokenOf(batch, entry), entry: rest, priority: batch.priority };
}

/** Groups operations by service, parent and priority, and divides each group into batches. */
export function makeBatches(operations: Iterable<WaitingOperation>, limits = defaultLimits): BatchData[] {
  const groups = new Map<string, BatchBuilder>();
  for (const operation of operations) {
    const { name, apiEndpoint = '' } = operation.token;
    const parent = name.slice(0, name.lastIndexOf('/') + 1);
    const key = [apiEndpoint, parent, operation.priority].join('\n');
    let builder = groups.get(key);
    if (!builder) groups.set(key, (builder = new BatchBuilder(apiEndpoint, parent, operation.priority, limits)));
    builder.add(operation);
  }
  return [...groups.values()].flatMap((builder) => builder.finish());
}

/** Builds the batches of one group. */
class BatchBuilder {
  readonly #service: string;
  readonly #parent: string;
  readonly #priority: number | undefined;
  readonly #limits: BatchLimits;
  readonly #batches: BatchData[] = [];
  #types: TypeNames[] = [];
  #operations: BatchEntry[] = [];
  #bytes = 0;

  constructor(service: string, parent: string, priority: number | undefined, limits: BatchLimits) {
    this.#service = service;
    this.#parent = parent;
    this.#priority = priority;
    this.#limits = limits;
  }

  add({ token, entry }: WaitingOperation): void {
    const bytes = 100 + (entry.data === undefined ? 0 : JSON.stringify(entry.data).length);
    const isFull = this.#operations.length >= this.#limits.maxOperations || this.#bytes + bytes > this.#limits.maxBytes;
    if (isFull) this.#next();
    this.#bytes += bytes;
    const type = this.#typeIndex(token);
    this.#operations.push({
      name: token.name.slice(this.#parent.length),
      startedAtMs: token.startedAtMs,
      ...(type > 0 && { type }),
      ...entry,
    });
  }

  finish(): BatchData[] {
    this.#next();
    return this.#batches;
  }

  #typeIndex({ responseType, metadataType }: ResumeToken): number {
    const index = this.#types.findIndex(
      (type) => type.responseType === responseType && type.metadataType === metadataType,
    );
    if (index >= 0) return index;
    return this.#types.push({ ...(responseType && { responseType }), ...(metadataType && { metadataType }) }) - 1;
  }

  #next(): void {
    if (this.#operations.length === 0) return;
    this.#batches.push({
      version: dataVersion,
      service: this.#service,
      parent: this.#parent,
      ...(this.#priority !== undefined && { priority: this.#priority }),
      types: this.#types,
      operations: this.#operations,
    });
    [this.#types, this.#operations, this.#bytes] = [[], [], 0];
  }
}

/** When the first operation of a batch is due. */
export function nextDueAtMs({ operations }: Pick<BatchData, 'operations'>): number {
  return operations.reduce((ms, { dueAtMs }) => Math.min(ms, dueAtMs), Infinity);
}

/** The part of its delay by which an operation may be polled early, with others of its batch. */
const earlyShare = 0.25;

/** Whether to poll an operation when its batch is polled at this time. */
export function isDue({ dueAtMs, polledAtMs, startedAtMs }: BatchEntry, nowMs: number): boolean {
  return nowMs >= dueAtMs - earlyShare * Math.max(0, dueAtMs - (polledAtMs ?? startedAtMs));
}
