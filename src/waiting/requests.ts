import { transportError } from '../errors.js';
import type { PollingEventBody } from '../polling/events.js';
import type { PollingSettings } from '../polling/settings.js';
import { call } from '../rpc/call.js';
import { now } from '../rpc/clock.js';
import { Code } from '../status.js';
import type { AbortSignalLike, CallOptions, OperationsTransport, RawOperation } from '../transport.js';
import type { LoopHost } from './host.js';

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
}

/** What came of a request, and when the attempt that brought it was sent. */
export type Answer = { readonly sentMs: number } & (
  { readonly raw: RawOperation; readonly error?: undefined } | { readonly raw?: undefined; readonly error: Error }
);

/**
 * Asks by GetOperation, with all the retries, or by WaitOperation, which the server answers when the operation is done,
 * or after `windowMs` at the latest.
 *
 * @param windowMs - undefined: by GetOperation.
 */
export async function ask(asker: Asker, signal: AbortSignalLike, windowMs?: number): Promise<Answer> {
  const { name, settings, host } = asker;
  const { transport, pacer } = host;
  const { retry, rpcTimeoutMs, headers } = settings;
  const waits = windowMs !== undefined;
  // A wait that fails is no reason to fail where one may poll: the poll that follows has all the retries.
  const waitRetry =
    settings.wait === 'always' ? { ...retry, codes: retry.codes ?? waitCodes } : { ...retry, maxAttempts: 1 };
  const dueMs = now();
  let sentMs = dueMs;
  try {
    const raw = await call({
      method: waits ? 'WaitOperation' : 'GetOperation',
      name,
      signal,
      headers,
      retry: waits ? waitRetry : retry,
      timeoutMs: () => (waits ? windowMs + graceMs : Math.max(1, Math.min(rpcTimeoutMs, asker.leftMs()))),
      send: (options) => {
        sentMs = now();
        return waits
          ? sendWait(transport, { name, timeoutMs: windowMs }, options)
          : transport.getOperation({ name }, options);
      },
      lastChanceMs: () => asker.lastChanceMs(),
      admit: pacer && (() => pacer.turn(dueMs, signal)),
      onFailure: (error, attempt, delayMs) => {
        if (error.rpcCode === Code.RESOURCE_EXHAUSTED) pacer?.slowDown();
        if (delayMs !== undefined) asker.emit({ type: 'retry', error, attempt, delayMs });
      },
    });
    return { raw, sentMs };
  } catch (error) {
    return { error: error as Error, sentMs };
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
