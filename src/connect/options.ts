import { assertArgument, assertKnownOptions, type OptionNames } from '../arguments.js';
import { shownEndpoint } from '../transports/endpoint.js';
import { normalizeHeaders, type HeaderRecord } from '../transports/headers.js';
import { isGoogleHost } from '../transports/routing-header.js';

/** Options of {@link connectTransport}. */
export interface ConnectTransportOptions {
  /**
   * The host that the transport sends to, such as `'speech.googleapis.com'`, which a transport of Connect does not tell. Resume
   * tokens contain it.
   * @defaultValue none
   */
  apiEndpoint?: string | undefined;
  /** Headers of every call; those of a call override them. They appear in no error. */
  headers?: Readonly<Record<string, string>> | undefined;
  /**
   * Whether requests carry `x-goog-request-params: name=…`, by which Google's front ends route them (AIP-4222).
   * @defaultValue true for an `apiEndpoint` under `googleapis.com`
   */
  routingHeader?: boolean | undefined;
}

const optionNames: OptionNames<ConnectTransportOptions> = { apiEndpoint: true, headers: true, routingHeader: true };

/** The options of a transport, checked. */
export interface ConnectSettings {
  readonly apiEndpoint: string | undefined;
  readonly headers: HeaderRecord;
  readonly hasRoutingHeader: boolean;
}

const action = 'create a transport over Connect';

/**
 * Checks the arguments.
 *
 * @throws TypeError if one of them is invalid.
 */
export function checkArguments(transport: unknown, options: ConnectTransportOptions): ConnectSettings {
  const { unary } = Object(transport) as { unary?: unknown };
  assertArgument(typeof unary === 'function', action, 'transport', 'a transport of @connectrpc/connect', transport);
  assertKnownOptions(action, options, optionNames);
  const { apiEndpoint, headers = {}, routingHeader = isGoogleHost(apiEndpoint ?? '') } = options;
  const isHost = apiEndpoint === undefined || (typeof apiEndpoint === 'string' && /^[\w.:[\]-]+$/.test(apiEndpoint));
  assertArgument(isHost, action, 'apiEndpoint', 'a host or host:port', shownEndpoint(apiEndpoint));
  assertArgument(typeof routingHeader === 'boolean', action, 'routingHeader', 'a boolean', routingHeader);
  return { apiEndpoint, headers: normalizeHeaders(headers), hasRoutingHeader: routingHeader };
}
