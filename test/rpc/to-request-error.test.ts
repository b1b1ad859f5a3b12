import { describe, expect, it } from '@jest/globals';
import gax from 'google-gax';
import { MalformedOperationError } from '../../src/decode-errors.js';
import { isLROError, type AnyLROError, type RequestError } from '../../src/errors.js';
import { toRequestError } from '../../src/rpc/to-request-error.js';
import { Code } from '../../src/status.js';
import { failure } from '../support/scripted.js';

const rpc = { method: 'GetOperation', name: 'operations/1' };

/** The RequestError that is made of something thrown. */
function requestError(thrown: unknown): RequestError {
  const error = toRequestError(thrown, rpc);
  expect(isLROError(error) && error.code).toBe('LRO_REQUEST_FAILED');
  expect(error).toMatchObject({ method: 'GetOperation', operationName: 'operations/1', attempts: 1, cause: thrown });
  return error as RequestError;
}

const errorWith = (message: string, fields: object): Error => Object.assign(new Error(message), fields);

describe('toRequestError()', () => {
  it('returns errors of this package unchanged', () => {
    for (const error of [failure(Code.NOT_FOUND), new MalformedOperationError('operations/1', 'it is none')]) {
      expect(toRequestError(error, rpc)).toBe(error);
    }
  });

  it('returns errors of another copy of the package unchanged', async () => {
    const url = '../../src/decode-errors.js?copy';
    const { MalformedOperationError: Other } = (await import(url)) as {
      MalformedOperationError: new (n: string, p: string) => AnyLROError;
    };
    const error = new Other('operations/1', 'x');
    expect(error).not.toBeInstanceOf(MalformedOperationError);
    expect(toRequestError(error, rpc)).toBe(error);
  });

  it('reads an error of gRPC: the code, and the details rather than the message', () => {
    const thrown = errorWith('5 NOT_FOUND: Operation not found', {
      code: 5,
      details: 'Operation not found',
      metadata: new gax.grpc.Metadata(),
    });
    const error = requestError(thrown);
    expect(error).toMatchObject({ rpcCode: Code.NOT_FOUND, origin: 'service' });
    expect(error.status).toEqual({ code: 5, message: 'Operation not found', details: [] });
  });

  it('uses the message if gRPC has no details', () => {
    expect(requestError(errorWith('12 UNIMPLEMENTED: ', { code: 12, details: '' })).status.message).toBe(
      '12 UNIMPLEMENTED: ',
    );
  });

  it.each([
    [1500, 1500],
    ['1500', undefined],
    [undefined, undefined],
  ])('has a retryAfterMs of %p as %p', (retryAfterMs, expected) =>
    expect(requestError({ code: 14, message: 'm', retryAfterMs }).retryAfterMs).toBe(expected),
  );

  it('converts code 0 of a failure to UNKNOWN', () => {
    expect(requestError(errorWith('odd', { code: 0 }))).toMatchObject({ rpcCode: Code.UNKNOWN, origin: 'transport' });
  });

  it("reads google-gax's error", () => {
    const thrown = Object.assign(new gax.GoogleError('quota'), { code: 8 as never });
    expect(requestError(thrown)).toMatchObject({ rpcCode: Code.RESOURCE_EXHAUSTED, status: { message: 'quota' } });
  });

  it.each(Object.values(Code).filter((code) => code !== Code.OK))('accepts the number %p as a code', (code) =>
    expect(requestError({ code, message: 'm' })).toMatchObject({ rpcCode: code, origin: 'service' }),
  );

  it.each([17, 302, 600, -1, 2.5, NaN, '17', '', true, Symbol('s')])('does not accept %p as a code', (code) =>
    expect(requestError(errorWith('m', { code }))).toMatchObject({ rpcCode: Code.UNKNOWN, origin: 'transport' }),
  );

  it.each([
    'ECONNRESET',
    'ECONNREFUSED',
    'ECONNABORTED',
    'ENOTFOUND',
    'EAI_AGAIN',
    'EPIPE',
    'ETIMEDOUT',
    'EHOSTUNREACH',
    'ENETUNREACH',
    'EADDRNOTAVAIL',
    'UND_ERR_SOCKET',
    'UND_ERR_CONNECT_TIMEOUT',
    'ERR_HTTP2_STREAM_ERROR',
    'ERR_STREAM_PREMATURE_CLOSE',
  ])('converts %s to UNAVAILABLE, by itself and as the cause of another', (code) => {
    const system = errorWith('it broke', { code });
    const expected = { rpcCode: Code.UNAVAILABLE, origin: 'transport', status: { code: 14, details: [] } };
    expect(requestError(system)).toMatchObject(expected);
    expect(requestError(system).message).toContain(`UNAVAILABLE: it broke (${code})`);
    const wrapped = new TypeError('fetch failed', { cause: system });
    expect(requestError(wrapped)).toMatchObject(expected);
    expect(requestError(wrapped).message).toContain(code);
  });

  it('has a message even if the system error has none, as when every address of a host refuses', () => {
    const refused = new AggregateError([], '');
    expect(requestError(Object.assign(refused, { code: 'ECONNREFUSED' })).status.message).toBe(
      'no connection (ECONNREFUSED)',
    );
    expect(requestError({ code: 'ECONNRESET' }).status.message).toBe('no connection (ECONNRESET)');
  });

  it.each([
    'fetch failed',
    'terminated',
    'network error',
    'NetworkError when attempting to fetch resource.',
    'Failed to fetch',
    'Load failed',
  ])('converts the TypeError %j to a broken connection', (message) =>
    expect(requestError(new TypeError(message))).toMatchObject({ rpcCode: Code.UNKNOWN, origin: 'transport' }),
  );

  it.each([new TypeError('x is not a function'), new RangeError('x'), new ReferenceError('x is not defined')])(
    'returns a programming error unchanged: %p',
    (error) => expect(toRequestError(error, rpc)).toBe(error),
  );

  it('recognizes programming errors of another realm', () => {
    let foreign: unknown;
    try {
      new URL('::');
    } catch (error) {
      foreign = error;
    }
    expect(toRequestError(foreign, rpc)).toBe(foreign);
  });

  it.each<[unknown, string]>([
    ['boom', 'boom'],
    [undefined, 'undefined'],
    [null, 'null'],
    [5, '5'],
    [Symbol('s'), 'Symbol(s)'],
    [{ a: 1 }, '[object Object]'],
    [{ message: 'as an object' }, 'as an object'],
    [new Error('plain'), 'plain'],
    [errorWith('string code', { code: 'ENOENT' }), 'string code'],
    [errorWith('a process', { code: 'EXIT', status: 1 }), 'a process'],
    [new DOMException('gone', 'AbortError'), 'gone'],
  ])('converts %p to UNKNOWN', (thrown, message) => {
    const error = toRequestError(thrown, rpc) as RequestError;
    expect(error).toMatchObject({ rpcCode: Code.UNKNOWN, origin: 'transport', status: { message } });
    expect(error.cause).toBe(thrown);
  });
});
