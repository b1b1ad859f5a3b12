/**
 * The client, the poller, decoders, backoffs, statuses and errors.
 *
 * @module longrunning
 */
// The client and its pollers.
export { OperationsClient } from './client.js';
export type { OperationsClientOptions, RpcOptions, TypedRpcOptions } from './client-options.js';
export type { CoalesceOptions } from './coalescing/options.js';
export { LROPoller } from './poller.js';
export type { WaitOptions } from './waiting/wait.js';
export type { PollingOptions } from './polling/settings.js';
export type {
  DurationHistory,
  EndSource,
  ObservedEnd,
  OperationKind,
  PollTable,
  RemainingEstimate,
} from './polling/duration-history.js';
export type { PollingEvent, PollingListener, PollPlacement } from './polling/events.js';
export type { RetryOptions } from './rpc/retry.js';
export { OperationList } from './operation-list.js';
export type { OperationPage } from './operation-list.js';
export type {
  CompletedOperation,
  FailedOperation,
  Operation,
  OperationState,
  RunningOperation,
  SucceededOperation,
} from './operation.js';
export type { ResumeToken } from './resume-token.js';

// The types of an operation and their decoders.
export { typeNameOf } from './any.js';
export { anyType, operationInfo } from './operation.js';
export type { Any, AnyDecoder, JsonValue, OperationInfo } from './any.js';
export { emptyType, jsonType, protobufType } from './decoders.js';
export type { ProtobufStaticClass } from './decoders.js';

// When to poll.
export { constantBackoff, exponentialBackoff } from './polling/backoff.js';
export { defaultBackoff } from './polling/default-backoff.js';
export type { ExponentialBackoffOptions, PollingBackoff, PollingState } from './polling/backoff.js';

// Statuses and errors.
export { Code, codeName, findDetail } from './status.js';
export type {
  BadRequest,
  CodeName,
  DebugInfo,
  DetailName,
  DetailNamed,
  ErrorInfo,
  Help,
  KnownStatusDetail,
  LocalizedMessage,
  PreconditionFailure,
  QuotaFailure,
  RequestInfo,
  ResourceInfo,
  RetryInfo,
  Status,
  StatusDetail,
  UnknownDetail,
} from './status.js';
export { LROError } from './lro-error.js';
export type { LROErrorCode } from './lro-error.js';
export { isLROError, OperationFailedError, PollingTimeoutError, RequestError } from './errors.js';
export type { AnyLROError, RequestErrorOptions, StatusError } from './errors.js';
export { MalformedOperationError, UnpackError } from './decode-errors.js';

// The transport interface.
export type {
  AbortSignalLike,
  CallOptions,
  ListOperationsRequest,
  ListOperationsResponse,
  OperationsMethod,
  OperationsTransport,
  RawOperation,
  RequestDescription,
} from './transport.js';
