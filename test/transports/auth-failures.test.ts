// What the message of a failure to get credentials shows, and what it leaves out.
import { describe, expect, it } from '@jest/globals';
import { Code, type RequestError } from '../../src/index.js';
import { restTransport } from '../../src/rest/index.js';
import { parseAuthError } from '../../src/transports/auth-error.js';

/** The error of a request whose credentials cannot be had. */
async function failureOf(thrown: unknown): Promise<{ code: Code; problem: string }> {
  const auth = () => Promise.reject(thrown);
  const fetch = () => Promise.reject(new Error('a request was sent'));
  const error = await restTransport({ apiEndpoint: 'h.test', auth, fetch })
    .getOperation({ name: 'operations/a' }, {})
    .then(
      () => Promise.reject(new Error('it succeeded')),
      (reason: unknown) => reason as RequestError,
    );
  return { code: error.rpcCode, problem: error.status.message.replace(/^Cannot get credentials[^:]*: /, '') };
}
const problemOf = async (thrown: unknown) => (await failureOf(thrown)).problem;
const nothing = 'no details that are safe to show';
const logIn = "log in again: 'gcloud auth application-default login'";
const oauth = (error: unknown) => ({ response: { status: 400, data: { error } } });

describe('a failure to get credentials', () => {
  it.each([
    ['Could not load the default credentials. Browse to …', 'Could not load the default credentials'],
    [
      'Unable to detect a Project Id in the current environment.',
      'Unable to detect a Project Id in the current environment',
    ],
  ])('shows %j, and how to get them', async (message, phrase) => {
    expect(await failureOf(new Error(message))).toEqual({
      code: Code.UNAUTHENTICATED,
      problem: `${phrase}; run 'gcloud auth application-default login', or set GOOGLE_APPLICATION_CREDENTIALS to the path of a key file`,
    });
  });

  it.each<[string, unknown, string]>([
    ['in a message', new Error('token: invalid_grant'), `invalid_grant; ${logIn}`],
    ['in the message of a cause', new Error('no', { cause: new Error('invalid_rapt') }), `invalid_rapt; ${logIn}`],
    ['in the response', oauth('invalid_grant'), `HTTP 400, invalid_grant; ${logIn}`],
    ['in the response, which it has no advice for', oauth('invalid_scope'), 'HTTP 400, invalid_scope'],
    [
      'of a missing file',
      { code: 'ENOENT' },
      'ENOENT; the key file does not exist: check GOOGLE_APPLICATION_CREDENTIALS or keyFilename',
    ],
    ['at the beginning of a message', new Error('No refresh token is set for hunter2'), 'No refresh token is set'],
  ])('shows a known reason %s', async (_, thrown, problem) => expect(await problemOf(thrown)).toBe(problem));

  it.each([['Not A Code'], ['x'.repeat(41)], ['abc1'], [''], [5], [['abc']], [null], [{ abc: 'abc' }]])(
    'does not show %j as a reason of the response',
    async (error) => expect(await problemOf(oauth(error))).toBe('HTTP 400'),
  );

  it('looks for a reason in 10,000 characters of a message', async () => {
    const reason = 'invalid_client';
    const after = (length: number) => new Error('x'.repeat(length - reason.length) + reason);
    expect(await problemOf(after(10_000))).toBe(reason);
    expect(await problemOf(after(10_001))).toBe(nothing);
  });

  it('shows nothing else', async () => {
    expect(await problemOf(new Error('hunter2'))).toBe(nothing);
    expect(await problemOf({ message: 5 })).toBe(nothing);
  });

  it.each([
    [299, undefined],
    [300, 300],
    [599, 599],
    [600, undefined],
  ])('with the number %d has the HTTP status %s', (status, httpStatus) => {
    for (const error of [{ status }, { code: status }, { code: String(status) }, { response: { status } }]) {
      expect(parseAuthError(error).httpStatus).toBe(httpStatus);
    }
  });
});
