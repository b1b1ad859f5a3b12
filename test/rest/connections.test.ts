import { describe, expect, it, jest } from '@jest/globals';
import { AbortController as PolyfillController } from 'abort-controller';
import type { RequestListener } from 'node:http';
import { createServer, type AddressInfo } from 'node:net';
import { restTransport } from '../../src/rest/index.js';
import { Code } from '../../src/status.js';
import { useHttpServers } from '../support/http-server.js';

const serve = useHttpServers();
const name = 'operations/a';
const failureOf = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => 'no failure',
    (e: unknown) => e,
  );
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

const silent: RequestListener = () => undefined;
const halfABody: RequestListener = (_, response) => {
  response.writeHead(200, { 'content-length': 1000 });
  response.write('{"name":"operations/a",');
};

describe.each([
  ['before the response', silent],
  ['while the body streams', halfABody],
])('a call that ends %s', (_, listener) => {
  it('rejects at once with the reason of a native signal and closes the connection', async () => {
    const server = await serve(listener);
    const controller = new AbortController();
    const call = failureOf(
      restTransport({ apiEndpoint: server.origin }).getOperation({ name }, { signal: controller.signal }),
    );
    await server.arrived;
    await pause(20); // for the first half of the body to get there
    const reason = new Error('enough');
    controller.abort(reason);
    expect(await call).toBe(reason);
    await server.gone;
  });

  it('rejects with an AbortError for a signal of the abort-controller package', async () => {
    const server = await serve(listener);
    const controller = new PolyfillController();
    const call = failureOf(
      restTransport({ apiEndpoint: server.origin }).getOperation({ name }, { signal: controller.signal }),
    );
    await server.arrived;
    await pause(20);
    controller.abort();
    expect(await call).toMatchObject({ name: 'AbortError' });
    await server.gone;
  });

  it('rejects with DEADLINE_EXCEEDED at its deadline', async () => {
    const server = await serve(listener);
    const transport = restTransport({ apiEndpoint: server.origin });
    expect(await failureOf(transport.getOperation({ name }, { timeoutMs: 300 }))).toMatchObject({
      rpcCode: Code.DEADLINE_EXCEEDED,
      origin: 'transport',
      status: { message: `no response from ${server.origin.slice('http://'.length)} within 300 ms` },
    });
    await server.gone;
  });

  it('rejects with CANCELLED when the transport is closed', async () => {
    const server = await serve(listener);
    const transport = restTransport({ apiEndpoint: server.origin });
    const call = failureOf(transport.getOperation({ name }, {}));
    await server.arrived;
    await pause(20);
    await transport.close();
    expect(await call).toMatchObject({ rpcCode: Code.CANCELLED, origin: 'transport' });
    await server.gone;
  });

  it('rejects with UNAVAILABLE when the connection is reset', async () => {
    const server = await serve((request, response) => {
      listener(request, response);
      setTimeout(() => request.socket.resetAndDestroy(), 20);
    });
    const failure = await failureOf(restTransport({ apiEndpoint: server.origin }).getOperation({ name }, {}));
    expect(failure).toMatchObject({
      rpcCode: Code.UNAVAILABLE,
      origin: 'transport',
      httpStatus: listener === silent ? undefined : 200,
      status: { message: expect.stringMatching(/from 127\.0\.0\.1:\d+: (ECONNRESET|UND_ERR_SOCKET)|ECONNRESET/) },
    });
  });
});

describe('restTransport() over a connection', () => {
  it('names the host and the system code when the connection is refused', async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    await new Promise((resolve) => server.close(resolve));
    const host = `127.0.0.1:${port}`;
    const transport = restTransport({ apiEndpoint: `http://${host}` });
    expect(await failureOf(transport.getOperation({ name }, {}))).toMatchObject({
      rpcCode: Code.UNAVAILABLE,
      origin: 'transport',
      status: {
        message: `No response from ${host}: connect ECONNREFUSED ${host}; check the host, the port and the network: nothing listens there`,
      },
    });
  });

  it('stops reading a body even if fetch ignores the signal', async () => {
    const cancel = jest.fn(() => Promise.resolve());
    const body = new ReadableStream<Uint8Array>({ pull: () => new Promise(() => undefined), cancel });
    const transport = restTransport({ apiEndpoint: 'h.test', fetch: () => Promise.resolve(new Response(body)) });
    const controller = new AbortController();
    const call = failureOf(transport.getOperation({ name }, { signal: controller.signal }));
    await pause(5);
    controller.abort('enough');
    expect(await call).toBe('enough');
    expect(cancel).toHaveBeenCalled();
  });

  it('cancels a response that arrives after the deadline', async () => {
    let cancelled = false;
    const body = new ReadableStream<Uint8Array>({ cancel: () => void (cancelled = true) });
    let answer!: (response: Response) => void;
    const transport = restTransport({
      apiEndpoint: 'h.test',
      fetch: () => new Promise((resolve) => (answer = resolve)),
    });
    const call = failureOf(transport.getOperation({ name }, { timeoutMs: 5 }));
    expect(await call).toMatchObject({ rpcCode: Code.DEADLINE_EXCEEDED });
    answer(new Response(body));
    await pause(0);
    expect(cancelled).toBe(true);
  });

  it('decodes characters that are split between chunks', async () => {
    const bytes = Buffer.from(JSON.stringify({ name, response: { '@type': 't/T', text: 'ä😀' } }));
    const server = await serve((_, response) => {
      let at = 0;
      const next = (): void => {
        if (at === bytes.length) response.end();
        else response.write(bytes.subarray(at, ++at), () => setImmediate(next));
      };
      next();
    });
    const operation = await restTransport({ apiEndpoint: server.origin }).getOperation({ name }, {});
    expect(operation.response?.json).toEqual({ '@type': 't/T', text: 'ä😀' });
  });

  it('rejects a response of more than 64 MiB without reading the rest', async () => {
    let chunks = 0;
    const cancel = jest.fn(() => Promise.resolve());
    // One byte that counts as 8 MiB, as decoding 128 MiB takes long on a busy machine.
    const chunk = Object.defineProperty(new Uint8Array([0x20]), 'byteLength', { value: 8 * 1024 * 1024 });
    const pull = (controller: ReadableStreamDefaultController): void => {
      chunks++;
      controller.enqueue(chunk);
    };
    const body = (): ReadableStream => new ReadableStream({ pull, cancel });
    const transport = (status: number) =>
      restTransport({ apiEndpoint: 'h.test', fetch: () => Promise.resolve(new Response(body(), { status })) });
    expect(await failureOf(transport(200).getOperation({ name }, {}))).toMatchObject({
      rpcCode: Code.OUT_OF_RANGE,
      origin: 'transport',
      httpStatus: 200,
    });
    expect(await failureOf(transport(503).getOperation({ name }, {}))).toMatchObject({ rpcCode: Code.UNAVAILABLE });
    expect(cancel).toHaveBeenCalledTimes(2);
    expect(chunks).toBeLessThan(2 * 12);
  });

  it('sends "content-length: 0" with a POST that has no body', async () => {
    const server = await serve((_, response) => response.end('{}'));
    const httpRules = [{ selector: 'google.longrunning.Operations.CancelOperation', post: '/v1/{name=**}:cancel' }];
    await restTransport({ apiEndpoint: server.origin, httpRules }).cancelOperation({ name }, {});
    expect(server.requests[0]!.headers).toMatchObject({ 'content-length': '0' });
    expect(server.requests[0]!.headers).not.toHaveProperty('content-type');
  });

  it('runs many calls at once without a warning', async () => {
    const warnings: unknown[] = [];
    const onWarning = (warning: Error): void => void warnings.push(warning.name);
    process.on('warning', onWarning);
    const server = await serve((_, response) => response.end('{"name":"x"}'));
    const transport = restTransport({ apiEndpoint: server.origin });
    await Promise.all(Array.from({ length: 30 }, () => transport.getOperation({ name }, {})));
    await pause(0);
    process.off('warning', onWarning);
    expect(warnings).toEqual([]);
  });
});

describe('redirects', () => {
  const redirect =
    (status: number, location: string): RequestListener =>
    (_, response) =>
      response.writeHead(status, { location }).end('moved');
  const answer: RequestListener = (_, response) => response.end('{"name":"operations/b"}');
  const secrets = { authorization: 'Bearer hunter2', 'x-from-auth': 'hunter2' };
  const callerHeaders = { cookie: 'hunter2', 'x-goog-api-key': 'hunter2', 'x-mine': 'hunter2' };
  const options = { auth: () => Promise.resolve(secrets), headers: callerHeaders };

  it.each([301, 302, 303, 307, 308])('keeps the headers within an origin: %d', async (status) => {
    const server = await serve((request, response) =>
      (request.url === '/v1/operations/a' ? redirect(status, '/elsewhere?x=1') : answer)(request, response),
    );
    const transport = restTransport({ apiEndpoint: server.origin, ...options });
    await expect(transport.getOperation({ name }, {})).resolves.toMatchObject({ name: 'operations/b' });
    expect(server.requests[1]!.url).toBe('/elsewhere?x=1');
    expect(server.requests[1]!.headers).toMatchObject({ ...secrets, ...callerHeaders });
  });

  it('sends no credential to another origin, nor back from there', async () => {
    const home = await serve((request, response) =>
      (request.url === '/back' ? answer : redirect(302, `${away.origin}/away`))(request, response),
    );
    const away = await serve((request, response) => redirect(302, `${home.origin}/back`)(request, response));
    const transport = restTransport({ apiEndpoint: home.origin, ...options });
    await expect(transport.getOperation({ name }, { headers: { 'x-call': 'hunter2' } })).resolves.toMatchObject({
      name: 'operations/b',
    });
    expect(JSON.stringify(home.requests[0]!.headers)).toContain('hunter2');
    for (const request of [away.requests[0]!, home.requests[1]!]) {
      expect(request.headers).toMatchObject({ accept: 'application/json' });
      expect(JSON.stringify(request.headers)).not.toContain('hunter2');
    }
  });

  it('sends no password of a location', async () => {
    const away = await serve(answer);
    const home = await serve(redirect(302, away.origin.replace('//', '//user:pass@')));
    await restTransport({ apiEndpoint: home.origin }).getOperation({ name }, {});
    expect(away.requests[0]!.headers.authorization).toBeUndefined();
  });

  it('follows five at most', async () => {
    const server = await serve((request, response) => {
      const at = Number(/\d+$/.exec(request.url ?? '')?.[0] ?? 0);
      (at === 5 ? answer : redirect(307, `/hop${at + 1}`))(request, response);
    });
    const transport = restTransport({ apiEndpoint: server.origin });
    await expect(transport.getOperation({ name }, {})).resolves.toMatchObject({ name: 'operations/b' });

    const endless = await serve(redirect(307, '/again'));
    expect(await failureOf(restTransport({ apiEndpoint: endless.origin }).getOperation({ name }, {}))).toMatchObject({
      rpcCode: Code.FAILED_PRECONDITION,
      origin: 'transport',
      httpStatus: 307,
    });
    expect(endless.requests).toHaveLength(6);
  });

  it.each([307, 308])('sends a cancel again within its origin: %d', async (status) => {
    const server = await serve((request, response) =>
      (request.url === '/new' ? answer : redirect(status, '/new'))(request, response),
    );
    await restTransport({ apiEndpoint: server.origin }).cancelOperation({ name }, {});
    expect(server.requests[1]!).toMatchObject({ method: 'POST', headers: { 'content-length': '2' } });
  });

  it.each([
    ['cancelOperation', 302, 'which would lose the method POST'],
    ['deleteOperation', 301, 'which would lose the method DELETE'],
  ] as const)('does not change the method of %s: %d', async (method, status, problem) => {
    const server = await serve(redirect(status, '/new'));
    expect(await failureOf(restTransport({ apiEndpoint: server.origin })[method]({ name }, {}))).toMatchObject({
      rpcCode: Code.FAILED_PRECONDITION,
      httpStatus: status,
      status: { message: expect.stringContaining(problem) },
    });
    expect(server.requests).toHaveLength(1);
  });

  it('does not send a cancel to another origin', async () => {
    const away = await serve(answer);
    const home = await serve(redirect(307, away.origin));
    expect(await failureOf(restTransport({ apiEndpoint: home.origin }).cancelOperation({ name }, {}))).toMatchObject({
      rpcCode: Code.FAILED_PRECONDITION,
    });
    expect(away.requests).toHaveLength(0);
  });

  it.each([
    ['http://h.test/x', 'which is not encrypted'],
    ['ftp://h.test/x', 'which is not HTTP'],
    ['file:///etc/passwd', 'which is not HTTP'],
  ])('does not follow from TLS to %s', async (location, problem) => {
    const urls: string[] = [];
    const fetch = (url: string): Promise<Response> => {
      urls.push(url);
      return Promise.resolve(new Response(null, { status: 302, headers: { location } }));
    };
    const transport = restTransport({ apiEndpoint: 'h.test', fetch });
    expect(await failureOf(transport.getOperation({ name }, {}))).toMatchObject({
      rpcCode: Code.FAILED_PRECONDITION,
      status: { message: expect.stringContaining(problem) },
    });
    expect(urls).toHaveLength(1);
  });

  it.each([
    ['no location', 302, {}],
    ['an invalid location', 302, { location: 'http://[' }],
    ['another status', 304, { location: '/x' }],
  ])('treats a redirect with %s as a response', async (_, status, headers) => {
    const server = await serve((_request, response) => response.writeHead(status, headers).end());
    expect(await failureOf(restTransport({ apiEndpoint: server.origin }).getOperation({ name }, {}))).toMatchObject({
      rpcCode: Code.UNKNOWN,
      origin: 'transport',
      httpStatus: status,
    });
  });

  it('count towards the deadline', async () => {
    const server = await serve((request, response) =>
      request.url === '/new' ? undefined : redirect(307, '/new')(request, response),
    );
    const transport = restTransport({ apiEndpoint: server.origin });
    expect(await failureOf(transport.getOperation({ name }, { timeoutMs: 300 }))).toMatchObject({
      rpcCode: Code.DEADLINE_EXCEEDED,
    });
  });
});
