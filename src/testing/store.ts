import { assertKnownOptions, invalidArgumentMessage } from '../arguments.js';
import { Code } from '../status.js';
import type { ListOperationsRequest, ListOperationsResponse, RawOperation } from '../transport.js';
import type { EmulatorClock } from './clock.js';
import { OperationOrder } from './operation-order.js';
import { pageRequestOf, writePageToken } from './paging.js';
import { RpcError } from './rpc-error.js';
import {
  checkScript,
  outcomeNames,
  type OperationOutcome,
  type OperationPatch,
  type OperationScript,
} from './script.js';
import { doneAtMs, expiresAtMs, isVisibleAt, stateAt, type StoredOperation } from './stored-operation.js';

/** Settings of ListOperations. */
export interface ListRules {
  /** The maximum page size, which is also the default. */
  readonly maxPageSize: number;
  /** Whether an operation matches a filter. Called only if the request has a filter. */
  readonly filter: (filter: string, operation: RawOperation) => boolean;
  /** The locations to report as unreachable; undefined: partial success is not supported. */
  readonly unreachable: readonly string[] | undefined;
}

/** The operations of an emulator. The store sets no timers, so it can hold very many operations. */
export class OperationStore {
  readonly #clock: EmulatorClock;
  readonly #byName = new Map<string, StoredOperation>();
  readonly #byRequestId = new Map<string, StoredOperation>();
  readonly #order = new OperationOrder();
  #sequence = 0;
  #emptyPageCount = 0;

  constructor(clock: EmulatorClock) {
    this.#clock = clock;
  }

  /** @throws TypeError, RangeError if an option of the script is invalid, or the name is in use. */
  start(script: OperationScript): RawOperation {
    checkScript(script);
    const { requestId } = script;
    const startedBefore = requestId && this.#byRequestId.get(requestId);
    if (startedBefore) return stateAt(startedBefore, this.#clock.now());
    const sequence = ++this.#sequence;
    const name = script.name ?? `operations/${sequence}`;
    if (this.#find(name)) {
      throw new RangeError(invalidArgumentMessage('start an operation', 'name', 'a name that is not in use', name));
    }
    const startedAtMs = this.#clock.now();
    const endsAtMs = startedAtMs + script.durationMs;
    const operation = { name, sequence, startedAtMs, script, endsAtMs, cancelledAtMs: Infinity, deleted: false };
    this.#byName.set(name, operation);
    this.#order.add(operation);
    if (requestId) this.#byRequestId.set(requestId, operation);
    return stateAt(operation, startedAtMs);
  }

  /** The current state of an operation; undefined if it is not visible: unknown, not visible yet, deleted or expired. */
  get(name: string): RawOperation | undefined {
    const operation = this.#findVisible(name);
    return operation && stateAt(operation, this.#clock.now());
  }

  /** When an operation will be done, unless it is changed; in the past if it is done. */
  doneAtMs(name: string): number {
    const operation = this.#findVisible(name);
    return operation ? doneAtMs(operation) : -Infinity;
  }

  /**
   * Calls `listener` when an operation is changed by a call, not by time.
   *
   * @returns a function that removes the listener.
   * @throws {@link RpcError} NOT_FOUND if the operation is not visible.
   */
  watch(name: string, listener: () => void): () => void {
    const watchers = (this.#requireVisible(name).watchers ??= new Set());
    watchers.add(listener);
    return () => watchers.delete(listener);
  }

  /** @throws RangeError if the operation does not exist. */
  update(name: string, patch: OperationPatch): RawOperation {
    const operation = this.#requireStored(name, 'update');
    const outcome = patch.response || patch.error ? { response: undefined, error: undefined } : {};
    const { durationMs = operation.script.durationMs } = patch;
    const script = { ...operation.script, ...outcome, ...patch, durationMs } as OperationScript;
    checkScript(script, 'update an operation');
    operation.script = script;
    if (patch.durationMs !== undefined) operation.endsAtMs = operation.startedAtMs + patch.durationMs;
    return this.#changed(operation);
  }

  /** @throws RangeError if the operation does not exist. */
  complete(name: string, outcome: OperationOutcome): RawOperation {
    const action = 'complete an operation';
    assertKnownOptions(action, outcome, outcomeNames);
    const { response, error } = outcome;
    const operation = this.#requireStored(name, 'complete');
    const script = { ...operation.script, response, error };
    checkScript(script, action);
    operation.script = script;
    operation.endsAtMs = this.#clock.now();
    operation.cancelledAtMs = Infinity;
    return this.#changed(operation);
  }

  /** @throws {@link RpcError} NOT_FOUND if the operation is not visible, or the error of its script. */
  cancel(name: string): void {
    const operation = this.#requireVisible(name);
    const nowMs = this.#clock.now();
    const { cancel = 'succeeds', cancelDelayMs = 0 } = operation.script;
    if (nowMs >= doneAtMs(operation) || cancel === 'ignored') return;
    if (cancel === 'fails') {
      throw new RpcError(Code.FAILED_PRECONDITION, `Operation '${name}' cannot be cancelled`);
    }
    if (typeof cancel === 'object') throw new RpcError(cancel.code, cancel.message ?? '', cancel.details);
    operation.cancelledAtMs = Math.min(operation.cancelledAtMs, nowMs + cancelDelayMs);
    this.#changed(operation);
  }

  /** @throws {@link RpcError} NOT_FOUND if the operation is not visible. */
  delete(name: string): void {
    this.#remove(this.#requireVisible(name));
  }

  /**
   * Removes an operation, visible or not.
   *
   * @returns whether it existed.
   */
  remove(name: string): boolean {
    const operation = this.#find(name);
    if (operation) this.#remove(operation);
    return operation !== undefined;
  }

  /** @throws {@link RpcError} if the request is invalid, or asks for partial success that is not supported. */
  list(request: ListOperationsRequest, rules: ListRules): ListOperationsResponse {
    const { filter, pageSize, after, returnPartialSuccess } = pageRequestOf(request);
    const { maxPageSize, unreachable } = rules;
    if (returnPartialSuccess && !unreachable) {
      throw new RpcError(Code.UNIMPLEMENTED, 'return_partial_success is not supported');
    }
    const size = pageSize === 0 ? maxPageSize : Math.min(pageSize, maxPageSize);
    const operations: RawOperation[] = [];
    let nextPageToken = '';
    let last = after;
    for (const [sequence, state] of this.#statesAfter(
      after,
      request.name,
      (state) => filter === '' || rules.filter(filter, state),
    )) {
      if (operations.length === size) {
        // The token of an empty page is another one than that of the request.
        if (size === 0) this.#emptyPageCount++;
        nextPageToken = writePageToken(last, request.name, filter, this.#emptyPageCount);
        break;
      }
      operations.push(state);
      last = sequence;
    }
    return { operations, nextPageToken, unreachable: returnPartialSuccess ? [...(unreachable ?? [])] : [] };
  }

  /** The visible operations below `parent` that were started after `sequence` and match the filter. */
  *#statesAfter(
    sequence: number,
    parent: string,
    matches: (state: RawOperation) => boolean,
  ): Iterable<[sequence: number, state: RawOperation]> {
    const nowMs = this.#clock.now();
    for (const operation of this.#order.childrenAfter(sequence, parent)) {
      if (!isVisibleAt(operation, nowMs)) continue;
      const state = stateAt(operation, nowMs);
      if (matches(state)) yield [operation.sequence, state];
    }
  }

  #find(name: string): StoredOperation | undefined {
    const operation = this.#byName.get(name);
    if (operation && this.#clock.now() >= expiresAtMs(operation)) {
      this.#remove(operation);
      return undefined;
    }
    return operation;
  }

  #findVisible(name: string): StoredOperation | undefined {
    const operation = this.#find(name);
    return operation && isVisibleAt(operation, this.#clock.now()) ? operation : undefined;
  }

  #requireStored(name: string, verb: string): StoredOperation {
    const operation = this.#find(name);
    if (!operation) {
      const action = `${verb} an operation`;
      throw new RangeError(invalidArgumentMessage(action, 'name', 'the name of an operation', name));
    }
    return operation;
  }

  #requireVisible(name: string): StoredOperation {
    const operation = this.#findVisible(name);
    if (!operation) throw new RpcError(Code.NOT_FOUND, `Operation not found: ${name}`);
    return operation;
  }

  #remove(operation: StoredOperation): void {
    this.#byName.delete(operation.name);
    operation.deleted = true;
    this.#order.remove(operation);
    this.#changed(operation);
  }

  #changed(operation: StoredOperation): RawOperation {
    for (const watcher of [...(operation.watchers ?? [])]) watcher();
    return stateAt(operation, this.#clock.now());
  }
}
