import { transportError } from '../errors.js';
import type { PollingEvent } from '../polling/events.js';
import type { PollingSettings } from '../polling/settings.js';
import { call, type Call } from '../rpc/call.js';
import { now } from '../rpc/clock.js';
import type { Pacer } from '../rpc/pacer.js';
import { Code } from '../status.js';
import type { AbortSignalLike, CallOptions, OperationsTransport, RawOperation } from '../transport.js';

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

/** What came of a request, and when the attempt that brought it was sent. */
export type Answer = { readonly sentMs: number } & (
  { readonly raw: RawOperation; readonly error?: undefined } | { readonly raw?: undefined; readonly error: Error }
);

/** Asks by GetOperation, with all the retries. */
export function poll(asker: Asker, signal: AbortSignalLike): Promise<Answer> {
  const { name, host, settings } = asker;
  return ask(asker, signal, {
    method: 'GetOperation',
    send: (options) => host.transport.getOperation({ name }, options),
    retry: settings.retry,
    timeoutMs: () => Math.max(1, Math.min(settings.rpcTimeoutMs, asker.leftMs())),
  });
}

/** Asks by WaitOperation, which the server answers when the operation is done, or after `timeoutMs` at the latest. */
export function wait(asker: Asker, signal: AbortSignalLike, timeoutMs: number): Promise<Answer> {
  const { name, host, settings } = asker;
  const { retry } = settings;
  return ask(asker, signal, {
    method: 'WaitOperation',
    send: (options) => sendWait(host.transport, { name, timeoutMs }, options),
    // A wait that fails is no reason to fail where one may poll: the poll that follows has all the retries.
    retry: settings.wait === 'always' ? { ...retry, codes: retry.codes ?? waitCodes } : { ...retry, maxAttempts: 1 },
    timeoutMs: () => timeoutMs + graceMs,
  });
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

async function ask(
  asker: Asker,
  signal: AbortSignalLike,
  rpc: Pick<Call<RawOperation>, 'method' | 'send' | 'retry' | 'timeoutMs'>,
): Promise<Answer> {
  const { name, settings, host } = asker;
  const { pacer } = host;
  const dueMs = now();
  let sentMs = dueMs;
  try {
    const raw = await call({
      name,
      method: rpc.method,
      retry: rpc.retry,
      timeoutMs: rpc.timeoutMs,
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
  } catch (error) {
    return { error: error as Error, sentMs };
  }
}

/** For the server to answer after its wait, in milliseconds. */
export const graceMs = 10_000;

// A wait that runs into its deadline is not a failure to try again but an operation that still runs.
const waitCodes: readonly Code[] = [Code.UNAVAILABLE, Code.RESOURCE_EXHAUSTED, Code.ABORTED, Code.INTERNAL];
