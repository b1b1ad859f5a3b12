// Sends requests through the proxy that HTTPS_PROXY names, except to the hosts of NO_PROXY, in any Node.js.
import { restTransport } from 'longrunning/rest';
import { EnvHttpProxyAgent, fetch } from 'undici';

const dispatcher = new EnvHttpProxyAgent();

/** The options are those of restTransport(), without `fetch`. */
export function proxiedTransport(options) {
  return restTransport({ ...options, fetch: (url, init) => fetch(url, { ...init, dispatcher }) });
}
