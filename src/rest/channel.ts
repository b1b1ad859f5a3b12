import { requestError, type RpcInfo } from '../errors.js';
import { Code } from '../status.js';
import type { CallOptions, OperationsMethod, RequestDescription } from '../transport.js';
import { CallScope, type CallContext } from '../transports/call-scope.js';
import { assertNotExposed, type Endpoint } from '../transports/endpoint.js';
import type { FetchLike, HttpResponse } from '../transports/fetch.js';
import { normalizeHeaders, sameHeaders, type HeaderRecord } from '../transports/headers.js';
import { parseResponse, type RpcResponse } from '../transports/http-response.js';
import { send, type OutgoingRequest } from '../transports/http-send.js';
import { assertUrlName, assertWellFormed } from '../transports/resource-name.js';
import { routingHeader } from '../transports/routing-header.js';
import type { Authenticate } from './auth.js';
import type { Bindings, Fields } from './http-rule.js';
import { PlainTextCheck } from './plain-text.js';
import { matchBinding, transcode, type HttpRequest } from './transcode.js';

/** The settings of an {@link HttpChannel}. */
export interface ChannelSettings {
  readonly endpoint: Endpoint;
  /** The bindings, or a function that loads them. */
  readonly bindings: Bindings | (() => Promise<Bindings>);
  /** The service that the bindings belong to, for messages. */
  readonly service: string | undefined;
  /** The query parameters of every request, percent-encoded. */
  readonly query: string;
  readonly authenticate: Authenticate | undefined;
  readonly headers: HeaderRecord;
  /** Whether requests carry the header by which Google routes them. */
  readonly hasRoutingHeader: boolean;
  readonly fetch: FetchLike | undefined;
}

/** The headers that another origin may see, after a redirect. */
const publicHeaders: HeaderRecord = { accept: 'application/json' };

/** The fields of a request; each has a name. */
export type NamedFields = Fields & { readonly name: string };

/** Sends RPCs over HTTP: from the fields of a request to its response or error. */
export class HttpChannel {
  readonly #settings: ChannelSettings;
  readonly #scope: CallScope;
  readonly #plainTextCheck = new PlainTextCheck();
  /** Undefined until they are loaded. */
  #bindings: Bindings | undefined;

  constructor(settings: ChannelSettings) {
    this.#settings = settings;
    this.#scope = new CallScope(settings.endpoint.host);
  }

  /**
   * Sends one request.
   *
   * @param waitMs - the server's own time limit, of WaitOperation.
   */
  async call(
    method: OperationsMethod,
    fields: NamedFields,
    options: CallOptions,
    waitMs?: number,
  ): Promise<RpcResponse> {
    const rpc: RpcInfo = { method, name: fields.name };
    checkFields(method, fields);
    const callerHeaders = { ...this.#settings.headers, ...normalizeHeaders(options.headers ?? {}) };
    assertNotExposed(this.#settings.endpoint, callerHeaders);
    const work = async (context: CallContext): Promise<RpcResponse> =>
      parseResponse(rpc, await this.#send(rpc, fields, callerHeaders, context));
    return this.#scope.run(rpc, options, work, waitMs);
  }

  /** The binding by which a request is sent; only the protocol before the first request has loaded the bindings. */
  describe(method: OperationsMethod, fields: NamedFields): RequestDescription {
    const match = matchBinding(this.#bindings?.[method] ?? [], fields);
    return { protocol: 'http', httpMethod: match?.binding.httpMethod, urlTemplate: match?.binding.template.source };
  }

  /** Calls `listener` each time that requests may succeed again. */
  onReturn(listener: () => void): void {
    this.#scope.onReturn(listener);
  }

  /** Ends the running calls; later ones reject. */
  close(): void {
    this.#scope.close();
  }

  async #send(
    rpc: RpcInfo,
    fields: NamedFields,
    callerHeaders: HeaderRecord,
    context: CallContext,
  ): Promise<HttpResponse> {
    const { endpoint, authenticate, hasRoutingHeader, fetch = globalThis.fetch } = this.#settings;
    const { httpMethod, path, query, body } = await this.#transcode(rpc, fields);
    const parameters = [query, this.#settings.query].filter((text) => text !== '').join('&');
    const url = `${endpoint.origin}${path}${parameters === '' ? '' : `?${parameters}`}`;
    const routing = hasRoutingHeader ? routingHeader('request', rpc.name) : undefined;
    const content = body === undefined ? undefined : { 'content-type': 'application/json' };
    const prepare = async (): Promise<OutgoingRequest> => {
      const credentials = await authenticate?.(rpc);
      const headers = { ...publicHeaders, ...routing, ...content, ...credentials, ...callerHeaders };
      return { url, httpMethod, body, headers, secrets: Object.keys(credentials ?? {}), publicHeaders };
    };
    const request = await prepare();
    const response = await this.#plainTextCheck.send(rpc, fetch, request, context.signal);
    if (response.status !== 401 || authenticate === undefined) return response;
    // The credentials may have expired or been revoked. With others there is one more attempt, else the 401 is final.
    const renewed = await prepare();
    return sameHeaders(request.headers, renewed.headers) ? response : send(rpc, fetch, renewed, context.signal);
  }

  async #transcode(rpc: RpcInfo, fields: NamedFields): Promise<HttpRequest> {
    const { service, bindings: configured } = this.#settings;
    this.#bindings ??= typeof configured === 'function' ? await configured() : configured;
    const bindings = this.#bindings[rpc.method as OperationsMethod] ?? [];
    const request = transcode(bindings, fields);
    if (request !== undefined) return request;
    const tried = bindings.slice(0, 5).map(({ httpMethod, template }) => `${httpMethod} ${template.source}`);
    if (bindings.length > 5) tried.push(`${bindings.length - 5} more`);
    const rule = service === undefined ? 'no HTTP rule' : `no HTTP rule of ${service}`;
    const problem =
      bindings.length === 0
        ? `${rule} binds ${rpc.method}`
        : `${rule} fits the name, of ${tried.join(', ')}: pass another in 'httpRules'`;
    throw requestError(rpc, Code.UNIMPLEMENTED, `${problem}; nothing was sent`);
  }
}

function checkFields(method: OperationsMethod, fields: NamedFields): void {
  assertUrlName(fields.name, method === 'ListOperations');
  for (const [field, value] of Object.entries(fields)) {
    if (typeof value === 'string') assertWellFormed(field, value);
  }
}
