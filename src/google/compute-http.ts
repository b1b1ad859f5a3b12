import { requestError, type RpcInfo } from '../errors.js';
import { Code } from '../status.js';
import type { OperationsMethod } from '../transport.js';
import { credentialHeaders } from '../transports/credentials.js';
import { assertNotExposed, parseEndpoint, type Endpoint } from '../transports/endpoint.js';
import { normalizeHeaders, type HeadersLike } from '../transports/headers.js';
import { parseResponse } from '../transports/http-response.js';
import { send } from '../transports/http-send.js';
import { percentEncode } from '../transports/percent-encode.js';
import { asRecord } from '../transports/as-record.js';
import type { CustomCallOptions } from '../custom/options.js';

/** The part of a client of `@google-cloud/compute` that is used, such as an `InstancesClient`. */
export interface ComputeClientLike {
  /** Its default host. */
  readonly apiEndpoint: string;
  /** Its credentials. */
  readonly auth: {
    /** The headers with the credentials for a request to a URL. */
    getRequestHeaders(url?: string): HeadersLike | Promise<HeadersLike>;
  };
}

/** A request to Compute Engine. */
export interface ComputeRequest {
  readonly method: OperationsMethod;
  readonly httpMethod: 'GET' | 'POST' | 'DELETE';
  /** The name of the operation, or of the collection. */
  readonly name: string;
  /** What follows the name in the path. */
  readonly suffix?: string;
  readonly query?: Readonly<Record<string, string>>;
}

const headers = { accept: 'application/json' };

/** Sends a request with the credentials of a client, to the host of that client. Returns the JSON of the response. */
export async function sendToCompute(
  client: ComputeClientLike,
  { method, httpMethod, name, suffix = '', query = {} }: ComputeRequest,
  { signal, headers: callHeaders = {} }: CustomCallOptions,
): Promise<unknown> {
  const rpc: RpcInfo = { method, name };
  assertComputeName(rpc, method === 'ListOperations');
  const parameters = new URLSearchParams(query).toString();
  const path = `/compute/v1/${name.split('/').map(percentEncode).join('/')}${suffix}`;
  const url = `${endpointOf(client).origin}${path}${parameters === '' ? '' : `?${parameters}`}`;
  const credentials = await credentialHeaders(rpc, () => client.auth.getRequestHeaders(url));
  const request = {
    url,
    httpMethod,
    body: undefined,
    headers: { ...headers, ...credentials, ...normalizeHeaders(callHeaders) },
    secrets: Object.keys(credentials),
    publicHeaders: headers,
  };
  return parseResponse(rpc, await send(rpc, globalThis.fetch, request, signal)).json;
}

/**
 * The address that the client sends to. Its `apiEndpoint` is the default one, even if its options name another host, scheme or
 * port, as for a private endpoint or an emulator.
 */
export function endpointOf(client: ComputeClientLike): Endpoint {
  const { protocol, port, apiEndpoint, servicePath } = asRecord(asRecord(client)._opts);
  const host = [servicePath, apiEndpoint, client.apiEndpoint].find((text) => typeof text === 'string') as string;
  const isPort = typeof port === 'number' && !/:\d+$/.test(host);
  const endpoint = parseEndpoint(`${protocol === 'http' ? 'http' : 'https'}://${host}${isPort ? `:${port}` : ''}`);
  assertNotExposed(endpoint, {}, true);
  return endpoint;
}

// In a zone, in a region, or global.
const names = /^projects\/[\w.:-]+\/(?:global|(?:regions|zones)\/[\w-]+)\/operations(\/[\w-]+)?$/;

function assertComputeName(rpc: RpcInfo, isList: boolean): void {
  const [match, id] = names.exec(rpc.name) ?? [];
  if (match !== undefined && (id === undefined) === isList) return;
  const problem = `not the name of ${isList ? 'a collection of operations' : 'an operation'} of Compute Engine`;
  throw requestError(rpc, Code.INVALID_ARGUMENT, `${problem}; nothing was sent`);
}
