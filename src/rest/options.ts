import type { AuthClientLike } from './auth.js';
import type { HeadersLike } from './headers.js';
import type { HttpRule } from './http-rule.js';
import type { FetchLike } from './send.js';

/** What {@link longrunning/rest.restTransport | restTransport} is made with: a service of Google's, or an endpoint. */
export type RestTransportOptions = GoogleServiceOptions | RestEndpointOptions;

/** Options of {@link longrunning/rest.restTransport | restTransport} for one of Google's services, whose bindings are built in. */
export interface GoogleServiceOptions extends RestCallOptions {
  /**
   * The service's global host, such as `dialogflow.googleapis.com`. Its bindings of the five RPCs are those of its yaml in
   * googleapis, in their order: paths, verbs, bodies, and the names that it lists by. They are in a table that the first
   * call loads (7 kB gzipped).
   */
  service: string;
  /**
   * The service's version, such as `v3`. It must be one that the table has.
   * @defaultValue 'v1'
   */
  apiVersion?: string | undefined;
  /**
   * Where to reach it: a regional host, such as `us-central1-dialogflow.googleapis.com`, or an emulator's origin.
   * Operations are to be asked for at the endpoint that gave them.
   * @defaultValue the service's global host
   */
  apiEndpoint?: string | undefined;
  /** The service has its rules. */
  httpRules?: undefined;
}

/** Options of {@link longrunning/rest.restTransport | restTransport} for any service that serves `google.longrunning.Operations`. */
export interface RestEndpointOptions extends RestCallOptions {
  /** The rules are the default ones, or `httpRules`. */
  service?: undefined;
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
}

/** What every call of a {@link longrunning/rest.restTransport | restTransport} is sent with. */
export interface RestCallOptions {
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
   * Asks for enums as numbers (`$alt=json;enum-encoding=int`), as Google's generated clients do: decoders can then read
   * values that are newer than their protos. Services that are not Google's may not know the parameter.
   * @defaultValue false: by their names
   */
  numericEnums?: boolean | undefined;
  /**
   * Sends the requests.
   * @defaultValue the global `fetch` at the time of the call
   */
  fetch?: FetchLike | undefined;
}
