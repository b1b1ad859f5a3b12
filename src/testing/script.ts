import type { Any } from '../any.js';
import {
  assertArgument,
  assertKnownOptions,
  assertName,
  assertNumbers,
  invalidArgumentMessage,
  type OptionNames,
} from '../arguments.js';
import { Code, toCode, type Status, type StatusDetail } from '../status.js';

/** A {@link Status} whose message and details are optional. */
export interface StatusScript {
  /** The code of `google.rpc.Code`. */
  readonly code: Code;
  /** @defaultValue `''` */
  readonly message?: string | undefined;
  /** The details: the types of `google.rpc` in JSON form, any other type as an {@link Any}. */
  readonly details?: readonly StatusDetail[] | undefined;
}

/** The result of an operation: a response or an error. If both are absent, the operation is done without a result. */
export interface OperationOutcome {
  /** The response. */
  readonly response?: Any | undefined;
  /** The error. */
  readonly error?: StatusScript | undefined;
}

/** What one operation does. All times are in milliseconds on the emulator's clock. */
export interface OperationScript extends OperationOutcome {
  /** @defaultValue `'operations/1'`, `'operations/2'`, … */
  readonly name?: string | undefined;
  /**
   * The request id of the call that starts the operation (AIP-155). With an id that was used before, no operation is
   * started: the current state of the first one is returned. An empty string is no id.
   *
   * @defaultValue none
   */
  readonly requestId?: string | undefined;
  /** How long the operation runs. 0: it is done when it starts; `Infinity`: it never completes by itself. */
  readonly durationMs: number;
  /** The metadata: a constant, or a function of the elapsed fraction of `durationMs`, from 0 to 1. */
  readonly metadata?: Any | ((fractionDone: number) => Any | undefined) | undefined;
  /**
   * The effect of CancelOperation.
   *
   * - `'succeeds'`: the operation fails with CANCELLED, after `cancelDelayMs`.
   * - `'fails'`: CancelOperation fails with FAILED_PRECONDITION; the operation continues.
   * - a status: CancelOperation fails with that status; the operation continues.
   * - `'ignored'`: CancelOperation succeeds; the operation continues.
   *
   * @defaultValue `'succeeds'`
   */
  readonly cancel?: 'succeeds' | 'fails' | 'ignored' | StatusScript | undefined;
  /**
   * The time from CancelOperation to the end. An operation that completes earlier keeps its own outcome.
   *
   * @defaultValue 0
   */
  readonly cancelDelayMs?: number | undefined;
  /**
   * The time from the end of the operation until requests about it fail with NOT_FOUND.
   *
   * @defaultValue `Infinity`
   */
  readonly expiresAfterMs?: number | undefined;
  /**
   * The time from the start during which requests fail with NOT_FOUND, as with an eventually consistent service.
   *
   * @defaultValue 0
   */
  readonly visibleAfterMs?: number | undefined;
  /** Omits `name` from responses once the operation is done, as some services do. */
  readonly omitName?: boolean | undefined;
  /** Sends `response` before the operation is done, as some services do. */
  readonly exposeResponseEarly?: boolean | undefined;
}

const statusNames: OptionNames<StatusScript> = { code: true, message: true, details: true };

export const outcomeNames: OptionNames<OperationOutcome> = { response: true, error: true };

const scriptNames: OptionNames<OperationScript> = {
  ...outcomeNames,
  name: true,
  requestId: true,
  durationMs: true,
  metadata: true,
  cancel: true,
  cancelDelayMs: true,
  expiresAfterMs: true,
  visibleAfterMs: true,
  omitName: true,
  exposeResponseEarly: true,
};

/** What {@link OperationsEmulator.update} can change. */
export type OperationPatch = Omit<OperationScript, 'name' | 'requestId' | 'durationMs'> & {
  /** How long the operation runs, counted from its start. */
  readonly durationMs?: number | undefined;
};

/** A script's status with its defaults. */
export function statusOf({ code, message = '', details = [] }: StatusScript): Status {
  return { code: toCode(code), message, details };
}

/** @throws TypeError, RangeError if an option of the script is invalid. */
export function checkScript(script: OperationScript, action = 'start an operation'): void {
  assertKnownOptions(action, script, scriptNames);
  const { name = 'operations/1', response, error, cancel = 'succeeds', durationMs } = script;
  const { cancelDelayMs = 0, expiresAfterMs = 0, visibleAfterMs = 0 } = script;
  assertName(action, name);
  const numbers = { durationMs, cancelDelayMs, expiresAfterMs, visibleAfterMs };
  assertNumbers(action, numbers, { durationMs: 0, cancelDelayMs: 0, expiresAfterMs: 0, visibleAfterMs: 0 });
  assertArgument(!(response && error), action, 'response', "undefined if 'error' is set", response);
  if (error) checkStatus(action, error);
  checkCancel(action, cancel);
}

function checkCancel(action: string, cancel: NonNullable<OperationScript['cancel']>): void {
  if (typeof cancel === 'object') return checkStatus(action, cancel);
  if (['succeeds', 'fails', 'ignored'].includes(cancel)) return;
  throw new RangeError(invalidArgumentMessage(action, 'cancel', "'succeeds', 'fails', 'ignored' or a status", cancel));
}

/** @throws RangeError if the code is not an error of `google.rpc.Code`. */
export function checkStatus(action: string, status: StatusScript): void {
  assertKnownOptions(action, status, statusNames);
  const { code } = status;
  if (toCode(code) === code && code !== Code.OK) return;
  throw new RangeError(invalidArgumentMessage(action, 'code', 'an error of google.rpc.Code', code));
}
