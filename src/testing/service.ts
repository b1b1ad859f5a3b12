import { abortReason } from '../rpc/abort.js';
import { Code } from '../status.js';
import type { ListOperationsRequest, ListOperationsResponse, RawOperation } from '../transport.js';
import type { CallContext, EmulatorCall, Reply } from './call.js';
import type { EmulatorClock } from './clock.js';
import { FaultQueue, type Fault } from './faults.js';
import { RpcError, statusOfError } from './rpc-error.js';
import { statusOf } from './script.js';
import { OperationStore, type ListRules } from './store.js';

/** Settings of the service. */
export interface ServiceRules extends ListRules {
  readonly maxWaitMs: number;
  readonly latencyMs: number;
  readonly log: boolean;
}

type MutableCall = { -readonly [K in keyof EmulatorCall]: EmulatorCall[K] };

const deadlineExceeded = new Error('deadline exceeded');
const closedError = new Error('the emulator is closed');

/** Handles the calls of all server adapters: logs them, applies faults, reads and changes the store. */
export class Service {
  readonly calls: EmulatorCall[] = [];
  readonly faults = new FaultQueue();
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
      // A timeout of 0 is unset: the service decides.
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
   * Handles one call.
   *
   * @param run - runs the RPC. An error that it throws becomes a status.
   * @throws the reason of `context.signal` once it is aborted; nothing else.
   */
  async handleCall<T>(
    method: string,
    name: string,
    context: CallContext,
    run: (fault: Fault) => T | Promise<T>,
  ): Promise<Reply<T>> {
    const { via, headers, signal } = context;
    const call: MutableCall = { method, name, headers, atMs: this.clock.now(), via };
    if (this.#rules.log) this.calls.push(call);
    const fault = this.faults.match(method, name, via);
    try {
      await this.#delay(call, fault, context);
      const outcome = await this.#outcome(fault, run);
      if (signal?.aborted) throw abortReason(signal);
      return { ...outcome, call, fault };
    } catch (error) {
      if (signal?.aborted || error === deadlineExceeded) call.aborted = true;
      if (signal?.aborted) throw error;
      return { ...failureOf(error), call, fault };
    }
  }

  /**
   * Resolves at `untilMs`, or earlier when `watch` calls `wake`.
   *
   * @throws the reason of `context.signal` once it is aborted; internal errors if the deadline passes or the emulator is
   * closed.
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
        const cancelTimer = this.clock.at(Math.min(untilMs, deadlineMs), resolve);
        const unwatch = watch?.(resolve);
        this.#sleepers.add(resolve);
        signal?.addEventListener('abort', resolve);
        cleanup = () => {
          signal?.removeEventListener('abort', resolve);
          this.#sleepers.delete(resolve);
          unwatch?.();
          cancelTimer();
        };
      });
    } finally {
      cleanup?.();
    }
    if (signal?.aborted) throw abortReason(signal);
    this.#checkOpen();
    if (deadlineMs < untilMs && this.clock.now() >= deadlineMs) throw deadlineExceeded;
  }

  /** Ends all calls in progress. */
  close(): void {
    this.#closed = true;
    for (const wake of [...this.#sleepers]) wake();
  }

  async #delay({ atMs }: EmulatorCall, { delayMs = 0, hang }: Fault, context: CallContext): Promise<void> {
    const totalMs = this.#rules.latencyMs + delayMs;
    if (totalMs > 0) await this.sleepUntil(atMs + totalMs, context);
    else await Promise.resolve();
    if (hang) await this.sleepUntil(Infinity, context);
  }

  async #outcome<T>(fault: Fault, run: (fault: Fault) => T | Promise<T>) {
    this.#checkOpen();
    if (fault.reset) return { kind: 'reset' } as const;
    if (fault.http) return { kind: 'http', response: fault.http } as const;
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

function failureOf(error: unknown) {
  if (error === closedError) return { kind: 'reset' } as const;
  if (error === deadlineExceeded) return { kind: 'deadline' } as const;
  return { kind: 'status', status: statusOfError(error) } as const;
}
