import { inspect } from 'node:util';
import { describe, expect, test } from '@jest/globals';
import gax from 'google-gax';
import { Code, OperationsClient, type RequestError } from 'longrunning';
import { gaxTransport } from 'longrunning/gax';
import { startHttpServer, type HttpCall, type HttpReply } from '../gax/http-server.js';
import { useCleanups } from '../support/cleanups.js';

// Generated clients on google-gax 3 and 4 with `fallback: true`: their stub sends by node-fetch, not by its auth client.

const name = 'projects/p/locations/l/operations/o';
const { OAuth2Client, GoogleAuth } = gax.googleAuthLibrary;
const quick = { backoff: () => 1, retry: { initialDelayMs: 1 } };
const errorInfo = { '@type': 'type.googleapis.com/google.rpc.ErrorInfo', reason: 'R', domain: 'd', metadata: {} };
const missingType = 'googleProtobufAnyFromProto3JSON: cannot find type google.rpc.ErrorInfo';

const cleanups = useCleanups();

type Callback = (error: unknown, response?: unknown) => void;

/** The stub as google-gax 4.6 makes it: encode, get the credentials, send, decode. */
function legacyStub(origin: string, getRequestHeaders: () => Promise<object>) {
  const paths: Record<string, (name: string) => [string, string]> = {
    getOperation: (name) => ['GET', `/v1/${name}`],
    listOperations: (name) => ['GET', `/v1/${name}/operations`],
    cancelOperation: (name) => ['POST', `/v1/${name}:cancel`],
  };
  const rpc =
    (method: string) =>
    (request: { name: string }, options: Record<string, string[]>, _metadata: object, callback: Callback) => {
      const path = paths[method]?.(request.name);
      if (!path || !request.name.startsWith('projects/')) {
        callback(new Error(`Cannot build HTTP request for ${JSON.stringify(request)}, method: ${method}`));
        return { cancel: () => undefined };
      }
      const headers: Record<string, string> = {};
      for (const key of Object.keys(options)) headers[key] = options[key]![0]!;
      const controller = new AbortController();
      let cancelRequested = false;
      getRequestHeaders()
        .then((authHeader) =>
          fetch(`${origin}${path[1]}`, {
            method: path[0],
            headers: { ...(authHeader as Record<string, string>), ...headers },
            signal: controller.signal,
          }),
        )
        .then(async (response) => callback(null, decode(response.ok, await response.text())))
        .catch((error: unknown) => {
          if (!cancelRequested || (error as Error).name !== 'AbortError') callback(error);
        });
      return {
        cancel: () => {
          cancelRequested = true;
          controller.abort();
        },
      };
    };
  return Object.fromEntries(
    ['getOperation', 'listOperations', 'cancelOperation', 'deleteOperation'].map((method) => [method, rpc(method)]),
  );
}

function decode(ok: boolean, text: string): unknown {
  if (!text) throw new Error('Received null response from RPC GetOperation');
  const json = JSON.parse(text) as { error?: { details?: object[] } };
  if (!ok) throw gax.GoogleError.parseHttpError(json);
  if (json.error?.details) throw new Error(missingType);
  return { metadata: null, response: null, ...json };
}

async function setUp(reply: (call: HttpCall, nth: number) => HttpReply | undefined, newAuth = false) {
  const server = await startHttpServer(reply);
  cleanups.push(() => server[Symbol.asyncDispose]());
  const auth = new OAuth2Client();
  auth.setCredentials({ access_token: 'sesame', expiry_date: Date.now() + 3_600_000 });
  const getRequestHeaders = () => Promise.resolve({ authorization: 'Bearer sesame' });
  const operationsStub = Promise.resolve(legacyStub(`http://127.0.0.1:${server.port}`, getRequestHeaders));
  const legacyAuth = { getRequestHeaders };
  const client = { operationsStub, auth: newAuth ? new GoogleAuth({ authClient: auth }) : legacyAuth };
  return { server, legacyAuth, transport: gaxTransport(client, { routingHeader: true }) };
}

/** The states, the last one repeatedly. */
const inTurn =
  (...replies: HttpReply[]) =>
  (_call: HttpCall, nth: number) =>
    replies[Math.min(nth, replies.length) - 1];

describe('gaxTransport() of a client on google-gax 4 with fallback: true', () => {
  test('serves a wait, with the routing header and through failures', async () => {
    const html = { status: 502, body: '<html>' };
    const unavailable = { status: 503, body: { error: { code: 503, message: 'later' } } };
    const response = { type_url: 'x/test.Thing', value: 'AQ==' };
    const { transport, server } = await setUp(
      inTurn({ body: { name } }, html, unavailable, { status: 503 }, { body: { name, done: true, response } }),
    );
    const poller = new OperationsClient({ transport }).poller(name, undefined, quick);
    expect(await poller.promise()).toMatchObject({ typeUrl: 'x/test.Thing', value: Buffer.from([1]) });
    expect(server.calls.map(({ method, url }) => `${method} ${url}`)).toEqual(Array(5).fill(`GET /v1/${name}`));
    expect(server.calls[0]?.headers).toMatchObject({
      authorization: 'Bearer sesame',
      'x-goog-request-params': `name=${encodeURIComponent(name)}`,
    });
  });

  test('reports an operation that failed', async () => {
    const { transport } = await setUp(inTurn({ body: { name, done: true, error: { code: 9, message: 'no' } } }));
    const outcome = await new OperationsClient({ transport }).poller(name).pollUntilDone();
    expect(outcome).toMatchObject({ result: 'error', error: { code: Code.FAILED_PRECONDITION, message: 'no' } });
  });

  test('cancels and lists', async () => {
    const { transport, server } = await setUp((call) =>
      call.method === 'POST' ? { body: {} } : { body: { operations: [{ name, done: true }], nextPageToken: 't' } },
    );
    await transport.cancelOperation({ name }, { headers: { 'x-mine': 'a' } });
    expect(server.calls[0]).toMatchObject({ method: 'POST', url: `/v1/${name}:cancel`, headers: { 'x-mine': 'a' } });
    expect(await transport.listOperations({ name: 'projects/p/locations/l' }, {})).toMatchObject({
      operations: [{ name, done: true }],
      nextPageToken: 't',
    });
  });

  test('reports what was not sent as UNIMPLEMENTED, and sends nothing', async () => {
    const { transport, server } = await setUp(() => ({ body: {} }));
    const unsent = { rpcCode: Code.UNIMPLEMENTED, message: expect.stringContaining('nothing was sent') };
    await expect(transport.deleteOperation({ name }, {})).rejects.toMatchObject(unsent);
    await expect(transport.getOperation({ name: 'unbound/name' }, {})).rejects.toMatchObject(unsent);
    await expect(transport.waitOperation!({ name, timeoutMs: 1 }, {})).rejects.toMatchObject(unsent);
    expect(server.calls).toEqual([]);
  });

  test("sends nothing with an auth client of a newer version, which its stub's requests do not use", async () => {
    const { transport, server } = await setUp(() => ({ body: { name } }), true);
    for (const call of ['getOperation', 'cancelOperation', 'deleteOperation'] as const) {
      await expect(transport[call]({ name }, {})).rejects.toMatchObject({
        rpcCode: Code.UNIMPLEMENTED,
        message: expect.stringContaining('nothing was sent'),
      });
    }
    await new Promise((resolve) => setImmediate(resolve));
    expect(server.calls).toEqual([]);
  });

  test("reads the service's errors with details", async () => {
    const error = { code: 404, status: 'NOT_FOUND', message: 'gone', details: [errorInfo] };
    const { transport } = await setUp(inTurn({ status: 404, body: { error } }));
    await expect(transport.getOperation({ name }, {})).rejects.toMatchObject({
      rpcCode: Code.NOT_FOUND,
      origin: 'service',
      status: { message: 'gone', details: [errorInfo] },
    });
  });

  test('reports a response that google-gax cannot read, once, and names the way out', async () => {
    const error = { code: 9, message: 'no', details: [errorInfo] };
    const { transport, server } = await setUp(inTurn({ body: { name, done: true, error } }));
    const failure = await new OperationsClient({ transport })
      .poller(name, undefined, quick)
      .promise()
      .catch((thrown: unknown) => thrown as RequestError);
    expect(failure).toMatchObject({ code: 'LRO_REQUEST_FAILED', rpcCode: Code.UNIMPLEMENTED });
    expect(String(failure)).toContain('cannot read the response');
    expect(String(failure)).not.toContain('nothing was sent');
    expect(String(failure)).toContain('google-gax 5');
    expect(server.calls).toHaveLength(1);
  });

  test('enforces deadline and signal', async () => {
    const { transport, server } = await setUp(() => undefined);
    await expect(transport.getOperation({ name }, { timeoutMs: 30 })).rejects.toMatchObject({
      rpcCode: Code.DEADLINE_EXCEEDED,
    });
    const controller = new AbortController();
    const reason = new Error('mine');
    const before = server.calls.length;
    const aborted = transport.getOperation({ name }, { signal: controller.signal });
    while (server.calls.length === before) await new Promise((resolve) => setTimeout(resolve, 2));
    controller.abort(reason);
    await expect(aborted).rejects.toBe(reason);
  });

  test('shows no credentials in errors, and reports those that cannot be had', async () => {
    const { transport, legacyAuth } = await setUp(({ headers }) => ({
      status: 502,
      body: `{ "${headers.authorization}`,
    }));
    const failure = await transport.getOperation({ name }, {}).catch((error: unknown) => error);
    expect(failure).toMatchObject({ rpcCode: Code.UNKNOWN });
    expect(inspect(failure, { depth: 9, showHidden: true })).not.toContain('sesame');
    legacyAuth.getRequestHeaders = () => Promise.reject(new Error('refused sesame'));
    const refused = await transport.getOperation({ name }, {}).catch((error: unknown) => error);
    expect(refused).toMatchObject({ rpcCode: Code.UNAUTHENTICATED });
    expect(inspect(refused, { depth: 9, showHidden: true })).not.toContain('sesame');
  });
});

describe('the stub of another make', () => {
  const over = (getOperation: () => unknown): OperationsClient => {
    const operationsStub = Promise.resolve({ getOperation });
    const auth = { getRequestHeaders: () => ({}) };
    return new OperationsClient({ transport: gaxTransport({ operationsStub, auth }) });
  };

  test.each([undefined, null, {}, 5])('that returns %j does not end the process at the deadline', async (returned) => {
    const call = over(() => returned).getOperation({ name }, { timeoutMs: 20, retry: { maxAttempts: 1 } });
    await expect(call).rejects.toMatchObject({ rpcCode: Code.DEADLINE_EXCEEDED });
    await new Promise((resolve) => setTimeout(resolve, 10)); // in which Node.js would report what a listener throws
  });

  test('that throws has encoded nothing', async () => {
    const call = over(() => {
      throw new Error('no protos');
    }).getOperation({ name });
    await expect(call).rejects.toMatchObject({ rpcCode: Code.UNIMPLEMENTED, attempts: 1 });
  });
});
