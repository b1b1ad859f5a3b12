import { invalidArgumentMessage, assertNumber } from '../arguments.js';
import { checkStatus, type StatusScript } from './script.js';

/** The five RPCs of `google.longrunning.Operations`. */
export type OperationsMethod =
  'getOperation' | 'listOperations' | 'cancelOperation' | 'deleteOperation' | 'waitOperation';

/** The ways into an emulator. */
export type EmulatorWire = 'transport' | 'grpc' | 'http';

/** Something that goes wrong with the calls of one RPC. */
export interface FaultScript {
  /** The RPC, or the path of one that was added with {@link OperationsEmulator.handle}. */
  readonly method: OperationsMethod | (string & {});
  /** Only calls about this operation (for a list: with this `name`). */
  readonly name?: string | undefined;
  /**
   * How many calls to let pass first, of those that no earlier fault took.
   *
   * @defaultValue 0
   */
  readonly after?: number | undefined;
  /**
   * How many calls it happens to; `Infinity`: to all.
   *
   * @defaultValue 1
   */
  readonly times?: number | undefined;
  /** Answers with this status in place of the result. The call changes nothing. */
  readonly status?: StatusScript | undefined;
  /**
   * Asks the caller to wait: `Retry-After` over HTTP (in whole seconds, rounded up; also on a success), over gRPC a
   * RetryInfo among the details of `status`.
   */
  readonly retryAfterMs?: number | undefined;
  /** Waits before anything else happens to the call. */
  readonly delayMs?: number | undefined;
  /** Never answers. */
  readonly hang?: boolean | undefined;
  /** Breaks the connection. */
  readonly reset?: boolean | undefined;
  /** WaitOperation answers at once, with the state of the moment. */
  readonly earlyReturn?: boolean | undefined;
  /** ListOperations answers with a page that is empty, and the token of the page that it would have been. */
  readonly emptyPage?: boolean | undefined;
  /** Answers with this over HTTP, for what proxies and load balancers say. Calls by other ways are not matched. */
  readonly http?: RawHttpResponse | undefined;
  /**
   * Sends the headers and half of the body over HTTP, and the rest after this time; `Infinity`: never. Calls by other
   * ways are not matched.
   */
  readonly bodyDelayMs?: number | undefined;
}

/** An HTTP answer, word for word. */
export interface RawHttpResponse {
  /** The status, such as 502. */
  readonly status: number;
  /** @defaultValue `{}` */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** @defaultValue `''` */
  readonly body?: string | undefined;
}

/** The faults still to happen. Each call is offered to them in the order in which they were added. */
export class Faults {
  #pending: { readonly fault: FaultScript; after: number; times: number }[] = [];

  /** @throws TypeError, RangeError if the fault makes no sense. */
  add(fault: FaultScript): void {
    checkFault(fault);
    this.#pending.push({ fault, after: fault.after ?? 0, times: fault.times ?? 1 });
  }

  clear(): void {
    this.#pending = [];
  }

  /** The fault that happens to a call, which is thereby one fewer to come. */
  match(method: string, name: string, via: EmulatorWire): FaultScript | undefined {
    for (const entry of this.#pending) {
      if (!matches(entry.fault, method, name, via)) continue;
      if (entry.after > 0) {
        entry.after--;
        continue;
      }
      if (--entry.times <= 0) this.#pending = this.#pending.filter((other) => other !== entry);
      return entry.fault;
    }
    return undefined;
  }
}

function matches(fault: FaultScript, method: string, name: string, via: EmulatorWire): boolean {
  if (fault.method !== method || (fault.name !== undefined && fault.name !== name)) return false;
  return via === 'http' || (fault.http === undefined && fault.bodyDelayMs === undefined);
}

function checkFault(fault: FaultScript): void {
  const act = 'add a fault';
  if (typeof (fault.method as unknown) !== 'string') {
    throw new TypeError(`Cannot ${act} as 'method' must be a string: current value is ${String(fault.method)}`);
  }
  for (const option of ['after', 'retryAfterMs', 'delayMs', 'bodyDelayMs'] as const) {
    assertNumber(act, option, fault[option] ?? 0, 0);
  }
  assertNumber(act, 'times', fault.times ?? 1, 1);
  if (fault.status) checkStatus(act, fault.status);
  const { http } = fault;
  if (http && !(Number.isInteger(http.status) && http.status >= 200 && http.status <= 999)) {
    throw new RangeError(invalidArgumentMessage(act, 'http.status', 'an integer from 200 to 999', http.status));
  }
}
