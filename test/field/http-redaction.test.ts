import { describe, expect, it } from '@jest/globals';
import { inspect } from 'node:util';
import { OperationsClient } from '../../src/index.js';
import { customOperations } from '../../src/custom/index.js';
import { restTransport, type FetchLike } from '../../src/rest/index.js';
import { RestOperations } from '../../src/gax/rest.js';
import type { StubAuthClient } from '../../src/gax/rest-stub.js';
import { Redactor } from '../../src/transports/redact.js';
import { CallScope } from '../../src/transports/call-scope.js';
import { encodeStatus } from '../../src/wire/messages.js';

const token = 'ab+c/d.hunter2==';
const authorization = `Bearer ${token}`;
const name = 'operations/a';

/** Everything that an error shows: its own and its causes' properties, the stack included. */
const shownBy = async (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    (value) => Promise.reject(new Error(`It resolved with ${inspect(value)}`)),
    (error: unknown) => inspect(error, { depth: 20, showHidden: true, maxStringLength: null, maxArrayLength: null }),
  );

const expectNoSecret = (shown: string): void => {
  expect(shown).toContain('RequestError');
  for (const secret of ['hunter2', encodeURIComponent(token), token.replaceAll('/', '\\/')]) {
    expect(shown).not.toContain(secret);
  }
};

type Reply = [status: number, body: string, headers?: Record<string, string>];
const fetchOf =
  ([status, body, headers = {}]: Reply): FetchLike =>
  () =>
    Promise.resolve(new Response([204, 304].includes(status) ? null : body, { status, headers }));

const echo = `You sent: Authorization: ${authorization}`;
const detail = { '@type': 'type.googleapis.com/google.rpc.DebugInfo', stackEntries: [echo], detail: echo };
const detailsBin = Buffer.from(
  encodeStatus({ code: 7, message: echo, details: [{ typeUrl: 'x.test/a.B', value: Buffer.from(echo) }] }),
).toString('base64');

const replies: [string, Reply][] = [
  ['text with 200', [200, echo]],
  ['text with 206', [206, echo]],
  ['text with 304 or 300', [300, echo]],
  ['text with 302 that has no location', [302, echo]],
  ['a page with 200', [200, `<html><title>${echo}</title></html>`]],
  ['a page with 403', [403, `<html><body><pre>authorization: ${authorization}</pre></body></html>`]],
  ['the message of a JSON error', [404, JSON.stringify({ error: { code: 404, message: echo } })]],
  ['a detail of a JSON error', [404, JSON.stringify({ error: { code: 404, message: '', details: [detail] } })]],
  [
    'an unknown detail of a JSON error',
    [
      404,
      JSON.stringify({
        error: { code: 404, message: '', details: [{ '@type': 'x.test/a.B', [echo]: [{ b: echo }] }] },
      }),
    ],
  ],
  ['other JSON', [502, JSON.stringify({ error: echo })]],
  ['JSON with escaped slashes', [502, `{"error": 1, "text": "${token.replaceAll('/', '\\/')}"}`]],
  ['percent-encoding', [400, `bad query: t=${encodeURIComponent(token)}`]],
  [
    'percent-encoding in lower case',
    [400, `bad query: t=${encodeURIComponent(token).replace(/%\w\w/g, (text) => text.toLowerCase())}`],
  ],
  [
    'HTML escapes',
    [400, `<html><title>${token.replaceAll('+', '&#x2b;').replaceAll('/', '&#x2f;').replaceAll('=', '&#x3d;')}`],
  ],
  ['the header grpc-status-details-bin', [403, '', { 'grpc-status-details-bin': detailsBin }]],
  ['a text that is cut within it', [502, `${'x'.repeat(190)}${token}`]],
  ['a text whose reduction is cut within it', [502, `<html>${'<b>'.repeat(3325)}${token}${'x'.repeat(20_000)}`]],
];

describe.each(replies)('a response that repeats the token as %s', (_, reply) => {
  it.each([
    ['a function', { auth: () => ({ authorization }) }],
    ['a header', { headers: { authorization } }],
    ['an auth client', { auth: { getRequestHeaders: () => new Headers({ 'x-odd': token, authorization }) } }],
  ])('gives an error without it, where it comes from %s', async (_how, options) => {
    const transport = restTransport({ apiEndpoint: 'h.test', fetch: fetchOf(reply), ...options });
    expectNoSecret(await shownBy(transport.getOperation({ name }, {})));
    expectNoSecret(await shownBy(transport.listOperations({ name: '' }, {})));
  });

  it('gives an error without it, where the caller sends it with one call', async () => {
    const transport = restTransport({ apiEndpoint: 'h.test', fetch: fetchOf(reply) });
    const client = new OperationsClient({ transport, retry: { maxAttempts: 1 } });
    expectNoSecret(await shownBy(client.getOperation({ name }, { headers: { authorization } })));
    await client.close();
  });

  it('gives an error without it over the stub of a generated client', async () => {
    const auth: StubAuthClient = {
      getRequestHeaders: () => ({ authorization }),
      fetch: () => Promise.resolve(new Response(reply[1], { status: reply[0], headers: reply[2] ?? {} })),
    };
    const getOperation = (): { cancel(): void } => {
      void auth.fetch('https://h.test/v1/operations/a', { method: 'GET', headers: new Headers({ authorization }) });
      return { cancel: () => undefined };
    };
    const operations = new RestOperations(new CallScope(), { getOperation }, auth);
    expectNoSecret(await shownBy(operations.getOperation({ name }, {})));
  });
});

const failures = replies.filter(([, [status]]) => status >= 300);

describe.each(failures)('a failure that repeats the token as %s', (_, [status, data, headers = {}]) => {
  it('gives an error without it where an HTTP library attaches request and response', async () => {
    const thrown = Object.assign(new Error(`failed: ${echo}`), {
      config: { headers: { Authorization: authorization } },
      response: { status, data, headers },
    });
    const transport = customOperations({ get: () => Promise.reject(thrown), done: () => false });
    expectNoSecret(await shownBy(transport.getOperation({ name }, {})));
  });
});

describe('credentials in a request', () => {
  const failing = (options: Parameters<typeof restTransport>[0]) =>
    shownBy(restTransport(options).getOperation({ name }, {}));
  const apiEndpoint = 'h.test';

  it('are not shown in base64, also within a longer text', async () => {
    const base64 = Buffer.from(`{"authorization":"${authorization}"}`).toString('base64');
    const shown = await failing({ apiEndpoint, headers: { authorization }, fetch: fetchOf([500, base64]) });
    for (const part of shown.match(/[\w+/]{8,}/g) ?? []) {
      expect(Buffer.from(part, 'base64').toString('latin1')).not.toContain('hunter2');
    }
    expect(shown).toContain('***');
  });

  it('are not shown where they are the user and password of Basic', async () => {
    const basic = `Basic ${Buffer.from('user:pass:hunter2').toString('base64')}`;
    const body = 'no access for user:pass:hunter2, password pass:hunter2';
    const shown = await failing({ apiEndpoint, headers: { authorization: basic }, fetch: fetchOf([500, body]) });
    expectNoSecret(shown);
  });

  it('are not shown where they are cookies or keys', async () => {
    const headers = { cookie: 'a=1; session=hunter2', 'x-api-key': 'hunter2-key' };
    const body = 'bad session hunter2, key hunter2-key';
    expectNoSecret(await failing({ apiEndpoint, headers, fetch: fetchOf([500, body]) }));
  });

  it('are not shown where a redirect has them in its query', async () => {
    const fetch: FetchLike = (url) =>
      Promise.resolve(
        url.includes('other.test')
          ? new Response(`No access to ${url} with hunter2`, { status: 403 })
          : new Response('', { status: 302, headers: { location: 'https://other.test/x?X-Goog-Signature=hunter2' } }),
      );
    expectNoSecret(await failing({ apiEndpoint, fetch }));
  });

  it('are not shown where they are the host of a redirect', async () => {
    const fetch = fetchOf([302, '', { location: 'ftp://x.Hunter2.test/' }]);
    expectNoSecret(await failing({ apiEndpoint, headers: { authorization: 'Bearer Hunter2' }, fetch }));
  });

  it('are not shown by an error of fetch that quotes the request', async () => {
    const error = new TypeError('fetch failed', {
      cause: new Error(`invalid header "${authorization}" at ?key=${token}`),
    });
    expectNoSecret(await failing({ apiEndpoint, headers: { authorization }, fetch: () => Promise.reject(error) }));
  });

  it('are not shown where the body breaks off', async () => {
    const response = { status: 200, headers: { get: () => null }, text: () => Promise.reject(new Error(echo)) };
    expectNoSecret(await failing({ apiEndpoint, headers: { authorization }, fetch: () => Promise.resolve(response) }));
  });

  it('are not shown by the error of an operation, and its results are unchanged', async () => {
    const body = {
      name: 'operations/hunter2',
      done: true,
      metadata: { '@type': 'x.test/a.M', note: 'hunter2' },
      error: { code: 7, message: echo, details: [detail] },
    };
    const transport = restTransport({
      apiEndpoint,
      headers: { authorization: 'Bearer hunter2' },
      fetch: fetchOf([200, JSON.stringify({ ...body, operations: [body], nextPageToken: 'hunter2' })]),
    });
    const operation = await transport.getOperation({ name }, {});
    expect(inspect(operation.error, { depth: 9 })).not.toContain('hunter2');
    expect(operation).toMatchObject({ name: body.name, metadata: { json: body.metadata } });
    const list = await transport.listOperations({ name: '' }, {});
    expect(inspect(list.operations[0]?.error, { depth: 9 })).not.toContain('hunter2');
    expect(list).toMatchObject({ nextPageToken: 'hunter2', operations: [{ name: body.name }] });
  });

  it('are not shown where the library that sent them is unknown, but look like tokens', () => {
    const redactor = new Redactor();
    for (const secret of [
      'Bearer 0123456789',
      'ya29.a0AfH6SMBx',
      `AIza${'x'.repeat(35)}`,
      'sk-proj-0123456789_abcdefghij',
      'eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJhIn0.c2lnbmF0dXJl',
    ]) {
      expect(redactor.text(`failed with ${secret} for operations/a`)).toBe('failed with *** for operations/a');
    }
    expect(redactor.text('GET https://h.test/v1?alt=json&key=hunter2&x=1')).toBe(
      'GET https://h.test/v1?alt=json&key=***&x=1',
    );
  });

  it('leave the words of a service alone', () => {
    const text =
      'Request had invalid authentication credentials. Expected OAuth 2 access token, login cookie or other valid credential. ' +
      'Bearer authentication is required; Basic authentication is not. API key not valid: see https://h.test/v1?pageToken=abcdef#key=a';
    expect(new Redactor().text(text)).toBe(text);
  });
});

describe('a long text', () => {
  it('of an error is cut before it is searched', async () => {
    const long = ' \n'.repeat(15_000_000);
    const fetch = fetchOf([503, JSON.stringify({ message: `${authorization}${long}` })]);
    const transport = restTransport({ apiEndpoint: 'h.test', headers: { authorization }, fetch });
    const error: unknown = await transport.getOperation({ name }, {}).catch((e: unknown) => e);
    expect(error).toMatchObject({ status: { message: expect.stringMatching(/^HTTP 503: \*\*\* ?…$/) } });
  });

  it('as the message of a status is cut, without a part of the token at its end', async () => {
    const message = `${'x'.repeat(65_530)}${token.repeat(100_000)}`;
    const fetch = fetchOf([404, JSON.stringify({ error: { code: 404, message } })]);
    const transport = restTransport({ apiEndpoint: 'h.test', headers: { authorization }, fetch });
    const error: unknown = await transport.getOperation({ name }, {}).catch((e: unknown) => e);
    const { status } = error as { status: { message: string } };
    expect(status.message).toMatch(/^x{65000,}\**…$/);
  });
});
