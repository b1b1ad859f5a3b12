import { customOperations } from '../../src/custom/index.js';
import type { StubAuthClient } from '../../src/gax/rest-stub.js';
import { RestOperations } from '../../src/gax/rest.js';
import { restTransport, type FetchLike } from '../../src/rest/index.js';
import type { OperationsTransport } from '../../src/transport.js';
import { CallScope } from '../../src/transports/call-scope.js';

/** A response: status, body (JSON if it is not a string), headers. */
export type Reply = readonly [status: number, body: unknown, headers?: Record<string, string>];

/** A `fetch` that gives the replies one after the other, the last one for ever. */
export function fetchOf(...replies: readonly [Reply, ...Reply[]]): FetchLike {
  let count = 0;
  return () => Promise.resolve(responseOf(replies[Math.min(count++, replies.length - 1)] as Reply));
}

function responseOf([status, body, headers = {}]: Reply): Response {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return new Response(status === 204 || status === 304 ? null : text, { status, headers });
}

/** The ways to a service over HTTP, which share src/transports. */
export const httpWays: readonly [way: string, transport: (fetch: FetchLike) => OperationsTransport][] = [
  ['restTransport()', (fetch) => restTransport({ apiEndpoint: 'h.test', fetch })],
  ['the stub of a generated client', overStub],
  ['customOperations()', overFunctions],
];

function overStub(fetch: FetchLike): OperationsTransport {
  const url = 'https://h.test/v1/operations/a';
  const auth: StubAuthClient = { fetch: (to, init) => fetch(to, init as Parameters<FetchLike>[1]) };
  const stubMethod = (): { cancel(): void } => {
    void auth.fetch(url, { method: 'GET', headers: new Headers() });
    return { cancel: () => undefined };
  };
  const scope = new CallScope();
  const stub = { getOperation: stubMethod, cancelOperation: stubMethod, deleteOperation: stubMethod };
  const operations = new RestOperations(scope, stub, auth);
  return {
    getOperation: (request, options) => operations.getOperation(request, options),
    listOperations: (request, options) => operations.listOperations(request, options),
    cancelOperation: (request, options) => operations.cancelOperation(request, options),
    deleteOperation: (request, options) => operations.deleteOperation(request, options),
    close: () => Promise.resolve(void scope.close()),
  };
}

function overFunctions(fetch: FetchLike): OperationsTransport {
  const send = async (): Promise<{ done?: boolean }> => {
    const response = await fetch('https://h.test/a', {
      method: 'GET',
      headers: {},
      redirect: 'manual',
      signal: new AbortController().signal,
    });
    if (response.status !== 200) throw Object.assign(new Error(`HTTP ${response.status}`), { response });
    return JSON.parse(await response.text()) as { done?: boolean };
  };
  return customOperations({ get: send, done: ({ done }) => done === true, cancel: () => send() });
}
