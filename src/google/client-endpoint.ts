import { asRecord } from '../transports/as-record.js';
import { assertNotExposed, parseEndpoint, type Endpoint } from '../transports/endpoint.js';

/**
 * The address that a generated client sends to. Its `apiEndpoint` is the default one, even if its options name another host,
 * scheme or port, as for a private endpoint or an emulator.
 */
export function endpointOf(client: { readonly apiEndpoint: string }): Endpoint {
  const { protocol, port, apiEndpoint, servicePath } = asRecord(asRecord(client)._opts);
  const host = [servicePath, apiEndpoint, client.apiEndpoint].find((text) => typeof text === 'string') as string;
  const isPort = typeof port === 'number' && !/:\d+$/.test(host);
  const endpoint = parseEndpoint(`${protocol === 'http' ? 'http' : 'https'}://${host}${isPort ? `:${port}` : ''}`);
  assertNotExposed(endpoint, {}, true);
  return endpoint;
}
