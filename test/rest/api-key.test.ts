import { inspect } from 'node:util';
import { describe, expect, it, jest } from '@jest/globals';
import { Code, OperationsClient, type PollingEvent } from '../../src/index.js';
import { restTransport, type FetchLike } from '../../src/rest/index.js';
import { useHttpServers } from '../support/http-server.js';
import { rejection } from '../support/wires.js';

const key = 'AIzaSyKeyOfTheTest-0123456789_abcdefghij';
const name = 'operations/7';
const serve = useHttpServers();

/** A server that sends these responses, the last one repeatedly; `{key}` is replaced by the key of the request. */
async function startServer(...replies: readonly (readonly [status: number, body: object])[]) {
  let count = 0;
  return serve((request, response) => {
    const [status, body] = replies[Math.min(count++, replies.length - 1)]!;
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(JSON.stringify(body).replaceAll('{key}', String(request.headers['x-goog-api-key'])));
  });
}

const keysOf = ({ requests }: Awaited<ReturnType<typeof serve>>) =>
  requests.map(({ headers }) => headers['x-goog-api-key']);

describe('restTransport({ apiKey })', () => {
  it('sends the key as a header of every request, never in the URL', async () => {
    const server = await startServer([200, { name, done: true }]);
    const transport = restTransport({ apiEndpoint: server.origin, apiKey: key });
    await transport.getOperation({ name }, {});
    await transport.listOperations({ name: '' }, {});
    await transport.cancelOperation({ name }, {});
    expect(keysOf(server)).toEqual([key, key, key]);
    expect(server.requests.map(({ url }) => url).join()).not.toContain('AIza');
  });

  it('calls a function before every request', async () => {
    const server = await startServer([200, { name, done: true }]);
    const keys = ['key-1', 'key-2'];
    const apiKey = jest.fn(() => Promise.resolve(keys.shift()!));
    const transport = restTransport({ apiEndpoint: server.origin, apiKey });
    await transport.getOperation({ name }, {});
    await transport.getOperation({ name }, {});
    expect(keysOf(server)).toEqual(['key-1', 'key-2']);
  });

  it('sends it besides the credentials of auth; a header of the call overrides it', async () => {
    const server = await startServer([200, { name, done: true }]);
    const auth = () => ({ authorization: 'Bearer t' });
    const transport = restTransport({ apiEndpoint: server.origin, apiKey: key, auth });
    await transport.getOperation({ name }, {});
    await transport.getOperation({ name }, { headers: { 'X-Goog-Api-Key': 'another' } });
    expect(keysOf(server)).toEqual([key, 'another']);
    expect(server.requests.map(({ headers }) => headers.authorization)).toEqual(['Bearer t', 'Bearer t']);
  });

  it('gets another key after a 401', async () => {
    const server = await startServer([401, {}], [200, { name, done: true }]);
    const keys = ['old-key', 'new-key'];
    const transport = restTransport({ apiEndpoint: server.origin, apiKey: () => keys.shift()! });
    expect(await transport.getOperation({ name }, {})).toMatchObject({ done: true });
    expect(keysOf(server)).toEqual(['old-key', 'new-key']);
  });

  it('sends it to no other origin after a redirect', async () => {
    const other = await startServer([200, { name, done: true }]);
    const server = await serve((_, response) => response.writeHead(302, { location: `${other.origin}/x` }).end());
    await restTransport({ apiEndpoint: server.origin, apiKey: key }).getOperation({ name }, {});
    expect(keysOf(server)).toEqual([key]);
    expect(keysOf(other)).toEqual([undefined]);
  });

  it.each([400, 403, 404, 500, 200])('shows it in no error, event or token, with HTTP %i', async (status) => {
    const error = { code: status, message: 'API key {key} not valid', status: 'INVALID_ARGUMENT', details: ['{key}'] };
    const body = status === 200 ? { name, done: true, error: { code: 3, message: 'not {key}' } } : { error };
    const server = await startServer([503, { echo: '{key}' }], [status, body]);
    const events: PollingEvent[] = [];
    const transport = restTransport({ apiEndpoint: server.origin, apiKey: () => key });
    const client = new OperationsClient({ transport, retry: { initialDelayMs: 1, maxAttempts: 2 } });
    const poller = client.poller(name, undefined, { onEvent: (event) => events.push(event) });
    const thrown = await rejection(poller.promise());
    expect(server.requests.length).toBeGreaterThan(1);
    expect(events.length).toBeGreaterThan(0);
    const shown = inspect([thrown, events, transport, client, poller], { depth: 12, showHidden: true });
    expect(shown + JSON.stringify(poller) + String(thrown)).not.toContain(key);
  });

  it('is UNAUTHENTICATED if the function fails or returns no key, and shows nothing of it', async () => {
    const fetch = jest.fn<FetchLike>();
    const failures = [() => Promise.reject(new Error(`cannot read ${key}`)), () => '', () => `${key}\n`, () => 7];
    for (const apiKey of failures) {
      const transport = restTransport({ apiEndpoint: 'h.test', apiKey: apiKey as () => string, fetch });
      const error = await rejection(transport.getOperation({ name }, {}));
      expect(error).toMatchObject({ rpcCode: Code.UNAUTHENTICATED });
      expect(String(error)).toContain('Cannot get the API key for the request');
      expect(inspect(error, { depth: 9, showHidden: true })).not.toContain(key);
    }
    expect(fetch).not.toHaveBeenCalled();
  });

  it.each<unknown>(['', `${key}\n`, 'a key', 7, null, { key }])('refuses %p, and does not show it', (apiKey) => {
    const make = () => restTransport({ apiEndpoint: 'h.test', apiKey: apiKey as string });
    expect(make).toThrow(
      /^Cannot create a REST transport as 'apiKey' must be an API key .*: current value is not shown$/,
    );
  });

  it('refuses to send it in plain text to another machine', () => {
    const make = (more = {}) => restTransport({ apiEndpoint: 'http://emulator:8080', apiKey: key, ...more });
    expect(make).toThrow(/x-goog-api-key/);
    expect(() => make({ allowInsecureCredentials: true })).not.toThrow();
  });
});
