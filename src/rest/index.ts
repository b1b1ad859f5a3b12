/**
 * The REST transport, on the platform's `fetch`.
 *
 * @module longrunning/rest
 */
export { restTransport } from './rest-transport.js';

export type { AuthClientLike, GoogleAuthLike } from '../transports/auth-client.js';
export type { FetchLike, ResponseLike } from '../transports/fetch.js';
export type { HeadersLike } from '../transports/headers.js';
export type { HttpBinding, HttpRule } from './http-rule.js';
export type { GoogleServiceOptions, RestCallOptions, RestEndpointOptions, RestTransportOptions } from './options.js';
