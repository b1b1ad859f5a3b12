import { typeNameOf, type Any } from '../any.js';
import type { HeadersLike } from '../rest/headers.js';
import type { FetchLike, ResponseLike } from '../rest/send.js';
import { asRecord } from './operation.js';

/** What is needed of the auth client of a generated client: it sends the stub's requests. */
export interface AuthClientLike {
  fetch(url: string, init: Readonly<Record<string, unknown>>): Promise<ResponseLike>;
  /** The credentials that it adds. */
  getRequestHeaders?(url: string): Promise<HeadersLike>;
}

type Callback = (error: unknown, answer?: unknown) => void;

/** google-gax's own stub, that of a generated client with `fallback: true`. It holds one function per RPC. */
export type RestStub = Readonly<
  Record<string, (request: object, headers: object, options: object, callback: Callback) => { cancel(): void }>
>;

/** The names of the RPCs on the stub. */
export type StubMethod = 'getOperation' | 'listOperations' | 'cancelOperation' | 'deleteOperation';

/** The request that a stub would send. */
export interface StubRequest {
  readonly url: string;
  readonly httpMethod: string;
  readonly body: string | undefined;
  readonly headers: Readonly<Record<string, string>>;
  /** Sends it, or one that a redirect makes of it. */
  readonly fetch: FetchLike;
}

/**
 * Has the stub encode a request by the service's HTTP rules, and takes it instead of having it sent.
 *
 * The host, the rules and the protos are sealed in the stub, but what happens between its encoder and its decoder is
 * the business of the auth client's `fetch`, which it calls at once. In between google-gax cannot be trusted: it may
 * neither end a call in time nor read an error or an Any that holds a type which it does not know.
 *
 * @throws the stub's own error if no rule fits the request.
 */
export function encodeRequest(stub: RestStub, auth: AuthClientLike, method: StubMethod, request: object): StubRequest {
  let captured: { url: string; init: Readonly<Record<string, unknown>> } | undefined;
  let stubError: unknown = new Error(`the client has no ${method}`);
  const never = new Promise<never>(() => undefined);
  withPatchedFetch(
    auth,
    (url, init) => {
      captured = { url, init };
      return never;
    },
    () => stub[method]?.(request, {}, {}, (error) => (stubError = error)),
  );
  if (!captured) throw stubError;

  const { url, init } = captured;
  const { method: verb, body, headers } = init as { method: string; body?: string; headers: Headers };
  const { origin } = new URL(url);
  return {
    url: url.replace(/\?$/, ''),
    httpMethod: verb,
    body: typeof body === 'string' ? body : undefined,
    headers: Object.fromEntries(headers),
    fetch: (to, given) =>
      // The auth client would show its credentials to anyone.
      new URL(to).origin === origin ? fetchAnswer(auth, to, { ...init, ...given }) : globalThis.fetch(to, given),
  };
}

/**
 * The bytes of an Any in JSON form, by the stub's decoder; undefined if it cannot read it.
 *
 * @param name - the name of an operation for which the service has an HTTP rule.
 */
export async function encodeAny(
  stub: RestStub,
  auth: AuthClientLike,
  name: string,
  any: Any,
): Promise<Uint8Array | undefined> {
  // Google's servers leave out the "value" that google-gax cannot do without.
  if (typeNameOf(any) === 'google.protobuf.Empty') return new Uint8Array(0);
  const answer = await new Promise((resolve) => {
    withPatchedFetch(
      auth,
      () => Promise.resolve(new Response(JSON.stringify({ name, response: any.json }))),
      () => stub.getOperation?.({ name }, {}, {}, (error, operation) => resolve(error ? undefined : operation)),
    );
  });
  const { value } = asRecord(asRecord(answer).response);
  return ArrayBuffer.isView(value) ? (value as Uint8Array) : undefined;
}

/** Does `action`, which is synchronous, with another `fetch` in the place of the auth client's own. */
function withPatchedFetch(auth: AuthClientLike, fetch: AuthClientLike['fetch'], action: () => void): void {
  const own = Object.getOwnPropertyDescriptor(auth, 'fetch');
  Object.defineProperty(auth, 'fetch', { value: fetch, configurable: true });
  try {
    action();
  } finally {
    if (own) Object.defineProperty(auth, 'fetch', own);
    else Reflect.deleteProperty(auth, 'fetch');
  }
}

async function fetchAnswer(
  auth: AuthClientLike,
  url: string,
  init: Readonly<Record<string, unknown>>,
): Promise<ResponseLike> {
  // 401 and 403 must fail for the auth client to get new credentials and to try once more.
  const validateStatus = (status: number): boolean => status !== 401 && status !== 403;
  // The service's words are wanted as they are: gaxios would take out those that speak of a secret, ErrorInfo and all.
  const options = { responseType: 'text', validateStatus, retry: false, errorRedactor: false };
  try {
    return normalizeResponse(await auth.fetch(url, { ...init, ...options }));
  } catch (error) {
    const { response } = asRecord(error);
    if (typeof asRecord(response).status !== 'number') throw error;
    return normalizeResponse(response as ResponseLike);
  }
}

/** The auth client has read the body already, and left it as `data`. */
function normalizeResponse(response: ResponseLike & { readonly data?: unknown }): ResponseLike {
  const { status, headers, data } = response;
  return typeof data === 'string' ? { status, headers, text: () => Promise.resolve(data) } : response;
}
