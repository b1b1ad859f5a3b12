import { describe, expect, it } from '@jest/globals';
import { parseAuthError } from '../../src/transports/auth-error.js';

const fetchFailed = (cause?: unknown): Error => new TypeError('fetch failed', { cause });
/** As in gaxios: the message of a DOMException, and its name as the code. */
const gaxios = (cause: Error): Error => Object.assign(new Error(cause.message, { cause }), { code: cause.name });

describe('parseAuthError()', () => {
  it.each<[string, unknown, string | undefined]>([
    ['a failed fetch, by its cause', fetchFailed({ code: 'ECONNREFUSED' }), 'ECONNREFUSED'],
    ['a failed fetch of undici', fetchFailed({ code: 'UND_ERR_CONNECT_TIMEOUT' }), 'UND_ERR_CONNECT_TIMEOUT'],
    ['a failed fetch without a cause', fetchFailed(), undefined],
    ['a response that broke off', { code: 'ERR_STREAM_PREMATURE_CLOSE' }, 'ERR_STREAM_PREMATURE_CLOSE'],
    ['a message with a code in it', { message: 'reason: read ECONNRESET' }, 'ECONNRESET'],
    ['the message of an error that grpc-js passes on', { message: 'The operation was aborted.' }, undefined],
    ['a time-out of AbortSignal.timeout()', new DOMException('x', 'TimeoutError'), undefined],
    ['a time-out of gaxios', gaxios(new DOMException('x', 'TimeoutError')), undefined],
    ['a time-out of node-fetch', { message: 'x', cause: { name: 'AbortError' } }, undefined],
    ['a broken connection', { message: 'socket hang up' }, undefined],
  ])('treats %s as transient', (_, error, systemCode) =>
    expect(parseAuthError(error)).toEqual({ isTransient: true, systemCode, httpStatus: undefined }),
  );

  it.each<[string, unknown, string | undefined]>([
    ['a missing key file', { code: 'ENOENT' }, 'ENOENT'],
    ['an unreadable key file', { code: 'EACCES' }, 'EACCES'],
    ['an invalid key', { code: 'ERR_OSSL_UNSUPPORTED' }, 'ERR_OSSL_UNSUPPORTED'],
    ['a certificate that is not trusted', fetchFailed({ code: 'CERT_HAS_EXPIRED' }), 'CERT_HAS_EXPIRED'],
    ['a header that cannot be sent', { code: 'UND_ERR_INVALID_ARG' }, 'UND_ERR_INVALID_ARG'],
    ['an error of the program', new TypeError('headers is not a function'), undefined],
    ['no error', undefined, undefined],
  ])('treats %s as permanent', (_, error, systemCode) =>
    expect(parseAuthError(error)).toEqual({ isTransient: false, systemCode, httpStatus: undefined }),
  );

  it.each([
    [503, true],
    [429, true],
    [400, false],
    [403, false],
  ])('uses the HTTP status %d, if there is one', (status, isTransient) =>
    expect(parseAuthError({ response: { status }, code: 'ECONNRESET' })).toEqual({
      isTransient,
      systemCode: 'ECONNRESET',
      httpStatus: status,
    }),
  );
});
