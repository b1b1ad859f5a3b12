import { isRequestError, requestError, type RpcInfo } from '../errors.js';
import { Code } from '../status.js';
import type { FetchLike, HttpResponse } from '../transports/fetch.js';
import { cancelBody } from '../transports/http-body.js';
import { send, type OutgoingRequest } from '../transports/http-send.js';
import { causeChain, isSystemCode } from '../transports/cause-chain.js';

const probeTimeoutMs = 2000;

/**
 * Sends requests, and recognizes plain text that is sent to a server that speaks TLS, or no HTTP: the next attempt would end the
 * same.
 * Once the server has responded in plain text, a connection that is closed says nothing of the kind and is not looked into:
 * requests fail by the thousand when the network does.
 */
export class PlainTextCheck {
  #wasAccepted = false;

  /**
   * Sends a request.
   *
   * @throws {@link RequestError} FAILED_PRECONDITION if the server speaks TLS, or no HTTP.
   * @throws whatever {@link send} throws.
   */
  async send(rpc: RpcInfo, fetch: FetchLike, request: OutgoingRequest, signal: AbortSignal): Promise<HttpResponse> {
    const { origin, host, protocol } = new URL(request.url);
    if (protocol !== 'http:') return send(rpc, fetch, request, signal);
    let response: HttpResponse;
    try {
      response = await send(rpc, fetch, request, signal);
    } catch (error) {
      const code = this.#wasAccepted ? undefined : unreadCode(error);
      if (code && (await speaksTls(fetch, origin, signal))) throw plainTextError(rpc, host);
      throw code === 'HPE_INVALID_CONSTANT' ? noHttpError(rpc, host) : error;
    }
    if (response.status === 400 && refusesPlainText.test((response.text ?? '').slice(0, 1000)))
      throw plainTextError(rpc, host);
    this.#wasAccepted = true;
    return response;
  }
}

// What nginx, Go and Apache respond in plain text.
const refusesPlainText = /plain HTTP request was sent to HTTPS|HTTP request to an HTTPS server|plain HTTP to an SSL/i;

function plainTextError(rpc: RpcInfo, host: string): Error {
  const message = `the server expects TLS on this port: use 'https://${host}' as the 'apiEndpoint'`;
  return requestError(rpc, Code.FAILED_PRECONDITION, message);
}

function noHttpError(rpc: RpcInfo, host: string): Error {
  return requestError(
    rpc,
    Code.FAILED_PRECONDITION,
    `${host} does not speak HTTP on this port: check the host and the port`,
  );
}

/** The code if the connection was closed before a response, or what came is not HTTP, such as an alert of TLS. */
function unreadCode(error: unknown): string | undefined {
  if (!isRequestError(error) || error.httpStatus !== undefined) return undefined;
  const [code] = causeChain(error.cause).map(({ code }) => code);
  return isSystemCode(code) && /^(?:UND_ERR_SOCKET$|ECONNRESET$|HPE_)/.test(code) ? code : undefined;
}

/** Whether a server completes a TLS handshake, or fails in it by the rules of TLS. No credential is sent. */
async function speaksTls(fetch: FetchLike, origin: string, signal: AbortSignal): Promise<boolean> {
  const controller = new AbortController();
  const abort = (): void => controller.abort();
  const timer = setTimeout(abort, probeTimeoutMs);
  signal.addEventListener('abort', abort);
  try {
    const init = { method: 'HEAD', headers: {}, redirect: 'manual', signal: controller.signal } as const;
    cancelBody(await fetch(origin.replace('http:', 'https:'), init));
    return true;
  } catch (error) {
    // The certificate may be one that only the caller trusts, and the server may refuse the client for other reasons.
    const codes = causeChain(error).map(({ code }) => code);
    return codes.some((code) => isSystemCode(code) && /CERT|^UNABLE_TO_|^ERR_SSL_\w*ALERT/.test(code));
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', abort);
  }
}
