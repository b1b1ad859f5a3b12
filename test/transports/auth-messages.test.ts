import { describe, expect, it } from '@jest/globals';
import { Code, type CodeName } from '../../src/status.js';
import { describeAuthError, parseAuthError } from '../../src/transports/auth-error.js';

const login =
  "run 'gcloud auth application-default login', or set GOOGLE_APPLICATION_CREDENTIALS to the path of a key file";
const again = "log in again: 'gcloud auth application-default login'";
const network = 'check the network: the token server cannot be reached';
const noKeyFile = 'the key file does not exist: check GOOGLE_APPLICATION_CREDENTIALS or keyFilename';
const oauth = (status: number, error: unknown) => ({ message: 'secret', response: { status, data: { error } } });

describe('describeAuthError()', () => {
  it.each<[string, unknown, CodeName, string]>([
    [
      'no credentials',
      new Error('Could not load the default credentials. See https://h.test'),
      'UNAUTHENTICATED',
      `Could not load the default credentials; ${login}`,
    ],
    [
      'no credentials, in the cause',
      new Error('secret', { cause: new Error('Unable to find credentials in current environment') }),
      'UNAUTHENTICATED',
      `Unable to find credentials in current environment; ${login}`,
    ],
    ['no key file', { message: 'secret', code: 'ENOENT' }, 'UNAUTHENTICATED', `ENOENT; ${noKeyFile}`],
    ['an old login', oauth(400, 'invalid_grant'), 'UNAUTHENTICATED', `HTTP 400, invalid_grant; ${again}`],
    ['an old login, in words', new Error('secret: invalid_rapt'), 'UNAUTHENTICATED', `invalid_rapt; ${again}`],
    ['another code of OAuth', oauth(401, 'invalid_scope'), 'UNAUTHENTICATED', 'HTTP 401, invalid_scope'],
    ['a phrase and a code of OAuth', { ...oauth(400, 'invalid_grant'), message: 'x invalid_client' }, 'UNAUTHENTICATED', 'HTTP 400, invalid_client, invalid_grant'], // prettier-ignore
    ['a code of OAuth with a secret', oauth(400, 'The Secret 5'), 'UNAUTHENTICATED', 'HTTP 400'],
    ['a code of OAuth that is too long', oauth(400, 'a'.repeat(41)), 'UNAUTHENTICATED', 'HTTP 400'],
    ['a code of OAuth that is an array', oauth(400, ['invalid_scope']), 'UNAUTHENTICATED', 'HTTP 400'],
    ['a code of OAuth that is absent', oauth(400, undefined), 'UNAUTHENTICATED', 'HTTP 400'],
    ['a server that is busy', { response: { status: 503 } }, 'UNAVAILABLE', 'HTTP 503'],
    ['no network', { code: 'ECONNREFUSED' }, 'UNAVAILABLE', `ECONNREFUSED; ${network}`],
    ['nothing that may be shown', new Error('secret'), 'UNAUTHENTICATED', 'no details that are safe to show'],
  ])('says of %s what may be shown, and what to do', (_, error, code, message) => {
    expect(describeAuthError(error, 'credentials')).toEqual({
      code: Code[code],
      message: `Cannot get credentials: ${message}`,
    });
  });

  it('finds a phrase in the first 10,000 characters of a message only', () => {
    const phrase = 'invalid_client';
    const messageOf = (before: number): string =>
      describeAuthError(new Error('-'.repeat(before) + phrase), 'it').message;
    expect(messageOf(10_000 - phrase.length)).toContain(phrase);
    expect(messageOf(10_001 - phrase.length)).not.toContain(phrase);
    expect(messageOf(0)).toContain(phrase);
  });
});

describe('parseAuthError()', () => {
  it.each([
    [{ code: 299 }, undefined],
    [{ code: 300 }, 300],
    [{ code: '404' }, 404],
    [{ status: 599 }, 599],
    [{ status: 600 }, undefined],
    [{ status: 403, code: 'ECONNRESET' }, 403],
    [{ response: { status: 401 }, status: 403 }, 401],
  ])('reads %j as the HTTP status %s', (error, httpStatus) => {
    expect(parseAuthError(error).httpStatus).toBe(httpStatus);
  });
});
