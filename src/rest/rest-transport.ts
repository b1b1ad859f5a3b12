import type { OperationsTransport, RawOperation } from '../transport.js';
import { durationToJson } from '../wire/duration.js';
import { listResponseFromJson, operationFromJson } from '../wire/json.js';
import { authenticator } from './auth.js';
import { HttpChannel, type RpcResponse, type ChannelSettings } from './channel.js';
import { parseEndpoint } from './endpoint.js';
import { assertNotExposed, normalizeHeaders } from './headers.js';
import { bindingsOf, defaultRules } from './http-rule.js';
import type { RestTransportOptions } from './options.js';
import { percentEncode } from './path-template.js';
import { supportsWait, serviceBindings } from './service.js';

/**
 * A transport that speaks HTTP and JSON with the platform's `fetch`.
 *
 * With `service`: by that service's own bindings. With `httpRules`: by these. Else: `GET /v1/{name}`,
 * `POST /v1/{name}:cancel`, `DELETE /v1/{name}`, and for a list `GET` of the name if it is or ends in `operations`, else of
 * the name with `/operations` after it.
 *
 * Each method rejects with a {@link longrunning.RequestError | RequestError}; with a
 * {@link longrunning.MalformedOperationError | MalformedOperationError} if the answer is JSON but no operation; with the
 * signal's own reason if it is aborted; and with a `TypeError`, before anything is sent, if the name would mean something
 * else in a URL (`.` and `..` segments, empty ones, control characters), or if the table of Google's services has no such
 * `service` or no such `apiVersion` of it (the message names the versions that it has). A method that is not bound, or not
 * for such a name, is UNIMPLEMENTED, and neither credentials are asked for nor anything is sent. `waitOperation` is absent
 * where WaitOperation is not bound. After `close()` calls reject with CANCELLED.
 *
 * Redirects are followed, five at most, and to another origin without any header of `auth` or of the caller. An answer
 * longer than 64 MiB is refused (OUT_OF_RANGE).
 *
 * Node.js's own `fetch` gives up (DEADLINE_EXCEEDED) when no answer begins within 300 s, whatever `timeoutMs` says: for
 * WaitOperation with longer timeouts pass a `fetch` whose dispatcher has another `headersTimeout`.
 *
 * @throws TypeError if an option makes no sense, if `service` and `httpRules` are both given, or if credentials would be
 * sent in plain text to another machine.
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
  const { service, apiVersion = 'v1', auth, headers = {}, numericEnums = false, fetch } = options;
  if (!/^[\w~-][\w.~-]*(?:\/[\w~-][\w.~-]*)*$/.test(apiVersion)) {
    throw new TypeError(
      `Cannot use a version as 'apiVersion' must be a path segment like 'v1': current value is '${apiVersion}'`,
    );
  }
  const { bindings, hasWait } = resolveBindings(options, apiVersion);
  const endpoint = parseEndpoint(options.apiEndpoint ?? service);
  const defaultHeaders = normalizeHeaders(headers);
  assertNotExposed(endpoint, defaultHeaders, auth !== undefined);
  const authenticate = auth === undefined ? undefined : authenticator(auth, endpoint.origin);
  const query = numericEnums ? `${percentEncode('$alt')}=${percentEncode('json;enum-encoding=int')}` : '';
  const serviceLabel = service === undefined ? undefined : `${service} ${apiVersion}`;
  const channel = new HttpChannel({
    endpoint,
    bindings,
    service: serviceLabel,
    query,
    authenticate,
    headers: defaultHeaders,
    fetch,
  });

  const transport: OperationsTransport = {
    apiEndpoint: endpoint.host,
    async getOperation({ name }, callOptions) {
      return operationOf(await channel.call('GetOperation', { name }, callOptions), name);
    },
    async listOperations({ name, filter, pageSize, pageToken, returnPartialSuccess }, callOptions) {
      const fields = { name, filter, pageSize, pageToken, returnPartialSuccess };
      return listResponseFromJson((await channel.call('ListOperations', fields, callOptions)).json, name);
    },
    async cancelOperation({ name }, callOptions) {
      await channel.call('CancelOperation', { name }, callOptions);
    },
    async deleteOperation({ name }, callOptions) {
      await channel.call('DeleteOperation', { name }, callOptions);
    },
    async close() {
      channel.close();
      return Promise.resolve();
    },
  };
  if (hasWait) {
    transport.waitOperation = async ({ name, timeoutMs }, callOptions) => {
      const fields = { name, timeout: durationToJson(timeoutMs) };
      return operationOf(await channel.call('WaitOperation', fields, callOptions), name);
    };
  }
  return transport;
}

/** By which rules to send, and whether they bind WaitOperation. */
function resolveBindings(
  { service, httpRules }: Pick<RestTransportOptions, 'service' | 'httpRules'>,
  apiVersion: string,
): { bindings: ChannelSettings['bindings']; hasWait: boolean } {
  if (service === undefined) {
    const given = bindingsOf(httpRules ?? []);
    const bindings = Object.keys(given).length > 0 ? given : bindingsOf(defaultRules(apiVersion));
    return { bindings, hasWait: bindings.WaitOperation !== undefined };
  }
  const act = 'Cannot use a service as';
  if (!/^[\w-]+(?:\.[\w-]+)+$/.test(service)) {
    throw new TypeError(
      `${act} 'service' must be a host like 'dialogflow.googleapis.com': current value is '${service}'`,
    );
  }
  if (httpRules !== undefined) {
    throw new TypeError(
      `${act} 'httpRules' must be absent where 'service' is given: current value is ${JSON.stringify(httpRules)}`,
    );
  }
  return { bindings: serviceBindings(service, apiVersion), hasWait: supportsWait(service) };
}

function operationOf({ json, retryAfterMs }: RpcResponse, askedName: string): RawOperation {
  const operation = operationFromJson(json, askedName);
  return retryAfterMs === undefined ? operation : { ...operation, retryAfterMs };
}
