import type { IncomingMessage, ServerResponse } from 'node:http';

/**
 * Adds the headers that let pages of every origin send a request and read its response, `Retry-After` included.
 *
 * @returns whether the request is a preflight, to which the headers are the complete response. It is not a call.
 * @see the CORS protocol of the Fetch Standard
 */
export function addCorsHeaders({ method, headers }: IncomingMessage, response: ServerResponse): boolean {
  response.setHeader('access-control-allow-origin', '*');
  // `*` would do for requests without credentials only, and never for `Authorization`.
  response.setHeader('access-control-expose-headers', 'date, retry-after');
  const requestedMethod = headers['access-control-request-method'];
  if (method !== 'OPTIONS' || requestedMethod === undefined) return false;
  response.setHeader('access-control-allow-methods', 'GET, POST, DELETE, PATCH, PUT');
  response.setHeader('access-control-allow-headers', headers['access-control-request-headers'] ?? '*');
  response.setHeader('access-control-max-age', '600');
  response.setHeader('vary', 'access-control-request-headers');
  response.writeHead(204).end();
  return true;
}
