import { requestError, type RpcInfo } from '../errors.js';
import { Code } from '../status.js';
import { describeAuthError } from './auth-error.js';
import { GaxLoadError } from './google-gax.js';
import { normalizeHeaders, type HeaderRecord, type HeadersLike } from './headers.js';

/**
 * Gets the headers with the credentials of a call.
 *
 * @param getHeaders - calls the auth library, or the caller's own function.
 * @throws {@link RequestError} FAILED_PRECONDITION if google-gax cannot be loaded, UNAVAILABLE if the failure is transient,
 * else UNAUTHENTICATED. The error of the auth library is
 * not its cause, since it may hold tokens and keys.
 */
export async function credentialHeaders(
  rpc: RpcInfo,
  getHeaders: () => HeadersLike | Promise<HeadersLike>,
  subject = 'credentials for the request',
): Promise<HeaderRecord> {
  try {
    return normalizeHeaders(await getHeaders());
  } catch (error) {
    if (error instanceof GaxLoadError) throw requestError(rpc, Code.FAILED_PRECONDITION, error.message);
    const { code, message } = describeAuthError(error, subject);
    throw requestError(rpc, code, message);
  }
}
