import { expectTypeOf } from 'expect-type';
import {
  Code,
  findDetail,
  isLROError,
  type Any,
  type AnyLROError,
  type BadRequest,
  type CodeName,
  type DetailName,
  type ErrorInfo,
  type Help,
  type LROErrorCode,
  type MalformedOperationError,
  type OperationFailedError,
  type LocalizedMessage,
  type PollingTimeoutError,
  type PreconditionFailure,
  type QuotaFailure,
  type RequestInfo,
  type RequestError,
  type ResumeToken,
  type RetryInfo,
  type Status,
  type StatusDetail,
  type UnknownDetail,
  type UnpackError,
} from '../../src/index.js';

// The guard and the code narrow a caught error; the switch is exhaustive without a default.
export function handled(error: unknown): unknown {
  if (!isLROError(error)) throw error;
  expectTypeOf(error).toEqualTypeOf<AnyLROError>();
  switch (error.code) {
    case 'LRO_OPERATION_FAILED':
      expectTypeOf(error).toEqualTypeOf<OperationFailedError>();
      expectTypeOf(error.metadata).toBeUnknown();
      return error.status;
    case 'LRO_REQUEST_FAILED':
      expectTypeOf(error).toEqualTypeOf<RequestError>();
      expectTypeOf(error.rpcCode).toEqualTypeOf<Code>();
      return error.attempts;
    case 'LRO_POLLING_TIMEOUT':
      expectTypeOf(error).toEqualTypeOf<PollingTimeoutError>();
      expectTypeOf(error.token).toEqualTypeOf<ResumeToken>();
      return error.polls;
    case 'LRO_MALFORMED_OPERATION':
      expectTypeOf(error).toEqualTypeOf<MalformedOperationError>();
      return error.message;
    case 'LRO_UNPACK_FAILED':
      expectTypeOf(error).toEqualTypeOf<UnpackError>();
      expectTypeOf(error.any).toEqualTypeOf<Any>();
      return error.expected;
    default:
      expectTypeOf(error).toBeNever();
      return error satisfies never;
  }
}

// Each class has a literal code; together they are all codes.
expectTypeOf<AnyLROError['code']>().toEqualTypeOf<LROErrorCode>();
expectTypeOf<RequestError['code']>().toEqualTypeOf<'LRO_REQUEST_FAILED'>();
expectTypeOf<AnyLROError['operationName']>().toEqualTypeOf<string>();

// The accessors of errors are typed.
expectTypeOf<RequestError['errorInfo']>().toEqualTypeOf<ErrorInfo | undefined>();
expectTypeOf<OperationFailedError['retryInfo']>().toEqualTypeOf<RetryInfo | undefined>();
expectTypeOf<RequestError['fieldViolations']>().toEqualTypeOf<BadRequest['fieldViolations']>();
expectTypeOf<OperationFailedError['help']>().toEqualTypeOf<Help | undefined>();
expectTypeOf<OperationFailedError['localizedMessage']>().toEqualTypeOf<LocalizedMessage | undefined>();
expectTypeOf<RequestError['cause']>().toBeUnknown();
expectTypeOf<RequestError['status']>().toEqualTypeOf<Status>();

// A code is one of seventeen numbers, not an arbitrary number.
expectTypeOf<Code>().toEqualTypeOf<0 | 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9 | 10 | 11 | 12 | 13 | 14 | 15 | 16>();
expectTypeOf(Code.NOT_FOUND).toEqualTypeOf<5>();
expectTypeOf<CodeName>().extract<'NOT_FOUND' | 'nonsense'>().toEqualTypeOf<'NOT_FOUND'>();
// @ts-expect-error there is no code 17
export const code: Code = 17;

// `'@type'` narrows a detail; a detail of an unknown type is an Any.
export function detail(detail: StatusDetail): unknown {
  switch (detail['@type']) {
    case 'type.googleapis.com/google.rpc.ErrorInfo':
      expectTypeOf(detail).toEqualTypeOf<ErrorInfo>();
      return detail.metadata.service;
    case 'type.googleapis.com/google.rpc.RetryInfo':
      expectTypeOf(detail.retryDelay).toEqualTypeOf<string>();
      return detail.retryDelay;
    case 'type.googleapis.com/google.rpc.QuotaFailure':
      return detail.violations.map(({ quotaMetric }) => quotaMetric);
    case 'type.googleapis.com/google.rpc.BadRequest':
      return detail.fieldViolations.map(({ field }) => field);
    case 'type.googleapis.com/google.rpc.DebugInfo':
    case 'type.googleapis.com/google.rpc.PreconditionFailure':
    case 'type.googleapis.com/google.rpc.RequestInfo':
    case 'type.googleapis.com/google.rpc.ResourceInfo':
    case 'type.googleapis.com/google.rpc.Help':
    case 'type.googleapis.com/google.rpc.LocalizedMessage':
      return detail['@type'];
    case undefined:
      expectTypeOf(detail).toEqualTypeOf<UnknownDetail>();
      return detail.value ?? detail.json;
    default:
      return detail satisfies never;
  }
}

// findDetail() returns the type with the given short name.
export function found(status: Status): void {
  expectTypeOf(findDetail(status, 'QuotaFailure')).toEqualTypeOf<QuotaFailure | undefined>();
  expectTypeOf(findDetail(status, 'PreconditionFailure')).toEqualTypeOf<PreconditionFailure | undefined>();
  expectTypeOf(findDetail(status, 'RequestInfo')).toEqualTypeOf<RequestInfo | undefined>();
  // @ts-expect-error there is no detail of that name
  findDetail(status, 'Status');
}
expectTypeOf<DetailName>()
  .extract<'DebugInfo' | 'ResourceInfo' | 'Status'>()
  .toEqualTypeOf<'DebugInfo' | 'ResourceInfo'>();
