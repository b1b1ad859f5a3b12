import {
  assertArgument,
  assertKnownOptions,
  assertNumbers,
  invalidArgumentMessage,
  type OptionNames,
} from '../arguments.js';
import type { OperationsMethod } from '../transport.js';
import { checkStatus, type StatusScript } from './script.js';

/**
 * The five RPCs of `google.longrunning.Operations`, as faults and the call log name them: `'getOperation'`,
 * `'listOperations'`, `'cancelOperation'`, `'deleteOperation'`, `'waitOperation'`.
 */
export type EmulatorMethod = Uncapitalize<OperationsMethod>;

/** How a call reaches the emulator. */
export type EmulatorWire = 'transport' | 'grpc' | 'http';

/** A failure or a delay of matching calls. */
export interface Fault {
  /** The RPC, or the path of a method that was added with {@link OperationsEmulator.handle}. */
  readonly method: EmulatorMethod | (string & {});
  /** Matches only requests with this `name`. */
  readonly name?: string | undefined;
  /**
   * How many matching calls succeed first. Calls that an earlier fault took do not count.
   *
   * @defaultValue 0
   */
  readonly after?: number | undefined;
  /**
   * How many calls the fault affects; `Infinity`: all.
   *
   * @defaultValue 1
   */
  readonly times?: number | undefined;
  /** Responds with this status. The call changes nothing. */
  readonly status?: StatusScript | undefined;
  /**
   * Tells the caller when to retry: over HTTP by `Retry-After` (whole seconds, rounded up; also with a success), over
   * gRPC by a RetryInfo among the details of `status`.
   */
  readonly retryAfterMs?: number | undefined;
  /** Delays the call. */
  readonly delayMs?: number | undefined;
  /** Never responds. */
  readonly hang?: boolean | undefined;
  /** Resets the connection. */
  readonly reset?: boolean | undefined;
  /** WaitOperation responds immediately with the current state. */
  readonly earlyReturn?: boolean | undefined;
  /** ListOperations responds with an empty page, whose token leads to the page that was requested. */
  readonly emptyPage?: boolean | undefined;
  /** Responds with this over HTTP, as a proxy or a load balancer would. Matches only calls over HTTP. */
  readonly http?: RawHttpResponse | undefined;
  /**
   * Sends the headers and half of the body over HTTP, and the rest after this time; `Infinity`: never. Matches only
   * calls over HTTP.
   */
  readonly bodyDelayMs?: number | undefined;
}

/** An HTTP response, sent as it is. */
export interface RawHttpResponse {
  /** The status, such as 502. */
  readonly status: number;
  /** @defaultValue `{}` */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** @defaultValue `''` */
  readonly body?: string | undefined;
}

const faultNames: OptionNames<Fault> = {
  method: true,
  name: true,
  after: true,
  times: true,
  status: true,
  retryAfterMs: true,
  delayMs: true,
  hang: true,
  reset: true,
  earlyReturn: true,
  emptyPage: true,
  http: true,
  bodyDelayMs: true,
};
const responseNames: OptionNames<RawHttpResponse> = { status: true, headers: true, body: true };

const noFault: Fault = { method: '' };

/** The pending faults, in the order in which they were added. */
export class FaultQueue {
  #pending: { readonly fault: Fault; after: number; times: number }[] = [];

  /** @throws TypeError, RangeError if an option of the fault is invalid. */
  add(fault: Fault): void {
    checkFault(fault);
    this.#pending.push({ fault, after: fault.after ?? 0, times: fault.times ?? 1 });
  }

  clear(): void {
    this.#pending = [];
  }

  /** Takes the fault for a call and decrements its count. A call without a fault gets an empty one. */
  match(method: string, name: string, via: EmulatorWire): Fault {
    for (const entry of this.#pending) {
      if (!matches(entry.fault, method, name, via)) continue;
      if (entry.after > 0) {
        entry.after--;
        continue;
      }
      if (--entry.times <= 0) this.#pending = this.#pending.filter((other) => other !== entry);
      return entry.fault;
    }
    return noFault;
  }
}

function matches(fault: Fault, method: string, name: string, via: EmulatorWire): boolean {
  if (fault.method !== method || (fault.name !== undefined && fault.name !== name)) return false;
  return via === 'http' || (fault.http === undefined && fault.bodyDelayMs === undefined);
}

function checkFault(fault: Fault): void {
  const action = 'inject a fault';
  assertKnownOptions(action, fault, faultNames);
  const { method, after = 0, times = 1, retryAfterMs = 0, delayMs = 0, bodyDelayMs = 0, status, http } = fault;
  assertArgument(typeof (method as unknown) === 'string', action, 'method', 'a string', method);
  const numbers = { after, times, retryAfterMs, delayMs, bodyDelayMs };
  assertNumbers(action, numbers, { after: 0, times: 1, retryAfterMs: 0, delayMs: 0, bodyDelayMs: 0 });
  if (status) checkStatus(action, status);
  if (http) checkHttp(action, http);
}

function checkHttp(action: string, http: RawHttpResponse): void {
  assertKnownOptions(action, http, responseNames);
  if (!(Number.isInteger(http.status) && http.status >= 200 && http.status <= 999)) {
    throw new RangeError(invalidArgumentMessage(action, 'http.status', 'an integer from 200 to 999', http.status));
  }
}
