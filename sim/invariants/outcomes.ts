import { isLROError, OperationFailedError, type AnyLROError, type CompletedOperation } from 'longrunning';
import type { BatchRecord, GroupRecord, History, Settlement, TrueOperation, WaitRecord } from '../history.js';
import { operationOf } from '../callers/batch.js';

// How the ends of waits are read, for all invariants.

/** What a caller learned about one operation: how it ended. */
export interface Learned {
  readonly operation: TrueOperation;
  readonly atMs: number;
  readonly result: TrueOperation['result'];
  /** The operation that the response names; undefined: it names none. */
  readonly responseId: number | undefined;
  /** Who learned it. */
  readonly by: string;
}

function operationOfId({ operations }: History, id: number): TrueOperation {
  return operations.find((one) => one.id === id)!;
}

/** The error of this package with which something ended. */
export function lroErrorOf({ error }: Settlement): AnyLROError | undefined {
  return isLROError(error) ? error : undefined;
}

/** Whether a wait ended by the outcome of its operation. */
export function hasOutcome(wait: WaitRecord): boolean {
  const [end] = wait.settlements;
  if (!end || wait.leftMs !== undefined) return false;
  return !('error' in end) || end.error instanceof OperationFailedError;
}

/** Everything that callers learned about the ends of operations. */
export function learnedOutcomes(history: History): Learned[] {
  return [
    ...history.waits.flatMap((wait) => learnedByWait(history, wait)),
    ...history.groups.flatMap((group) => learnedByGroup(history, group)),
    ...history.batches.flatMap((batch) => learnedByBatch(history, batch)),
  ];
}

function learnedByWait(history: History, wait: WaitRecord): Learned[] {
  const [end] = wait.settlements;
  if (!end || !hasOutcome(wait)) return [];
  const operation = operationOfId(history, wait.script.operation);
  const rest = { operation, atMs: end.atMs, by: `wait ${wait.script.id}` };
  if (end.error instanceof OperationFailedError)
    return [{ ...rest, ...readError(end.error.message, end.error.cancelled) }];
  if (wait.script.as === 'promise') return [{ ...rest, ...readResponse(end.value) }];
  return end.value === undefined ? [] : [{ ...rest, ...readCompleted(end.value) }];
}

function learnedByGroup(history: History, { script, settlements: [end], completions }: GroupRecord): Learned[] {
  const by = `group ${script.id}`;
  const of = (index: number): TrueOperation => operationOfId(history, script.operations[index]!);
  const completed = completions.flatMap(({ index, atMs, operation }) =>
    readSettled(operation).map((read) => ({ operation: of(index), atMs, by, ...read })),
  );
  if (!end || 'error' in end || !Array.isArray(end.value)) return completed;
  const { atMs } = end;
  const read = script.as === 'settleAll' ? readSettled : (value: unknown) => [readResponse(value)];
  return end.value.flatMap((value, index) => read(value).map((one) => ({ operation: of(index), atMs, by, ...one })));
}

function learnedByBatch(history: History, { id, results }: BatchRecord): Learned[] {
  return results.flatMap(({ input, atMs, operation }) =>
    readSettled(operation).map((read) => ({
      operation: operationOfId(history, operationOf(input)),
      atMs,
      by: `batch ${id}`,
      ...read,
    })),
  );
}

type Read = Pick<Learned, 'result' | 'responseId'>;

function readSettled(value: unknown): Read[] {
  const { result } = value as { result: string };
  return result === 'unknown' || result === 'unstarted' ? [] : [readCompleted(value)];
}

function readCompleted(value: unknown): Read {
  const operation = value as CompletedOperation<unknown, unknown>;
  return operation.result === 'response'
    ? readResponse(operation.response)
    : readError(operation.error.message, operation.cancelled);
}

function readResponse(response: unknown): Read {
  const { json } = Object(response) as { json?: { id?: number } };
  return { result: json?.id === undefined ? 'empty' : 'response', responseId: json?.id };
}

function readError(message: string, isCancelled: boolean): Read {
  const id = /operation (\d+)$/.exec(message)?.[1];
  return { result: isCancelled ? 'cancelled' : 'error', responseId: id === undefined ? undefined : Number(id) };
}
