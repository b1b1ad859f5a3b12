import { requestError, type RpcInfo } from '../errors.js';
import { describeAuthError } from './auth-error.js';
import { normalizeHeaders, type HeaderRecord, type HeadersLike } from './headers.js';

/**
 * Gets the headers with the credentials of a call.
 *
 * @param getHeaders - calls the auth library, or the caller's own function.
 * @throws {@link RequestError} UNAVAILABLE if the failure is transient, else UNAUTHENTICATED. The error of the auth library is
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
    const { code, message } = describeAuthError(error, subject);
    throw requestError(rpc, code, message);
  }
}
