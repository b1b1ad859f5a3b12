import { MalformedOperationError } from '../decode-errors.js';
import { requestError, type RpcInfo } from '../errors.js';
import { throwInvalidArgument } from '../arguments.js';
import type { CustomTransport } from '../custom/custom-transport.js';
import type { LROPoller } from '../poller.js';
import type { PollingOptions } from '../polling/settings.js';
import type { ResumeToken } from '../resume-token.js';
import { Code } from '../status.js';
import { shownOperation } from '../transports/shown-operation.js';

/**
 * Pollers for the operations of a service whose operations are resources of its own form. The response of an operation is
 * the operation when it is done, and so are its metadata.
 *
 * @typeParam L - what an operation has at least.
 */
export interface ResourceOperations<L> {
  /** The transport, for `OperationsClient`. */
  readonly transport: CustomTransport<L, L, L>;
  /**
   * Returns a poller for an operation.
   *
   * @typeParam T - the operation, inferred.
   * @param from - the operation that a method of the client returned, or its full name.
   * @param options - how to poll.
   * @throws TypeError if it is not an operation of the service.
   * @throws {@link longrunning.MalformedOperationError | MalformedOperationError} if it is neither done nor named.
   */
  poller<T extends L = L>(from: T | string, options?: PollingOptions<T>): LROPoller<T, T>;
  /**
   * Resumes a wait from a saved token.
   *
   * @typeParam T - the operation.
   * @param token - `JSON.stringify(poller)`, parsed.
   * @param options - how to poll.
   * @throws TypeError if the token is invalid or belongs to another host.
   */
  resume<T extends L = L>(token: ResumeToken, options?: PollingOptions<T>): LROPoller<T, T>;
  /** Ends the waits. */
  close(): Promise<void>;
}

/**
 * Creates the pollers of a transport.
 *
 * @param isOperation - whether a value is an operation of the service.
 * @param rule - what such a value is.
 */
export function resourceOperations<L extends object>(
  transport: CustomTransport<L, L, L>,
  isOperation: (value: object) => boolean,
  rule: string,
): ResourceOperations<L> {
  // The service returns operations of the type that the starting call returned.
  const typed = <T extends L>(): CustomTransport<T, T, T> => transport as unknown as CustomTransport<T, T, T>;
  return {
    transport,
    poller<T extends L>(from: T | string, options?: PollingOptions<T>) {
      if (typeof from !== 'string') assertOperation(from, isOperation, rule);
      return typed<T>().poller(from, options);
    },
    resume: <T extends L>(token: ResumeToken, options?: PollingOptions<T>) => typed<T>().resume(token, options),
    close: () => transport.close(),
  };
}

function assertOperation(value: unknown, isOperation: (value: object) => boolean, rule: string): void {
  if (typeof value === 'object' && value !== null && isOperation(value)) return;
  throwInvalidArgument('poll', 'operation', rule, shownOperation(value));
}

/**
 * The parts of an operation's name.
 *
 * @param pattern - has a group for each part.
 * @throws {@link RequestError} INVALID_ARGUMENT if it is not such a name: nothing is sent.
 */
export function nameParts(rpc: RpcInfo, pattern: RegExp, form: string): (string | undefined)[] {
  const match = pattern.exec(rpc.name);
  if (match) return match.slice(1);
  throw requestError(rpc, Code.INVALID_ARGUMENT, `the name does not have the form ${form}; nothing was sent`);
}

/**
 * Returns a response that has a state.
 *
 * @throws {@link MalformedOperationError} if it has none: it would be polled for ever.
 */
export function withState<T extends object>(name: string, resource: unknown, field: keyof T & string): T {
  const state = (resource as Partial<T> | null | undefined)?.[field];
  if (state !== undefined && state !== null) return resource as T;
  throw new MalformedOperationError(name, `the response has no '${field}'`);
}
