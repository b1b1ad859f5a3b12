import { RequestError } from '../errors.js';
import type { PollingEvent } from '../polling/events.js';
import type { PollingSettings } from '../polling/settings.js';
import { call, type Call } from '../rpc/call.js';
import { now } from '../rpc/clock.js';
import type { Pacer } from '../rpc/pacer.js';
import type { RetryPolicy } from '../rpc/retry.js';
import { Code } from '../status.js';
import type { OperationsTransport, RawOperation } from '../transport.js';

/** Who asks about an operation. */
export interface Asker {
  readonly name: string;
  readonly settings: PollingSettings;
  readonly host: { readonly transport: OperationsTransport; readonly pacer: Pacer | undefined };
  /** The milliseconds until nobody waits any more. */
  leftMs(): number;
  /** The milliseconds until the last attempt that can be of use. */
  lastChanceMs(): number;
  emit(event: () => PollingEvent): void;
}

/** An answer, and when the request that brought it was sent. */
export interface Answer {
  readonly raw: RawOperation;
  readonly sentMs: number;
}

/** Asks by GetOperation, with all the retries. */
export function poll(asker: Asker, signal: AbortSignal): Promise<Answer> {
  const { name, host, settings } = asker;
  return ask(asker, signal, {
    method: 'GetOperation',
    send: (options) => host.transport.getOperation({ name }, options),
    retry: settings.retry,
    timeoutMs: () => Math.max(1, Math.min(settings.rpcTimeoutMs, asker.leftMs())),
  });
}

/** Asks by WaitOperation, which the server answers when the operation is done, or after `timeoutMs` at the latest. */
export function wait(asker: Asker, signal: AbortSignal, timeoutMs: number): Promise<Answer> {
  const { name, host, settings } = asker;
  return ask(asker, signal, {
    method: 'WaitOperation',
    send: (options) => {
      if (host.transport.waitOperation) return host.transport.waitOperation({ name, timeoutMs }, options);
      const status = { code: Code.UNIMPLEMENTED, message: 'this transport has no WaitOperation', details: [] };
      throw new RequestError({ method: 'WaitOperation', operationName: name, status, origin: 'transport' });
    },
    // A wait that fails is no reason to fail where one may poll: the poll that follows has all the retries.
    retry: settings.wait === 'always' ? { ...settings.retry, codes: settings.retry.codes ?? waitCodes } : once,
    timeoutMs: () => timeoutMs + graceMs,
  });
}

async function ask(
  asker: Asker,
  signal: AbortSignal,
  rpc: Pick<Call<RawOperation>, 'method' | 'send' | 'retry' | 'timeoutMs'>,
): Promise<Answer> {
  const { name, settings, host } = asker;
  const { pacer } = host;
  const dueMs = now();
  let sentMs = dueMs;
  const raw = await call({
    ...rpc,
    name,
    signal,
    headers: settings.headers,
    send: (options) => {
      sentMs = now();
      return rpc.send(options);
    },
    lastChanceMs: () => asker.lastChanceMs(),
    admit: pacer && (() => pacer.turn(dueMs, signal)),
    onFailure: (error, attempt, delayMs) => {
      if (error.rpcCode === Code.RESOURCE_EXHAUSTED) pacer?.slowDown();
      if (delayMs !== undefined) asker.emit(() => ({ type: 'retry', name, error, attempt, delayMs }));
    },
  });
  return { raw, sentMs };
}

// For the server to answer after its wait, in milliseconds.
const graceMs = 10_000;

const once: RetryPolicy = {
  codes: [],
  maxAttempts: 1,
  windowMs: 0,
  initialDelayMs: 0,
  multiplier: 1,
  maxDelayMs: 0,
};

// A wait that runs into its deadline is not a failure to try again but an operation that still runs.
const waitCodes: readonly Code[] = [Code.UNAVAILABLE, Code.RESOURCE_EXHAUSTED, Code.ABORTED, Code.INTERNAL];
