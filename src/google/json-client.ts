import type { CustomCallOptions } from '../custom/options.js';
import { asRecord } from '../transports/as-record.js';
import { endpointOf } from './client-endpoint.js';
import { sendAuthorized, type AuthorizedRequest, type RequestAuthLike } from './send-authorized.js';

/** The part of a generated client that sending in its place needs. */
export interface GeneratedClientLike {
  /** Its default host. */
  readonly apiEndpoint: string;
  /** Its credentials. */
  readonly auth: RequestAuthLike;
}

/** Whether a generated client sends JSON over HTTP: it has the option `fallback`. */
export function sendsJson(client: GeneratedClientLike): boolean {
  return Boolean(asRecord(asRecord(client)._opts).fallback);
}

/**
 * Sends a request in place of such a client, to its host and with its credentials. google-gax itself takes a response with a
 * detail of a type that it does not know, such as ErrorInfo, for UNAVAILABLE: a failed operation would be polled for minutes.
 */
export function sendForClient(
  client: GeneratedClientLike,
  { path, ...request }: Omit<AuthorizedRequest, 'url'> & { readonly path: string },
  options: CustomCallOptions,
): Promise<unknown> {
  return sendAuthorized(client.auth, { ...request, url: `${endpointOf(client).origin}${path}` }, options);
}
