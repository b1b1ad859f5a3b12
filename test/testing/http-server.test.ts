import { connect } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { JsonValue } from '../../src/any.js';
import { Code } from '../../src/status.js';
import { OperationsEmulator, packEmpty, packStruct } from '../../src/testing/index.js';

let emulator: OperationsEmulator;
let origin: string;

beforeEach(async () => {
  await make();
});
afterEach(async () => emulator.close());

async function make(options: ConstructorParameters<typeof OperationsEmulator>[0] = {}): Promise<void> {
  emulator = new OperationsEmulator(options);
  origin = `http://127.0.0.1:${await emulator.listenHttp()}`;
}

async function ask(verb: string, path: string, init: RequestInit = {}): Promise<{ status: number; json: JsonValue }> {
  const response = await fetch(origin + path, { method: verb, ...init });
  return { status: response.status, json: (await response.json()) as JsonValue };
}

const name = 'projects/p/operations/1';
const empty = { '@type': 'type.googleapis.com/google.protobuf.Empty' };

it('serves the five RPCs at any version prefix', async () => {
  emulator.start({ name, durationMs: Infinity, metadata: packStruct({ step: 'one' }) });
  const metadata = { '@type': 'type.googleapis.com/google.protobuf.Struct', value: { step: 'one' } };
  expect(await ask('GET', `/v1/${name}`)).toEqual({ status: 200, json: { name, metadata } });
  expect(await ask('GET', `/v3beta1/${name}`)).toEqual({ status: 200, json: { name, metadata } });
  expect(await ask('GET', '/v1/projects/p/operations')).toEqual({
    status: 200,
    json: { operations: [{ name, metadata }] },
  });
  const waited = await ask('POST', `/v1/${name}:wait`, { body: '{"timeout":"0.010s"}' });
  expect(waited).toEqual({ status: 200, json: { name, metadata } });
  expect(await ask('POST', `/v1/${name}:wait?timeout=0.010s`)).toEqual(waited);
  expect(await ask('POST', `/v1/${name}:cancel`)).toEqual({ status: 200, json: {} });
  const error = { code: 1, message: 'The operation was cancelled.' };
  expect(await ask('GET', `/v1/${name}`)).toEqual({ status: 200, json: { name, done: true, metadata, error } });
  expect(await ask('DELETE', `/v1/${name}`)).toEqual({ status: 200, json: {} });
  expect(await ask('GET', `/v1/${name}`)).toEqual({
    status: 404,
    json: { error: { code: 404, status: 'NOT_FOUND', message: `Operation not found: ${name}` } },
  });
  const asked = emulator.calls.map((call) => `${call.via} ${call.method} ${call.name}`);
  expect(asked).toEqual([
    `http getOperation ${name}`,
    `http getOperation ${name}`,
    'http listOperations projects/p/operations',
    `http waitOperation ${name}`,
    `http waitOperation ${name}`,
    `http cancelOperation ${name}`,
    `http getOperation ${name}`,
    `http deleteOperation ${name}`,
    `http getOperation ${name}`,
  ]);
  expect(emulator.calls[0]).toMatchObject({ headers: { host: origin.slice(7) } });
});

it('reads the list parameters from the query', async () => {
  await emulator.close();
  await make({ filter: (filter, operation) => operation.name.includes(filter), unreachable: ['locations/x'] });
  for (let i = 1; i <= 5; i++) emulator.start({ name: `operations/${i % 2 ? 'odd' : 'even'}${i}`, durationMs: 0 });
  const first = await ask('GET', '/v1/operations?filter=odd&pageSize=2&returnPartialSuccess=true');
  const { nextPageToken, ...page } = first.json as Record<string, string>;
  expect(page).toEqual({
    operations: [
      { name: 'operations/odd1', done: true },
      { name: 'operations/odd3', done: true },
    ],
    unreachable: ['locations/x'],
  });
  const last = await ask('GET', `/v1/operations?filter=odd&page_size=2&page_token=${nextPageToken}`);
  expect(last.json).toEqual({ operations: [{ name: 'operations/odd5', done: true }] });
  expect((await ask('GET', '/v1/operations?name=nope/operations')).json).toEqual({});
  expect((await ask('GET', '/v1/operations?pageSize=many')).status).toBe(400);
});

it('decodes names by the rules of google.api.http: %252F is %2F, and so is %2F', async () => {
  const odd = 'policies/a%2Fb/operations/ü:cancel';
  emulator.start({ name: odd, durationMs: 0, response: packEmpty() });
  const answer = { status: 200, json: { name: odd, done: true, response: empty } };
  expect(await ask('GET', '/v2/policies/a%252Fb/operations/%C3%BC%3Acancel')).toEqual(answer);
  expect(await ask('GET', '/v2/policies/a%2Fb/operations/%C3%BC%3Acancel')).toEqual(answer);
  expect((await ask('POST', '/v2/policies/a%252Fb/operations/%C3%BC%3Acancel:cancel')).status).toBe(200);
  expect((await ask('GET', '/v2/operations/%zz')).json).toMatchObject({ error: { status: 'INVALID_ARGUMENT' } });
});

it('responds to unknown and unreadable requests with an error, and logs them', async () => {
  expect(await ask('PATCH', '/v1/operations/1')).toMatchObject({ status: 404, json: { error: { code: 404 } } });
  expect(await ask('GET', '/')).toMatchObject({ status: 404, json: { error: { code: 404 } } });
  const unreadable = await ask('POST', '/v1/operations/1:wait', { body: '{' });
  expect(unreadable).toMatchObject({ status: 400, json: { error: { status: 'INVALID_ARGUMENT' } } });
  expect(emulator.calls.map(({ method }) => method)).toEqual([
    'PATCH /v1/operations/1',
    'GET /',
    'POST /v1/operations/1:wait',
  ]);
});

it('fails for a message without JSON', async () => {
  emulator.start({ name, durationMs: 0, response: { typeUrl: 'x/my.Message', value: new Uint8Array(3) } });
  const { status, json } = await ask('GET', `/v1/${name}`);
  expect(status).toBe(500);
  expect(json).toMatchObject({ error: { status: 'INTERNAL', message: expect.stringContaining('my.Message') } });
});

describe('injectFault()', () => {
  it('responds with an AIP-193 error, with details and Retry-After', async () => {
    const details = [{ '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay: '3s' }] as const;
    const status = { code: Code.RESOURCE_EXHAUSTED, message: 'slow down', details };
    emulator.injectFault({ method: 'getOperation', status, retryAfterMs: 1200 });
    const response = await fetch(`${origin}/v1/${name}`);
    expect([response.status, response.headers.get('retry-after')]).toEqual([429, '2']);
    expect(await response.json()).toEqual({
      error: { code: 429, status: 'RESOURCE_EXHAUSTED', message: 'slow down', details },
    });
  });

  it('responds with any HTTP response', async () => {
    const headers = { 'content-type': 'text/html', 'x-served-by': 'proxy' };
    emulator.injectFault({ method: 'getOperation', http: { status: 502, headers, body: '<h1>Bad Gateway' } });
    const response = await fetch(`${origin}/v1/${name}`);
    expect([response.status, response.headers.get('x-served-by')]).toEqual([502, 'proxy']);
    expect(await response.text()).toBe('<h1>Bad Gateway');
  });

  it('resets the connection; the next call succeeds', async () => {
    emulator.start({ name, durationMs: 0 });
    emulator.injectFault({ method: 'getOperation', reset: true });
    await expect(fetch(`${origin}/v1/${name}`)).rejects.toMatchObject({ cause: { code: 'ECONNRESET' } });
    expect((await ask('GET', `/v1/${name}`)).status).toBe(200);
  });

  it('a hanging call is logged as aborted when the caller aborts it', async () => {
    emulator.injectFault({ method: 'getOperation', hang: true });
    await giveUp(`${origin}/v1/${name}`, 'before the headers');
  });

  it('delays half of the body, for a time or for ever', async () => {
    emulator.start({ name, durationMs: 0 });
    emulator.injectFault({ method: 'getOperation', bodyDelayMs: 30 });
    const startedAt = performance.now();
    const response = await fetch(`${origin}/v1/${name}`);
    expect(await response.json()).toEqual({ name, done: true });
    expect(performance.now() - startedAt).toBeGreaterThan(29);

    emulator.injectFault({ method: 'getOperation', bodyDelayMs: Infinity });
    await giveUp(`${origin}/v1/${name}`, 'in the body');
  });
});

async function giveUp(url: string, when: string): Promise<void> {
  const controller = new AbortController();
  const answer = fetch(url, { signal: controller.signal });
  if (when === 'in the body') {
    const body = (await answer).text();
    await new Promise((resolve) => setTimeout(resolve, 5));
    controller.abort('enough');
    await expect(body).rejects.toBeDefined();
  } else {
    while (emulator.calls.length === 0) await new Promise((resolve) => setTimeout(resolve, 1));
    controller.abort('enough');
    await expect(answer).rejects.toBe('enough');
  }
  while (!emulator.calls.at(-1)!.aborted) await new Promise((resolve) => setTimeout(resolve, 1));
}

describe('handle()', () => {
  it('passes the variables of the path template, the query, the body and the headers', async () => {
    const seen: unknown[] = [];
    emulator.handle('POST /v3/{name=projects/*/agents/*}:export', ({ params, json, headers }) => {
      seen.push(params, json, headers['x-mine']);
      return emulator.start({ durationMs: 1000 });
    });
    const init = { body: '{"agentUri":"gs://b/o"}', headers: { 'X-Mine': 'yes' } };
    const started = await ask('POST', '/v3/projects/p/agents/a%20b:export?alt=json', init);
    expect(started).toEqual({ status: 200, json: { name: 'operations/1' } });
    expect(seen).toEqual([{ name: 'projects/p/agents/a b', alt: 'json' }, { agentUri: 'gs://b/o' }, 'yes']);
    expect(emulator.calls).toMatchObject([
      { method: 'POST /v3/{name=projects/*/agents/*}:export', name: 'projects/p/agents/a b' },
    ]);
    expect((await ask('POST', '/v3/projects/p/agents/a:import')).status).toBe(404);
    expect((await ask('POST', '/v3/projects/p/x/agents/a:export')).status).toBe(404);
  });

  it('accepts a RegExp; the last one added wins', async () => {
    emulator.handle('POST /v1/things', () => emulator.start({ name: 'first', durationMs: 1 }));
    emulator.handle(/^POST \/v1\/(?<kind>\w+)$/, ({ params }) => emulator.start({ name: params.kind!, durationMs: 1 }));
    expect((await ask('POST', '/v1/things')).json).toEqual({ name: 'things' });
  });

  it('responds with the status of an error that the handler throws, and with faults', async () => {
    const thrown: unknown[] = [
      { code: Code.ALREADY_EXISTS, message: 'there is one' },
      Object.assign(new Error('x'), { code: 'LRO_REQUEST_FAILED', status: { code: 7, message: 'no', details: [] } }),
      new Error('broken'),
    ];
    emulator.handle('POST /v1/things', () => Promise.reject(thrown.shift()));
    emulator.injectFault({ method: 'POST /v1/things', after: 3, status: { code: Code.UNAVAILABLE } });
    const seen = [];
    for (let i = 0; i < 4; i++) seen.push(await ask('POST', '/v1/things'));
    expect(seen).toEqual([
      { status: 409, json: { error: { code: 409, status: 'ALREADY_EXISTS', message: 'there is one' } } },
      { status: 403, json: { error: { code: 403, status: 'PERMISSION_DENIED', message: 'no' } } },
      { status: 500, json: { error: { code: 500, status: 'INTERNAL', message: 'broken' } } },
      { status: 503, json: { error: { code: 503, status: 'UNAVAILABLE', message: '' } } },
    ]);
  });

  it('rejects an invalid path', () => {
    expect(() => emulator.handle('v1/things', () => emulator.start({ durationMs: 1 }))).toThrow(TypeError);
  });
});

describe('close()', () => {
  it('ends calls in progress immediately and frees the port', async () => {
    emulator.start({ name, durationMs: Infinity });
    const waiting = fetch(`${origin}/v1/${name}:wait`, { method: 'POST' });
    while (emulator.calls.length === 0) await new Promise((resolve) => setTimeout(resolve, 1));
    const closing = emulator.close();
    await expect(waiting).rejects.toThrow();
    await closing;
    await emulator.close();
    await expect(fetch(origin)).rejects.toMatchObject({ cause: { code: 'ECONNREFUSED' } });
    await expect(emulator.listenHttp()).rejects.toThrow(TypeError);
  });

  it('does not wait for a request that is incomplete', async () => {
    const socket = connect(Number(new URL(origin).port), '127.0.0.1').on('error', () => undefined);
    socket.write('POST /v1/operations/1:wait HTTP/1.1\r\nhost: x\r\ncontent-length: 9\r\n\r\n{');
    await new Promise((resolve) => setTimeout(resolve, 10));
    await emulator.close();
    await new Promise((resolve) => socket.once('close', resolve));
  });

  it('works with await using', async () => {
    let port: number;
    {
      await using own = new OperationsEmulator();
      port = await own.listenHttp();
      expect(await own.listenHttp()).toBe(port);
    }
    await expect(fetch(`http://127.0.0.1:${port}`)).rejects.toMatchObject({ cause: { code: 'ECONNREFUSED' } });
  });
});

describe('advance()', () => {
  it('completes a request over HTTP between two steps', async () => {
    await emulator.close();
    await make({ clock: 'manual' });
    emulator.start({ name, durationMs: 10 });
    const answer = ask('POST', `/v1/${name}:wait`);
    while (emulator.calls.length === 0) await new Promise((resolve) => setTimeout(resolve, 1));
    await emulator.advance(10);
    expect((await answer).json).toEqual({ name, done: true });
  });
});
