import type { Any } from '../any.js';
import { invalidArgumentMessage, assertNumber } from '../arguments.js';
import { Code, toCode, type Status, type StatusDetail } from '../status.js';

/** A status as one writes it in a test: a {@link Status} whose message and details may be left out. */
export interface StatusScript {
  /** The code of `google.rpc.Code`. */
  readonly code: Code;
  /** @defaultValue `''` */
  readonly message?: string | undefined;
  /** The details: any of the ten types of `google.rpc` in JSON form, or any other as an {@link Any}. */
  readonly details?: readonly StatusDetail[] | undefined;
}

/** How an operation ends: with a response, with an error, or, where both are absent, with neither. */
export interface OperationOutcome {
  /** Its response. */
  readonly response?: Any | undefined;
  /** Its error. */
  readonly error?: StatusScript | undefined;
}

/** The life of one operation. All times are in milliseconds on the emulator's clock. */
export interface OperationScript extends OperationOutcome {
  /** @defaultValue `'operations/1'`, `'operations/2'`, … */
  readonly name?: string | undefined;
  /**
   * The id of the request that starts it (AIP-155). One that came before starts nothing: the answer is the operation that
   * it started, as it is by now. Empty: none.
   *
   * @defaultValue none
   */
  readonly requestId?: string | undefined;
  /** How long it runs. 0: it is done when it starts; `Infinity`: it never ends by itself. */
  readonly durationMs: number;
  /** Its metadata: always the same, or a function of how much of `durationMs` has passed, from 0 to 1. */
  readonly metadata?: Any | ((fractionDone: number) => Any | undefined) | undefined;
  /**
   * What CancelOperation does to it.
   *
   * - `'succeeds'`: it ends with the error CANCELLED, after `cancelDelayMs`.
   * - `'fails'`: CancelOperation answers FAILED_PRECONDITION and the operation goes on; a status instead of the word:
   *   answers with that.
   * - `'ignored'`: CancelOperation answers OK and the operation goes on to its normal end.
   *
   * @defaultValue `'succeeds'`
   */
  readonly cancel?: 'succeeds' | 'fails' | 'ignored' | StatusScript | undefined;
  /**
   * From CancelOperation to the end. Where the operation ends by itself before that, the cancellation came too late and
   * the end is the normal one.
   *
   * @defaultValue 0
   */
  readonly cancelDelayMs?: number | undefined;
  /**
   * From its end until the service has forgotten it and answers NOT_FOUND.
   *
   * @defaultValue `Infinity`
   */
  readonly expiresAfterMs?: number | undefined;
  /**
   * From its start until the service knows it; NOT_FOUND before, as with services that are slow to agree.
   *
   * @defaultValue 0
   */
  readonly visibleAfterMs?: number | undefined;
  /** Leaves `name` out of the answers, as some services do once an operation is done. */
  readonly omitName?: boolean | undefined;
  /** Sends `response` already while the operation is not done, as some services do. */
  readonly exposeResponseEarly?: boolean | undefined;
}

/** What {@link OperationsEmulator.update} can change in the life of an operation. */
export type OperationPatch = Omit<OperationScript, 'name' | 'requestId' | 'durationMs'> & {
  /** How long it runs, still counted from its start. */
  readonly durationMs?: number | undefined;
};

/** The status that a script means. */
export function statusOf({ code, message = '', details = [] }: StatusScript): Status {
  return { code: toCode(code), message, details };
}

/** @throws TypeError, RangeError if the script makes no sense. */
export function checkScript(script: OperationScript, action = 'start an operation'): void {
  const { name = 'operations/1', response, error, cancel = 'succeeds' } = script;
  if (typeof (name as unknown) !== 'string' || name === '') {
    throw new TypeError(invalidArgumentMessage(action, 'name', 'a string that is not empty', name));
  }
  assertNumber(action, 'durationMs', script.durationMs, 0);
  for (const option of ['cancelDelayMs', 'expiresAfterMs', 'visibleAfterMs'] as const) {
    assertNumber(action, option, script[option] ?? 0, 0);
  }
  if (response && error) throw new TypeError(`Cannot ${action} as 'response' and 'error' must not both be given`);
  for (const status of [error, cancel]) if (typeof status === 'object') checkStatus(action, status);
  if (typeof cancel !== 'object' && !['succeeds', 'fails', 'ignored'].includes(cancel)) {
    throw new RangeError(
      invalidArgumentMessage(action, 'cancel', "'succeeds', 'fails', 'ignored' or a status", cancel),
    );
  }
}

/** @throws RangeError if it is not the status of an error. */
export function checkStatus(action: string, { code }: StatusScript): void {
  if (toCode(code) !== code || code === Code.OK) {
    throw new RangeError(
      `Cannot ${action} as 'code' must be an error of google.rpc.Code: current value is ${String(code)}`,
    );
  }
}

/** An error that answers a request: what the store and the handlers throw, and anything else with a numeric `code`. */
export class RpcError extends Error {
  readonly code: Code;

  constructor(code: Code, message: string) {
    super(message);
    this.code = code;
  }
}

/** The status that an error thrown while answering amounts to, whoever's class it is of. */
export function statusOfError(error: unknown): Status {
  const { code, status, message, details } = (error ?? {}) as Partial<Record<keyof RpcErrorLike, unknown>>;
  if (isStatus(status)) return statusOf(status);
  if (isStatus({ code })) {
    return statusOf({
      code: code as Code,
      message: typeof message === 'string' ? message : '',
      details: Array.isArray(details) ? (details as StatusDetail[]) : [],
    });
  }
  return statusOf({ code: Code.INTERNAL, message: typeof message === 'string' ? message : String(error) });
}

interface RpcErrorLike extends StatusScript {
  status: StatusScript;
}

function isStatus(value: unknown): value is StatusScript {
  const code: unknown = (value as Partial<StatusScript> | null | undefined)?.code;
  return typeof code === 'number' && code !== Code.OK;
}
