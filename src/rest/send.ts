import { Code } from '../status.js';
import { parseUrl } from './endpoint.js';
import { redact, networkError, transportError, type RpcInfo } from './failure.js';
import { isCredential, type HeaderRecord } from './headers.js';

/** As much of the platform's `fetch` as is used, so that another one can stand in for it. */
export type FetchLike = (
  url: string,
  init: {
    method: string;
    headers: Record<string, string>;
    body?: string;
    redirect: 'manual';
    signal: AbortSignal;
  },
) => Promise<ResponseLike>;

/** As much of the platform's `Response` as is used. */
export interface ResponseLike {
  /** The HTTP status. */
  readonly status: number;
  /** The headers. */
  readonly headers: {
    /** The value of a header. */
    get(name: string): string | null;
  };
  /** Read chunk by chunk where it is a web stream; else `text()` is called. */
  readonly body?: unknown;
  /** Reads the body to its end. */
  text(): Promise<string>;
}

/** An answer whose body has been read. */
export interface HttpResponse {
  readonly status: number;
  readonly headers: ResponseLike['headers'];
  /** The body; undefined if it is longer than {@link maxBodyBytes}. */
  readonly text: string | undefined;
}

/** What is sent, and what must be known to send it. */
export interface OutgoingRequest {
  readonly url: string;
  readonly httpMethod: string;
  readonly body: string | undefined;
  readonly headers: HeaderRecord;
  /** The names of the headers that hold credentials though their names do not tell. */
  readonly secrets: readonly string[];
  /** The headers that may be seen by another origin too, to which a redirect leads. */
  readonly publicHeaders: HeaderRecord;
}

const maxRedirects = 5;

/** The longest body that is read, in bytes. */
export const maxBodyBytes = 64 * 1024 * 1024;

/**
 * Sends a request and reads the answer, whatever its status.
 *
 * Redirects are followed by hand, {@link maxRedirects} at most: a GET anywhere but from TLS to plain HTTP, though only
 * with `publicHeaders` to another origin, and back from there; anything else only within its origin and by 307 or 308,
 * which keep its method and body.
 */
export async function send(
  call: RpcInfo,
  fetch: FetchLike,
  request: OutgoingRequest,
  signal: AbortSignal,
): Promise<HttpResponse> {
  let { url, headers } = request;
  const secrets = secretValues(headers, request.secrets);
  for (let redirects = 0; ; redirects++) {
    signal.throwIfAborted(); // or a fetch that ignores the signal would send what nobody waits for
    const { host, origin, protocol } = new URL(url);
    const response = await withNetworkErrors(call, host, secrets, undefined, () =>
      fetch(url, {
        method: request.httpMethod,
        headers: { ...headers },
        ...(request.body !== undefined && { body: request.body }),
        redirect: 'manual',
        signal,
      }),
    );
    const { status } = response;
    if (signal.aborted) cancelBody(response);
    signal.throwIfAborted();
    const location = [301, 302, 303, 307, 308].includes(status) ? response.headers.get('location') : null;
    const target = location === null ? undefined : parseUrl(location, url);
    if (target === undefined) {
      const text = await withNetworkErrors(call, host, secrets, status, () => readText(response, signal));
      // Some proxies show the request in the page that says what was wrong with it.
      const redacted = status >= 400 && text !== undefined ? redact(text, secrets) : text;
      return { status, headers: response.headers, text: redacted };
    }

    cancelBody(response);
    const refuse = (problem: string): never => {
      const message = `HTTP ${status} redirects from ${host} to ${target.host}, ${problem}`;
      throw transportError(call, Code.FAILED_PRECONDITION, message, { httpStatus: status });
    };
    if (redirects === maxRedirects) refuse(`the last of more than ${maxRedirects}`);
    if (!/^https?:$/.test(target.protocol)) refuse('which is not HTTP');
    if (protocol === 'https:' && target.protocol === 'http:') refuse('which is not encrypted');
    if (request.httpMethod !== 'GET') {
      if (target.origin !== origin) refuse(`where a ${request.httpMethod} is not sent again`);
      if (status !== 307 && status !== 308) refuse(`which would lose the method ${request.httpMethod}`);
    }
    if (target.origin !== origin) headers = request.publicHeaders;
    // A password in the location is not for us to send.
    target.username = target.password = target.hash = '';
    url = target.href;
  }
}

async function withNetworkErrors<T>(
  call: RpcInfo,
  host: string,
  secrets: readonly string[],
  status: number | undefined,
  step: () => Promise<T>,
): Promise<T> {
  try {
    return await step();
  } catch (error) {
    throw networkError(call, host, error, secrets, status);
  }
}

/** The body as text; undefined if it is too long. */
async function readText(response: ResponseLike, signal: AbortSignal): Promise<string | undefined> {
  const { body } = response;
  if (!isWebStream(body)) {
    const text = await response.text();
    return text.length > maxBodyBytes ? undefined : text;
  }
  const reader = body.getReader();
  const cancel = (): void => void reader.cancel().catch(() => undefined);
  signal.addEventListener('abort', cancel);
  try {
    const decoder = new TextDecoder();
    let text = '';
    let length = 0;
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return text + decoder.decode();
      length += value.byteLength;
      if (length > maxBodyBytes) {
        cancel();
        return undefined;
      }
      text += decoder.decode(value, { stream: true });
    }
  } finally {
    signal.removeEventListener('abort', cancel);
  }
}

/** Lets go of the connection of an answer that nobody reads. */
function cancelBody({ body }: ResponseLike): void {
  if (isWebStream(body)) body.cancel().catch(() => undefined);
}

function isWebStream(body: unknown): body is ReadableStream<Uint8Array> {
  return typeof body === 'object' && body !== null && 'getReader' in body && typeof body.getReader === 'function';
}

// Auth clients give it along with the credentials. It is no secret, and errors speak of the project.
const quotaProject = 'x-goog-user-project';

/** Credentials that an error's text must not repeat: the values, and without the scheme, such as `Bearer`. */
function secretValues(headers: HeaderRecord, names: readonly string[]): string[] {
  return Object.entries(headers)
    .filter(([name]) => isCredential(name) || (names.includes(name) && name !== quotaProject))
    .flatMap(([, value]) => [value, value.slice(value.lastIndexOf(' ') + 1)])
    .filter((secret) => secret.length > 3);
}
