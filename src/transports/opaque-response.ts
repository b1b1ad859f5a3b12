import { isRequestError, requestError, type RpcInfo } from '../errors.js';
import { Code } from '../status.js';
import { parseUrl } from './endpoint.js';
import type { ResponseLike } from './fetch.js';
import type { HeaderRecord } from './headers.js';
import { cancelBody } from './http-body.js';

/** Why a browser hides a response, status and headers included; undefined if it does not. */
export function opaqueProblem({ type }: { readonly type?: unknown }): string | undefined {
  if (type === 'opaqueredirect') return 'HTTP redirect, to a URL that a browser does not show';
  if (type !== 'opaque') return undefined;
  return "a response that a browser does not show: 'fetch' was called with mode 'no-cors'";
}

/** A request whose response a browser hides. */
export interface HiddenExchange {
  readonly httpMethod: string;
  readonly url: URL;
  readonly headers: HeaderRecord;
  /** The headers that another origin may see. */
  readonly publicHeaders: HeaderRecord;
  /** Sends the request again, so that the browser follows its redirects. Rejects as a request without a response does. */
  readonly follow: () => Promise<ResponseLike>;
}

/**
 * Returns the response behind a redirect that a browser hides. The browser follows it, if the request is a GET without
 * headers that another origin must not see. Otherwise, and for what no page can read, it fails at once: the next
 * attempt would end the same.
 *
 * @throws {@link RequestError} FAILED_PRECONDITION if there is no response that may be read.
 * @throws what `follow` throws if the request was aborted.
 */
export async function readHidden(rpc: RpcInfo, hidden: ResponseLike, exchange: HiddenExchange): Promise<ResponseLike> {
  const { httpMethod, headers, publicHeaders, url } = exchange;
  const problem = opaqueProblem(hidden) ?? '';
  if (hidden.type !== 'opaqueredirect') throw refused(rpc, problem);
  const fix = "set 'apiEndpoint' to the origin of the service itself";
  if (httpMethod !== 'GET') throw refused(rpc, `${problem}, where a ${httpMethod} is not sent again: ${fix}`);
  const privateHeader = Object.keys(headers).find((name) => headers[name] !== publicHeaders[name]);
  if (privateHeader !== undefined) {
    throw refused(rpc, `${problem}, where the header '${privateHeader}' must not go: ${fix}`);
  }
  const response = await followTwice(rpc, problem, exchange.follow);
  const target = parseUrl(response.url ?? '', url.href);
  if (url.protocol === 'https:' && target?.protocol === 'http:') {
    cancelBody(response);
    throw refused(rpc, `${problem}, which is not encrypted`);
  }
  return response;
}

/** A page cannot tell a target without CORS from a broken connection, which rarely breaks twice after a response. */
async function followTwice(rpc: RpcInfo, problem: string, follow: HiddenExchange['follow']): Promise<ResponseLike> {
  try {
    return await follow();
  } catch {
    try {
      return await follow();
    } catch (error) {
      if (!isRequestError(error)) throw error;
      throw refused(rpc, `${problem}, which cannot be followed, for example to a login: ${error.status.message}`);
    }
  }
}

function refused(rpc: RpcInfo, problem: string): Error {
  return requestError(rpc, Code.FAILED_PRECONDITION, problem);
}
