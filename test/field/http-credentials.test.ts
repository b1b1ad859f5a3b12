import { describe, expect, it } from '@jest/globals';
import { OperationsClient, type RequestError } from '../../src/index.js';
import { authenticator } from '../../src/rest/auth.js';
import { restTransport, type FetchLike } from '../../src/rest/index.js';
import { Code } from '../../src/status.js';
import { loadGax } from '../../src/transports/google-gax.js';
import { isGoogleHost } from '../../src/transports/routing-header.js';

const name = 'operations/a';
const apiEndpoint = 'h.test';
const operation = { name, done: true };

/** A service that takes one token only. */
function service(valid: string): {
  tokens: (string | undefined)[];
  headers: Record<string, string>[];
  fetch: FetchLike;
} {
  const tokens: (string | undefined)[] = [];
  const seen: Record<string, string>[] = [];
  const fetch: FetchLike = (_url, { headers }) => {
    tokens.push(headers.authorization);
    seen.push(headers);
    const isValid = headers.authorization === valid;
    return Promise.resolve(
      new Response(isValid ? JSON.stringify(operation) : 'expired', { status: isValid ? 200 : 401 }),
    );
  };
  return { tokens, headers: seen, fetch };
}

const failure = (promise: Promise<unknown>): Promise<RequestError> =>
  promise.then(
    () => Promise.reject(new Error('It resolved')),
    (error: unknown) => error as RequestError,
  );

describe('a 401', () => {
  const counting = (limit = Infinity): (() => { authorization: string }) => {
    let count = 0;
    return () => ({ authorization: `t${Math.min(++count, limit)}` });
  };
  const client = (headers: () => { authorization: string }) => ({ getRequestHeaders: () => new Headers(headers()) });

  it.each([
    ['a function', () => counting()],
    ['an auth client', () => client(counting())],
    ['a GoogleAuth', () => ({ getClient: () => Promise.resolve(client(auth2)) })],
  ])('is followed by one more attempt with other credentials of %s', async (_, auth) => {
    const { tokens, fetch } = service('t2');
    const waiting = new OperationsClient({ transport: restTransport({ apiEndpoint, auth: auth(), fetch }) });
    await waiting.poller(name).promise();
    expect(tokens).toEqual(['t1', 't2']);
  });
  const auth2 = counting();

  it('is final if the credentials are the same', async () => {
    const { tokens, fetch } = service('t9');
    const waiting = new OperationsClient({ transport: restTransport({ apiEndpoint, auth: counting(1), fetch }) });
    expect(await failure(waiting.poller(name).promise())).toMatchObject({ rpcCode: Code.UNAUTHENTICATED, attempts: 1 });
    expect(tokens).toEqual(['t1']);
  });

  it('is final after the second attempt', async () => {
    const { tokens, fetch } = service('t9');
    const waiting = new OperationsClient({ transport: restTransport({ apiEndpoint, auth: counting(), fetch }) });
    expect(await failure(waiting.poller(name).promise())).toMatchObject({ rpcCode: Code.UNAUTHENTICATED });
    expect(tokens).toEqual(['t1', 't2']);
  });

  it('is final without auth, and where headers override it', async () => {
    for (const auth of [undefined, counting()]) {
      const { tokens, fetch } = service('t9');
      const transport = restTransport({ apiEndpoint, headers: { authorization: 'own' }, auth, fetch });
      expect(await failure(transport.getOperation({ name }, {}))).toMatchObject({ rpcCode: Code.UNAUTHENTICATED });
      expect(tokens).toEqual(['own']);
    }
  });

  it('leaves the deadline of the call in force while auth is called again', async () => {
    const { fetch } = service('t9');
    let count = 0;
    const auth = () => (++count === 1 ? Promise.resolve({ authorization: 't1' }) : new Promise<never>(() => undefined));
    const transport = restTransport({ apiEndpoint, auth, fetch });
    const error = await failure(transport.getOperation({ name }, { timeoutMs: 20 }));
    expect(error).toMatchObject({ rpcCode: Code.DEADLINE_EXCEEDED });
  });
});

describe("'adc'", () => {
  const rpc = { method: 'GetOperation', name } as const;
  const gaxWith = (error: Error) =>
    ({
      GoogleAuth: class {
        getRequestHeaders(): Promise<never> {
          return Promise.reject(error);
        }
      },
    }) as never;
  const errorOf = (load: () => Promise<never>) => failure(authenticator('adc', 'https://h.test', load)(rpc));

  it.each([
    'Could not load the default credentials. Browse to https://cloud.google.com/docs for more information.',
    'Unable to read the credential file specified by the GOOGLE_APPLICATION_CREDENTIALS environment variable: /x',
    'Unable to detect a Project Id in the current environment. ',
  ])('without credentials says what to do: %s', async (message) => {
    for (const error of [new Error(message), new Error('hunter2', { cause: new Error(message) })]) {
      const { status, rpcCode } = await errorOf(() => Promise.resolve(gaxWith(error)));
      expect(rpcCode).toBe(Code.UNAUTHENTICATED);
      expect(status.message).toContain(message.slice(0, 30));
      expect(status.message).toContain('gcloud auth application-default login');
      expect(status.message).toContain('GOOGLE_APPLICATION_CREDENTIALS');
      expect(status.message).not.toContain('hunter2');
    }
  });

  it('is FAILED_PRECONDITION if google-gax cannot be loaded, and tries again with the next call', async () => {
    let count = 0;
    const importGax = (): Promise<never> =>
      ++count === 1
        ? Promise.reject(new Error("Cannot find package 'google-gax'"))
        : Promise.resolve(gaxWith(new Error('invalid_grant')));
    const authenticate = authenticator('adc', 'https://h.test', () => loadGax(importGax));
    const error = await failure(authenticate(rpc));
    expect(error).toMatchObject({ rpcCode: Code.FAILED_PRECONDITION, origin: 'transport' });
    expect(error.status.message).toMatch(/^google-gax cannot be loaded: Cannot find package 'google-gax'/);
    expect(await failure(authenticate(rpc))).toMatchObject({ rpcCode: Code.UNAUTHENTICATED });
  });
});

describe('credentials for plain HTTP to another machine', () => {
  const endpoint = 'http://emulator:8080';
  const authorization = 'Bearer owner';

  it.each([[{ headers: { authorization } }], [{ auth: () => ({ authorization }) }]])(
    'are sent with allowInsecureCredentials only: %#',
    async (options) => {
      const { tokens, fetch } = service(authorization);
      expect(() => restTransport({ apiEndpoint: endpoint, fetch, ...options })).toThrow(TypeError);
      const transport = restTransport({ apiEndpoint: endpoint, fetch, allowInsecureCredentials: true, ...options });
      await transport.getOperation({ name }, {});
      expect(tokens).toEqual([authorization]);
    },
  );

  it('are sent with one call', async () => {
    const { fetch } = service(authorization);
    const transport = restTransport({ apiEndpoint: endpoint, fetch, allowInsecureCredentials: true });
    await expect(transport.getOperation({ name }, { headers: { authorization } })).resolves.toMatchObject(operation);
    expect(() => restTransport({ apiEndpoint, allowInsecureCredentials: 1 as never })).toThrow(
      "'allowInsecureCredentials'",
    );
  });
});

describe('the routing header', () => {
  const sentTo = async (options: Parameters<typeof restTransport>[0]): Promise<string | undefined> => {
    const { headers, fetch } = service('t1');
    await restTransport({ ...options, headers: { authorization: 't1' }, fetch }).getOperation(
      { name: 'operations/a(1)!' },
      {},
    );
    return headers[0]?.['x-goog-request-params'];
  };

  it.each([
    [{ apiEndpoint: 'speech.googleapis.com' }, true],
    [{ apiEndpoint: 'us-central1-speech.googleapis.com:443' }, true],
    [{ service: 'jobs.example.com' }, true],
    [{ service: 'speech.googleapis.com', apiEndpoint: 'http://127.0.0.1:1' }, true],
    [{ apiEndpoint: 'h.test', routingHeader: true }, true],
    [{ apiEndpoint: 'h.test' }, false],
    [{ apiEndpoint: 'googleapis.com.evil.test' }, false],
    [{ apiEndpoint: 'speech.googleapis.com', routingHeader: false }, false],
  ])('of %j: %j, encoded as by RFC 6570', async (options, isSent) => {
    expect(await sentTo(options)).toBe(isSent ? 'name=operations%2Fa%281%29%21' : undefined);
  });

  it('is for the hosts of Google', () => {
    const google = [
      'a.googleapis.com',
      'a.mtls.googleapis.com',
      'a.us-east1.rep.googleapis.com:443',
      'A.GoogleAPIs.com',
    ];
    const others = ['evilgoogleapis.com', 'googleapis.com.evil.test', '127.0.0.1:80', 'h.test/googleapis.com'];
    expect([...google, ...others].filter(isGoogleHost)).toEqual(google);
  });
});
