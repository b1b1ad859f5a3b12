import { requestError } from '../errors.js';
import type { PollingSettings } from '../polling/settings.js';
import type { CallSpec } from '../rpc/call-spec.js';
import type { RateLimiter } from '../rpc/rate-limiter.js';
import type { RetryPolicy } from '../rpc/retry.js';
import type { TimerWheel } from '../rpc/timer-wheel.js';
import { Code } from '../status.js';
import type { CallOptions, OperationsTransport, RawOperation } from '../transport.js';
import type { ClientContext } from './client-context.js';
import type { PollPlan } from './poll-plan.js';

/** A WaitOperation of a loop. */
export class WaitRequest implements CallSpec<RawOperation> {
  readonly method = 'WaitOperation';
  readonly name: string;
  readonly headers: Readonly<Record<string, string>> | undefined;
  readonly retry: RetryPolicy;
  readonly timers: TimerWheel;
  readonly rateLimiter: RateLimiter | undefined;
  readonly #transport: OperationsTransport;
  readonly #plan: PollPlan;
  readonly #waitMs: number;

  /** @param waitMs - how long the server is asked to wait. */
  constructor(context: ClientContext, name: string, settings: PollingSettings, plan: PollPlan, waitMs: number) {
    const { retry, serverWait, headers } = settings;
    this.name = name;
    this.headers = headers;
    // Where polling is possible, a wait is tried once: the poll that follows a failure has all the retries.
    this.retry = serverWait === 'always' ? { ...retry, codes: retry.codes ?? waitCodes } : { ...retry, maxAttempts: 1 };
    this.timers = context.timers;
    this.rateLimiter = context.rateLimiter;
    this.#transport = context.transport;
    this.#plan = plan;
    this.#waitMs = waitMs;
  }

  timeoutMs(): number {
    return this.#waitMs + graceMs;
  }

  lastAttemptInMs(nowMs: number): number {
    return this.#plan.lastAttemptInMs(nowMs);
  }

  send(options: CallOptions): Promise<RawOperation> {
    return sendWait(this.#transport, { name: this.name, timeoutMs: this.#waitMs }, options);
  }
}

/** For the server to answer after its wait, in milliseconds. */
export const graceMs = 10_000;

/** Sends WaitOperation, where the transport has it. */
export function sendWait(
  transport: OperationsTransport,
  request: { name: string; timeoutMs: number },
  options: CallOptions,
): Promise<RawOperation> {
  if (transport.waitOperation) return transport.waitOperation(request, options);
  const message = 'this transport has no WaitOperation';
  return Promise.reject(requestError({ method: 'WaitOperation', name: request.name }, Code.UNIMPLEMENTED, message));
}

// A wait that runs into its deadline is not a failure to try again but an operation that still runs.
const waitCodes: readonly Code[] = [Code.UNAVAILABLE, Code.RESOURCE_EXHAUSTED, Code.ABORTED, Code.INTERNAL];
