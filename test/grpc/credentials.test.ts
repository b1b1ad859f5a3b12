import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import gax from 'google-gax';
import type { RequestError } from '../../src/errors.js';
import { grpcTransport, type AuthClientLike, type GrpcTransportOptions } from '../../src/grpc/index.js';
import { encodeOperation } from '../../src/wire/messages.js';
import { startGrpcServer, type GrpcServer } from '../support/grpc-server.js';

const { grpc } = gax;
const name = 'operations/1';
const pem = (of: string): Buffer => readFileSync(new URL(`../fixtures/tls/${of}.pem`, import.meta.url));
const { privateKey } = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  publicKeyEncoding: { type: 'spki', format: 'pem' },
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
});
const env = { ...process.env };

let server: GrpcServer;
const transports: ReturnType<typeof grpcTransport>[] = [];

beforeEach(async () => {
  // Neither the metadata server nor the machine's own credentials are used.
  process.env.METADATA_SERVER_DETECTION = 'none';
  process.env.HOME = mkdtempSync(join(tmpdir(), 'longrunning-'));
  process.env.GOOGLE_CLOUD_PROJECT = 'p'; // or gcloud would be started to get it
  delete process.env.GOOGLE_APPLICATION_CREDENTIALS;
  delete process.env.GOOGLE_CLOUD_UNIVERSE_DOMAIN;
  const pair = { cert_chain: pem('cert'), private_key: pem('key') };
  const credentials = grpc.ServerCredentials.createSsl(null, [pair]);
  server = await startGrpcServer({ GetOperation: () => encodeOperation({ name, done: false }) }, credentials);
});
afterEach(async () => {
  for (const transport of transports.splice(0)) await transport.close();
  server.close();
  process.env = { ...env };
  jest.restoreAllMocks();
});

function connect(options: Partial<GrpcTransportOptions>) {
  const transport = grpcTransport({ apiEndpoint: `localhost:${server.port}`, ...options });
  transports.push(transport);
  return transport;
}

/** Lets the channel trust the test's certificate, as if a public authority had signed it. */
function trustTestCertificate(): void {
  const createSsl = grpc.credentials.createSsl.bind(grpc.credentials);
  jest.spyOn(grpc.credentials, 'createSsl').mockImplementation(() => createSsl(pem('cert')));
}

const failure = (promise: Promise<unknown>): Promise<RequestError> =>
  promise.then(
    () => Promise.reject(new Error('did not reject')),
    (error: unknown) => error as RequestError,
  );

describe('credentials', () => {
  it.each([
    ['a Headers', new Headers({ Authorization: 'Bearer t', 'x-goog-user-project': 'p' })],
    ['a plain object', { Authorization: 'Bearer t', 'x-goog-user-project': 'p' }],
  ])('grpcTransport() sends the headers of an auth client as %s, and gets them for each call', async (_, headers) => {
    trustTestCertificate();
    const getRequestHeaders = jest.fn<(url?: string) => Promise<typeof headers>>().mockResolvedValue(headers);
    const transport = connect({ authClient: { getRequestHeaders } });
    await transport.getOperation({ name }, {});
    await transport.getOperation({ name }, {});
    expect(server.calls[1]!.headers).toMatchObject({ authorization: 'Bearer t', 'x-goog-user-project': 'p' });
    expect(getRequestHeaders).toHaveBeenCalledTimes(2);
    expect(getRequestHeaders.mock.calls[0]).toEqual([expect.stringMatching(/^https:\/\/localhost/)]);
  });

  it.each([['Bearer hunter2'], [undefined], [[['authorization', 'hunter2']]], [{ authorization: 'hunter2\n' }]])(
    'grpcTransport() sends nothing with an auth client that returns %j, and says so',
    async (headers) => {
      trustTestCertificate();
      const transport = connect({ authClient: { getRequestHeaders: () => headers as never } });
      const error = await failure(transport.getOperation({ name }, {}));
      expect(error).toMatchObject({ rpcCode: 16, origin: 'transport' });
      expect(error.message).toMatch(/: Cannot get credentials: in what was returned, 'headers[.\w]*' must be /);
      expect(error.message).not.toContain('hunter2');
      expect(server.calls).toEqual([]);
    },
  );

  it('grpcTransport() queries no universe and no other client if authClient or sslCreds are given', async () => {
    trustTestCertificate();
    const getClient = jest.spyOn(gax.GoogleAuth.prototype, 'getClient');
    const getUniverseDomain = jest.spyOn(gax.GoogleAuth.prototype, 'getUniverseDomain');
    const own = {
      getClient: jest.fn<() => Promise<AuthClientLike>>(),
      getUniverseDomain: jest.fn<() => Promise<string>>(),
    };
    const authClient = { getRequestHeaders: () => Promise.resolve({}) };
    await connect({ authClient, auth: own }).getOperation({ name }, {});
    await connect({ sslCreds: grpc.credentials.createSsl(pem('cert')), auth: own }).getOperation({ name }, {});
    await connect({ sslCreds: grpc.credentials.createSsl(pem('cert')) }).getOperation({ name }, {});
    expect(server.calls).toHaveLength(3);
    for (const asked of [getClient, getUniverseDomain, own.getClient, own.getUniverseDomain]) {
      expect(asked).not.toHaveBeenCalled();
    }
  });

  it('grpcTransport() signs the token of a key itself, with the scope, without a token request', async () => {
    trustTestCertificate();
    const key = { client_email: 'a@b.iam', private_key: privateKey };
    await connect({ credentials: key }).getOperation({ name }, {});
    const keyFilename = join(process.env.HOME!, 'key.json');
    writeFileSync(keyFilename, JSON.stringify({ type: 'service_account', ...key }));
    await connect({ keyFilename, scopes: ['own'] }).getOperation({ name }, {});
    process.env.GOOGLE_APPLICATION_CREDENTIALS = keyFilename;
    await connect({}).getOperation({ name }, {});
    const claims = server.calls.map(({ headers }) => {
      const [, payload = ''] = headers.authorization!.split('.');
      return JSON.parse(Buffer.from(payload, 'base64url').toString()) as object;
    });
    const scope = 'https://www.googleapis.com/auth/cloud-platform';
    expect(claims).toMatchObject([
      { iss: 'a@b.iam', scope },
      { iss: 'a@b.iam', scope: 'own' },
      { iss: 'a@b.iam', scope },
    ]);
  });

  it('grpcTransport() sends no credentials of another universe', async () => {
    trustTestCertificate();
    const client = { getRequestHeaders: () => Promise.resolve({ authorization: 'Bearer t' }) };
    const auth = { getClient: () => Promise.resolve(client), getUniverseDomain: () => Promise.resolve('example.org') };
    const error = await failure(connect({ auth }).getOperation({ name }, {}));
    expect(error).toMatchObject({ rpcCode: 16, origin: 'transport' });
    expect(error.message).toContain('example.org');
    expect(server.calls).toHaveLength(0);
    await connect({ auth, universeDomain: 'example.org' }).getOperation({ name }, {});
    process.env.GOOGLE_CLOUD_UNIVERSE_DOMAIN = 'example.org';
    await connect({ auth }).getOperation({ name }, {});
    expect(server.calls).toHaveLength(2);
  });
});

describe('credentials that fail', () => {
  it('getOperation() rejects with UNAUTHENTICATED if there are none, and searches again in the next call', async () => {
    trustTestCertificate();
    const transport = connect({});
    const error = await failure(transport.getOperation({ name }, {}));
    expect(error).toMatchObject({
      code: 'LRO_REQUEST_FAILED',
      rpcCode: 16,
      origin: 'transport',
      method: 'GetOperation',
    });
    expect(error.message).toContain('Could not load the default credentials');
    const keyFilename = join(process.env.HOME!, 'key.json');
    const key = { type: 'service_account', client_email: 'a@b.iam', private_key: privateKey };
    writeFileSync(keyFilename, JSON.stringify(key));
    process.env.GOOGLE_APPLICATION_CREDENTIALS = keyFilename;
    expect(await transport.getOperation({ name }, {})).toEqual({ name, done: false });
  });

  it('getOperation() searches once for concurrent calls', async () => {
    trustTestCertificate();
    const client = { getRequestHeaders: () => Promise.resolve({}) };
    const getClient = jest.fn(() => Promise.resolve(client));
    const transport = connect({ auth: { getClient } });
    await Promise.all(Array.from({ length: 20 }, () => transport.getOperation({ name }, {})));
    await transport.getOperation({ name }, {});
    expect(getClient).toHaveBeenCalledTimes(1);
  });

  const unreachable = 'check the network: the token server cannot be reached';
  const noKeyFile = 'the key file does not exist: check GOOGLE_APPLICATION_CREDENTIALS or keyFilename';
  it.each([
    [
      { message: 'invalid_grant: Bad', response: { status: 400, config: { key: 's3cret' } } },
      16,
      `HTTP 400, invalid_grant; log in again: 'gcloud auth application-default login'`,
    ],
    [{ message: 's3cret', response: { status: 503 } }, 14, 'HTTP 503'],
    [{ message: 's3cret', status: 429 }, 14, 'HTTP 429'],
    [
      { message: 'request to https://s3cret failed, reason: connect ECONNREFUSED 127.0.0.1:1' },
      14,
      `ECONNREFUSED; ${unreachable}`,
    ],
    [{ message: 's3cret', code: 'ENOTFOUND' }, 14, `ENOTFOUND; ${unreachable}`],
    [
      { message: 'fetch failed', cause: { code: 'UND_ERR_SOCKET', message: 's3cret' } },
      14,
      `UND_ERR_SOCKET; ${unreachable}`,
    ],
    [new DOMException('s3cret', 'TimeoutError'), 14, `no details that are safe to show; ${unreachable}`],
    [{ message: "ENOENT: no such file or directory, open '/s3cret'", code: 'ENOENT' }, 16, `ENOENT; ${noKeyFile}`],
    [{ message: 'Unexpected token s, ..."key": s3cret"... is not valid JSON' }, 16, 'not valid JSON'],
    [{ message: 'Bearer s3cret' }, 16, 'no details that are safe to show'],
    ['s3cret', 16, 'no details that are safe to show'],
    [undefined, 16, 'no details that are safe to show'],
  ])('getOperation() shows only the safe parts of %j', async (thrown, rpcCode, message) => {
    trustTestCertificate();
    const fail = (): Promise<never> => Promise.reject(thrown);
    const client = { getRequestHeaders: fail };
    for (const options of [
      { auth: { getClient: fail } },
      { auth: { getClient: () => Promise.resolve(client), getUniverseDomain: fail } },
      { authClient: client },
    ]) {
      const error = await failure(connect(options).getOperation({ name }, {}));
      expect(error).toMatchObject({
        rpcCode,
        origin: 'transport',
        status: { message: `Cannot get credentials: ${message}` },
      });
      expect(JSON.stringify([error, error.stack, error.cause, String(error)])).not.toContain('s3cret');
    }
    expect(server.calls).toHaveLength(0);
  });

  it('getOperation() enforces deadline and signal while it searches for credentials', async () => {
    const transport = connect({ auth: { getClient: () => new Promise<never>(() => undefined) } });
    expect(await failure(transport.getOperation({ name }, { timeoutMs: 20 }))).toMatchObject({ rpcCode: 4 });
    const controller = new AbortController();
    const call = failure(transport.getOperation({ name }, { signal: controller.signal }));
    controller.abort('no');
    expect(await call).toBe('no');
  });
});
