import { requestError, type RpcInfo } from '../errors.js';
import { Code } from '../status.js';
import { parseUrl } from './endpoint.js';
import type { ResponseLike } from './fetch.js';
import type { Redactor } from './redact.js';

const maxRedirects = 5;

/** The URL that a response redirects to, without user, password and fragment; undefined if it does not redirect. */
export function redirectTarget({ status, headers }: ResponseLike, from: URL): URL | undefined {
  const location = [301, 302, 303, 307, 308].includes(status) ? headers.get('location') : null;
  const target = location === null ? undefined : parseUrl(location, from.href);
  // A password in the location must not be sent.
  if (target) target.username = target.password = target.hash = '';
  return target;
}

interface Redirect {
  readonly status: number;
  readonly from: URL;
  readonly target: URL;
  readonly count: number;
  readonly redactor: Redactor;
}

/**
 * Checks that a redirect may be followed: {@link maxRedirects} at most, and never from TLS to plain HTTP. A GET may go
 * anywhere. Other methods only stay within their origin, by 307 or 308, which keep method and body.
 *
 * @param redirect - `count`: how many redirects were followed before.
 * @throws {@link RequestError} FAILED_PRECONDITION if it may not be followed.
 */
export function assertMayFollow(
  rpc: RpcInfo,
  httpMethod: string,
  { status, from, target, count, redactor }: Redirect,
): void {
  const problem = redirectProblem(httpMethod, status, from, target, count);
  if (problem === undefined) return;
  const hosts = redactor.beginning(`from ${from.host} to ${target.host}`, 600);
  const message = `HTTP ${status} redirects ${hosts}, ${problem}`;
  throw requestError(rpc, Code.FAILED_PRECONDITION, message, { httpStatus: status });
}

function redirectProblem(
  httpMethod: string,
  status: number,
  from: URL,
  target: URL,
  count: number,
): string | undefined {
  if (count === maxRedirects) return `the last of more than ${maxRedirects}`;
  if (!/^https?:$/.test(target.protocol)) return 'which is not HTTP';
  if (from.protocol === 'https:' && target.protocol === 'http:') return 'which is not encrypted';
  if (httpMethod === 'GET') return undefined;
  if (target.origin !== from.origin) return `where a ${httpMethod} is not sent again`;
  return status === 307 || status === 308 ? undefined : `which would lose the method ${httpMethod}`;
}
