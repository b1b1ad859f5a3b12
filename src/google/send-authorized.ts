import type { RpcInfo } from '../errors.js';
import type { OperationsMethod } from '../transport.js';
import { credentialHeaders } from '../transports/credentials.js';
import type { HttpResponse } from '../transports/fetch.js';
import { normalizeHeaders, sameHeaders, type HeadersLike } from '../transports/headers.js';
import { parseResponse } from '../transports/http-response.js';
import { send, type OutgoingRequest } from '../transports/http-send.js';
import type { CustomCallOptions } from '../custom/options.js';

/** The credentials of a client: a client of google-auth-library, or a `GoogleAuth`. */
export interface RequestAuthLike {
  /** The headers with the credentials for a request to a URL. */
  getRequestHeaders(url?: string): HeadersLike | Promise<HeadersLike>;
}

/** A request to an API of Google. */
export interface AuthorizedRequest {
  readonly method: OperationsMethod;
  readonly httpMethod: 'GET' | 'POST' | 'DELETE';
  /** The name of the operation, or of the collection. */
  readonly name: string;
  readonly url: string;
}

const publicHeaders = { accept: 'application/json' };

/** Sends a request with the credentials of a client. Returns the JSON of the response. */
export async function sendAuthorized(
  auth: RequestAuthLike,
  { method, httpMethod, name, url }: AuthorizedRequest,
  { signal, headers: callHeaders = {} }: CustomCallOptions,
): Promise<unknown> {
  const rpc: RpcInfo = { method, name };
  const prepare = async (): Promise<OutgoingRequest> => {
    const credentials = await credentialHeaders(rpc, () => auth.getRequestHeaders(url));
    const headers = { ...publicHeaders, ...credentials, ...normalizeHeaders(callHeaders) };
    return { url, httpMethod, body: undefined, headers, secrets: Object.keys(credentials), publicHeaders };
  };
  const sendOnce = (request: OutgoingRequest): Promise<HttpResponse> => send(rpc, globalThis.fetch, request, signal);
  const request = await prepare();
  const response = await sendOnce(request);
  if (response.status !== 401) return parseResponse(rpc, response).json;
  // The credentials may have expired or been revoked. With others there is one more attempt, else the 401 is final.
  const renewed = await prepare();
  const isSame = sameHeaders(request.headers, renewed.headers);
  return parseResponse(rpc, isSame ? response : await sendOnce(renewed)).json;
}
