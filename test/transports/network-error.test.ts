import { describe, expect, it } from '@jest/globals';
import { Code, type CodeName } from '../../src/status.js';
import { causeChain } from '../../src/transports/cause-chain.js';
import { networkError } from '../../src/transports/network-error.js';
import { Redactor } from '../../src/transports/redact.js';

const rpc = { method: 'GetOperation', name: 'operations/1' };
const errorOf = (thrown: unknown, httpStatus?: number) =>
  networkError(rpc, thrown, { host: 'h.test', redactor: new Redactor(() => ['hunter2']), httpStatus });
const fetchFailed = (message: string, code?: string) =>
  new TypeError('fetch failed', { cause: Object.assign(new Error(message), code === undefined ? {} : { code }) });

const port = 'check the port, or begin apiEndpoint with http:// for plain text';
const proxy =
  'the server or a proxy closed the connection; if it always does, check that the port speaks HTTP, not TLS';

describe('networkError()', () => {
  it.each<[string, unknown, CodeName, string]>([
    ['a reset connection', fetchFailed('read ECONNRESET', 'ECONNRESET'), 'UNAVAILABLE', `read ECONNRESET; ${proxy}`],
    ['a code that its message lacks', fetchFailed('other side closed', 'UND_ERR_SOCKET'), 'UNAVAILABLE', `UND_ERR_SOCKET: other side closed; ${proxy}`], // prettier-ignore
    ['no code', fetchFailed('odd'), 'UNAVAILABLE', 'odd'],
    ['no message', new TypeError(''), 'UNAVAILABLE', 'unknown error'],
    ['nothing', undefined, 'UNAVAILABLE', 'unknown error'],
    ['a message that is no text', { message: 5 }, 'UNAVAILABLE', 'unknown error'],
    ['a cause without a message', new Error('outer', { cause: { message: '' } }), 'UNAVAILABLE', 'outer'],
    ['a message with a credential', fetchFailed('no hunter2'), 'UNAVAILABLE', 'no ***'],
    ['no headers in time', fetchFailed('x', 'UND_ERR_HEADERS_TIMEOUT'), 'DEADLINE_EXCEEDED', 'UND_ERR_HEADERS_TIMEOUT: x'], // prettier-ignore
    ['an invalid header', fetchFailed('x', 'UND_ERR_INVALID_ARG'), 'INVALID_ARGUMENT', 'UND_ERR_INVALID_ARG: x'],
    ['a certificate', fetchFailed('x', 'CERT_UNTRUSTED'), 'FAILED_PRECONDITION', 'CERT_UNTRUSTED: x'],
    ['an authority that is not known', fetchFailed('odd', 'UNABLE_TO_X'), 'FAILED_PRECONDITION', "UNABLE_TO_X: odd; if the server is yours, set NODE_EXTRA_CA_CERTS to the path of its authority"], // prettier-ignore
    ['plain text, of undici', fetchFailed('x', 'ERR_SSL_WRONG_VERSION_NUMBER'), 'FAILED_PRECONDITION', `the port does not speak TLS: ERR_SSL_WRONG_VERSION_NUMBER: x; ${port}`], // prettier-ignore
    ['plain text, of https', fetchFailed('wrong version number', 'EPROTO'), 'FAILED_PRECONDITION', `the port does not speak TLS: EPROTO: wrong version number; ${port}`], // prettier-ignore
    ['another problem of TLS', fetchFailed('alert', 'EPROTO'), 'UNAVAILABLE', 'EPROTO: alert'],
    ['these words without the code', fetchFailed('wrong version number'), 'UNAVAILABLE', 'wrong version number'],
  ])('is for %s what a caller can act on', (_, thrown, code, reason) => {
    const { rpcCode, status, httpStatus, origin } = errorOf(thrown);
    expect({ rpcCode, message: status.message, httpStatus, origin }).toEqual({
      ...{ rpcCode: Code[code], message: `No response from h.test: ${reason}`, origin: 'transport' },
    });
  });

  it('says that the response had begun', () => {
    expect(errorOf(fetchFailed('odd'), 200)).toMatchObject({
      httpStatus: 200,
      status: { message: 'The response of h.test broke off: odd' },
    });
  });

  it('has a copy as its cause: message and code, if there is one', () => {
    const { cause } = errorOf(fetchFailed('read ECONNRESET', 'ECONNRESET'));
    expect(cause).toMatchObject({ message: 'read ECONNRESET', code: 'ECONNRESET' });
    expect(errorOf(fetchFailed('odd')).cause).not.toHaveProperty('code');
  });

  it('cuts the message after 300 characters', () => {
    const { message } = errorOf(fetchFailed('x'.repeat(301))).status;
    expect(message).toBe(`No response from h.test: ${'x'.repeat(300)}…`);
  });
});

describe('causeChain()', () => {
  it('ends after five causes', () => {
    const error = new Error('x');
    error.cause = error;
    expect(causeChain(error)).toHaveLength(5);
    expect(causeChain(new Error('x', { cause: 'text' }))).toHaveLength(1);
    expect(causeChain(null)).toEqual([]);
  });
});
