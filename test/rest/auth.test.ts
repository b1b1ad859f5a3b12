import { describe, expect, it } from '@jest/globals';
import { inspect } from 'node:util';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { googleAuthLibrary, GoogleAuth } from 'google-gax';
import { authenticator, type Auth } from '../../src/rest/auth.js';
import { Code } from '../../src/status.js';
import { useNock } from '../support/nock.js';

const nock = useNock();
const call = { method: 'GetOperation', name: 'operations/a' } as const;
const headersOf = (auth: Auth) => authenticator(auth, 'https://h.test')(call);

describe('authenticator()', () => {
  it('accepts a function', async () => {
    await expect(headersOf(() => Promise.resolve({ Authorization: 'Bearer t' }))).resolves.toEqual({
      authorization: 'Bearer t',
    });
  });

  it('gets the headers for each call', async () => {
    let count = 0;
    const authenticate = authenticator(() => ({ 'x-count': String(++count) }), 'https://h.test');
    await authenticate(call);
    await expect(authenticate(call)).resolves.toEqual({ 'x-count': '2' });
  });

  it('accepts clients that return a plain object or a Headers, and passes the URL', async () => {
    const urls: unknown[] = [];
    const old = {
      getRequestHeaders: (url?: string) => {
        urls.push(url);
        return Promise.resolve({ Authorization: 'Bearer t' });
      },
    };
    const recent = { getRequestHeaders: () => Promise.resolve(new Headers({ authorization: 'Bearer t' })) };
    for (const auth of [old, recent, { getClient: () => Promise.resolve(recent) }]) {
      await expect(headersOf(auth)).resolves.toEqual({ authorization: 'Bearer t' });
    }
    expect(urls).toEqual(['https://h.test/']);
  });

  it("accepts google-auth-library's own clients", async () => {
    const client = new googleAuthLibrary.OAuth2Client();
    client.setCredentials({ access_token: 'ya29.x', expiry_date: Date.now() + 3_600_000 });
    await expect(headersOf(client)).resolves.toEqual({ authorization: 'Bearer ya29.x' });
    await expect(headersOf(new GoogleAuth({ authClient: client }))).resolves.toEqual({
      authorization: 'Bearer ya29.x',
    });
  });

  it("finds Application Default Credentials for 'adc'", async () => {
    const directory = mkdtempSync(join(tmpdir(), 'adc-'));
    const file = join(directory, 'adc.json');
    writeFileSync(
      file,
      JSON.stringify({ type: 'authorized_user', client_id: 'c', client_secret: 's', refresh_token: 'r' }),
    );
    const before = { ...process.env };
    // With a project, google-auth-library does not query gcloud and the metadata server for one.
    Object.assign(process.env, { GOOGLE_APPLICATION_CREDENTIALS: file, GOOGLE_CLOUD_PROJECT: 'p' });
    try {
      nock('https://oauth2.googleapis.com').post('/token').reply(200, { access_token: 'ya29.adc', expires_in: 3600 });
      const authenticate = authenticator('adc', 'https://h.test');
      await expect(authenticate(call)).resolves.toEqual({ authorization: 'Bearer ya29.adc' });
      await expect(authenticate(call)).resolves.toEqual({ authorization: 'Bearer ya29.adc' }); // no second token request
    } finally {
      process.env = before;
      rmSync(directory, { recursive: true });
    }
  });

  it('distinguishes a token server that refuses from one that fails', async () => {
    const client = new googleAuthLibrary.UserRefreshClient('id', 'GOCSPX-secret', '1//secret');
    nock('https://oauth2.googleapis.com')
      .post('/token')
      .reply(400, { error: 'invalid_grant', error_description: 'secret' });
    const refused = await headersOf(client).catch((error: unknown) => error);
    expect(refused).toMatchObject({
      rpcCode: Code.UNAUTHENTICATED,
      origin: 'transport',
      method: 'GetOperation',
      operationName: 'operations/a',
      status: {
        message: expect.stringMatching(
          /^Cannot get credentials for the request: HTTP 400.*invalid_grant; log in again: .*login'$/,
        ),
      },
    });
    expect(inspect(refused, { depth: 10, showHidden: true })).not.toContain('secret');
  });

  const unreachable = 'check the network: the token server cannot be reached';
  const noKeyFile = 'the key file does not exist: check GOOGLE_APPLICATION_CREDENTIALS or keyFilename';
  it.each<[string, unknown, keyof typeof Code, string]>([
    ['a 503', { response: { status: 503 } }, 'UNAVAILABLE', 'HTTP 503'],
    ['a 429', { status: 429 }, 'UNAVAILABLE', 'HTTP 429'],
    ['a 500 in code', { code: '500' }, 'UNAVAILABLE', 'HTTP 500'],
    ['a refused connection', { code: 'ECONNREFUSED' }, 'UNAVAILABLE', `ECONNREFUSED; ${unreachable}`],
    [
      'a failed fetch',
      { message: 'fetch failed', cause: { code: 'ENOTFOUND' } },
      'UNAVAILABLE',
      `ENOTFOUND; ${unreachable}`,
    ],
    [
      'a time-out',
      new DOMException('hunter2', 'TimeoutError'),
      'UNAVAILABLE',
      `no details that are safe to show; ${unreachable}`,
    ],
    ['a missing key file', { code: 'ENOENT' }, 'UNAUTHENTICATED', `ENOENT; ${noKeyFile}`],
    ['a 403', { response: { status: 403 }, code: 'ERR_BAD_REQUEST' }, 'UNAUTHENTICATED', 'HTTP 403, ERR_BAD_REQUEST'],
    ['an error without a code', new Error('token hunter2'), 'UNAUTHENTICATED', 'no details that are safe to show'],
    ['undefined', undefined, 'UNAUTHENTICATED', 'no details that are safe to show'],
    ['a string', 'hunter2', 'UNAUTHENTICATED', 'no details that are safe to show'],
  ])('classifies %s and shows no secret', async (_, thrown, code, facts) => {
    const secret = { config: { headers: { Authorization: 'Bearer hunter2' } } };
    const error = typeof thrown === 'object' ? Object.assign(thrown!, secret) : thrown;
    const failure: unknown = await headersOf(() => Promise.reject(error)).catch((e: unknown) => e);
    expect(failure).toMatchObject({
      rpcCode: Code[code],
      origin: 'transport',
      status: { message: `Cannot get credentials for the request: ${facts}` },
    });
    expect(inspect(failure, { depth: 10, showHidden: true })).not.toContain('hunter2');
  });

  it.each<[string, unknown]>([
    ['nothing', undefined],
    ['an invalid header', { authorization: 'hunter2\n' }],
  ])('is UNAUTHENTICATED if the function returns %s', async (_, given) => {
    const failure: unknown = await headersOf(() => given as Record<string, string>).catch((e: unknown) => e);
    expect(failure).toMatchObject({ rpcCode: Code.UNAUTHENTICATED });
    expect(inspect(failure, { depth: 10, showHidden: true })).not.toContain('hunter2');
  });

  it.each([[{}], ['key'], [null], [5]])('throws for %j', (auth) => {
    expect(() => authenticator(auth as never, 'https://h.test')).toThrow(TypeError);
  });
});
