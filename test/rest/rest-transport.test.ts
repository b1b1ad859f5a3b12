import { describe, expect, it, jest } from '@jest/globals';
import { inspect } from 'node:util';
import { restTransport, type FetchLike, type HttpRule, type RestEndpointOptions } from '../../src/rest/index.js';
import { Code } from '../../src/status.js';
import { fc } from '../support/fast-check.js';
import { useNock } from '../support/nock.js';
import { resourceNames } from './arbitraries.js';

const nock = useNock();
const host = 'https://h.test';
const transportTo = (options: Partial<RestEndpointOptions> = {}) =>
  restTransport({ apiEndpoint: 'h.test', ...options });
const name = 'operations/a';
const failureOf = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => 'no failure',
    (e: unknown) => e,
  );
const rule = (method: string, binding: Omit<HttpRule, 'selector'>): HttpRule => ({
  selector: `google.longrunning.Operations.${method}`,
  ...binding,
});

describe('restTransport()', () => {
  it('gets an operation unchanged', async () => {
    const metadata = { '@type': 'type.googleapis.com/google.protobuf.Struct', value: { a: 1 } };
    nock(host).get('/v1/operations/a').reply(200, { name, metadata, done: false, extra: 1 });
    await expect(transportTo().getOperation({ name }, {})).resolves.toEqual({
      name,
      done: false,
      metadata: { typeUrl: metadata['@type'], json: metadata },
    });
  });

  it("gets an operation that failed, with a code that is not HTTP's", async () => {
    nock(host)
      .get('/v1/operations/a')
      .reply(200, { name, done: true, error: { code: 9, message: 'm' } });
    await expect(transportTo().getOperation({ name }, {})).resolves.toEqual({
      name,
      done: true,
      error: { code: Code.FAILED_PRECONDITION, message: 'm', details: [] },
    });
  });

  it('lists operations', async () => {
    nock(host)
      .get('/v3/projects/p/operations')
      .query({ filter: 'is_v2(x) AND a="b c"', pageSize: '2', pageToken: 't/+=', returnPartialSuccess: 'true' })
      .reply(200, { operations: [{ name }], nextPageToken: 'n', unreachable: ['locations/l'] });
    await expect(
      transportTo({ apiVersion: 'v3' }).listOperations(
        {
          name: 'projects/p',
          filter: 'is_v2(x) AND a="b c"',
          pageSize: 2,
          pageToken: 't/+=',
          returnPartialSuccess: true,
        },
        {},
      ),
    ).resolves.toEqual({ operations: [{ name, done: false }], nextPageToken: 'n', unreachable: ['locations/l'] });
  });

  it('cancels with an empty JSON object and deletes without a body', async () => {
    nock(host, { reqheaders: { 'content-type': 'application/json' } })
      .post('/v1/operations/a:cancel', '{}')
      .reply(200, {});
    nock(host, { badheaders: ['content-type'] })
      .delete('/v1/operations/a', '')
      .reply(204);
    await expect(transportTo().cancelOperation({ name }, {})).resolves.toBeUndefined();
    await expect(transportTo().deleteOperation({ name }, {})).resolves.toBeUndefined();
  });

  it('sends no body with a POST whose rule has none', async () => {
    const httpRules = [rule('CancelOperation', { post: '/v3/{name=operations/*}:cancel' })];
    nock(host, { badheaders: ['content-type'] })
      .post('/v3/operations/a:cancel', '')
      .reply(200, '');
    await transportTo({ httpRules }).cancelOperation({ name }, {});
  });

  it('has waitOperation only if a rule binds it', async () => {
    expect('waitOperation' in transportTo()).toBe(false);
    const post = '/v1/{name=operations/*}:wait';
    nock(host).post('/v1/operations/a:wait', { timeout: '1.500s' }).reply(200, { name, done: true });
    nock(host).post('/v1/operations/a:wait?timeout=30s', '').reply(200, { name });
    await expect(
      transportTo({ httpRules: [rule('WaitOperation', { post, body: '*' })] }).waitOperation!(
        { name, timeoutMs: 1500 },
        {},
      ),
    ).resolves.toEqual({ name, done: true });
    await transportTo({ httpRules: [rule('WaitOperation', { post })] }).waitOperation!({ name, timeoutMs: 30_000 }, {});
  });

  it('uses the default rules if the given ones are for other services', async () => {
    const httpRules = [{ selector: 'google.cloud.location.Locations.GetLocation', get: '/v1/{name=projects/*}' }];
    nock(host).get('/v1/operations/a').reply(200, { name });
    await transportTo({ httpRules }).getOperation({ name }, {});
  });

  it('is UNIMPLEMENTED, and sends nothing, if no rule matches the name or binds the method', async () => {
    const fetch = jest.fn<FetchLike>();
    const bindings = Array.from({ length: 7 }, (_, i) => ({ get: `/v1/{name=things${i}/*}` }));
    const httpRules = [rule('GetOperation', { get: '/v1/{name=operations/*}', additionalBindings: bindings })];
    const transport = transportTo({ httpRules, fetch });
    expect(await failureOf(transport.getOperation({ name: 'projects/p' }, {}))).toMatchObject({
      code: 'LRO_REQUEST_FAILED',
      rpcCode: Code.UNIMPLEMENTED,
      origin: 'transport',
      method: 'GetOperation',
      operationName: 'projects/p',
      status: {
        message:
          "no HTTP rule fits the name, of GET /v1/{name=operations/*}, GET /v1/{name=things0/*}, GET /v1/{name=things1/*}, GET /v1/{name=things2/*}, GET /v1/{name=things3/*}, 3 more: pass another in 'httpRules'; nothing was sent",
      },
    });
    expect(await failureOf(transport.deleteOperation({ name }, {}))).toMatchObject({
      rpcCode: Code.UNIMPLEMENTED,
      status: { message: 'no HTTP rule binds DeleteOperation; nothing was sent' },
    });
    expect(fetch).not.toHaveBeenCalled();
  });

  it.each([
    ['operations/../x'],
    ['..'],
    ['operations/%2e%2e'],
    ['operations//a'],
    ['operations/\ud800'],
    ['a\nb'],
    [''],
  ])('rejects the name %j before anything is sent', async (bad) => {
    const fetch = jest.fn<FetchLike>();
    const auth = jest.fn(() => Promise.resolve({}));
    const httpRules = ['Get', 'Cancel', 'Delete', 'Wait'].map((m) => rule(`${m}Operation`, { post: '/v1/{name=**}' }));
    const transport = transportTo({ fetch, auth, httpRules });
    for (const promise of [
      transport.getOperation({ name: bad }, {}),
      transport.cancelOperation({ name: bad }, {}),
      transport.deleteOperation({ name: bad }, {}),
      transport.waitOperation!({ name: bad, timeoutMs: 1 }, {}),
    ]) {
      const failure = await failureOf(promise);
      expect(failure).toMatchObject({
        name: 'TypeError',
        message: expect.stringContaining("Cannot request as 'name' must be"),
      });
    }
    expect(fetch).not.toHaveBeenCalled();
    expect(auth).not.toHaveBeenCalled();
  });

  it('rejects a filter that cannot be encoded', async () => {
    await expect(transportTo().listOperations({ name: 'operations', filter: '\udfff' }, {})).rejects.toThrow(
      "Cannot request as 'filter' must be",
    );
  });

  it('requests exactly the path that was built, whatever the name', async () => {
    const urls: string[] = [];
    const fetch: FetchLike = (url, init) => {
      urls.push(url);
      expect(init.redirect).toBe('manual');
      return Promise.resolve(new Response('{}'));
    };
    const transport = transportTo({ fetch });
    await fc.assert(
      fc.asyncProperty(resourceNames, async (anyName) => {
        await transport.cancelOperation({ name: anyName }, {});
        const url = new URL(urls.at(-1)!);
        expect(url.href).toBe(urls.at(-1));
        expect(url.origin).toBe(host);
        expect(decodeURIComponent(url.pathname)).toBe(`/v1/${anyName}:cancel`);
      }),
    );
  });

  it('sends the routing header; headers of the call override those of the transport, and these those of auth', async () => {
    const headers = { 'X-A': 'transport', 'X-B': 'transport', 'x-c': 'transport' };
    const transport = transportTo({
      headers,
      routingHeader: true,
      auth: () => Promise.resolve({ 'x-b': 'auth', Authorization: 'Bearer t' }),
    });
    nock(host, {
      reqheaders: {
        accept: 'application/json',
        'x-goog-request-params': 'name=projects%2Fp%2Foperations%2Fa%20b',
        authorization: 'Bearer t',
        'x-a': 'call',
        'x-b': 'transport',
        'x-c': 'transport',
      },
      badheaders: ['content-type'],
    })
      .get('/v1/projects/p/operations/a%20b')
      .reply(200, { name });
    await transport.getOperation({ name: 'projects/p/operations/a b' }, { headers: { 'x-A': 'call' } });
  });

  it('gets no credentials for plain text to another machine', async () => {
    const plain = { apiEndpoint: 'http://h.test' };
    expect(() => transportTo({ ...plain, auth: () => Promise.resolve({}) })).toThrow(TypeError);
    expect(() => transportTo({ ...plain, headers: { authorization: 'x' } })).toThrow(TypeError);
    const fetch = jest.fn<FetchLike>();
    const call = transportTo({ ...plain, fetch }).getOperation({ name }, { headers: { Cookie: 'x' } });
    await expect(call).rejects.toThrow(TypeError);
    expect(fetch).not.toHaveBeenCalled();
  });

  it.each([['', 'v1/', '..', 'v1/../x', 'v1?', '{name}']])('throws for the version %j', (apiVersion) => {
    expect(() => transportTo({ apiVersion })).toThrow(/^Cannot use a version as 'apiVersion' must be/);
  });

  it('has the host as apiEndpoint', () => {
    expect(transportTo().apiEndpoint).toBe('h.test');
    expect(transportTo({ apiEndpoint: 'http://127.0.0.1:9020' }).apiEndpoint).toBe('127.0.0.1:9020');
  });

  it("rejects with the service's error, with details and Retry-After", async () => {
    const retryInfo = { '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay: '2.463586755s' };
    const error = { code: 429, message: 'Slow down.', status: 'RESOURCE_EXHAUSTED', details: [retryInfo] };
    nock(host).get('/v1/operations/a').reply(429, { error });
    expect(await failureOf(transportTo().getOperation({ name }, {}))).toMatchObject({
      name: 'RequestError',
      method: 'GetOperation',
      operationName: name,
      rpcCode: Code.RESOURCE_EXHAUSTED,
      origin: 'service',
      httpStatus: 429,
      attempts: 1,
      retryAfterMs: 2463.586755,
      status: { message: 'Slow down.', details: [retryInfo] },
    });
  });

  it.each([
    ['1', '5s', 5000],
    ['9', '5s', 9000],
    ['9', undefined, 9000],
    ['999999999', '5s', 86_400_000],
    ['1', '999999999s', 86_400_000],
    ['nonsense', undefined, undefined],
    ['-1', '-1s', undefined],
  ])('uses the longer of Retry-After %j and RetryInfo %j: %j ms', async (header, retryDelay, ms) => {
    const details =
      retryDelay === undefined ? [] : [{ '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay }];
    nock(host)
      .get('/v1/operations/a')
      .reply(503, { error: { code: 503, details } }, { 'retry-after': header });
    const failure = (await failureOf(transportTo().getOperation({ name }, {}))) as { retryAfterMs?: number };
    expect(failure.retryAfterMs).toBe(ms);
  });

  it("returns the Retry-After of a success, with a date by the server's clock", async () => {
    nock(host).get('/v1/operations/a').reply(200, { name }, { 'retry-after': '7' });
    const dates = { date: 'Sun, 06 Nov 1994 08:49:37 GMT', 'retry-after': 'Sun, 06 Nov 1994 08:49:40 GMT' };
    nock(host).get('/v1/operations/a').reply(200, { name }, dates);
    await expect(transportTo().getOperation({ name }, {})).resolves.toEqual({ name, done: false, retryAfterMs: 7000 });
    await expect(transportTo().getOperation({ name }, {})).resolves.toEqual({ name, done: false, retryAfterMs: 3000 });
  });

  it.each([
    ['HTML', '<!DOCTYPE html><title>Sign in</title>', 'the body is not JSON: HTTP 200 with an HTML page: Sign in'],
    ['nothing', '', 'the body is not JSON: HTTP 200 without a message'],
    ['cut off JSON', '{"name":', 'the body is not JSON: HTTP 200: {"name":'],
  ])('treats a success that is %s as a transport failure', async (_, body, message) => {
    nock(host).get('/v1/operations/a').reply(200, body);
    expect(await failureOf(transportTo().getOperation({ name }, {}))).toMatchObject({
      rpcCode: Code.UNKNOWN,
      origin: 'transport',
      httpStatus: 200,
      status: { message: `${message}; this is not the service: check the endpoint, and logins or proxies before it` },
    });
  });

  it('does not treat a page as a successful cancel', async () => {
    nock(host).post('/v1/operations/a:cancel').reply(200, '<html>');
    expect(await failureOf(transportTo().cancelOperation({ name }, {}))).toMatchObject({ rpcCode: Code.UNKNOWN });
  });

  it.each([['[]'], ['5'], ['null'], ['"x"']])(
    'rejects JSON that is not an operation, %s, as malformed',
    async (body) => {
      nock(host).get('/v1/operations/a').reply(200, body);
      expect(await failureOf(transportTo().getOperation({ name }, {}))).toMatchObject({
        code: 'LRO_MALFORMED_OPERATION',
        operationName: name,
        message: `Malformed operation '${name}': not a JSON object`,
      });
    },
  );

  it('names the malformed list or wait', async () => {
    const httpRules = [{ selector: 'google.longrunning.Operations.WaitOperation', post: '/v1/{name=**}:wait' }];
    nock(host).get('/v1/operations').reply(200, '[]');
    nock(host).get('/v1/operations').reply(200, '{"operations":[5]}');
    nock(host).post('/v1/operations/a:wait?timeout=1s').reply(200, '[]');
    const malformed = [
      await failureOf(transportTo().listOperations({ name: 'operations' }, {})),
      await failureOf(transportTo().listOperations({ name: 'operations' }, {})),
      await failureOf(Promise.resolve(transportTo({ httpRules }).waitOperation?.({ name, timeoutMs: 1000 }, {}))),
    ];
    expect(malformed).toMatchObject(
      ['operations', 'operations', name].map((operationName) => ({ code: 'LRO_MALFORMED_OPERATION', operationName })),
    );
  });

  it('is not polluted by a response', async () => {
    nock(host)
      .get('/v1/operations/a')
      .reply(200, '{"name":"operations/a","__proto__":{"done":true},"response":{"__proto__":{"a":1}}}');
    const operation = await transportTo().getOperation({ name }, {});
    expect(operation.done).toBe(false);
    expect(Object.keys(operation.response!.json as object)).toEqual([]);
  });

  it('names host and system code of a failed connection, and keeps foreign errors out', async () => {
    const error = Object.assign(new TypeError('fetch failed'), {
      config: { headers: { authorization: 'Bearer hunter2' } },
      cause: Object.assign(new Error('connect ECONNREFUSED 1.2.3.4:443'), { code: 'ECONNREFUSED' }),
    });
    const transport = transportTo({ fetch: () => Promise.reject(error), headers: { authorization: 'Bearer hunter2' } });
    const failure = await failureOf(transport.getOperation({ name }, {}));
    expect(failure).toMatchObject({
      rpcCode: Code.UNAVAILABLE,
      origin: 'transport',
      status: {
        message:
          'No response from h.test: connect ECONNREFUSED 1.2.3.4:443; check the host, the port and the network: nothing listens there',
      },
      cause: { code: 'ECONNREFUSED' },
      httpStatus: undefined,
    });
    expect(inspect(failure, { depth: 10, showHidden: true })).not.toContain('hunter2');
  });

  it.each([
    ['UND_ERR_HEADERS_TIMEOUT', 'DEADLINE_EXCEEDED', ''],
    ['UND_ERR_INVALID_ARG', 'INVALID_ARGUMENT', ''],
    ['ENOTFOUND', 'UNAVAILABLE', '; check the host and the DNS'],
  ] as const)('converts %s to %s', async (system, code, hint) => {
    const fetch: FetchLike = () => Promise.reject(Object.assign(new Error('no'), { code: system }));
    expect(await failureOf(transportTo({ fetch }).getOperation({ name }, {}))).toMatchObject({
      rpcCode: Code[code],
      status: { message: `No response from h.test: ${system}: no${hint}` },
    });
  });

  it('redacts credentials that an error repeats', async () => {
    const auth = () => Promise.resolve({ authorization: 'Bearer hunter2', 'x-odd': 'swordfish' });
    const fetch: FetchLike = () => Promise.reject(new Error('bad header "Bearer hunter2", hunter2, swordfish'));
    const failure = await failureOf(transportTo({ auth, fetch }).getOperation({ name }, {}));
    expect(failure).toMatchObject({ status: { message: 'No response from h.test: bad header "***", ***, ***' } });
    expect(inspect(failure, { depth: 10, showHidden: true })).not.toMatch(/hunter2|swordfish/);
  });

  it('keeps the quota project of an auth client in messages of the service', async () => {
    const info = {
      '@type': 'type.googleapis.com/google.rpc.ErrorInfo',
      reason: 'R',
      domain: 'd',
      metadata: { consumer: 'projects/billed' },
    };
    const error = { code: 403, status: 'PERMISSION_DENIED', message: 'not on billed, t0ken', details: [info] };
    nock(host).get('/v1/operations/a').reply(403, { error });
    const auth = () => ({ authorization: 'Bearer t0ken', 'x-goog-user-project': 'billed' });
    const failure = await failureOf(transportTo({ auth }).getOperation({ name }, {}));
    expect(failure).toMatchObject({ status: { message: 'not on billed, ***', details: [info] } });
  });

  it('redacts credentials that an error page repeats', async () => {
    nock(host).get('/v1/operations/a').reply(502, 'You sent: authorization: Bearer hunter2');
    const transport = transportTo({ headers: { authorization: 'Bearer hunter2' } });
    expect(await failureOf(transport.getOperation({ name }, {}))).toMatchObject({
      status: { message: 'HTTP 502: You sent: authorization: ***' },
    });
  });

  it('accepts a fetch whose responses have no web stream', async () => {
    const fetch: FetchLike = () =>
      Promise.resolve({ status: 200, headers: { get: () => null }, text: () => Promise.resolve('{"name":"x"}') });
    await expect(transportTo({ fetch }).getOperation({ name }, {})).resolves.toEqual({ name: 'x', done: false });
  });

  it('uses the global fetch at the time of the call', async () => {
    const transport = transportTo();
    const spy = jest.spyOn(globalThis, 'fetch').mockResolvedValue(new Response('{"name":"spied"}'));
    try {
      await expect(transport.getOperation({ name }, {})).resolves.toMatchObject({ name: 'spied' });
    } finally {
      spy.mockRestore();
    }
  });

  it('rejects calls after close(), and running ones, even if fetch ignores signals', async () => {
    const transport = transportTo({ fetch: () => new Promise(() => undefined) });
    const running = [transport.getOperation({ name }, {}), transport.listOperations({ name: 'operations' }, {})];
    await transport.close();
    const closed = { rpcCode: Code.CANCELLED, origin: 'transport', status: { message: 'the transport is closed' } };
    expect(await failureOf(running[0]!)).toMatchObject({ ...closed, method: 'GetOperation', operationName: name });
    expect(await failureOf(running[1]!)).toMatchObject({ ...closed, method: 'ListOperations' });
    expect(await failureOf(transport.cancelOperation({ name }, {}))).toMatchObject(closed);
    await expect(transport.close()).resolves.toBeUndefined();
  });

  it('enforces deadline and signal while it gets credentials, and sends nothing afterwards', async () => {
    const fetch = jest.fn<FetchLike>();
    let grant!: (headers: Record<string, string>) => void;
    const transport = transportTo({ fetch, auth: () => new Promise((resolve) => (grant = resolve)) });
    expect(await failureOf(transport.getOperation({ name }, { timeoutMs: 5 }))).toMatchObject({
      rpcCode: Code.DEADLINE_EXCEEDED,
      origin: 'transport',
      status: { message: 'no response from h.test within 5 ms' },
    });
    const controller = new AbortController();
    const call = transport.getOperation({ name }, { signal: controller.signal });
    controller.abort('enough');
    await expect(call).rejects.toBe('enough');
    grant({});
    await new Promise(setImmediate);
    expect(fetch).not.toHaveBeenCalled();
  });

  it('rejects a deadline that is not a number', async () => {
    await expect(transportTo().getOperation({ name }, { timeoutMs: NaN })).rejects.toThrow(RangeError);
  });
});
