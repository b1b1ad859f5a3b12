import { abortReason } from '../rpc/abort.js';
import { Code, type Status } from '../status.js';
import type { AbortSignalLike, ListOperationsRequest, ListOperationsResponse, RawOperation } from '../transport.js';
import type { EmulatorClock } from './clock.js';
import { Faults, type FaultScript, type OperationsMethod, type RawHttpResponse, type EmulatorWire } from './faults.js';
import { RpcError, statusOf, statusOfError } from './script.js';
import { OperationStore, type ListRules } from './store.js';

/** A call that the emulator got. */
export interface EmulatorCall {
  /** The RPC, or the path of one that was added with {@link OperationsEmulator.handle}. */
  readonly method: OperationsMethod | (string & {});
  /** The `name` of the request: that of the operation, for a list that of the collection; empty if it has none. */
  readonly name: string;
  /** The request's headers or gRPC metadata, their names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** When it came, on the emulator's clock. */
  readonly atMs: number;
  /** How it came. */
  readonly via: EmulatorWire;
  /** True once the caller has given it up before it had the answer. */
  readonly aborted?: boolean;
}

/** What a face knows of a call besides its request. */
export interface CallContext {
  readonly via: EmulatorWire;
  readonly headers: Readonly<Record<string, string>>;
  /** Aborted when the caller gives the call up. */
  readonly signal?: AbortSignalLike | undefined;
  /** The caller's deadline, on the emulator's clock, where the face keeps it. */
  readonly deadlineMs?: number | undefined;
}

/** What a face is to answer; each says it in its own way. */
export type Reply<T> = (
  | { readonly kind: 'result'; readonly value: T }
  | { readonly kind: 'status'; readonly status: Status }
  | { readonly kind: 'http'; readonly handleCall: RawHttpResponse }
  | { readonly kind: 'reset' }
  | { readonly kind: 'deadline' }
) & { readonly call: { aborted?: boolean }; readonly fault: FaultScript };

/** A reply in the form of a wire; a result that has no such form becomes INTERNAL. */
export function encodeReply<T, U>(reply: Reply<T>, encode: (value: T) => U): Reply<U> {
  if (reply.kind !== 'result') return reply;
  const { call, fault } = reply;
  try {
    return { kind: 'result', value: encode(reply.value), call, fault };
  } catch (error) {
    return { kind: 'status', status: statusOfError(error), call, fault };
  }
}

/** What the service does, apart from its faults. */
export interface ServiceRules extends ListRules {
  readonly maxWaitMs: number;
  readonly latencyMs: number;
  readonly log: boolean;
}

const noFault: FaultScript = { method: '' };
const deadlinePassed = new Error('deadline passed');
const closedError = new Error('the emulator is closed');

/** Answers calls from all faces: logs them, lets the faults happen, asks the store. */
export class Service {
  readonly calls: EmulatorCall[] = [];
  readonly faults = new Faults();
  readonly store: OperationStore;
  readonly clock: EmulatorClock;
  readonly #rules: ServiceRules;
  readonly #sleepers = new Set<() => void>();
  #closed = false;

  constructor(clock: EmulatorClock, rules: ServiceRules) {
    this.clock = clock;
    this.#rules = rules;
    this.store = new OperationStore(clock);
  }

  getOperation({ name }: { name: string }, context: CallContext): Promise<Reply<RawOperation>> {
    return this.handleCall('getOperation', name, context, () => this.#get(name));
  }

  listOperations(request: ListOperationsRequest, context: CallContext): Promise<Reply<ListOperationsResponse>> {
    return this.handleCall('listOperations', request.name, context, ({ emptyPage }) =>
      this.store.list(request, emptyPage ? { ...this.#rules, maxPageSize: 0 } : this.#rules),
    );
  }

  cancelOperation({ name }: { name: string }, context: CallContext): Promise<Reply<void>> {
    return this.handleCall('cancelOperation', name, context, () => this.store.cancel(name));
  }

  deleteOperation({ name }: { name: string }, context: CallContext): Promise<Reply<void>> {
    return this.handleCall('deleteOperation', name, context, () => this.store.delete(name));
  }

  waitOperation(
    { name, timeoutMs }: { name: string; timeoutMs: number },
    context: CallContext,
  ): Promise<Reply<RawOperation>> {
    return this.handleCall('waitOperation', name, context, async ({ earlyReturn }) => {
      // 0 is an unset timeout: the server decides.
      const endMs = this.clock.now() + Math.min(timeoutMs > 0 ? timeoutMs : Infinity, this.#rules.maxWaitMs);
      let operation = this.#get(name);
      while (!operation.done && !earlyReturn && this.clock.now() < endMs) {
        const untilMs = Math.min(endMs, this.store.doneAtMs(name));
        await this.sleepUntil(untilMs, context, (wake) => this.store.watch(name, wake));
        operation = this.#get(name);
      }
      return operation;
    });
  }

  /**
   * Answers one call.
   *
   * @param run - does what the RPC does; what it throws becomes a status.
   * @throws the reason of `context.signal`, once it is aborted; nothing else.
   */
  async handleCall<T>(
    method: string,
    name: string,
    context: CallContext,
    run: (fault: FaultScript) => T | Promise<T>,
  ): Promise<Reply<T>> {
    const { via, headers, signal } = context;
    const call: { -readonly [K in keyof EmulatorCall]: EmulatorCall[K] } = {
      method,
      name,
      headers,
      atMs: this.clock.now(),
      via,
    };
    if (this.#rules.log) this.calls.push(call);
    const fault = this.faults.match(method, name, via) ?? noFault;
    try {
      const delayMs = this.#rules.latencyMs + (fault.delayMs ?? 0);
      if (delayMs > 0) await this.sleepUntil(call.atMs + delayMs, context);
      else await Promise.resolve();
      if (fault.hang) await this.sleepUntil(Infinity, context);
      const reply = await this.#outcome(fault, run);
      if (signal?.aborted) throw abortReason(signal);
      return { ...reply, call, fault };
    } catch (error) {
      if (signal?.aborted) {
        call.aborted = true;
        throw error;
      }
      if (error === closedError) return { kind: 'reset', call, fault };
      if (error === deadlinePassed) {
        call.aborted = true;
        return { kind: 'deadline', call, fault };
      }
      return { kind: 'status', status: statusOfError(error), call, fault };
    }
  }

  /**
   * Waits until a time, or until `watch` says so.
   *
   * @throws the reason of `context.signal`; errors of its own when the deadline passes or the emulator is closed.
   */
  async sleepUntil(
    untilMs: number,
    { signal, deadlineMs = Infinity }: Pick<CallContext, 'signal' | 'deadlineMs'>,
    watch?: (wake: () => void) => () => void,
  ): Promise<void> {
    this.#checkOpen();
    if (signal?.aborted) throw abortReason(signal);
    let cleanup: (() => void) | undefined;
    try {
      await new Promise<void>((resolve) => {
        const stop = this.clock.at(Math.min(untilMs, deadlineMs), resolve);
        const unwatch = watch?.(resolve);
        this.#sleepers.add(resolve);
        signal?.addEventListener('abort', resolve);
        cleanup = () => {
          signal?.removeEventListener('abort', resolve);
          this.#sleepers.delete(resolve);
          unwatch?.();
          stop();
        };
      });
    } finally {
      cleanup?.();
    }
    if (signal?.aborted) throw abortReason(signal);
    this.#checkOpen();
    if (deadlineMs < untilMs && this.clock.now() >= deadlineMs) throw deadlinePassed;
  }

  /** Ends all that is under way. */
  close(): void {
    this.#closed = true;
    for (const close of [...this.#sleepers]) close();
  }

  async #outcome<T>(fault: FaultScript, run: (fault: FaultScript) => T | Promise<T>) {
    this.#checkOpen();
    if (fault.reset) return { kind: 'reset' } as const;
    if (fault.http) return { kind: 'http', handleCall: fault.http } as const;
    if (fault.status) return { kind: 'status', status: statusOf(fault.status) } as const;
    return { kind: 'result', value: await run(fault) } as const;
  }

  #checkOpen(): void {
    if (this.#closed) throw closedError;
  }

  #get(name: string): RawOperation {
    const operation = this.store.get(name);
    if (!operation) throw new RpcError(Code.NOT_FOUND, `Operation not found: ${name}`);
    return operation;
  }
}
