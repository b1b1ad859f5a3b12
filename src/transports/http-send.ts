import type { RpcInfo } from '../errors.js';
import type { FetchLike, HttpResponse, ResponseLike } from './fetch.js';
import type { HeaderRecord } from './headers.js';
import { cancelBody, readBody } from './http-body.js';
import { assertMayFollow, redirectTarget } from './http-redirect.js';
import { networkError } from './network-error.js';
import { opaqueProblem, readHidden } from './opaque-response.js';
import { Redactor } from './redact.js';
import { isCredential, secretValues, urlSecrets } from './secrets.js';

/** A request, and what must be known about it to send it. */
export interface OutgoingRequest {
  readonly url: string;
  readonly httpMethod: string;
  readonly body: string | undefined;
  readonly headers: HeaderRecord;
  /** The names of headers that hold credentials although their names do not show it. */
  readonly secrets: readonly string[];
  /** The headers that may also be sent to another origin, after a redirect. */
  readonly publicHeaders: HeaderRecord;
}

/**
 * Sends a request and reads the response, whatever its status. Redirects are followed as {@link assertMayFollow} allows,
 * from the first other origin on with `publicHeaders` only. Those that a browser hides are followed as
 * {@link readHidden} allows.
 *
 * @throws {@link RequestError} if there is no complete response, or a redirect that may not be followed.
 * @throws the signal's reason if it is aborted.
 */
export async function send(
  rpc: RpcInfo,
  fetch: FetchLike,
  request: OutgoingRequest,
  signal: AbortSignal,
): Promise<HttpResponse> {
  let { headers, url } = request;
  let from = new URL(url);
  const visited = [from];
  const redactor = new Redactor(() => [
    ...secretValues(request.headers, request.secrets),
    ...visited.flatMap(urlSecrets),
  ]);
  for (let count = 0; ; count++) {
    const response = await fetchVisible(rpc, fetch, { ...request, url, headers }, redactor, signal);
    const { status } = response;
    const target = redirectTarget(response, from);
    if (!target) {
      const complete = await readResponse(rpc, response, from.host, redactor, signal);
      return { ...complete, isAnonymous: isAnonymous(request) };
    }
    cancelBody(response);
    assertMayFollow(rpc, request.httpMethod, { status, from, target, count, redactor });
    if (target.origin !== from.origin) headers = request.publicHeaders;
    visited.push(target);
    from = target;
    url = target.href;
  }
}

function isAnonymous({ url, headers, secrets }: OutgoingRequest): boolean {
  const carriesNone = Object.keys(headers).every((name) => !isCredential(name) && !secrets.includes(name));
  return carriesNone && urlSecrets(new URL(url)).length === 0;
}

/** Sends a request whose redirects the caller follows, or the browser, if it shows them to nothing else. */
async function fetchVisible(
  rpc: RpcInfo,
  fetch: FetchLike,
  request: OutgoingRequest,
  redactor: Redactor,
  signal: AbortSignal,
): Promise<ResponseLike> {
  const response = await fetchOnce(rpc, fetch, request, redactor, signal);
  if (opaqueProblem(response) === undefined) return response;
  const follow = (): Promise<ResponseLike> => fetchOnce(rpc, fetch, request, redactor, signal, 'follow');
  return readHidden(rpc, response, { ...request, url: new URL(request.url), follow });
}

async function fetchOnce(
  rpc: RpcInfo,
  fetch: FetchLike,
  { url, httpMethod, headers, body }: OutgoingRequest,
  redactor: Redactor,
  signal: AbortSignal,
  redirect: 'manual' | 'follow' = 'manual',
): Promise<ResponseLike> {
  signal.throwIfAborted(); // a fetch that ignores the signal would still send the request
  const init = { method: httpMethod, headers: { ...headers }, redirect, signal };
  let response: ResponseLike;
  try {
    response = await fetch(url, body === undefined ? init : { ...init, body });
  } catch (error) {
    throw networkError(rpc, error, { host: new URL(url).host, redactor });
  }
  if (signal.aborted) cancelBody(response);
  signal.throwIfAborted();
  return response;
}

async function readResponse(
  rpc: RpcInfo,
  response: ResponseLike,
  host: string,
  redactor: Redactor,
  signal: AbortSignal,
): Promise<HttpResponse> {
  const { status, headers } = response;
  try {
    return { status, headers, text: await readBody(response, signal), redactor };
  } catch (error) {
    throw networkError(rpc, error, { host, redactor, httpStatus: status });
  }
}
