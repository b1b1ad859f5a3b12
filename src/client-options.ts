import type { AnyDecoder, OperationInfo } from './any.js';
import {
  assertArgument,
  assertKnownOptions,
  assertOptions,
  assertResourceName,
  isAtLeast,
  isSignal,
  type OptionNames,
  type OptionRules,
} from './arguments.js';
import type { CoalesceOptions } from './coalescing/options.js';
import { anyInfo } from './operation.js';
import type { PollingOptions } from './polling/settings.js';
import { defaultTimeoutMs } from './rpc/call-options.js';
import { mergeRetryOptions, type RetryOptions, type RetryPolicy } from './rpc/retry.js';
import type { CallOptions, ListOperationsRequest, OperationsMethod, OperationsTransport } from './transport.js';

/** Options of {@link OperationsClient}. */
export interface OperationsClientOptions {
  /** The connection to the service: `grpcTransport()`, `restTransport()`, `gaxTransport()`, or a transport of your own. */
  transport: OperationsTransport;
  /** Defaults for the client's pollers. */
  polling?: PollingOptions | undefined;
  /** What to do when an RPC fails, for single calls and polls. */
  retry?: RetryOptions | undefined;
  /**
   * The maximum number of server-side waits (WaitOperation) that are open at once. Pollers beyond it poll.
   * @defaultValue 32
   */
  maxConcurrentServerWaits?: number | undefined;
  /**
   * The maximum number of requests per second of all pollers of the client: with 0.1, one in ten seconds, also after a pause.
   * RESOURCE_EXHAUSTED halves the rate for a minute.
   * @defaultValue Infinity
   */
  maxRequestsPerSecond?: number | undefined;
  /**
   * Whether polls of operations under one parent that are due together become ListOperations. A poll may then be deferred
   * by up to 5 % of its delay. Operations missing from the list are fetched by GetOperation.
   * @defaultValue false
   */
  coalesce?: boolean | CoalesceOptions | undefined;
}

/** Options of a single RPC. */
export interface RpcOptions extends CallOptions {
  /** What to do when it fails. Options that are not set are those of the client. */
  retry?: RetryOptions | undefined;
}

/** Options of an RPC that returns operations. */
export interface TypedRpcOptions<R, M> extends RpcOptions {
  /** The types of response and metadata. */
  type?: OperationInfo<R, M> | undefined;
}

const clientOptionRules: OptionRules<OperationsClientOptions> = {
  transport: undefined,
  polling: undefined,
  retry: undefined,
  maxConcurrentServerWaits: isAtLeast(0),
  maxRequestsPerSecond: isAtLeast(0.001),
  coalesce: undefined,
};
// Here, since the coalescing is loaded by the first lookup only.
const coalesceOptionNames: OptionNames<CoalesceOptions> = { parentOf: true, pageSize: true };

// Those that a message of protobuf-es has besides are ignored.
const listFields: OptionNames<ListOperationsRequest> & { readonly $typeName: true; readonly $unknown: true } = {
  name: true,
  pageToken: true,
  pageSize: true,
  filter: true,
  returnPartialSuccess: true,
  $typeName: true,
  $unknown: true,
};

export const rpcOptionRules: OptionRules<TypedRpcOptions<unknown, unknown>> = {
  signal: isSignal,
  timeoutMs: isAtLeast(1),
  headers: undefined,
  retry: undefined,
  type: undefined,
};

/**
 * Checks the options of a client, except those of polling and retries, and applies their defaults.
 *
 * @throws TypeError or RangeError if one is invalid.
 */
export function readClientOptions(options: OperationsClientOptions) {
  const action = 'make a client';
  assertOptions(action, options, clientOptionRules);
  const { maxConcurrentServerWaits = 32, maxRequestsPerSecond = Infinity, transport, coalesce } = options;
  const hasGetOperation = typeof (transport as Partial<OperationsTransport> | undefined)?.getOperation === 'function';
  assertArgument(hasGetOperation, action, 'transport', 'an OperationsTransport', transport);
  const { apiEndpoint } = transport;
  assertArgument(typeof (apiEndpoint ?? '') === 'string', action, 'transport.apiEndpoint', 'a string', apiEndpoint);
  if (typeof coalesce === 'object') assertKnownOptions('coalesce', coalesce, coalesceOptionNames);
  return { ...options, maxConcurrentServerWaits, maxRequestsPerSecond };
}

/**
 * Checks that a request has no other fields: with a misspelled filter it would list everything.
 *
 * @throws TypeError that names the field, and the most similar one that exists.
 */
export function assertListRequest(request: ListOperationsRequest): void {
  // Its own fields: a message of protobufjs inherits others.
  assertKnownOptions('list', { ...request }, listFields);
  assertArgument(typeof request.name === 'string', 'list', 'name', 'a string', request.name);
}

/**
 * Checks the options of a single RPC, and applies their defaults.
 *
 * @throws TypeError or RangeError if one is invalid, or the name is.
 */
export function readRpcOptions(method: OperationsMethod, name: string, options: RpcOptions, defaults: RetryPolicy) {
  assertOptions('request', options, rpcOptionRules);
  const { signal, timeoutMs = defaultTimeoutMs, headers } = options;
  // A list may have an empty name: Cloud Functions v1 requires it.
  if (method !== 'ListOperations' || name !== '') assertResourceName('request', name);
  const settings = { retry: mergeRetryOptions(defaults, options.retry), headers };
  return { signal, settings, timeoutMs: () => timeoutMs };
}

/** Validated early: an invalid decoder should fail now, not when the operation completes. */
export function validateInfo<R, M>(info: OperationInfo<R, M> | undefined): OperationInfo<R, M> {
  const types = info ?? (anyInfo as OperationInfo<unknown, unknown> as OperationInfo<R, M>);
  const isValid = types === anyInfo || (isDecoder(types.response) && isDecoder(types.metadata));
  assertArgument(isValid, 'poll', 'info', 'two decoders, by operationInfo()', info);
  return types;
}

function isDecoder(decoder: Partial<AnyDecoder<unknown>> | undefined): boolean {
  return typeof decoder?.decode === 'function' && typeof (decoder.typeName ?? '') === 'string';
}
