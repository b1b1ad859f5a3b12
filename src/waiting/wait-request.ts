import { requestError } from '../errors.js';
import type { PollingSettings } from '../polling/settings.js';
import { waitDeadlineMarginMs } from '../rpc/call-options.js';
import type { AttemptBounds, CallSpec } from '../rpc/call-spec.js';
import type { RateLimiter } from '../rpc/rate-limiter.js';
import { retryableReadCodes, type RetryPolicy } from '../rpc/retry.js';
import type { TimerWheel } from '../rpc/timer-wheel.js';
import { Code } from '../status.js';
import type { CallOptions, OperationsTransport, RawOperation } from '../transport.js';
import type { ClientContext } from './client-context.js';

// A wait that runs into its deadline has not failed: the operation still runs.
const retryableWaitCodes = retryableReadCodes.filter((code) => code !== Code.DEADLINE_EXCEEDED);

/** Sends WaitOperation; UNIMPLEMENTED if the transport does not have it. */
export function callWaitOperation(
  transport: OperationsTransport,
  request: { name: string; timeoutMs: number },
  options: CallOptions,
): Promise<RawOperation> {
  if (transport.waitOperation) return transport.waitOperation(request, options);
  const message = 'this transport has no WaitOperation';
  return Promise.reject(requestError({ method: 'WaitOperation', name: request.name }, Code.UNIMPLEMENTED, message));
}

/** A WaitOperation of a poll loop. */
export class WaitRequest implements CallSpec<RawOperation> {
  readonly method = 'WaitOperation';
  readonly name: string;
  readonly headers: Readonly<Record<string, string>> | undefined;
  readonly retry: RetryPolicy;
  readonly timers: TimerWheel;
  readonly rateLimiter: RateLimiter | undefined;
  readonly bounds: AttemptBounds;
  readonly #transport: OperationsTransport;
  readonly #serverTimeoutMs: number;

  /** @param serverTimeoutMs - the timeout in the request. */
  constructor(
    context: ClientContext,
    name: string,
    settings: PollingSettings,
    bounds: AttemptBounds,
    serverTimeoutMs: number,
  ) {
    const { retry, serverWait, headers } = settings;
    this.name = name;
    this.headers = headers;
    // Where polling is possible, a wait is sent once: the poll that follows its failure has all the retries.
    const isRequired = serverWait === 'always';
    this.retry = isRequired ? { ...retry, codes: retry.codes ?? retryableWaitCodes } : { ...retry, maxAttempts: 1 };
    this.timers = context.timers;
    this.rateLimiter = context.rateLimiter;
    this.#transport = context.transport;
    this.bounds = bounds;
    this.#serverTimeoutMs = serverTimeoutMs;
  }

  timeoutMs(): number {
    return this.#serverTimeoutMs + waitDeadlineMarginMs;
  }

  send(options: CallOptions): Promise<RawOperation> {
    return callWaitOperation(this.#transport, { name: this.name, timeoutMs: this.#serverTimeoutMs }, options);
  }
}
