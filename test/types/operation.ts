import { expectTypeOf } from 'expect-type';
import type {
  Any,
  CompletedOperation,
  FailedOperation,
  Operation,
  RawOperation,
  RunningOperation,
  Status,
  SucceededOperation,
  UnpackError,
} from '../../src/index.js';

interface Book {
  title: string;
}
interface Progress {
  percent: number;
}
declare const operation: Operation<Book, Progress>;
declare const completed: CompletedOperation<Book, Progress>;

// `done`, then `result`, narrow the union.
export function narrowed(): string {
  if (!operation.done) {
    expectTypeOf(operation).toEqualTypeOf<RunningOperation<Progress>>();
    return 'running';
  }
  expectTypeOf(operation).toEqualTypeOf<CompletedOperation<Book, Progress>>();
  switch (operation.result) {
    case 'response':
      expectTypeOf(operation).toEqualTypeOf<SucceededOperation<Book, Progress>>();
      return operation.response.title;
    case 'error':
      expectTypeOf(operation).toEqualTypeOf<FailedOperation<Progress>>();
      return operation.error.message;
  }
}

// `result` alone narrows it, too; undefined means running.
export function byResult(): boolean {
  if (operation.result === 'response') expectTypeOf(operation.response).toEqualTypeOf<Book>();
  else if (operation.result === 'error') expectTypeOf(operation.error).toEqualTypeOf<Status>();
  else expectTypeOf(operation).toEqualTypeOf<RunningOperation<Progress>>();
  return operation.done;
}

// A completed operation has one of two results.
export function ofCompleted(): string {
  return completed.result === 'response' ? completed.response.title : completed.error.message;
}

// Every state has a name, optional metadata, an optional metadata error and the raw operation.
expectTypeOf(operation.name).toEqualTypeOf<string>();
expectTypeOf(operation.metadata).toEqualTypeOf<Progress | undefined>();
expectTypeOf(operation.metadataError).toEqualTypeOf<UnpackError | undefined>();
expectTypeOf(operation.raw).toEqualTypeOf<RawOperation>();

// No state is `any`. Without declared types, response and metadata are Anys.
expectTypeOf<Operation<Any, Any>>().not.toBeAny();
expectTypeOf<SucceededOperation<Any, Any>['response']>().toEqualTypeOf<Any>();
expectTypeOf<FailedOperation<Progress>['error']>().not.toBeAny();

// @ts-expect-error a response exists only once `result` says so
export const tooSoon = (): unknown => operation.response;
// @ts-expect-error an error exists only once `result` says so
export const noError = (): unknown => completed.error;
// @ts-expect-error a state is read-only
export const changed = (): unknown => (operation.done = true);
