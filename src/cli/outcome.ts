import { isLROError, type AnyLROError } from '../errors.js';
import type { SettledOperation } from '../many/settle-wait.js';
import type { CompletedOperation } from '../operation.js';
import { codeName, findDetail, type Status } from '../status.js';
import type { WaitSettings } from './command.js';
import { printable } from './printable.js';

/** How the wait for one operation ended. */
export type OutcomeKind = 'response' | 'failed' | 'cancelled' | 'request-failed' | 'timeout';

/** The outcome of an operation that is done. */
export function kindOfCompleted(operation: CompletedOperation<unknown, unknown>): OutcomeKind {
  if (operation.result === 'response') return 'response';
  return operation.cancelled ? 'cancelled' : 'failed';
}

/** The outcome of a wait. */
export function kindOf(operation: SettledOperation<unknown, unknown>): OutcomeKind {
  if (operation.result !== 'unknown') return kindOfCompleted(operation);
  const { reason } = operation;
  return isLROError(reason) && reason.code === 'LRO_POLLING_TIMEOUT' ? 'timeout' : 'request-failed';
}

const exitCodeByKind: Readonly<Record<OutcomeKind, number>> = {
  response: 0,
  failed: 1,
  'request-failed': 3,
  cancelled: 4,
  timeout: 124,
};

/**
 * The exit code of a wait. Of several outcomes without success the first in the list below counts; with `any`, an operation
 * that goes on, or whose state is unknown, counts before those that have ended, because it may still succeed.
 *
 * @param outcomes - those that are known; after --any and --fail-fast there may be fewer than operations.
 */
export function exitCodeOf(outcomes: readonly OutcomeKind[], mode: WaitSettings['mode']): number {
  if (mode === 'any' && outcomes.includes('response')) return 0;
  const order: readonly OutcomeKind[] =
    mode === 'any'
      ? ['timeout', 'request-failed', 'failed', 'cancelled']
      : ['failed', 'request-failed', 'cancelled', 'timeout'];
  return exitCodeByKind[order.find((kind) => outcomes.includes(kind)) ?? 'response'];
}

/** The exit code of a signal: 128 and its number. */
export function exitCodeOfSignal(signal: 'SIGHUP' | 'SIGINT' | 'SIGTERM'): number {
  return 128 + { SIGHUP: 1, SIGINT: 2, SIGTERM: 15 }[signal];
}

/** A status in one line: the code, the message, and the reason of an ErrorInfo. */
export function statusText(status: Status): string {
  const { reason, domain } = findDetail(status, 'ErrorInfo') ?? {};
  const text = [codeName(status.code), printable(status.message)].filter(Boolean).join(': ');
  const source = [reason, domain].filter(Boolean).join(', ');
  return source === '' ? text : `${text} (${printable(source)})`;
}

/** More about a status, a line each: what the user can do, and links. */
export function statusHints(status: Status): string[] {
  const message = findDetail(status, 'LocalizedMessage')?.message;
  const links = findDetail(status, 'Help')?.links ?? [];
  const violations = findDetail(status, 'BadRequest')?.fieldViolations ?? [];
  return [
    ...(message === undefined ? [] : [message]),
    ...violations.map(({ field, description }) => `${field}: ${description}`),
    ...links.map(({ description, url }) => `${description}: ${url}`),
  ].map(printable);
}

/** An error in one line. */
export function errorText(error: unknown): string {
  if (isStatusError(error)) {
    const attempts = 'attempts' in error && error.attempts > 1 ? ` (after ${error.attempts} attempts)` : '';
    return `${statusText(error.status)}${attempts}`;
  }
  return printable(error instanceof Error ? error.message : String(error));
}

/** Hints of the status in an error. */
export function errorHints(error: unknown): string[] {
  return isStatusError(error) ? statusHints(error.status) : [];
}

function isStatusError(error: unknown): error is Extract<AnyLROError, { status: Status }> {
  return isLROError(error) && 'status' in error;
}
