import { typeNameOf, type Any } from '../any.js';
import type { OperationsMethod } from '../transport.js';
import { asRecord } from '../transports/as-record.js';
import type { AuthClientLike } from '../transports/auth-client.js';
import type { FetchLike, ResponseLike } from '../transports/fetch.js';

/** The auth client of a generated client, which sends the requests of its stub. */
export interface StubAuthClient extends Partial<AuthClientLike> {
  fetch(url: string, init: Readonly<Record<string, unknown>>): Promise<ResponseLike>;
}

type Callback = (error: unknown, response?: unknown) => void;

/** The stub of a generated client with `fallback: true`, which is google-gax's own. It has one function per RPC. */
export type RestStub = Readonly<
  Record<string, (request: object, headers: object, options: object, callback: Callback) => { cancel(): void }>
>;

/** The RPCs that a stub has. */
export type StubMethod = Exclude<OperationsMethod, 'WaitOperation'>;

/** The request that a stub would send. */
export interface StubRequest {
  readonly url: string;
  readonly httpMethod: string;
  readonly body: string | undefined;
  readonly headers: Readonly<Record<string, string>>;
  /** Sends it, or the request of a redirect. */
  readonly fetch: FetchLike;
}

/**
 * Has the stub encode a request by the service's HTTP rules, and captures the request instead of sending it.
 *
 * The stub does not expose its host, rules and protos, but it calls the auth client's `fetch` synchronously between its
 * encoder and its decoder. google-gax itself must not send the request: it may not end a call in time, and it cannot read an
 * error or an Any whose type it does not know.
 *
 * @throws the stub's own error if no rule fits the request.
 */
export function encodeRequest(stub: RestStub, auth: StubAuthClient, method: StubMethod, request: object): StubRequest {
  const stubMethod = `${method[0]?.toLowerCase()}${method.slice(1)}`;
  let captured: { url: string; init: Readonly<Record<string, unknown>> } | undefined;
  let stubError: unknown = new Error(`the client has no ${stubMethod}, or does not send it by its auth client`);
  const never = new Promise<never>(() => undefined);
  const call = withPatchedFetch(
    auth,
    (url, init) => {
      captured = { url, init };
      return never;
    },
    () => stub[stubMethod]?.(request, {}, {}, (error) => (stubError = error)),
  );
  if (!captured) {
    // A stub of google-gax 4 with an auth client of a newer version. It gets the credentials first, and then sends nothing.
    call?.cancel();
    throw stubError;
  }

  const { url, init } = captured;
  const { method: httpMethod, body, headers } = init as { method: string; body?: string; headers: Headers };
  const { origin } = new URL(url);
  return {
    url: url.replace(/\?$/, ''),
    httpMethod,
    body: typeof body === 'string' ? body : undefined,
    headers: Object.fromEntries(headers),
    fetch: (to, given) =>
      // The auth client would send its credentials to any origin.
      new URL(to).origin === origin ? fetchWith(auth, to, { ...init, ...given }) : globalThis.fetch(to, given),
  };
}

/**
 * Encodes an Any in JSON form as bytes, with the stub's decoder; undefined if the decoder cannot read it.
 *
 * @param name - the name of an operation that an HTTP rule of the service fits.
 */
export async function encodeAny(
  stub: RestStub,
  auth: StubAuthClient,
  name: string,
  any: Any,
): Promise<Uint8Array | undefined> {
  // Google's servers omit the "value", which google-gax requires.
  if (typeNameOf(any) === 'google.protobuf.Empty') return new Uint8Array(0);
  const decoded = await new Promise((resolve) => {
    withPatchedFetch(
      auth,
      () => Promise.resolve(new Response(JSON.stringify({ name, response: any.json }))),
      () => stub.getOperation?.({ name }, {}, {}, (error, operation) => resolve(error ? undefined : operation)),
    );
  });
  const { value } = asRecord(asRecord(decoded).response);
  return ArrayBuffer.isView(value) ? (value as Uint8Array) : undefined;
}

/** Runs a synchronous action with the auth client's `fetch` temporarily replaced. */
function withPatchedFetch<T>(auth: StubAuthClient, fetch: StubAuthClient['fetch'], action: () => T): T {
  const original = Object.getOwnPropertyDescriptor(auth, 'fetch');
  Object.defineProperty(auth, 'fetch', { value: fetch, configurable: true });
  try {
    return action();
  } finally {
    if (original) Object.defineProperty(auth, 'fetch', original);
    else Reflect.deleteProperty(auth, 'fetch');
  }
}

async function fetchWith(
  auth: StubAuthClient,
  url: string,
  init: Readonly<Record<string, unknown>>,
): Promise<ResponseLike> {
  // The auth client renews its credentials and retries once only if 401 and 403 are errors.
  const validateStatus = (status: number): boolean => status !== 401 && status !== 403;
  // Without its redactor, which removes messages that mention a secret, with their ErrorInfo.
  const options = { responseType: 'text', validateStatus, retry: false, errorRedactor: false };
  try {
    return normalizeResponse(await auth.fetch(url, { ...init, ...options }));
  } catch (error) {
    const { response } = asRecord(error);
    if (typeof asRecord(response).status !== 'number') throw error;
    return normalizeResponse(response as ResponseLike);
  }
}

/** The auth client has read the body already; it is in `data`. */
function normalizeResponse(response: ResponseLike & { readonly data?: unknown }): ResponseLike {
  const { status, headers, data } = response;
  return typeof data === 'string' ? { status, headers, text: () => Promise.resolve(data) } : response;
}
