import type { Any } from '../any.js';
import { requestError, type RpcInfo } from '../errors.js';
import type { Operations } from '../grpc/unary.js';
import { Code } from '../status.js';
import type { CallOptions, ListOperationsRequest, ListOperationsResponse, RawOperation } from '../transport.js';
import type { CallScope } from '../transports/call-scope.js';
import { credentialHeaders } from '../transports/credentials.js';
import { normalizeHeaders, type HeaderRecord } from '../transports/headers.js';
import { parseResponse, type RpcResponse } from '../transports/http-response.js';
import { send, type OutgoingRequest } from '../transports/http-send.js';
import { assertUrlName } from '../transports/resource-name.js';
import { isGoogleHost, routingHeader } from '../transports/routing-header.js';
import { listResponseFromJson, operationFromJson } from '../wire/json.js';
import {
  encodeAny,
  encodeRequest,
  type RestStub,
  type StubAuthClient,
  type StubMethod,
  type StubRequest,
} from './rest-stub.js';

interface NamedRequest {
  readonly name: string;
  readonly returnPartialSuccess?: boolean | undefined;
}

/** The RPCs over the stub of a generated client with `fallback: true`: its host, its HTTP rules and its credentials. */
export class RestOperations implements Operations {
  readonly #scope: CallScope;
  readonly #stub: RestStub;
  readonly #auth: StubAuthClient;
  readonly #hasRoutingHeader: (host: string) => boolean;

  /** @param hasRoutingHeader - whether requests to a host carry the header by which Google routes them. */
  constructor(
    scope: CallScope,
    stub: RestStub,
    auth: StubAuthClient,
    hasRoutingHeader: (host: string) => boolean = isGoogleHost,
  ) {
    this.#scope = scope;
    this.#stub = stub;
    this.#auth = auth;
    this.#hasRoutingHeader = hasRoutingHeader;
  }

  /** The host and port that requests for an operation are sent to; undefined if no HTTP rule fits its name. */
  hostOf(name: string): string | undefined {
    try {
      return new URL(encodeRequest(this.#stub, this.#auth, 'GetOperation', { name }).url).host;
    } catch {
      return undefined;
    }
  }

  getOperation(request: { name: string }, options: CallOptions): Promise<RawOperation> {
    return this.#call('GetOperation', request, options, ({ json, retryAfterMs }) =>
      this.#addBytes({ ...operationFromJson(json, request.name), retryAfterMs }, request.name),
    );
  }

  listOperations(request: ListOperationsRequest, options: CallOptions): Promise<ListOperationsResponse> {
    return this.#call('ListOperations', request, options, async ({ json }) => {
      const list = listResponseFromJson(json, request.name);
      const operations = list.operations.map((operation) => this.#addBytes(operation, operation.name));
      return { ...list, operations: await Promise.all(operations) };
    });
  }

  cancelOperation(request: { name: string }, options: CallOptions): Promise<void> {
    return this.#call('CancelOperation', request, options, () => undefined);
  }

  deleteOperation(request: { name: string }, options: CallOptions): Promise<void> {
    return this.#call('DeleteOperation', request, options, () => undefined);
  }

  waitOperation({ name }: { name: string }): Promise<RawOperation> {
    const message = 'WaitOperation has no HTTP rule; nothing was sent';
    return Promise.reject(requestError({ method: 'WaitOperation', name }, Code.UNIMPLEMENTED, message));
  }

  async #call<T>(
    method: StubMethod,
    request: NamedRequest,
    options: CallOptions,
    read: (response: RpcResponse) => T | Promise<T>,
  ): Promise<T> {
    const rpc = { method, name: request.name };
    assertUrlName(request.name, method === 'ListOperations');
    const ownHeaders = normalizeHeaders(options.headers ?? {});
    return this.#scope.run(rpc, options, async (context) => {
      const encoded = encode(this.#stub, this.#auth, method, request, rpc);
      const isRouted = this.#hasRoutingHeader(new URL(encoded.url).host);
      const callerHeaders = { ...(isRouted && routingHeader('request', rpc.name)), ...ownHeaders };
      const outgoing = await toOutgoing(this.#auth, request, encoded, rpc, callerHeaders);
      return read(parseResponse(rpc, await send(rpc, encoded.fetch, outgoing, context.signal)));
    });
  }

  async #addBytes(operation: RawOperation, name: string): Promise<RawOperation> {
    const [metadata, response] = await Promise.all([
      this.#withBytes(name, operation.metadata),
      this.#withBytes(name, operation.response),
    ]);
    return { ...operation, metadata, response };
  }

  // The decoders of a generated client read bytes. JSON that the stub cannot encode stays JSON.
  async #withBytes(name: string, any: Any | undefined): Promise<Any | undefined> {
    const value = any && (await encodeAny(this.#stub, this.#auth, name, any));
    return value ? { ...any, value } : any;
  }
}

function encode(
  stub: RestStub,
  auth: StubAuthClient,
  method: StubMethod,
  request: NamedRequest,
  rpc: RpcInfo,
): StubRequest {
  try {
    return encodeRequest(stub, auth, method, request);
  } catch (error) {
    const message = `the client cannot encode it by its HTTP rules (${String(error)}); nothing was sent`;
    throw requestError(rpc, Code.UNIMPLEMENTED, message);
  }
}

async function toOutgoing(
  auth: StubAuthClient,
  request: NamedRequest,
  encoded: StubRequest,
  rpc: RpcInfo,
  callerHeaders: HeaderRecord,
): Promise<OutgoingRequest> {
  const publicHeaders = { accept: 'application/json' };
  // The auth client's `fetch` would add them itself, from its cache. But it reports a failure to get them as a failed request,
  // and they must be known to be redacted in errors.
  const credentials = await credentialHeaders(rpc, () => auth.getRequestHeaders?.(encoded.url) ?? {});
  return {
    ...encoded,
    // The protos of most clients are older than this field.
    url: request.returnPartialSuccess ? withQuery(encoded.url, 'returnPartialSuccess=true') : encoded.url,
    headers: {
      ...credentials,
      ...encoded.headers,
      ...publicHeaders,
      ...callerHeaders,
    },
    publicHeaders,
    secrets: Object.keys(credentials),
  };
}

function withQuery(url: string, parameter: string): string {
  return `${url}${url.includes('?') ? '&' : '?'}${parameter}`;
}
