import { assertArgument, assertKnownOptions } from '../arguments.js';
import type { OperationsTransport, RawOperation } from '../transport.js';
import { assertNotExposed, parseEndpoint, shownEndpoint, type Endpoint } from '../transports/endpoint.js';
import { normalizeHeaders } from '../transports/headers.js';
import type { RpcResponse } from '../transports/http-response.js';
import { percentEncode } from '../transports/percent-encode.js';
import { isGoogleHost } from '../transports/routing-header.js';
import { durationToJson } from '../wire/duration.js';
import { listResponseFromJson, operationFromJson } from '../wire/json.js';
import { apiKeyAuthenticator, apiKeyHeader, joinAuthenticators } from './api-key.js';
import { authenticator } from './auth.js';
import { HttpChannel, type ChannelSettings } from './channel.js';
import { globalHost } from './global-host.js';
import { bindingsOf, defaultRules } from './http-rule.js';
import { restOptionNames, type RestTransportOptions } from './options.js';
import { serviceBindings, supportsWait } from './service.js';

const action = 'create a REST transport';

/**
 * Creates a transport over HTTP and JSON with the platform's `fetch`.
 *
 * With `service` it uses that service's own bindings, with `httpRules` these, with both first the latter. Otherwise, and for
 * a host or a name that the table of Google's services does not have, it sends `GET /v1/{name}`,
 * `POST /v1/{name}:cancel`, `DELETE /v1/{name}`, and for a list `GET` of the name if it is or ends in `operations`, else of
 * the name with `/operations` appended.
 *
 * Each method rejects with
 * - a {@link longrunning.RequestError | RequestError} if the request fails. It is UNIMPLEMENTED, and nothing is sent, if no
 *   rule binds the method, or none for such a name; CANCELLED after `close()`.
 * - a {@link longrunning.MalformedOperationError | MalformedOperationError} if the response is JSON but not an operation.
 * - the signal's reason if it is aborted.
 * - a `TypeError`, before anything is sent, if the name would address another resource in a URL (empty, `.` and `..`
 *   segments, control characters).
 *
 * `waitOperation` is absent if no rule binds WaitOperation.
 *
 * Five redirects at most are followed, to another origin without the headers of `auth` and of the caller. A response of
 * more than 64 MiB fails with OUT_OF_RANGE.
 *
 * Node.js's `fetch` fails (DEADLINE_EXCEEDED) if no response begins within 300 s, whatever `timeoutMs` is: for longer
 * WaitOperation timeouts pass a `fetch` whose dispatcher has another `headersTimeout`.
 *
 * @throws TypeError if an option is invalid, or if credentials would be sent in plain text to another machine.
 * @see `google/api/http.proto`
 *
 * @example
 * ```ts
 * import { OperationsClient } from 'longrunning';
 * import { restTransport } from 'longrunning/rest';
 *
 * const transport = restTransport({ service: 'translate.googleapis.com', apiVersion: 'v3', auth: 'adc' });
 * await using client = new OperationsClient({ transport });
 * ```
 */
export function restTransport(options: RestTransportOptions): OperationsTransport {
  assertKnownOptions('create a REST transport', options, restOptionNames);
  const { apiVersion = 'v1' } = options;
  const isVersion = /^[\w~-][\w.~-]*(?:\/[\w~-][\w.~-]*)*$/.test(apiVersion);
  assertArgument(isVersion, 'use a version', 'apiVersion', "a path segment like 'v1'", shownEndpoint(apiVersion));
  const { bindings, hasWait } = resolveBindings(options, apiVersion);
  const settings = channelSettings(options, apiVersion, bindings);
  return transportOver(new HttpChannel(settings), settings.endpoint.host, hasWait);
}

/** The bindings, and whether they include WaitOperation. */
function resolveBindings(
  { service, httpRules }: Pick<RestTransportOptions, 'service' | 'httpRules'>,
  apiVersion: string,
): { bindings: ChannelSettings['bindings']; hasWait: boolean } {
  if (service === undefined) {
    const given = bindingsOf(httpRules ?? []);
    const bindings = Object.keys(given).length > 0 ? given : bindingsOf(defaultRules(apiVersion));
    return { bindings, hasWait: bindings.WaitOperation !== undefined };
  }
  const isHost = /^[\w-]+(?:\.[\w-]+)+$/.test(service);
  assertArgument(isHost, 'use a service', 'service', "a host like 'dialogflow.googleapis.com'", shownEndpoint(service));
  const host = globalHost(service);
  const hasWait = supportsWait(host) || bindingsOf(httpRules ?? []).WaitOperation !== undefined;
  return { bindings: serviceBindings(host, apiVersion, httpRules ?? []), hasWait };
}

function channelSettings(
  options: RestTransportOptions,
  apiVersion: string,
  bindings: ChannelSettings['bindings'],
): ChannelSettings {
  const { service, auth, apiKey, headers = {}, numericEnums = false, fetch } = options;
  const endpoint = endpointOf(options);
  const defaultHeaders = normalizeHeaders(headers);
  assertNotExposed(endpoint, { ...defaultHeaders, ...(apiKey !== undefined && apiKeyHeader) }, auth !== undefined);
  const { routingHeader = service !== undefined || isGoogleHost(endpoint.host) } = options;
  assertArgument(typeof routingHeader === 'boolean', action, 'routingHeader', 'a boolean', routingHeader);
  return {
    endpoint,
    bindings,
    service: service === undefined ? undefined : `${service} ${apiVersion}`,
    query: numericEnums ? `${percentEncode('$alt')}=${percentEncode('json;enum-encoding=int')}` : '',
    authenticate: joinAuthenticators([
      ...(auth === undefined ? [] : [authenticator(auth, endpoint.origin)]),
      ...(apiKey === undefined ? [] : [apiKeyAuthenticator(apiKey)]),
    ]),
    headers: defaultHeaders,
    hasRoutingHeader: routingHeader,
    fetch,
  };
}

function endpointOf({ service, apiEndpoint, allowInsecureCredentials = false }: RestTransportOptions): Endpoint {
  const option = 'allowInsecureCredentials';
  assertArgument(typeof allowInsecureCredentials === 'boolean', action, option, 'a boolean', allowInsecureCredentials);
  const endpoint = parseEndpoint(apiEndpoint ?? service);
  return allowInsecureCredentials ? { ...endpoint, isPlaintext: false } : endpoint;
}

function transportOver(channel: HttpChannel, apiEndpoint: string, hasWait: boolean): OperationsTransport {
  const transport: OperationsTransport = {
    apiEndpoint,
    async getOperation({ name }, options) {
      return toOperation(await channel.call('GetOperation', { name }, options), name);
    },
    async listOperations({ name, filter, pageSize, pageToken, returnPartialSuccess }, options) {
      const fields = { name, filter, pageSize, pageToken, returnPartialSuccess };
      return listResponseFromJson((await channel.call('ListOperations', fields, options)).json, name);
    },
    async cancelOperation({ name }, options) {
      await channel.call('CancelOperation', { name }, options);
    },
    async deleteOperation({ name }, options) {
      await channel.call('DeleteOperation', { name }, options);
    },
    describeRequest: (method, { name }) => channel.describe(method, { name }),
    onReturn: (listener) => channel.onReturn(listener),
    async close() {
      channel.close();
      return Promise.resolve();
    },
  };
  if (hasWait) {
    transport.waitOperation = async ({ name, timeoutMs }, options) => {
      const fields = { name, timeout: durationToJson(timeoutMs) };
      return toOperation(await channel.call('WaitOperation', fields, options, timeoutMs), name);
    };
  }
  return transport;
}

function toOperation({ json, retryAfterMs }: RpcResponse, requestedName: string): RawOperation {
  const operation = operationFromJson(json, requestedName);
  return retryAfterMs === undefined ? operation : { ...operation, retryAfterMs };
}
