import { requestError, type RpcInfo } from '../errors.js';
import { Code } from '../status.js';
import type { OperationsMethod } from '../transport.js';
import { percentEncode } from '../transports/percent-encode.js';
import type { CustomCallOptions } from '../custom/options.js';
import { endpointOf } from './client-endpoint.js';
import { sendAuthorized, type AuthorizedRequest, type RequestAuthLike } from './send-authorized.js';

/** The part of a client of `@google-cloud/compute` that is used, such as an `InstancesClient`. */
export interface ComputeClientLike {
  /** Its default host. */
  readonly apiEndpoint: string;
  /** Its credentials. */
  readonly auth: RequestAuthLike;
}

/** A request to Compute Engine. */
export interface ComputeRequest extends Omit<AuthorizedRequest, 'url'> {
  readonly method: OperationsMethod;
  /** What follows the name in the path. */
  readonly suffix?: string;
  readonly query?: Readonly<Record<string, string>>;
}

/** Sends a request with the credentials of a client, to the host of that client. Returns the JSON of the response. */
export async function sendToCompute(
  client: ComputeClientLike,
  { method, httpMethod, name, suffix = '', query = {} }: ComputeRequest,
  options: CustomCallOptions,
): Promise<unknown> {
  assertComputeName({ method, name }, method === 'ListOperations');
  const parameters = new URLSearchParams(query).toString();
  const path = `/compute/v1/${name.split('/').map(percentEncode).join('/')}${suffix}`;
  const url = `${endpointOf(client).origin}${path}${parameters === '' ? '' : `?${parameters}`}`;
  return sendAuthorized(client.auth, { method, httpMethod, name, url }, options);
}

// In a zone, in a region, or global.
const names = /^projects\/[\w.:-]+\/(?:global|(?:regions|zones)\/[\w-]+)\/operations(\/[\w-]+)?$/;

function assertComputeName(rpc: RpcInfo, isList: boolean): void {
  const [match, id] = names.exec(rpc.name) ?? [];
  if (match !== undefined && (id === undefined) === isList) return;
  const problem = `not the name of ${isList ? 'a collection of operations' : 'an operation'} of Compute Engine`;
  throw requestError(rpc, Code.INVALID_ARGUMENT, `${problem}; nothing was sent`);
}
