// A connection over HTTP that could not be established.
import { describe, expect, it } from '@jest/globals';
import { Code, type RequestError } from '../../src/index.js';
import { restTransport } from '../../src/rest/index.js';
import { causeChain } from '../../src/transports/cause-chain.js';

/** The error of a request whose `fetch` rejects. */
const failureOf = (thrown: unknown): Promise<RequestError> =>
  restTransport({ apiEndpoint: 'h.test', fetch: () => Promise.reject(thrown as Error) })
    .getOperation({ name: 'operations/a' }, {})
    .then(
      () => Promise.reject(new Error('it succeeded')),
      (error: unknown) => error as RequestError,
    );
const fetchFailed = (message: string, code?: string): Error =>
  new TypeError('fetch failed', { cause: Object.assign(new Error(message), code !== undefined && { code }) });
const noResponse = 'No response from h.test: ';

describe('a connection that failed', () => {
  it.each([
    ['CERT_HAS_EXPIRED', 'certificate has expired'],
    ['ERR_TLS_CERT_ALTNAME_INVALID', 'Host: h.test is not in the cert'],
    ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'unable to verify the first certificate'],
  ])('is FAILED_PRECONDITION for %s, which the next attempt would meet again', async (code, message) => {
    const error = await failureOf(fetchFailed(message, code));
    expect(error.rpcCode).toBe(Code.FAILED_PRECONDITION);
    expect(error.status.message).toContain(`${noResponse}${code}: ${message}; `);
  });

  it.each([
    ['EPROTO', 'error:0A00010B:SSL routines::wrong version number'],
    ['EPROTO', 'packet length too long'],
    ['EPROTO', 'ssl3_get_record:http request'],
    ['ERR_SSL_WRONG_VERSION_NUMBER', 'no'],
    ['ERR_SSL_PACKET_LENGTH_TOO_LONG', 'no'],
    ['ERR_SSL_HTTP_REQUEST', 'no'],
  ])('is FAILED_PRECONDITION for %s (%s): the port does not speak TLS', async (code, message) => {
    const error = await failureOf(fetchFailed(message, code));
    expect(error.rpcCode).toBe(Code.FAILED_PRECONDITION);
    expect(error.status.message).toContain(
      `${noResponse}the port does not speak TLS: ${code}: ${message}; check the port`,
    );
  });

  it.each([
    ['EPROTO', 'tlsv1 alert internal error'],
    ['ECONNRESET', 'wrong version number'],
    ['ERR_SSL_TLSV1_ALERT', 'no'],
  ])('is UNAVAILABLE for %s (%s)', async (code, message) => {
    const error = await failureOf(fetchFailed(message, code));
    expect(error.rpcCode).toBe(Code.UNAVAILABLE);
    expect(error.status.message).toContain(`${noResponse}${code}: ${message}`);
  });

  it.each<[string, unknown, string]>([
    ['of the innermost cause', fetchFailed('no route'), 'no route'],
    ['of an outer error, if a cause has none', fetchFailed('', 'EOTHER'), 'EOTHER: fetch failed'],
    ['that is no text', { message: 5 }, 'unknown error'],
    ['that is absent', { code: 'EOTHER' }, 'EOTHER: unknown error'],
    ['of nothing', undefined, 'unknown error'],
    ['that has the code already', fetchFailed('read EOTHER', 'EOTHER'), 'read EOTHER'],
    ['of 300 characters', fetchFailed('x'.repeat(300)), 'x'.repeat(300)],
    ['of more, cut', fetchFailed('x'.repeat(301)), `${'x'.repeat(300)}…`],
  ])('has the message %s', async (_, thrown, message) => {
    expect((await failureOf(thrown)).status.message).toBe(`${noResponse}${message}`);
  });

  it('has a cause with the code, if there is one', async () => {
    expect((await failureOf(fetchFailed('read EOTHER', 'EOTHER'))).cause).toMatchObject({
      message: 'read EOTHER',
      code: 'EOTHER',
    });
    expect(Object.keys((await failureOf(fetchFailed('no route'))).cause as object)).toEqual([]);
  });
});

it('looks at five causes at most, should they refer to each other', () => {
  const error: { code: string; cause?: unknown } = { code: 'EOTHER' };
  error.cause = error;
  expect(causeChain(error)).toEqual([error, error, error, error, error]);
});
