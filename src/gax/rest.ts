import type { Any } from '../any.js';
import { authenticator } from '../rest/auth.js';
import { parseResponse, type RpcResponse } from '../rest/channel.js';
import { transportError, type RpcInfo } from '../rest/failure.js';
import { normalizeHeaders } from '../rest/headers.js';
import { percentEncode } from '../rest/path-template.js';
import { checkName } from '../rest/request-text.js';
import { send } from '../rest/send.js';
import { Code } from '../status.js';
import type { CallOptions, ListOperationsRequest, ListOperationsResponse, RawOperation } from '../transport.js';
import { listResponseFromJson, operationFromJson } from '../wire/json.js';
import {
  encodeAny,
  encodeRequest,
  type AuthClientLike,
  type RestStub,
  type StubMethod,
  type StubRequest,
} from './rest-stub.js';

/** {@link CallOptions} for an RPC that is ended by the signal, and by nothing else. */
export interface CallOptionsWithSignal extends CallOptions {
  signal: AbortSignal;
}

/** The RPCs, each within the limits that its caller keeps. */
export interface Operations {
  getOperation(request: { name: string }, options: CallOptionsWithSignal): Promise<RawOperation>;
  listOperations(request: ListOperationsRequest, options: CallOptionsWithSignal): Promise<ListOperationsResponse>;
  cancelOperation(request: { name: string }, options: CallOptionsWithSignal): Promise<void>;
  deleteOperation(request: { name: string }, options: CallOptionsWithSignal): Promise<void>;
  waitOperation(request: { name: string; timeoutMs: number }, options: CallOptionsWithSignal): Promise<RawOperation>;
}

/** The RPCs over the stub of a generated client with `fallback: true`, its host, its HTTP rules and its credentials. */
export function operationsOverRest(stub: RestStub, auth: AuthClientLike): Operations {
  const call = (method: StubMethod, request: { name: string }, options: CallOptionsWithSignal): Promise<RpcResponse> =>
    sendRequest(stub, auth, method, request, options);

  // The decoders of a generated client read bytes. JSON that has none stays: it may be of a type that it does not know.
  async function withBytes(name: string, any: Any | undefined): Promise<Any | undefined> {
    const value = any && (await encodeAny(stub, auth, name, any));
    return value ? { ...any, value } : any;
  }

  async function addBytes(operation: RawOperation, name: string): Promise<RawOperation> {
    const [metadata, response] = await Promise.all([
      withBytes(name, operation.metadata),
      withBytes(name, operation.response),
    ]);
    return { ...operation, metadata, response };
  }

  return {
    async getOperation(request, options) {
      const { json, retryAfterMs } = await call('getOperation', request, options);
      return addBytes({ ...operationFromJson(json), retryAfterMs }, request.name);
    },
    async listOperations(request, options) {
      const list = listResponseFromJson((await call('listOperations', request, options)).json);
      const operations = await Promise.all(list.operations.map((operation) => addBytes(operation, operation.name)));
      return { ...list, operations };
    },
    async cancelOperation(request, options) {
      await call('cancelOperation', request, options);
    },
    async deleteOperation(request, options) {
      await call('deleteOperation', request, options);
    },
    waitOperation({ name }) {
      const message = 'WaitOperation has no HTTP rule; nothing was sent';
      return Promise.reject(transportError({ method: 'WaitOperation', name }, Code.UNIMPLEMENTED, message));
    },
  };
}

async function sendRequest(
  stub: RestStub,
  auth: AuthClientLike,
  method: StubMethod,
  request: { name: string; returnPartialSuccess?: boolean | undefined },
  { signal, headers = {} }: CallOptionsWithSignal,
): Promise<RpcResponse> {
  const { name } = request;
  const call: RpcInfo = { method: methodNames[method], name };
  checkName(name, method === 'listOperations');
  const encoded = encode(stub, auth, method, request, call);
  const publicHeaders = {
    accept: 'application/json',
    ...(name !== '' && { 'x-goog-request-params': `name=${percentEncode(name)}` }),
  };
  // The auth client adds them anyway, and has them at hand then. But of a failure to get them its `fetch` makes a failure of
  // the request, and they must be known to be kept out of errors.
  const credentials = auth.getRequestHeaders
    ? await authenticator(() => (auth as Required<AuthClientLike>).getRequestHeaders(encoded.url), encoded.url)(call)
    : {};
  const outgoing = {
    ...encoded,
    // The protos of most clients are from before there was such a field.
    url: request.returnPartialSuccess ? withQuery(encoded.url, 'returnPartialSuccess=true') : encoded.url,
    headers: { ...credentials, ...encoded.headers, ...publicHeaders, ...normalizeHeaders(headers) },
    publicHeaders,
    secrets: Object.keys(credentials),
  };
  return parseResponse(call, await send(call, encoded.fetch, outgoing, signal));
}

const methodNames = {
  getOperation: 'GetOperation',
  listOperations: 'ListOperations',
  cancelOperation: 'CancelOperation',
  deleteOperation: 'DeleteOperation',
} as const;

function encode(stub: RestStub, auth: AuthClientLike, method: StubMethod, request: object, call: RpcInfo): StubRequest {
  try {
    return encodeRequest(stub, auth, method, request);
  } catch (error) {
    const message = `the client's HTTP rules do not fit it (${String(error)}); nothing was sent`;
    throw transportError(call, Code.UNIMPLEMENTED, message);
  }
}

function withQuery(url: string, parameter: string): string {
  return `${url}${url.includes('?') ? '&' : '?'}${parameter}`;
}
