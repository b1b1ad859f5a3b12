import { transportError, type RequestError } from '../errors.js';
import type { PollingEventBody } from '../polling/events.js';
import type { PollingSettings } from '../polling/settings.js';
import { Call } from '../rpc/call.js';
import type { Pacer } from '../rpc/pacer.js';
import type { RetryPolicy } from '../rpc/retry.js';
import type { Scheduler } from '../rpc/scheduler.js';
import { Code } from '../status.js';
import type { CallOptions, OperationsTransport, RawOperation } from '../transport.js';
import type { Ask, LoopHost } from './host.js';

/** Who asks about an operation. */
export interface Asker {
  readonly name: string;
  readonly settings: PollingSettings;
  readonly host: LoopHost;
  /** The milliseconds until nobody waits any more. */
  leftMs(): number;
  /** The milliseconds until the last attempt that can be of use. */
  lastChanceMs(): number;
  emit(event: PollingEventBody): void;
  /** Hears of the answer to a question. */
  answered(question: Question, raw: RawOperation): void;
  /** Hears that there is none. */
  failed(question: Question, error: unknown): void;
  /** Hears what either of them threw. */
  fail(error: unknown): void;
}

/**
 * A question about an operation: by GetOperation, with all the retries, or by WaitOperation, which the server answers
 * when the operation is done, or when its time is up.
 */
export class Question extends Call<RawOperation> {
  /** For how long the server is to wait, in milliseconds; undefined: it is asked by GetOperation. */
  readonly windowMs: number | undefined;
  /** Whether it had less than its time, because everyone who waits was about to give up. */
  readonly clipped: boolean;
  readonly #asker: Asker;

  constructor(asker: Asker, windowMs?: number) {
    super();
    this.#asker = asker;
    this.windowMs = windowMs;
    this.clipped = asker.leftMs() < asker.settings.rpcTimeoutMs;
  }

  get method(): string {
    return this.windowMs === undefined ? 'GetOperation' : 'WaitOperation';
  }

  get name(): string {
    return this.#asker.name;
  }

  get headers(): Readonly<Record<string, string>> | undefined {
    return this.#asker.settings.headers;
  }

  get scheduler(): Scheduler {
    return this.#asker.host.scheduler;
  }

  override get pacer(): Pacer | undefined {
    return this.#asks ? undefined : this.#asker.host.pacer;
  }

  get retry(): RetryPolicy {
    const { retry, wait } = this.#asker.settings;
    if (this.windowMs === undefined) return retry;
    // A wait that fails is no reason to fail where one may poll: the poll that follows has all the retries.
    return wait === 'always' ? { ...retry, codes: retry.codes ?? waitCodes } : { ...retry, maxAttempts: 1 };
  }

  /** Who asks for many at once; what it sends is not this question. */
  get #asks(): Ask | undefined {
    return this.windowMs === undefined ? this.#asker.host.ask : undefined;
  }

  timeoutMs(): number {
    if (this.windowMs !== undefined) return this.windowMs + graceMs;
    return this.#asks ? Infinity : this.#limitMs();
  }

  #limitMs(): number {
    return Math.max(1, Math.min(this.#asker.settings.rpcTimeoutMs, this.#asker.leftMs()));
  }

  send(options: CallOptions): Promise<RawOperation> {
    const { name, windowMs: timeoutMs } = this;
    const { transport } = this.#asker.host;
    const ask = this.#asks;
    if (ask) return ask(name, options, this.#limitMs());
    if (timeoutMs === undefined) return transport.getOperation({ name }, options);
    return sendWait(transport, { name, timeoutMs }, options);
  }

  answered(raw: RawOperation): void {
    if (this.aborted) return;
    try {
      this.#asker.answered(this, raw);
    } catch (error) {
      this.#asker.fail(error);
    }
  }

  failed(error: unknown): void {
    if (this.aborted) return;
    try {
      this.#asker.failed(this, error);
    } catch (failure) {
      this.#asker.fail(failure);
    }
  }

  override lastChanceMs(): number {
    return this.#asker.lastChanceMs();
  }

  override onFailure(error: RequestError, attempt: number, delayMs: number | undefined): void {
    if (delayMs !== undefined) this.#asker.emit({ type: 'retry', error, attempt, delayMs });
  }
}

/** Sends WaitOperation, where the transport has it. */
export function sendWait(
  transport: OperationsTransport,
  request: { name: string; timeoutMs: number },
  options: CallOptions,
): Promise<RawOperation> {
  if (transport.waitOperation) return transport.waitOperation(request, options);
  const message = 'this transport has no WaitOperation';
  return Promise.reject(transportError('WaitOperation', request.name, Code.UNIMPLEMENTED, message));
}

/** For the server to answer after its wait, in milliseconds. */
export const graceMs = 10_000;

// A wait that runs into its deadline is not a failure to try again but an operation that still runs.
const waitCodes: readonly Code[] = [Code.UNAVAILABLE, Code.RESOURCE_EXHAUSTED, Code.ABORTED, Code.INTERNAL];
