/**
 * The REST transport, on the platform's `fetch`.
 *
 * @module longrunning/rest
 */
export { restTransport } from './rest-transport.js';

export type { AuthClientLike, AuthClient } from './auth.js';
export type { HeadersLike } from './headers.js';
export type { HttpBinding, HttpRule } from './http-rule.js';
export type { GoogleServiceOptions, RestCallOptions, RestEndpointOptions, RestTransportOptions } from './options.js';
export type { FetchLike, ResponseLike } from './send.js';
