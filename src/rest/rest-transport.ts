import type { OperationsTransport, RawOperation } from '../transport.js';
import { durationToJson } from '../wire/duration.js';
import { listResponseFromJson, operationFromJson } from '../wire/json.js';
import { authenticator, type AuthClientLike } from './auth.js';
import { Channel, type Answer } from './channel.js';
import { parseEndpoint } from './endpoint.js';
import { checkExposure, readHeaders, type HeadersLike } from './headers.js';
import { bindingsOf, defaultRules, type HttpRule } from './http-rule.js';
import type { FetchLike } from './send.js';

/** What {@link restTransport} is made with. */
export interface RestTransportOptions {
  /**
   * The service's host (`speech.googleapis.com`), `host:port`, or origin. With `http://` requests go in plain text, which
   * credentials may do on the loopback interface only.
   */
  apiEndpoint: string;
  /**
   * The first segment of the default paths. Of no effect with `httpRules`, whose paths are complete.
   * @defaultValue 'v1'
   */
  apiVersion?: string | undefined;
  /**
   * The service's own rules, as in the `http.rules` of its yaml or the `httpRules` of its generated client. If any of
   * them is for a method of `google.longrunning.Operations`, they replace the default rules: a method that they do not
   * bind is UNIMPLEMENTED, and WaitOperation exists only if they bind it. Of two rules for a method the last one wins.
   * @defaultValue the rules of `google/longrunning/operations.proto`, for names of any form
   */
  httpRules?: readonly HttpRule[] | undefined;
  /**
   * Who is asking: a client of google-auth-library, a function that gives headers, or `'adc'` for Application Default
   * Credentials with the scope `cloud-platform`, for which google-gax is loaded on the first call. It is asked before
   * every request, within the request's deadline.
   * @defaultValue none
   */
  auth?: AuthClientLike | (() => HeadersLike | Promise<HeadersLike>) | 'adc' | undefined;
  /** Headers of every request; they win over those of `auth`. */
  headers?: Readonly<Record<string, string>> | undefined;
  /**
   * Sends the requests.
   * @defaultValue the global `fetch` at the time of the call
   */
  fetch?: FetchLike | undefined;
}

/**
 * A transport that speaks HTTP and JSON with the platform's `fetch`.
 *
 * Without `httpRules`: `GET /v1/{name}`, `POST /v1/{name}:cancel`, `DELETE /v1/{name}`, and for a list `GET` of the
 * name if it is or ends in `operations`, else of the name with `/operations` after it.
 *
 * Each method rejects with a {@link longrunning.RequestError | RequestError}; with a
 * {@link longrunning.MalformedOperationError | MalformedOperationError} if the answer is JSON but no operation; with the
 * signal's own reason if it is aborted; and with a `TypeError`, before anything is sent, if the name would mean something
 * else in a URL (`.` and `..` segments, empty ones, control characters). A method that is not bound, or not
 * for such a name, is UNIMPLEMENTED. After `close()` calls reject with CANCELLED.
 *
 * Redirects are followed, five at most, and to another origin without any header of `auth` or of the caller. An answer
 * longer than 64 MiB is refused (OUT_OF_RANGE).
 *
 * Node.js's own `fetch` gives up (DEADLINE_EXCEEDED) when no answer begins within 300 s, whatever `timeoutMs` says: for
 * WaitOperation with longer timeouts pass a `fetch` whose dispatcher has another `headersTimeout`.
 *
 * @throws TypeError if an option makes no sense, or would send credentials in plain text to another machine.
 * @see `google/api/http.proto`
 *
 * @example
 * ```ts
 * import { OperationsClient } from 'longrunning';
 * import { restTransport } from 'longrunning/rest';
 *
 * const transport = restTransport({ apiEndpoint: 'translate.googleapis.com', apiVersion: 'v3', auth: 'adc' });
 * await using client = new OperationsClient({ transport });
 * ```
 */
export function restTransport(options: RestTransportOptions): OperationsTransport {
  const { apiEndpoint, apiVersion = 'v1', httpRules = [], auth, headers = {}, fetch } = options;
  const endpoint = parseEndpoint(apiEndpoint);
  const own = readHeaders(headers);
  checkExposure(endpoint, own, auth !== undefined);
  if (!/^[\w~-][\w.~-]*(?:\/[\w~-][\w.~-]*)*$/.test(apiVersion)) {
    throw new TypeError(
      `Cannot use a version as 'apiVersion' must be a path segment like 'v1': current value is '${apiVersion}'`,
    );
  }
  const given = bindingsOf(httpRules);
  const bindings = Object.keys(given).length > 0 ? given : bindingsOf(defaultRules(apiVersion));
  const authenticate = auth === undefined ? undefined : authenticator(auth, endpoint.origin);
  const channel = new Channel({ endpoint, bindings, authenticate, headers: own, fetch });

  const transport: OperationsTransport = {
    apiEndpoint: endpoint.host,
    async getOperation({ name }, callOptions) {
      return operationOf(await channel.call('GetOperation', { name }, callOptions));
    },
    async listOperations({ name, filter, pageSize, pageToken, returnPartialSuccess }, callOptions) {
      const fields = { name, filter, pageSize, pageToken, returnPartialSuccess };
      return listResponseFromJson((await channel.call('ListOperations', fields, callOptions)).json);
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
  if (bindings.WaitOperation !== undefined) {
    transport.waitOperation = async ({ name, timeoutMs }, callOptions) => {
      const fields = { name, timeout: durationToJson(timeoutMs) };
      return operationOf(await channel.call('WaitOperation', fields, callOptions));
    };
  }
  return transport;
}

function operationOf({ json, retryAfterMs }: Answer): RawOperation {
  const operation = operationFromJson(json);
  return retryAfterMs === undefined ? operation : { ...operation, retryAfterMs };
}
