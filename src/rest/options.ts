import type { OptionNames } from '../arguments.js';
import type { AuthClientLike, GoogleAuthLike } from '../transports/auth-client.js';
import type { FetchLike } from '../transports/fetch.js';
import type { HeadersLike } from '../transports/headers.js';
import type { HttpRule } from './http-rule.js';

/** Options of {@link longrunning/rest.restTransport | restTransport}: one of Google's services, or an endpoint. */
export type RestTransportOptions = GoogleServiceOptions | RestEndpointOptions;

/** Options of {@link longrunning/rest.restTransport | restTransport} for one of Google's services, whose bindings are built in. */
export interface GoogleServiceOptions extends RestCallOptions {
  /**
   * The service's host, such as `dialogflow.googleapis.com`, or a regional one. Its bindings of the five RPCs are those of its yaml in
   * googleapis, in their order: paths, verbs and bodies. The first call loads the table that holds them (7 kB gzipped). A
   * host that the table lacks, and a name that none of its bindings fits, has the default ones: `GET /{apiVersion}/{name}`, …
   */
  service: string;
  /**
   * The service's version, such as `v3`.
   * @defaultValue 'v1'
   */
  apiVersion?: string | undefined;
  /**
   * The endpoint: a regional host, such as `us-central1-dialogflow.googleapis.com`, or the origin of an emulator.
   * Operations are valid only at the endpoint that issued them.
   * @defaultValue the service's host
   */
  apiEndpoint?: string | undefined;
  /**
   * Rules that are tried before those of the service, for names that the service does not bind.
   * @defaultValue none
   */
  httpRules?: readonly HttpRule[] | undefined;
}

/** Options of {@link longrunning/rest.restTransport | restTransport} for any service that has `google.longrunning.Operations`. */
export interface RestEndpointOptions extends RestCallOptions {
  /** Absent: the rules are the default ones, or `httpRules`. */
  service?: undefined;
  /**
   * The service's host (`speech.googleapis.com`), `host:port`, or origin. `http://` sends requests in plain text; with
   * credentials only to the loopback interface, unless `allowInsecureCredentials` is set.
   */
  apiEndpoint: string;
  /**
   * The first segment of the default paths. It has no effect with `httpRules`, whose paths are complete.
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
}

/** Options of every call of a {@link longrunning/rest.restTransport | restTransport}. */
export interface RestCallOptions {
  /**
   * The credentials: a client of google-auth-library, a function that returns headers, or `'adc'` for Application Default
   * Credentials with the scope `cloud-platform`, for which the first call loads google-gax. Called before every request,
   * within the deadline of the call.
   * @defaultValue none
   */
  auth?: AuthClientLike | GoogleAuthLike | (() => HeadersLike | Promise<HeadersLike>) | 'adc' | undefined;
  /**
   * An API key, or a function that returns it, called before every request. It is sent as `x-goog-api-key`, never in a URL, and
   * is in no error, event or token. It may be given besides `auth`.
   * @defaultValue none
   */
  apiKey?: string | (() => string | Promise<string>) | undefined;
  /** Headers of every request; they override those of `auth` and `apiKey`. */
  headers?: Readonly<Record<string, string>> | undefined;
  /**
   * Requests enums as numbers (`$alt=json;enum-encoding=int`), as Google's generated clients do: decoders can then read
   * values that are newer than their protos. Services of other vendors may not support the parameter.
   * @defaultValue false: by their names
   */
  numericEnums?: boolean | undefined;
  /**
   * Whether requests carry `x-goog-request-params: name=…`, by which Google's front ends route them (AIP-4222).
   * @defaultValue true with `service`, or for a host under `googleapis.com`
   */
  routingHeader?: boolean | undefined;
  /**
   * Sends credentials to an `http://` endpoint on another machine too. Everybody on the way can read and use them: only for
   * an emulator in a network of your own, such as `http://emulator:8080` with a token that opens nothing else.
   * @defaultValue false: a TypeError
   */
  allowInsecureCredentials?: boolean | undefined;
  /**
   * Sends the requests.
   * @defaultValue the global `fetch` at the time of the call
   */
  fetch?: FetchLike | undefined;
}

export const restOptionNames: OptionNames<GoogleServiceOptions> & OptionNames<RestEndpointOptions> = {
  service: true,
  apiVersion: true,
  apiEndpoint: true,
  httpRules: true,
  auth: true,
  apiKey: true,
  headers: true,
  routingHeader: true,
  allowInsecureCredentials: true,
  numericEnums: true,
  fetch: true,
};
