import type { JsonValue } from '../any.js';
import { RequestError } from '../errors.js';
import { callSignal } from '../rpc/call-options.js';
import { Code } from '../status.js';
import type { CallOptions } from '../transport.js';
import { retryDelayMs } from '../wire/details.js';
import type { Authenticate } from './auth.js';
import type { Endpoint } from './endpoint.js';
import { summarizeBody, readErrorResponse } from './error-response.js';
import { transportError, type RpcInfo } from './failure.js';
import { assertNotExposed, normalizeHeaders, type HeaderRecord } from './headers.js';
import type { Bindings, Method } from './http-rule.js';
import { parseJson } from './json.js';
import { runWithLimits } from './limits.js';
import { percentEncode } from './path-template.js';
import { checkName, checkText } from './request-text.js';
import { maxRetryAfterMs, parseHttpDate, parseRetryAfter } from './retry-after.js';
import { maxBodyBytes, send, type FetchLike, type HttpResponse } from './send.js';
import { transcode, type Fields, type HttpRequest } from './transcode.js';

/** What a channel is made of. */
export interface ChannelSettings {
  readonly endpoint: Endpoint;
  /** The bindings, at hand or still to be loaded. */
  readonly bindings: Bindings | (() => Promise<Bindings>);
  /** Whose bindings they are, for messages. */
  readonly service: string | undefined;
  /** The query parameters of every request, percent-encoded. */
  readonly query: string;
  readonly authenticate: Authenticate | undefined;
  readonly headers: HeaderRecord;
  readonly fetch: FetchLike | undefined;
}

/** The fields of a request; each has a name. */
export type NamedFields = Fields & { readonly name: string };

/** A success. */
export interface RpcResponse {
  /** The body; undefined if it is empty. */
  readonly json: JsonValue | undefined;
  /** How long the server asked to wait before the next request. */
  readonly retryAfterMs: number | undefined;
}

/** One RPC over HTTP: from its fields to its answer or error, within its limits. */
export class HttpChannel {
  readonly #settings: ChannelSettings;
  readonly #activeCalls = new Set<() => void>();
  #closed = false;

  constructor(settings: ChannelSettings) {
    this.#settings = settings;
  }

  /** Sends one request. */
  async call(method: Method, fields: NamedFields, options: CallOptions): Promise<RpcResponse> {
    const call: RpcInfo = { method, name: fields.name };
    const closedError = (): RequestError => transportError(call, Code.CANCELLED, 'the transport is closed');
    if (this.#closed) throw closedError();
    checkFields(method, fields);
    const timeoutMs = readTimeout(options.timeoutMs);
    const { endpoint, authenticate, fetch = globalThis.fetch } = this.#settings;
    const publicHeaders = {
      accept: 'application/json',
      ...(fields.name !== '' && { 'x-goog-request-params': `name=${percentEncode(fields.name)}` }),
    };
    const callerHeaders = { ...this.#settings.headers, ...normalizeHeaders(options.headers ?? {}) };
    assertNotExposed(endpoint, callerHeaders);

    const timeoutError = (): RequestError =>
      transportError(call, Code.DEADLINE_EXCEEDED, `no answer from ${endpoint.host} within ${timeoutMs} ms`);
    const limits = {
      signal: callSignal(options),
      timeoutMs,
      timeoutError,
      closedError,
      activeCalls: this.#activeCalls,
    };
    return runWithLimits(limits, async (signal) => {
      const { httpMethod, path, query, body } = await this.#transcode(call, fields);
      const parameters = [query, this.#settings.query].filter((text) => text !== '').join('&');
      const url = `${endpoint.origin}${path}${parameters === '' ? '' : `?${parameters}`}`;
      const credentials = await authenticate?.(call);
      const content = body === undefined ? undefined : { 'content-type': 'application/json' };
      const headers = { ...publicHeaders, ...content, ...credentials, ...callerHeaders };
      const secrets = Object.keys(credentials ?? {});
      return parseResponse(
        call,
        await send(call, fetch, { url, httpMethod, body, headers, secrets, publicHeaders }, signal),
      );
    });
  }

  /** Ends the calls that run and refuses new ones. */
  close(): void {
    this.#closed = true;
    for (const end of [...this.#activeCalls]) end();
  }

  async #transcode(call: RpcInfo, fields: NamedFields): Promise<HttpRequest> {
    const { service } = this.#settings;
    const configured = this.#settings.bindings;
    const bindings = (typeof configured === 'function' ? await configured() : configured)[call.method] ?? [];
    const request = transcode(bindings, fields);
    if (request !== undefined) return request;
    const tried = bindings.slice(0, 5).map(({ httpMethod, template }) => `${httpMethod} ${template.source}`);
    if (bindings.length > 5) tried.push(`${bindings.length - 5} more`);
    const rule = service === undefined ? 'no HTTP rule' : `no HTTP rule of ${service}`;
    const problem =
      bindings.length === 0 ? `${rule} binds ${call.method}` : `${rule} fits the name, of ${tried.join(', ')}`;
    throw transportError(call, Code.UNIMPLEMENTED, `${problem}; nothing was sent`);
  }
}

function checkFields(method: Method, fields: NamedFields): void {
  checkName(fields.name, method === 'ListOperations');
  for (const [field, value] of Object.entries(fields)) {
    if (typeof value === 'string') checkText(field, value);
  }
}

function readTimeout(timeoutMs = 60_000): number {
  if (!Number.isNaN(timeoutMs)) return timeoutMs;
  throw new RangeError(`Cannot request as 'timeoutMs' must be a number: current value is ${timeoutMs}`);
}

/** The answer to a call, as what it says or the error that it is. */
export function parseResponse(call: RpcInfo, answer: HttpResponse): RpcResponse {
  const { status: httpStatus, text } = answer;
  const retryAfterMs = retryAfter(answer);
  if (httpStatus < 200 || httpStatus > 299) {
    const { status, origin } = readErrorResponse(answer);
    const hints = [retryAfterMs, retryDelayMs(status)].filter((ms) => ms !== undefined);
    throw new RequestError({
      method: call.method,
      operationName: call.name,
      status,
      origin,
      httpStatus,
      retryAfterMs: hints.length === 0 ? undefined : Math.min(Math.max(...hints), maxRetryAfterMs),
    });
  }
  if (text === undefined) {
    const problem = `HTTP ${httpStatus} with a body of more than ${maxBodyBytes} bytes`;
    throw transportError(call, Code.OUT_OF_RANGE, problem, { httpStatus });
  }
  const json = parseJson(text);
  const mayBeEmpty = call.method === 'CancelOperation' || call.method === 'DeleteOperation';
  // A page of a proxy's or a portal's says nothing about the operation; another attempt may get through.
  if (json === undefined && !(mayBeEmpty && text.trim() === '')) {
    const problem = `the body is not JSON: ${summarizeBody(httpStatus, text)}`;
    throw transportError(call, Code.UNKNOWN, problem, { httpStatus, retryAfterMs });
  }
  return { json, retryAfterMs };
}

/** `Retry-After`, a date in which is relative to the server's own clock, if the answer tells it. */
function retryAfter({ headers }: HttpResponse): number | undefined {
  const sent = parseHttpDate(headers.get('date') ?? '');
  return parseRetryAfter(headers.get('retry-after'), Number.isNaN(sent) ? Date.now() : sent);
}
