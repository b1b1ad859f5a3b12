import { Code } from '../status.js';
import type { ListOperationsRequest, ListOperationsResponse, RawOperation } from '../transport.js';
import type { EmulatorClock } from './clock.js';
import {
  checkScript,
  RpcError,
  statusOf,
  type OperationOutcome,
  type OperationPatch,
  type OperationScript,
} from './script.js';

/** What the store does with a list request. */
export interface ListRules {
  /** The most operations in a page, and how many there are where the request does not say. */
  readonly maxPageSize: number;
  /** Which operations a filter lets through. */
  readonly filter: (filter: string, operation: RawOperation) => boolean;
  /** What to name as unreachable; undefined: partial success is not supported. */
  readonly unreachable: readonly string[] | undefined;
}

/** One operation: its script and where its life has come to. Its state is worked out from the clock when asked for. */
interface StoredOperation {
  readonly name: string;
  /** The order of creation, for paging. */
  readonly sequence: number;
  readonly startedAtMs: number;
  script: OperationScript;
  /** When it ends by itself. */
  endsAtMs: number;
  /** When a cancellation takes effect, if it has not ended by then. */
  cancelledAtMs: number;
  deleted: boolean;
  watchers?: Set<() => void>;
}

/** The operations of an emulator. It holds no timers, so that it can hold very many operations. */
export class OperationStore {
  readonly #clock: EmulatorClock;
  readonly #byName = new Map<string, StoredOperation>();
  readonly #byRequestId = new Map<string, StoredOperation>();
  // In order of creation; those deleted are swept out when they are half of it.
  #inOrder: StoredOperation[] = [];
  #sequence = 0;

  constructor(clock: EmulatorClock) {
    this.#clock = clock;
  }

  start(script: OperationScript): RawOperation {
    checkScript(script);
    const { requestId } = script;
    const startedBefore = requestId && this.#byRequestId.get(requestId);
    if (startedBefore) return stateAt(startedBefore, this.#clock.now());
    const sequence = ++this.#sequence;
    const name = script.name ?? `operations/${sequence}`;
    if (this.#find(name)) {
      throw new RangeError(`Cannot start an operation as 'name' must not be in use: current value is '${name}'`);
    }
    const startedAtMs = this.#clock.now();
    const endsAtMs = startedAtMs + script.durationMs;
    const operation = { name, sequence, startedAtMs, script, endsAtMs, cancelledAtMs: Infinity, deleted: false };
    this.#byName.set(name, operation);
    this.#inOrder.push(operation);
    if (requestId) this.#byRequestId.set(requestId, operation);
    return stateAt(operation, startedAtMs);
  }

  /** The state of an operation, or undefined if the service does not know it (yet, or any more). */
  get(name: string): RawOperation | undefined {
    const operation = this.#findVisible(name);
    return operation && stateAt(operation, this.#clock.now());
  }

  /** When an operation will be done as things stand; in the past if it is. */
  doneAtMs(name: string): number {
    const operation = this.#findVisible(name);
    return operation ? doneAtMs(operation) : -Infinity;
  }

  /** Calls `listener` whenever something other than time changes an operation, until it is taken back. */
  watch(name: string, listener: () => void): () => void {
    const watchers = (this.#requireVisible(name).watchers ??= new Set());
    watchers.add(listener);
    return () => watchers.delete(listener);
  }

  /** @throws RangeError if there is no such operation. */
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

  /** @throws RangeError if there is no such operation. */
  complete(name: string, { response, error }: OperationOutcome): RawOperation {
    const operation = this.#requireStored(name, 'finish');
    const script = { ...operation.script, response, error };
    checkScript(script, 'finish an operation');
    operation.script = script;
    operation.endsAtMs = this.#clock.now();
    operation.cancelledAtMs = Infinity;
    return this.#changed(operation);
  }

  /** @throws {@link Refusal} as its script says. */
  cancel(name: string): void {
    const operation = this.#requireVisible(name);
    const nowMs = this.#clock.now();
    const { cancel = 'succeeds', cancelDelayMs = 0 } = operation.script;
    if (nowMs >= doneAtMs(operation) || cancel === 'ignored') return;
    if (cancel === 'fails') {
      throw new RpcError(Code.FAILED_PRECONDITION, `Operation '${name}' cannot be cancelled`);
    }
    // The faces see in a thrown object with a numeric `code` the status to answer with.
    if (typeof cancel === 'object') throw Object.assign(new Error(cancel.message), statusOf(cancel));
    operation.cancelledAtMs = Math.min(operation.cancelledAtMs, nowMs + cancelDelayMs);
    this.#changed(operation);
  }

  /** @throws {@link Refusal} if it does not know the operation. */
  delete(name: string): void {
    this.#remove(this.#requireVisible(name));
  }

  /** Drops an operation, whether the service knows it yet or not. */
  remove(name: string): boolean {
    const operation = this.#find(name);
    if (operation) this.#remove(operation);
    return operation !== undefined;
  }

  /** @throws {@link Refusal} for a request that a service would refuse. */
  list(request: ListOperationsRequest, { maxPageSize, filter, unreachable }: ListRules): ListOperationsResponse {
    const { name, filter: filterText = '', pageSize = 0, pageToken = '', returnPartialSuccess = false } = request;
    if (pageSize < 0) throw new RpcError(Code.INVALID_ARGUMENT, 'page_size must not be negative');
    if (returnPartialSuccess && !unreachable) {
      throw new RpcError(Code.UNIMPLEMENTED, 'return_partial_success is not supported');
    }
    const size = pageSize === 0 ? maxPageSize : Math.min(pageSize, maxPageSize);
    const isChild = childrenOf(name);
    const nowMs = this.#clock.now();
    const operations: RawOperation[] = [];
    let nextPageToken = '';
    let last = readPageToken(pageToken, name, filterText);
    for (const operation of this.#after(last)) {
      if (!isChild(operation.name) || !isVisibleAt(operation, nowMs)) continue;
      const state = stateAt(operation, nowMs);
      if (filterText !== '' && !filter(filterText, state)) continue;
      if (operations.length === size) {
        nextPageToken = writePageToken(last, name, filterText);
        break;
      }
      operations.push(state);
      last = operation.sequence;
    }
    return { operations, nextPageToken, unreachable: returnPartialSuccess ? [...(unreachable ?? [])] : [] };
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

  #requireStored(name: string, act: string): StoredOperation {
    const operation = this.#find(name);
    if (!operation) {
      throw new RangeError(`Cannot ${act} an operation as 'name' must be one's name: current value is '${name}'`);
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
    if (this.#inOrder.length >= 2 * this.#byName.size + 16) {
      this.#inOrder = this.#inOrder.filter(({ deleted }) => !deleted);
    }
    this.#changed(operation);
  }

  #changed(operation: StoredOperation): RawOperation {
    for (const watcher of [...(operation.watchers ?? [])]) watcher();
    return stateAt(operation, this.#clock.now());
  }

  /** The operations younger than `sequence`. */
  *#after(sequence: number): Iterable<StoredOperation> {
    let [low, high] = [0, this.#inOrder.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#inOrder[middle]?.sequence ?? Infinity) > sequence) high = middle;
      else low = middle + 1;
    }
    for (let operation = this.#inOrder[low]; operation; operation = this.#inOrder[++low]) yield operation;
  }
}

function doneAtMs({ endsAtMs, cancelledAtMs }: StoredOperation): number {
  return Math.min(endsAtMs, cancelledAtMs);
}

function expiresAtMs(operation: StoredOperation): number {
  return doneAtMs(operation) + (operation.script.expiresAfterMs ?? Infinity);
}

function isVisibleAt(operation: StoredOperation, nowMs: number): boolean {
  const visibleAtMs = operation.startedAtMs + (operation.script.visibleAfterMs ?? 0);
  return !operation.deleted && nowMs >= visibleAtMs && nowMs < expiresAtMs(operation);
}

/** What the service says of an operation at a time. */
function stateAt(operation: StoredOperation, nowMs: number): RawOperation {
  const { name, script, startedAtMs, endsAtMs, cancelledAtMs } = operation;
  const done = nowMs >= doneAtMs(operation);
  const state: RawOperation = { name: script.omitName ? '' : name, done };
  const metadata =
    typeof script.metadata === 'function'
      ? script.metadata(fractionDone(startedAtMs, endsAtMs, Math.min(nowMs, doneAtMs(operation))))
      : script.metadata;
  if (metadata) state.metadata = metadata;
  if (done && cancelledAtMs < endsAtMs) {
    state.error = statusOf({ code: Code.CANCELLED, message: 'The operation was cancelled.' });
  } else if (done && script.error) {
    state.error = statusOf(script.error);
  } else if (script.response && (done || script.exposeResponseEarly)) {
    state.response = script.response;
  }
  return state;
}

function fractionDone(startMs: number, endMs: number, nowMs: number): number {
  return endMs <= nowMs ? 1 : (nowMs - startMs) / (endMs - startMs);
}

/** Whether a name is below a parent: `p`, or `p/operations`; a segment `-` of it stands for any one. */
function childrenOf(parent: string): (name: string) => boolean {
  if (parent === '') return () => true;
  const prefix = `${parent.replace(/\/operations$/, '')}/`;
  if (!prefix.split('/').includes('-')) return (name) => name.startsWith(prefix);
  const segments = prefix.split('/').map((segment) => (segment === '-' ? '[^/]+' : escapeRegExp(segment)));
  const pattern = new RegExp(`^${segments.join('/')}`);
  return (name) => pattern.test(name);
}

/** A text as a regular expression that matches it. */
export function escapeRegExp(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');
}

function writePageToken(last: number, name: string, filter: string): string {
  return Buffer.from(JSON.stringify([last, name, filter])).toString('base64url');
}

/** The last operation of the page before; a token belongs to the name and the filter that it was given out for. */
function readPageToken(token: string, name: string, filter: string): number {
  if (token === '') return 0;
  try {
    const read = JSON.parse(Buffer.from(token, 'base64url').toString()) as unknown;
    if (Array.isArray(read) && Number.isSafeInteger(read[0]) && read[1] === name && read[2] === filter) {
      return read[0] as number;
    }
  } catch {
    // Not one of ours.
  }
  throw new RpcError(Code.INVALID_ARGUMENT, 'page_token is not one of this list');
}
