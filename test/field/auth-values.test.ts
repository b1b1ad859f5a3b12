// What a source of credentials returns, if it is not headers: no request may go out without them.
import { inspect } from 'node:util';
import { afterEach, describe, expect, it } from '@jest/globals';
import { bigqueryJobs } from '../../src/google/index.js';
import { grpcTransport } from '../../src/grpc/index.js';
import { Code, type RequestError } from '../../src/index.js';
import { restTransport, type RestTransportOptions } from '../../src/rest/index.js';
import { useHttpServers } from '../support/http-server.js';

const name = 'operations/a';
const apiEndpoint = 'h.test';
const secret = 's3cr3t-t0k3n';

let sent = 0;
afterEach(() => {
  sent = 0;
});
const fetch = () => Promise.resolve(new Response(JSON.stringify({ name, count: ++sent })));
const serve = useHttpServers();

const failure = (promise: Promise<unknown>): Promise<RequestError> =>
  promise.then(
    () => Promise.reject(new Error('It resolved')),
    (error: unknown) => error as RequestError,
  );

const isNoRecord = "'headers' must be an object, such as { authorization }";
const values: readonly [string, unknown, string][] = [
  ['a text', `Bearer ${secret}`, isNoRecord],
  ['an empty text', '', isNoRecord],
  ['undefined', undefined, isNoRecord],
  ['null', null, isNoRecord],
  ['a number', 5, isNoRecord],
  ['a boolean', true, isNoRecord],
  ['an array of pairs', [['authorization', secret]], isNoRecord],
  ['an empty array', [], isNoRecord],
  ['a function', () => ({ authorization: secret }), isNoRecord],
  ['a line break', { authorization: `Bearer ${secret}\n` }, "'headers.authorization' must be a valid HTTP header"],
  ['a list of values', { authorization: [secret] }, "'headers.authorization' must be a valid HTTP header"],
  [
    'a promise in it',
    { authorization: Promise.resolve(secret) },
    "'headers.authorization' must be a valid HTTP header",
  ],
  ['a secret for a name', { [`Bearer ${secret}`]: '' }, "'headers.*' must be a valid HTTP header"],
];

describe.each(values)('credentials that are %s', (_, value, problem) => {
  const source = () => Promise.resolve(value as never);
  const expectRefused = (error: RequestError): void => {
    expect(error).toMatchObject({ rpcCode: Code.UNAUTHENTICATED, origin: 'transport' });
    expect(error.status.message).toMatch(/^Cannot get credentials(?: for the request)?: in what was returned, /);
    expect(error.status.message).toContain(problem);
    expect(inspect(error, { depth: 9, showHidden: true })).not.toContain(secret);
    expect(sent).toBe(0);
  };

  it.each<[string, RestTransportOptions['auth']]>([
    ['a function', source],
    ['a function that returns them at once', () => value as never],
    ['an auth client', { getRequestHeaders: source }],
    ['a GoogleAuth', { getClient: () => Promise.resolve({ getRequestHeaders: source }) }],
  ])('are refused from %s, before anything is sent', async (_, auth) => {
    const transport = restTransport({ apiEndpoint, auth, fetch });
    expectRefused(await failure(transport.getOperation({ name }, {})));
    expectRefused(await failure(transport.cancelOperation({ name }, {})));
  });

  it('are refused by the pollers of other families', async () => {
    const { origin, requests } = await serve((_, response) => response.end('{}'));
    const client = { baseUrl: origin, projectId: 'p', authClient: { getRequestHeaders: source } };
    const poller = bigqueryJobs(client).poller('projects/p/jobs/j');
    expectRefused(await failure(poller.promise()));
    expect(requests).toEqual([]);
  });
});

describe('an API key', () => {
  it.each([undefined, null, '', 5, {}, 'a b', 'k\n'])('that is %j is refused, and the error says so', async (key) => {
    const transport = restTransport({ apiEndpoint, apiKey: () => key as never, fetch });
    const error = await failure(transport.getOperation({ name }, {}));
    expect(error).toMatchObject({ rpcCode: Code.UNAUTHENTICATED });
    expect(error.message).toContain("'x-goog-api-key' must be printable ASCII text without white space");
    expect(sent).toBe(0);
  });
});

describe('headers of a transport or a call', () => {
  it.each([[`Bearer ${secret}`], [[['authorization', secret]]]])('that are %j are refused', async (headers) => {
    const given = headers as never;
    const isRefused = /^(?!.*s3cr3t)Cannot .* as 'headers(?:\.0)?' must be /;
    expect(() => restTransport({ apiEndpoint, headers: given, fetch })).toThrow(isRefused);
    expect(() => grpcTransport({ apiEndpoint, headers: given })).toThrow(isRefused);
    const transport = restTransport({ apiEndpoint, fetch });
    await expect(transport.getOperation({ name }, { headers: given })).rejects.toThrow(isRefused);
    expect(sent).toBe(0);
  });
});
