import {
  Code,
  RequestError,
  type CallOptions,
  type ListOperationsRequest,
  type ListOperationsResponse,
  type OperationsTransport,
  type RawOperation,
} from 'longrunning';
import type { RequestRecord } from '../history.js';
import type { FaultScript, Method } from '../script.js';
import { connectionReset, foreignStatus, garbage } from './foreign-errors.js';
import { idOf, nameOf, parent } from './service.js';
import type { World } from './world.js';

/** How a request ends for the caller; it may also never do. */
type Ending<T> = { readonly value: T } | { readonly error: unknown };

/** The deadline of a request that starts an operation. */
const startTimeoutMs = 60_000;

/** The network between one process and the service: the client's transport. Faults happen here. */
export class Network implements OperationsTransport {
  readonly apiEndpoint = 'sim.example.com';
  waitOperation?: NonNullable<OperationsTransport['waitOperation']>;
  readonly #world: World;
  readonly #process: number;
  #openWaits = 0;
  #isClosed = false;

  constructor(world: World, process: number) {
    this.#world = world;
    this.#process = process;
    if (world.script.service.hasWait) this.waitOperation = (request, options) => this.#wait(request, options);
  }

  getOperation({ name }: { name: string }, options: CallOptions): Promise<RawOperation> {
    return this.#send('GetOperation', idOf(name), options, (nowMs) => this.#find(name, nowMs));
  }

  listOperations(request: ListOperationsRequest, options: CallOptions): Promise<ListOperationsResponse> {
    return this.#send('ListOperations', -1, options, (nowMs) => this.#list(request, nowMs));
  }

  cancelOperation({ name }: { name: string }, options: CallOptions): Promise<void> {
    return this.#send('CancelOperation', idOf(name), options, (nowMs) => {
      this.#world.service.cancel(idOf(name), nowMs);
    });
  }

  deleteOperation({ name }: { name: string }, options: CallOptions): Promise<void> {
    return this.#send('DeleteOperation', idOf(name), options, (nowMs) => {
      this.#world.service.delete(idOf(name), nowMs);
    });
  }

  /** The RPC of the service that starts an operation. It knows request ids (AIP-155). */
  start(id: number, requestId: string, signal: AbortSignal): Promise<RawOperation> {
    const sent = this.#send(
      'Start',
      id,
      { signal },
      (nowMs) => this.#world.service.start(id, requestId, nowMs) ?? missing('Start', nameOf(id)),
    );
    // As every client that starts operations, it has a deadline.
    const deadline = this.#world.clock.sleep(startTimeoutMs).then(() => {
      throw failure('Start', nameOf(id), Code.DEADLINE_EXCEEDED);
    });
    deadline.catch(() => undefined);
    return Promise.race([sent, deadline]);
  }

  close(): Promise<void> {
    this.#isClosed = true;
    return Promise.resolve();
  }

  async #wait({ name, timeoutMs }: { name: string; timeoutMs: number }, options: CallOptions): Promise<RawOperation> {
    const { history, clock, script, service } = this.#world;
    history.maxOpenWaits = Math.max(history.maxOpenWaits, ++this.#openWaits);
    const { waitShares = [1] } = script.service;
    const nth = history.requests.filter(({ method }) => method === 'WaitOperation').length;
    const heldMs = Math.round(timeoutMs * waitShares[nth % waitShares.length]!);
    try {
      return await this.#send('WaitOperation', idOf(name), options, async (arrivedMs) => {
        const untilMs = arrivedMs + heldMs;
        // A cancel may bring the end nearer while the request is held.
        while (clock.nowMs < Math.min(untilMs, service.endMsOf(idOf(name)))) {
          await clock.sleep(
            Math.min(untilMs - clock.nowMs, Math.max(1, service.endMsOf(idOf(name)) - clock.nowMs), 5000),
          );
        }
        return this.#find(name, clock.nowMs);
      });
    } finally {
      this.#openWaits--;
    }
  }

  #find(name: string, nowMs: number): RawOperation {
    return this.#world.service.stateOf(idOf(name), nowMs) ?? missing('GetOperation', name);
  }

  #list({ name, pageSize = 0, pageToken = '' }: ListOperationsRequest, nowMs: number): ListOperationsResponse {
    const { listName = 'parent', maxPageSize = 100 } = this.#world.script.service;
    if (listName === 'none') throw failure('ListOperations', name, Code.UNIMPLEMENTED);
    if (listName === 'denied') throw failure('ListOperations', name, Code.PERMISSION_DENIED);
    if (name !== (listName === 'parent' ? parent : `${parent}/operations`))
      throw failure('ListOperations', name, Code.INVALID_ARGUMENT);
    const { operations, next } = this.#world.service.page(
      Number(pageToken),
      Math.min(pageSize || maxPageSize, maxPageSize),
      nowMs,
    );
    return { operations, nextPageToken: next === undefined ? '' : String(next), unreachable: [] };
  }

  #send<T>(
    method: Method,
    operation: number,
    options: CallOptions,
    arrive: (nowMs: number) => T | Promise<T>,
  ): Promise<T> {
    // It is not sent.
    if (this.#isClosed) return Promise.reject(failure(method, nameOf(operation), Code.CANCELLED));
    const { fault, latencyMs, record } = this.#note(method, operation, options);
    if (fault?.kind === 'throws') throw this.#fail(record, connectionReset());
    if (fault?.kind === 'no-promise') {
      this.#fail(record, undefined);
      return 42 as unknown as Promise<T>;
    }
    const sent = new Promise<T>((resolve, reject) => {
      const settle = (ending: Ending<T>): void => {
        if (record.settledMs !== undefined || this.#world.isDead(this.#process)) return;
        record.settledMs = this.#world.clock.nowMs;
        if ('value' in ending) resolve(ending.value);
        else reject(this.#fail(record, ending.error));
      };
      const onAbort = (): void => {
        record.abortedMs ??= this.#world.clock.nowMs;
        if (!this.#world.script.service.ignoresSignals) settle({ error: new Error('the request was cancelled') });
      };
      options.signal?.addEventListener('abort', onAbort);
      if (options.signal?.aborted) onAbort();
      void this.#travel(record, fault, latencyMs, arrive).then((ending) => ending && settle(ending));
    });
    return fault?.kind === 'settles-twice' ? settlingTwice(sent) : sent;
  }

  #note(method: Method, operation: number, { signal, headers }: CallOptions) {
    const { script, clock, history } = this.#world;
    const nowMs = clock.nowMs;
    const nth = this.#world.countRequest(method, operation);
    const outage = script.outages.find(({ fromMs, toMs }) => nowMs >= fromMs && nowMs < toMs);
    const fault = outage
      ? ({
          ...outage,
          ...(outage.kind === 'unavailable' && { kind: 'status', code: Code.UNAVAILABLE }),
        } as unknown as FaultScript)
      : script.faults.find((one) => one.method === method && one.operation === operation && one.nth === nth);
    const poller = headers?.['x-poller'];
    const record: RequestRecord = {
      process: this.#process,
      method,
      operation,
      poller: poller === undefined ? undefined : Number(poller),
      isDirect: headers?.['x-direct'] === '1' || method === 'Start',
      sentMs: nowMs,
      signal,
      arrivedMs: undefined,
      settledMs: undefined,
      abortedMs: undefined,
      failed: false,
      retryAfterMs: undefined,
      fault: fault?.kind,
    };
    history.requests.push(record);
    this.#world.log(`${method} ${operation} #${nth}${fault ? ` (${fault.kind})` : ''}`);
    const { latenciesMs } = script.service;
    const slowMs = fault?.kind === 'slow' ? fault.byMs : 0;
    return { record, fault, latencyMs: latenciesMs[(history.requests.length - 1) % latenciesMs.length]! + slowMs };
  }

  /** A request on its way there and back. @returns undefined if there is no response. */
  async #travel<T>(
    record: RequestRecord,
    fault: FaultScript | undefined,
    latencyMs: number,
    arrive: (nowMs: number) => T | Promise<T>,
  ): Promise<Ending<T> | undefined> {
    const { clock } = this.#world;
    const sleep = async (ms: number): Promise<void> => (ms > 0 ? clock.sleep(ms) : undefined);
    await sleep(Math.floor(latencyMs / 2));
    if (fault?.kind === 'request-lost') return undefined;
    if (fault?.kind === 'reset' && !fault.hasArrived) return { error: connectionReset() };
    if (fault?.kind === 'status') {
      await sleep(fault.afterMs ?? 0);
      record.retryAfterMs = fault.isForeign ? undefined : fault.retryAfterMs;
      return {
        error: fault.isForeign
          ? foreignStatus(fault.code)
          : failure(record.method, nameOf(record.operation), fault.code as Code, fault.retryAfterMs),
      };
    }
    record.arrivedMs = clock.nowMs;
    const ending = await this.#arrive(arrive);
    if (fault?.kind === 'duplicate') void clock.sleep(50).then(() => this.#arrive(arrive));
    await sleep(Math.ceil(latencyMs / 2));
    if (fault?.kind === 'response-lost') return undefined;
    if (fault?.kind === 'reset') return { error: connectionReset() };
    if (fault?.kind === 'garbage') return { value: garbage[fault.index % garbage.length] as T };
    if (fault?.kind !== 'retry-after' || !('value' in ending)) return ending;
    record.retryAfterMs = fault.retryAfterMs;
    return { value: { ...ending.value, retryAfterMs: fault.retryAfterMs } };
  }

  async #arrive<T>(arrive: (nowMs: number) => T | Promise<T>): Promise<Ending<T>> {
    try {
      return { value: await arrive(this.#world.clock.nowMs) };
    } catch (error) {
      return { error };
    }
  }

  #fail(record: RequestRecord, error: unknown): unknown {
    record.settledMs = this.#world.clock.nowMs;
    record.failed = true;
    return error;
  }
}

function missing(method: Method, name: string): never {
  throw failure(method, name, Code.NOT_FOUND);
}

function failure(method: string, operationName: string, code: Code, retryAfterMs?: number): RequestError {
  const status = { code, message: 'as scripted', details: [] };
  return new RequestError({
    method,
    operationName,
    status,
    origin: 'service',
    ...(retryAfterMs !== undefined && { retryAfterMs }),
  });
}

/** A thenable that calls its callbacks twice, first with success and then with a failure. */
function settlingTwice<T>(sent: Promise<T>): Promise<T> {
  const then = (onValue?: ((value: T) => unknown) | null, onError?: ((error: unknown) => unknown) | null): unknown =>
    sent.then(
      (value) => {
        onValue?.(value);
        onError?.(connectionReset());
        onValue?.(value);
      },
      (error: unknown) => {
        onError?.(error);
        onError?.(error);
      },
    );
  return { then } as unknown as Promise<T>;
}
