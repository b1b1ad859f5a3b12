// Requests that fetch refuses to send, or whose redirects do not end: the next attempt would end the same.
import { createConnectTransport } from '@connectrpc/connect-web';
import { afterEach, describe, expect, it } from '@jest/globals';
import { connectTransport } from '../../src/connect/index.js';
import { customOperations } from '../../src/custom/index.js';
import { Code, OperationsClient, type OperationsTransport, type RequestError } from '../../src/index.js';
import { restTransport } from '../../src/rest/index.js';
import { waitFor } from '../../src/wait-for/index.js';
import { useHttpServers } from '../support/http-server.js';
import { httpWays } from '../support/http-ways.js';

const name = 'operations/a';
const serve = useHttpServers();

const clients: OperationsClient[] = [];
afterEach(() => Promise.all(clients.splice(0).map((client) => client.close())));

function clientOf(transport: OperationsTransport): OperationsClient {
  const client = new OperationsClient({ transport });
  clients.push(client);
  return client;
}

const failureOf = (result: Promise<unknown>): Promise<RequestError> =>
  result.then(
    () => Promise.reject(new Error('it succeeded')),
    (error: unknown) => error as RequestError,
  );
const waitOver = (transport: OperationsTransport): Promise<RequestError> =>
  failureOf(clientOf(transport).poller(name).promise());

/** A fetch of the platform to another URL than the one it is called with. */
const fetchTo =
  (url: string) =>
  (_: string, { signal }: { signal: AbortSignal }): Promise<Response> =>
    fetch(url, { signal });

describe('A port that fetch blocks', () => {
  const isBlocked = 'fetch does not connect to this port, which the Fetch standard blocks: bad port';
  const advice = "use another port, or pass a 'fetch' that allows it";
  const blocked = (address: string) => ({
    rpcCode: Code.FAILED_PRECONDITION,
    origin: 'transport',
    attempts: 1,
    status: { message: `Nothing was sent to ${address}: ${isBlocked}; ${advice}` },
  });

  it.each([1, 22, 6000, 6667, 10080])('ends a wait over REST at once (%d)', async (port) => {
    for (const origin of [`http://127.0.0.1:${port}`, `https://127.0.0.1:${port}`]) {
      expect(await waitOver(restTransport({ apiEndpoint: origin }))).toMatchObject(blocked(`127.0.0.1:${port}`));
    }
  });

  it.each<[string, (client: OperationsClient) => Promise<unknown>]>([
    ['getOperation', (client) => client.getOperation({ name })],
    ['listOperations', (client) => client.listOperations({ name: 'operations' }).pages().next()],
    ['cancelOperation', (client) => client.cancelOperation({ name })],
    ['deleteOperation', (client) => client.deleteOperation({ name })],
  ])('ends a single call at once (%s)', async (_, call) => {
    const client = clientOf(restTransport({ apiEndpoint: 'http://127.0.0.1:6000' }));
    expect(await failureOf(call(client))).toMatchObject(blocked('127.0.0.1:6000'));
  });

  it('ends a wait over Connect at once', async () => {
    const connect = createConnectTransport({ baseUrl: 'http://127.0.0.1:6000' });
    const transport = connectTransport(connect, { apiEndpoint: '127.0.0.1:6000' });
    expect(await waitOver(transport)).toMatchObject(blocked('127.0.0.1:6000'));
  });

  it('ends a wait over functions at once', async () => {
    const get = (): Promise<object> => fetch('http://127.0.0.1:6000/').then((response) => response.json() as object);
    expect(await failureOf(waitFor(get, name))).toMatchObject(blocked('the service'));
    const wrapped = (): Promise<object> =>
      get().catch((cause: unknown) => Promise.reject(new Error('no state of the job', { cause })));
    expect(await waitOver(customOperations({ get: wrapped }))).toMatchObject(blocked('the service'));
  });

  it('is final as that of a token server', async () => {
    const auth = async (): Promise<Record<string, string>> => {
      await fetch('http://127.0.0.1:6000/token');
      return {};
    };
    const error = await waitOver(restTransport({ apiEndpoint: 'h.test', auth }));
    expect(error).toMatchObject({ rpcCode: Code.UNAUTHENTICATED, attempts: 1 });
    expect(error.message).toContain('Cannot get credentials for the request: fetch does not connect to this port');
  });
});

describe('A request that can never be sent', () => {
  it.each(httpWays)('ends a wait at once over %s', async (_, transport) => {
    for (const [url, problem] of [
      ['ftp://h.test/', 'the protocol is not supported: unknown scheme'],
      ['http://127.0.0.1:6000/', 'which the Fetch standard blocks: bad port'],
      ['about:blank', 'the protocol is not supported: about scheme is not supported'],
    ] as const) {
      const error = await waitOver(transport(fetchTo(url)));
      expect(error).toMatchObject({ rpcCode: Code.FAILED_PRECONDITION, attempts: 1 });
      expect(error.message).toContain(problem);
    }
  });

  it.each<[string, Error, Code, string]>([
    ['axios', coded('ERR_BAD_REQUEST', 'Unsupported protocol ftp:'), Code.FAILED_PRECONDITION, 'not supported'],
    ['axios', coded('ERR_INVALID_URL', 'Invalid URL'), Code.FAILED_PRECONDITION, 'the URL is invalid'],
    ['axios', coded('ERR_FR_TOO_MANY_REDIRECTS', 'Maximum exceeded'), Code.FAILED_PRECONDITION, 'redirects do not end'],
    ['got', coded('ERR_UNSUPPORTED_PROTOCOL', 'Unsupported'), Code.FAILED_PRECONDITION, 'protocol is not supported'],
    ['node-fetch', new Error('maximum redirect reached at: x'), Code.FAILED_PRECONDITION, 'redirects do not end'],
    ['undici', coded('UND_ERR_INVALID_ARG', 'invalid header'), Code.INVALID_ARGUMENT, 'invalid header'],
    ['undici', coded('UND_ERR_NOT_SUPPORTED', 'expect header'), Code.INVALID_ARGUMENT, 'expect header'],
    ['undici', coded('UND_ERR_HEADERS_OVERFLOW', 'Headers Overflow'), Code.OUT_OF_RANGE, 'its headers are too long'],
    ['Node.js', coded('HPE_HEADER_OVERFLOW', 'Parse Error'), Code.OUT_OF_RANGE, 'its headers are too long'],
    ['Node.js', coded('CERT_HAS_EXPIRED', 'certificate has expired'), Code.FAILED_PRECONDITION, 'has expired'],
    ['Node.js', coded('EPROTO', 'wrong version number'), Code.FAILED_PRECONDITION, 'does not speak TLS'],
  ])('is known by what %s throws: %p', async (_, thrown, code, problem) => {
    for (const [, transport] of httpWays) {
      const error = await waitOver(transport(() => Promise.reject(thrown)));
      expect(error).toMatchObject({ rpcCode: code, attempts: 1 });
      expect(error.message).toContain(problem);
    }
  });

  it.each([
    ['an agent that is none', () => fetch('http://127.0.0.1:2', { dispatcher: {} as never })],
    [
      'a field of undefined',
      () => Promise.reject(new TypeError("Cannot read properties of undefined (reading 'get')")),
    ],
  ])("fails as an error of the program in the caller's fetch: %s", async (_, broken) => {
    const error = await waitOver(restTransport({ apiEndpoint: 'h.test', fetch: broken }));
    expect(error).toMatchObject({ rpcCode: Code.FAILED_PRECONDITION, attempts: 1 });
    expect(error.message).toContain('an error of the program: ');
  });
});

it('Redirects without an end are final, also if fetch follows them', async () => {
  const { origin } = await serve((_, response) => response.writeHead(302, { location: '/' }).end());
  for (const [, transport] of httpWays) {
    const error = await waitOver(transport(fetchTo(origin)));
    expect(error).toMatchObject({ rpcCode: Code.FAILED_PRECONDITION, attempts: 1 });
    expect(error.message).toContain('the redirects do not end');
  }
});

function coded(code: string, message: string): Error {
  return Object.assign(new Error(message), { code });
}
