import { protos } from '@google-cloud/dialogflow-cx';
import { afterEach, describe, expect, test } from '@jest/globals';
import { createDefaultBackoffSettings, createRetryOptions, googleAuthLibrary } from 'google-gax';
import { operationInfo } from '../../src/operation.js';
import { OperationsClient } from '../../src/client.js';
import { protobufType } from '../../src/decoders.js';
import type { RequestError } from '../../src/errors.js';
import { gaxTransport, pollerFrom } from '../../src/gax/index.js';
import { Code } from '../../src/status.js';
import { agentsClient, noAuth } from './agents.js';
import { startHttpServer, type HttpCall, type HttpReply } from './http-server.js';

const { GoogleAuth, OAuth2Client } = googleAuthLibrary;
const { ExportAgentResponse } = protos.google.cloud.dialogflow.cx.v3;
const name = 'projects/p/locations/global/operations/o';
const agent = 'projects/p/locations/global/agents/a';
const responseType = 'type.googleapis.com/google.cloud.dialogflow.cx.v3.ExportAgentResponse';
const response = { '@type': responseType, agentUri: 'gs://b/o' };
const metadata = { '@type': 'type.googleapis.com/google.protobuf.Struct', value: { percent: 50 } };
const quick = { backoff: () => 5 };

const cleanups: (() => PromiseLike<void>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function setUp(reply: (call: HttpCall, nth: number) => HttpReply | undefined, auth?: unknown) {
  const server = await startHttpServer(reply);
  cleanups.push(() => server[Symbol.asyncDispose]());
  const agents = agentsClient(server.port, { fallback: true, protocol: 'http', auth: auth ?? noAuth() });
  cleanups.push(() => agents.close());
  return { server, agents, transport: gaxTransport(agents.operationsClient) };
}

/** Starts the operation, then sends `replies`, the last one repeatedly. */
function started(...replies: (HttpReply | undefined)[]) {
  return (call: HttpCall, nth: number): HttpReply | undefined =>
    call.url.includes(':export') ? { body: { name, done: false } } : replies[Math.min(nth - 2, replies.length - 1)];
}

describe('pollerFrom() of a client with fallback: true', () => {
  test("returns the same values as google-gax's operation", async () => {
    const { agents, server } = await setUp(
      started({ body: { name, metadata } }, { body: { name, done: true, metadata, response } }),
    );
    const [operation] = await agents.exportAgent({ name: agent });
    const poller = pollerFrom(operation, quick);
    const ours = await poller.promise();
    expect(ours.agentUri).toBe('gs://b/o');
    expect(poller.operation?.metadata?.fields?.percent?.numberValue).toBe(50);

    const [theirs, theirMetadata] = await operation.promise();
    expect(ours).toEqual(theirs);
    expect(ours.constructor).toBe((theirs as object).constructor);
    expect(poller.operation?.metadata).toEqual(theirMetadata);
    // By the service's own rules, and routed by the operation's name.
    const [, poll] = server.calls;
    expect(poll).toMatchObject({ method: 'GET', url: `/v3/${name}`, body: '' });
    expect(poll?.headers['x-goog-request-params']).toBe(`name=${encodeURIComponent(name)}`);
    expect(poll?.headers['x-goog-api-client']).toContain('gapic/');
  });

  test('continues after transient failures: a 503, an HTML page with any status', async () => {
    const html = { status: 502, headers: { 'content-type': 'text/html' }, body: '<html><title>Error 502</title>' };
    const { agents } = await setUp(
      started({ status: 503 }, html, { body: '<html>login' }, { body: { name, done: true, response } }),
    );
    const [operation] = await agents.exportAgent({ name: agent });
    const retry = { initialDelayMs: 1 };
    await expect(pollerFrom(operation, { ...quick, retry }).promise()).resolves.toMatchObject({ agentUri: 'gs://b/o' });
  });

  test('reports the error of an operation whose details google-gax has no protos for', async () => {
    const info = {
      '@type': 'type.googleapis.com/google.rpc.ErrorInfo',
      reason: 'R',
      domain: 'd',
      metadata: { a: 'b' },
    };
    const unknown = { '@type': 'type.googleapis.com/util.StatusProto', code: 5 };
    const error = { code: 9, message: 'locked', details: [info, unknown] };
    const { agents } = await setUp(started({ body: { name, done: true, metadata, error } }));
    // Without this google-gax 6 retries for ten minutes.
    const noRetries = { retry: createRetryOptions([], createDefaultBackoffSettings()) };
    const [operation] = await agents.exportAgent({ name: agent }, noRetries);
    await expect(pollerFrom(operation, quick).promise()).rejects.toMatchObject({
      code: 'LRO_OPERATION_FAILED',
      status: { code: Code.FAILED_PRECONDITION, message: 'locked', details: [info, { typeUrl: unknown['@type'] }] },
      metadata: { fields: { percent: { numberValue: 50 } } },
    });
    await expect(operation.promise()).rejects.not.toMatchObject({ code: Code.FAILED_PRECONDITION });
  });

  test('names both types if the response has another type, known to the client or not', async () => {
    const { agents } = await setUp(
      started({ body: { name, done: true, response: { '@type': 'x/some.Other', a: 1 } } }),
    );
    const [operation] = await agents.exportAgent({ name: agent });
    await expect(pollerFrom(operation, quick).promise()).rejects.toMatchObject({
      code: 'LRO_UNPACK_FAILED',
      expected: 'google.cloud.dialogflow.cx.v3.ExportAgentResponse',
      actual: 'some.Other',
      any: { json: { '@type': 'x/some.Other', a: 1 } },
    });
  });

  test('reads an Empty without a value, as Google sends it', async () => {
    const empty = { '@type': 'type.googleapis.com/google.protobuf.Empty' };
    const { agents } = await setUp((call) =>
      call.url.includes(':restore') ? { body: { name } } : { body: { name, done: true, response: empty } },
    );
    const [operation] = await agents.restoreAgent({ name: agent, agentUri: 'gs://b/o' });
    await expect(pollerFrom(operation, quick).promise()).resolves.toEqual({});
  });

  test('ignores fields that the client does not know yet', async () => {
    const body = { name, done: true, response: { ...response, fromTheFuture: { a: [1] } }, alsoNew: true };
    const { agents } = await setUp(started({ body }));
    const [operation] = await agents.exportAgent({ name: agent });
    await expect(pollerFrom(operation, quick).promise()).resolves.toMatchObject({ agentUri: 'gs://b/o' });
  });

  test('never polls an operation that is done at the start', async () => {
    const { agents, server } = await setUp(() => ({ body: { done: true, response } }));
    const [operation] = await agents.exportAgent({ name: agent });
    await expect(pollerFrom(operation).promise()).resolves.toMatchObject({ agentUri: 'gs://b/o' });
    expect(server.calls).toHaveLength(1);
  });
});

describe('gaxTransport() of a client with fallback: true', () => {
  test.each([
    ['no operation', { error: { code: 10, message: 'locked' } }],
    ['no object', '[]'],
  ])('names the operation in the error for a response that is %s', async (_, body) => {
    const { transport } = await setUp(() => ({ body }));
    const client = new OperationsClient({ transport });
    const error = { code: 'LRO_MALFORMED_OPERATION', operationName: name };
    await expect(client.getOperation({ name })).rejects.toMatchObject(error);
  });

  test('knows the host of a client at another endpoint once it has sent a request, for its tokens', async () => {
    const { transport, server } = await setUp(() => ({ body: { name } }));
    const client = new OperationsClient({ transport });
    const poller = client.poller(name);
    await poller.poll();
    expect(transport.apiEndpoint).toBe(`127.0.0.1:${server.port}`);
    expect(poller.toJSON().apiEndpoint).toBe('127.0.0.1');
    expect(() => client.resume({ ...poller.toJSON(), apiEndpoint: 'speech.googleapis.com' })).toThrow("'apiEndpoint'");
  });

  test('resumes by name with the static classes of the client', async () => {
    const { transport } = await setUp(() => ({ body: { name, done: true, metadata, response } }));
    const client = new OperationsClient({ transport });
    const info = operationInfo({
      response: protobufType(ExportAgentResponse),
      metadata: protobufType(protos.google.protobuf.Struct),
    });
    const poller = client.resume({ version: 1, name, startedAtMs: 0 }, info);
    const result = await poller.promise();
    expect(result).toBeInstanceOf(ExportAgentResponse);
    expect(result.agentUri).toBe('gs://b/o');
    expect(poller.operation?.metadata?.fields.percent?.numberValue).toBe(50);
  });

  test('enforces deadline and signal, also while the body streams', async () => {
    for (const reply of [undefined, { endless: true }]) {
      const { transport, server } = await setUp(() => reply);
      const timeout = transport.getOperation({ name }, { timeoutMs: 60 });
      await expect(timeout).rejects.toMatchObject({ rpcCode: Code.DEADLINE_EXCEEDED, origin: 'transport' });

      const controller = new AbortController();
      const reason = new Error('mine');
      const before = server.calls.length;
      const aborted = transport.getOperation({ name }, { signal: controller.signal });
      while (server.calls.length === before) await new Promise((resolve) => setTimeout(resolve, 2));
      controller.abort(reason);
      await expect(aborted).rejects.toBe(reason);
    }
  });

  test("reads the service's errors with details and Retry-After", async () => {
    const details = [{ '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay: '3s' }];
    const { transport } = await setUp((call) =>
      call.url.includes('/operations/forbidden')
        ? { status: 403, body: { error: { code: 403, message: 'not you', status: 'PERMISSION_DENIED', details } } }
        : { status: 429, headers: { 'retry-after': '7' }, body: { error: { code: 429, message: 'slow', details } } },
    );
    const failure = await transport.getOperation({ name }, {}).catch((error: unknown) => error as RequestError);
    expect(failure).toMatchObject({ rpcCode: Code.RESOURCE_EXHAUSTED, httpStatus: 429, retryAfterMs: 7000 });
    const forbidden = 'projects/p/operations/forbidden';
    await expect(transport.getOperation({ name: forbidden }, {})).rejects.toMatchObject({
      rpcCode: Code.PERMISSION_DENIED,
      status: { message: 'not you', details },
      httpStatus: 403,
      origin: 'service',
      method: 'GetOperation',
      operationName: forbidden,
    });
  });

  test("sends the client's credentials to its own origin only, and shows them in no error", async () => {
    const auth = new OAuth2Client();
    auth.setCredentials({ access_token: 'sesame', expiry_date: Date.now() + 3_600_000 });
    const elsewhere = await startHttpServer(() => ({ body: { name } }));
    cleanups.push(() => elsewhere[Symbol.asyncDispose]());
    const { transport, server } = await setUp(
      (_call, nth) =>
        nth === 1
          ? { status: 307, headers: { location: `http://127.0.0.1:${elsewhere.port}/moved` } }
          : { status: 404, body: { error: { code: 404, message: 'gone' } } },
      auth,
    );
    await expect(transport.getOperation({ name }, {})).resolves.toMatchObject({ name, done: false });
    expect(server.calls[0]?.headers.authorization).toBe('Bearer sesame');
    expect(elsewhere.calls[0]?.headers.authorization).toBeUndefined();

    const error = await transport.getOperation({ name }, {}).catch((error: unknown) => error);
    expect(JSON.stringify(error, Object.getOwnPropertyNames(error))).not.toContain('sesame');
  });

  test('distinguishes failed credentials from a response of the service, and redacts credentials that a page repeats', async () => {
    const { transport } = await setUp(
      ({ headers }) => ({ status: 502, body: `<html><title>Bad ${headers.authorization}</title>` }),
      Object.assign(new OAuth2Client(), { credentials: { access_token: 'sesame' } }),
    );
    await expect(transport.getOperation({ name }, {})).rejects.toMatchObject({
      status: { message: 'HTTP 502 with an HTML page: Bad ***' },
    });

    // Another auth client may use its own header.
    const own = Object.assign(new OAuth2Client(), {
      credentials: { access_token: 'sesame' },
      getRequestHeaders: () => Promise.resolve(new Headers({ 'x-badge': 'open-sesame' })),
    });
    const page = '<html><title>Bad open-sesame</title>';
    const { transport: badged } = await setUp(() => ({ status: 502, body: page }), own);
    await expect(badged.getOperation({ name }, {})).rejects.toMatchObject({
      status: { message: 'HTTP 502 with an HTML page: Bad ***' },
    });

    const tokens = await startHttpServer((_call, nth) => ({
      status: nth === 1 ? 400 : 401,
      body: { error: 'invalid_grant' },
    }));
    cleanups.push(() => tokens[Symbol.asyncDispose]());
    const { transport: refused, server } = await setUp(
      () => ({ body: { name } }),
      new googleAuthLibrary.UserRefreshClient({
        refreshToken: 'refresh',
        endpoints: { oauth2TokenUrl: `http://127.0.0.1:${tokens.port}/` },
      }),
    );
    const logIn = "log in again: 'gcloud auth application-default login'";
    for (const status of [400, 401]) {
      await expect(refused.getOperation({ name }, {})).rejects.toMatchObject({
        rpcCode: Code.UNAUTHENTICATED,
        origin: 'transport',
        status: {
          message: `Cannot get credentials for the request: HTTP ${status}, invalid_grant; ${logIn}`,
        },
      });
    }
    expect(server.calls).toHaveLength(0);
  });

  test('keeps a message of the service that mentions a secret', async () => {
    const details = [{ '@type': 'type.googleapis.com/google.rpc.ErrorInfo', reason: 'R', domain: 'd', metadata: {} }];
    const error = { code: 403, message: 'no such secret', status: 'PERMISSION_DENIED', details };
    const { transport } = await setUp(() => ({ status: 403, body: { error } }));
    await expect(transport.getOperation({ name }, {})).rejects.toMatchObject({
      status: { code: Code.PERMISSION_DENIED, message: 'no such secret', details },
    });
  });

  test('lists, cancels, and rejects what the service has no rule for', async () => {
    const { transport, server } = await setUp((call) =>
      call.method === 'GET'
        ? { body: { operations: [{ name, done: true, response }], nextPageToken: 't', unreachable: ['l'] } }
        : { body: {} },
    );
    const request = { name: 'projects/p/locations/-', filter: 'done=true', pageSize: 2, returnPartialSuccess: true };
    await expect(transport.listOperations(request, {})).resolves.toMatchObject({
      operations: [{ name, done: true, response: { typeUrl: responseType, value: expect.anything(), json: response } }],
      nextPageToken: 't',
      unreachable: ['l'],
    });
    const listed = new URL(`http://x${server.calls[0]!.url}`);
    expect(listed.pathname).toBe('/v3/projects/p/locations/-/operations');
    expect(Object.fromEntries(listed.searchParams)).toMatchObject({
      filter: 'done=true',
      pageSize: '2',
      returnPartialSuccess: 'true',
    });

    await transport.cancelOperation({ name }, { headers: { 'x-mine': 'a' } });
    expect(server.calls[1]).toMatchObject({ method: 'POST', headers: { 'x-mine': 'a' } });
    expect(server.calls[1]?.url).toContain(`/v3/${name}:cancel`);

    const unimplemented = { rpcCode: Code.UNIMPLEMENTED, origin: 'transport' };
    await expect(transport.getOperation({ name: 'unbound/name/of' }, {})).rejects.toMatchObject(unimplemented);
    await expect(transport.waitOperation!({ name, timeoutMs: 1 }, {})).rejects.toMatchObject(unimplemented);
    await expect(transport.getOperation({ name: 'projects/p/operations/..' }, {})).rejects.toThrow(TypeError);
    expect(server.calls).toHaveLength(2);
  });

  test('restores the auth client, with its own fetch or not', async () => {
    const auth = noAuth() as InstanceType<typeof GoogleAuth>;
    const { transport } = await setUp(() => ({ body: { name } }), auth);
    await transport.getOperation({ name }, {});
    expect(Object.hasOwn(auth, 'fetch')).toBe(false);

    let fetched = 0;
    const { fetch: send } = GoogleAuth.prototype as unknown as {
      fetch: (this: unknown, ...request: unknown[]) => unknown;
    };
    Object.assign(auth, {
      fetch: (...request: unknown[]) => {
        fetched++;
        return send.apply(auth, request);
      },
    });
    await transport.getOperation({ name }, {});
    expect(fetched).toBe(1);
  });
});
