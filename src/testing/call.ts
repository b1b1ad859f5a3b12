import type { Status } from '../status.js';
import type { AbortSignalLike } from '../transport.js';
import type { EmulatorMethod, EmulatorWire, Fault, RawHttpResponse } from './faults.js';
import { statusOfError } from './rpc-error.js';

/** A call that the emulator received. */
export interface EmulatorCall {
  /** The RPC, or the path of a method that was added with {@link OperationsEmulator.handle}. */
  readonly method: EmulatorMethod | (string & {});
  /** The `name` of the request: an operation, or for a list the collection; empty if the request has none. */
  readonly name: string;
  /** The request's headers or gRPC metadata, with names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** When the call arrived, on the emulator's clock. */
  readonly atMs: number;
  /** How the call arrived. */
  readonly via: EmulatorWire;
  /** True if the caller aborted the call, or its deadline passed, before the response. */
  readonly aborted?: boolean;
}

/** Call context supplied by a server adapter. */
export interface CallContext {
  readonly via: EmulatorWire;
  readonly headers: Readonly<Record<string, string>>;
  /** Aborted when the caller aborts the call. */
  readonly signal?: AbortSignalLike | undefined;
  /** The caller's deadline on the emulator's clock, if the service has to enforce it. */
  readonly deadlineMs?: number | undefined;
}

/** The reply, to be encoded by the server adapter. */
export type Reply<T> = (
  | { readonly kind: 'result'; readonly value: T }
  | { readonly kind: 'status'; readonly status: Status }
  | { readonly kind: 'http'; readonly response: RawHttpResponse }
  | { readonly kind: 'reset' }
  | { readonly kind: 'deadline' }
) & { readonly call: { aborted?: boolean }; readonly fault: Fault };

/** Encodes the result of a reply. If that fails, the reply becomes an INTERNAL status. */
export function encodeReply<T, U>(reply: Reply<T>, encode: (value: T) => U): Reply<U> {
  if (reply.kind !== 'result') return reply;
  const { call, fault } = reply;
  try {
    return { kind: 'result', value: encode(reply.value), call, fault };
  } catch (error) {
    return { kind: 'status', status: statusOfError(error), call, fault };
  }
}
