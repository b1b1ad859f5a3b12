import { inspect } from 'node:util';
import { describe, expect, test } from '@jest/globals';
import gax from 'google-gax';
import { Code, MalformedOperationError, RequestError } from 'longrunning';
import { toFailure } from '../../src/custom/failure.js';
import { encodeStatus } from '../../src/wire/messages.js';
import { startHttpServer, type HttpReply } from '../gax/http-server.js';
import { useCleanups } from '../support/cleanups.js';

const call = { method: 'GetOperation', name: 'jobs/1' } as const;
const errorInfo = {
  '@type': 'type.googleapis.com/google.rpc.ErrorInfo',
  reason: 'R',
  domain: 'd',
  metadata: { a: 'b' },
} as const;
const aip193 = { error: { code: 429, status: 'RESOURCE_EXHAUSTED', message: 'slow down', details: [errorInfo] } };

const cleanups = useCleanups();

async function urlOf(reply: HttpReply): Promise<string> {
  const server = await startHttpServer(() => reply);
  cleanups.push(() => server[Symbol.asyncDispose]());
  return `http://127.0.0.1:${server.port}/`;
}

/** The RequestError for a thrown value. */
async function failureOf(thrown: unknown): Promise<RequestError> {
  const failure = await toFailure(thrown, call);
  expect(failure).toBeInstanceOf(RequestError);
  expect(failure).toMatchObject({ method: 'GetOperation', operationName: 'jobs/1', attempts: 1 });
  return failure as RequestError;
}

const thrownBy = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => Promise.reject(new Error('it succeeded')),
    (error: unknown) => error,
  );
const errorWith = (message: string, fields: object): Error => Object.assign(new Error(message), fields);

describe('toFailure()', () => {
  test('returns errors of this package and of the program unchanged', async () => {
    for (const error of [new MalformedOperationError('jobs/1', 'x'), new TypeError('x is not a function')]) {
      expect(await toFailure(error, call)).toBe(error);
    }
  });

  test('reads a Response of fetch: body, Retry-After', async () => {
    const url = await urlOf({ status: 429, headers: { 'retry-after': '7' }, body: aip193 });
    expect(await failureOf(await fetch(url))).toMatchObject({
      status: { code: Code.RESOURCE_EXHAUSTED, message: 'slow down', details: [errorInfo] },
      errorInfo,
      httpStatus: 429,
      retryAfterMs: 7000,
      origin: 'service',
    });
  });

  test('uses the status of a Response whose body was already read', async () => {
    const response = await fetch(await urlOf({ status: 404, body: aip193 }));
    await response.text();
    expect(await failureOf(response)).toMatchObject({ rpcCode: Code.NOT_FOUND, httpStatus: 404, origin: 'transport' });
  });

  test('uses the status of a Response whose body breaks off', async () => {
    const text = () => Promise.reject(new TypeError('terminated'));
    expect(await failureOf({ status: 503, headers: new Headers(), text })).toMatchObject({
      rpcCode: Code.UNAVAILABLE,
      httpStatus: 503,
    });
  });

  test('summarizes a body of unknown form', async () => {
    const url = await urlOf({ status: 409, body: { message: 'busy' } });
    expect(await failureOf(await fetch(url))).toMatchObject({
      status: { code: Code.ABORTED, message: 'HTTP 409: busy' },
      httpStatus: 409,
      origin: 'transport',
    });
  });

  test('reads an error of gaxios, without the attached request', async () => {
    const url = await urlOf({ status: 429, headers: { 'retry-after': '7' }, body: aip193 });
    const auth = new gax.googleAuthLibrary.OAuth2Client();
    auth.setCredentials({ access_token: 'very-secret' });
    const thrown = await thrownBy(auth.request({ url, retry: false }));
    expect(inspect(thrown, { depth: 9 })).toContain('GaxiosError');
    const failure = await failureOf(thrown);
    expect(failure).toMatchObject({ rpcCode: Code.RESOURCE_EXHAUSTED, errorInfo, retryAfterMs: 7000 });
    expect(inspect(failure, { depth: Infinity, showHidden: true })).not.toContain('very-secret');
  });

  test('keeps no credential of a request without a response', async () => {
    const config = { headers: { authorization: 'Bearer very-secret' } };
    const failure = await failureOf(errorWith('read ECONNRESET', { code: 'ECONNRESET', config }));
    expect(failure).toMatchObject({ rpcCode: Code.UNAVAILABLE, origin: 'transport', cause: { code: 'ECONNRESET' } });
    expect(inspect(failure, { depth: Infinity, showHidden: true })).not.toContain('very-secret');
  });

  test.each<[string, unknown]>([
    ['axios', errorWith('x', { response: { status: 404, data: { error: { message: 'gone' } }, headers: {} } })],
    ['axios, a text', errorWith('x', { response: { status: 404, data: '{"error":{"message":"gone"}}', headers: {} } })],
    ['googleapis', errorWith('x', { code: '404', response: { status: 404, data: { error: { message: 'gone' } } } })],
    ['got', errorWith('x', { response: { statusCode: 404, body: '{"error":{"message":"gone"}}', headers: {} } })],
    ['ofetch', errorWith('x', { response: { status: 404, _data: { error: { message: 'gone' } }, bodyUsed: true } })],
    ['ky', errorWith('x', { response: new Response('{"error":{"message":"gone"}}', { status: 404 }) })],
  ])('reads an error in the form of %s', async (_, thrown) => {
    expect(await failureOf(thrown)).toMatchObject({
      status: { code: Code.NOT_FOUND, message: 'gone' },
      httpStatus: 404,
      origin: 'service',
    });
  });

  test.each([
    ['a plain object', { 'Retry-After': '3' }],
    ['a plain object with numbers', { 'retry-after': 3 }],
    ['a plain object with lists', { 'Retry-After': ['3', '9'] }],
    ['a function that returns a number', { get: (name: string) => (name === 'retry-after' ? 3 : undefined) }],
    ['a Map', new Map([['retry-after', '3']])],
  ])('reads headers of %s', async (_, headers) => {
    const response = { status: 503, data: '', headers };
    expect((await failureOf(errorWith('x', { response }))).retryAfterMs).toBe(3000);
  });

  test.each([
    ['status', { status: 503 }],
    ['statusCode', { statusCode: 503 }],
    ['a body that is a stream', { response: { status: 503, body: { pipe: () => undefined } } }],
    ['bytes for a body', { response: { status: 503, data: new Uint8Array(9) } }],
  ])('uses the message if there is only %s', async (_, fields) => {
    expect((await failureOf(errorWith('try later', fields))).status.code).toBe(Code.UNAVAILABLE);
  });

  test("reads grpc-js's error, details included", async () => {
    const metadata = new gax.grpc.Metadata();
    const status = { code: Code.ABORTED, message: 'busy', details: [errorInfo] };
    metadata.set('grpc-status-details-bin', Buffer.from(encodeStatus(status)));
    const thrown = errorWith('10 ABORTED: busy', { code: 10, details: 'busy', metadata });
    expect(await failureOf(thrown)).toMatchObject({ status, errorInfo, origin: 'service' });
  });

  test("reads google-gax's error of a client over REST, details included", async () => {
    const thrown = gax.GoogleError.parseHttpError(structuredClone(aip193));
    expect(await failureOf(thrown)).toMatchObject({
      status: { code: Code.RESOURCE_EXHAUSTED, message: 'slow down', details: [errorInfo] },
      origin: 'service',
    });
  });

  test('converts a failed connection of fetch', async () => {
    const url = await urlOf({});
    await cleanups.pop()!();
    expect(await failureOf(await thrownBy(fetch(url)))).toMatchObject({
      rpcCode: Code.UNAVAILABLE,
      origin: 'transport',
      cause: { code: 'ECONNREFUSED' },
    });
  });

  test.each<[string, unknown, Code]>([
    ['a number that is a code', errorWith('no', { code: 7 }), Code.PERMISSION_DENIED],
    ['a timeout of fetch', new DOMException('too slow', 'TimeoutError'), Code.DEADLINE_EXCEEDED],
    ['a timeout of gaxios', errorWith('too slow', { code: 'TimeoutError' }), Code.DEADLINE_EXCEEDED],
    ['an error of its own', new Error('hm'), Code.UNKNOWN],
    ['no error', 'hm', Code.UNKNOWN],
    ['nothing', undefined, Code.UNKNOWN],
    ['status 200', errorWith('hm', { status: 200 }), Code.UNKNOWN],
  ])('converts %s', async (_, thrown, code) => expect((await failureOf(thrown)).rpcCode).toBe(code));
});
