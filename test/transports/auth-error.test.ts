import { describe, expect, it } from '@jest/globals';
import { parseAuthError } from '../../src/transports/auth-error.js';

const fetchFailed = (cause?: unknown): Error => new TypeError('fetch failed', { cause });
/** As gaxios has it: of a DOMException it takes over the message, and the name as its code. */
const gaxios = (cause: Error): Error => Object.assign(new Error(cause.message, { cause }), { code: cause.name });

describe('readAuthFailure()', () => {
  it.each<[string, unknown, string | undefined]>([
    ['a failed fetch, by its cause', fetchFailed({ code: 'ECONNREFUSED' }), 'ECONNREFUSED'],
    ['a failed fetch of undici', fetchFailed({ code: 'UND_ERR_CONNECT_TIMEOUT' }), 'UND_ERR_CONNECT_TIMEOUT'],
    ['a failed fetch that says no more', fetchFailed(), undefined],
    ['an answer that broke off', { code: 'ERR_STREAM_PREMATURE_CLOSE' }, 'ERR_STREAM_PREMATURE_CLOSE'],
    ['a message with a code in it', { message: 'reason: read ECONNRESET' }, 'ECONNRESET'],
    ['a message that grpc-js has left of an error', { message: 'The operation was aborted.' }, undefined],
    ['a time-out of AbortSignal.timeout()', new DOMException('x', 'TimeoutError'), undefined],
    ['a time-out of gaxios', gaxios(new DOMException('x', 'TimeoutError')), undefined],
    ['a time-out of node-fetch', { message: 'x', cause: { name: 'AbortError' } }, undefined],
    ['a broken connection', { message: 'socket hang up' }, undefined],
  ])('takes %s for one that passes', (_, error, systemCode) =>
    expect(parseAuthError(error)).toEqual({ isTransient: true, systemCode, httpStatus: undefined }),
  );

  it.each<[string, unknown, string | undefined]>([
    ['a key file that is not there', { code: 'ENOENT' }, 'ENOENT'],
    ['a key file that may not be read', { code: 'EACCES' }, 'EACCES'],
    ['a key that is none', { code: 'ERR_OSSL_UNSUPPORTED' }, 'ERR_OSSL_UNSUPPORTED'],
    ['a certificate that is not trusted', fetchFailed({ code: 'CERT_HAS_EXPIRED' }), 'CERT_HAS_EXPIRED'],
    ['a header that cannot be sent', { code: 'UND_ERR_INVALID_ARG' }, 'UND_ERR_INVALID_ARG'],
    ['a mistake', new TypeError('headers is not a function'), undefined],
    ['no error', undefined, undefined],
  ])('takes %s for one that does not', (_, error, systemCode) =>
    expect(parseAuthError(error)).toEqual({ isTransient: false, systemCode, httpStatus: undefined }),
  );

  it.each([
    [503, true],
    [429, true],
    [400, false],
    [403, false],
  ])('goes by the HTTP status %d, where there is one', (status, isTransient) =>
    expect(parseAuthError({ response: { status }, code: 'ECONNRESET' })).toEqual({
      isTransient,
      systemCode: 'ECONNRESET',
      httpStatus: status,
    }),
  );
});
