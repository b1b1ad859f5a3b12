import { isLROError, requestError, type RpcInfo } from '../errors.js';
import type { LROError } from '../lro-error.js';
import type { Code } from '../status.js';
import { describeAuthError } from '../transports/auth-error.js';

/** The reason why there is no connection. */
export class ConnectError extends Error {
  readonly code: Code;

  constructor(code: Code, message: string) {
    super(message);
    this.code = code;
  }
}

/** The reason why there are no credentials, without the error of the auth library. */
export function credentialsError(error: unknown): ConnectError {
  const { code, message } = describeAuthError(error, 'credentials');
  return new ConnectError(code, message);
}

/** The error of a call for which there is no connection. */
export function connectError(rpc: RpcInfo, error: unknown): LROError {
  if (isLROError(error)) return error;
  const { code, message } = error instanceof ConnectError ? error : credentialsError(error);
  return requestError(rpc, code, message);
}
