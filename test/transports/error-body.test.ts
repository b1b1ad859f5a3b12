import { describe, expect, it } from '@jest/globals';
import { Code, type CodeName } from '../../src/status.js';
import { readErrorResponse, statusFromGrpcHeaders } from '../../src/transports/error-response.js';
import { Redactor } from '../../src/transports/redact.js';
import { encodeStatus } from '../../src/wire/messages.js';

const read = (status: number, body: unknown, headers: Record<string, string> = {}) =>
  readErrorResponse({
    status,
    headers: new Headers(headers),
    text: typeof body === 'string' ? body : JSON.stringify(body),
    redactor: new Redactor(),
  });

const type = 'type.googleapis.com/google.rpc.';
const info = { '@type': `${type}ErrorInfo`, reason: 'LATER', domain: 'a.com', metadata: {} } as const;
const infoOf = (reason: string) => ({ ...info, reason, domain: 'global' });
const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');
/** An ErrorInfo in the form of Connect. */
const connectInfo = { type: 'google.rpc.ErrorInfo', value: base64(Buffer.from('\n\u0005LATER\u0012\u0005a.com')) };

describe('the body of Connect', () => {
  it.each<[string, object, string, readonly object[]]>([
    ['details in bytes', { message: 'm', details: [connectInfo] }, 'm', [info]],
    ['other things among its details', { message: 'm', details: [5, null, connectInfo, { type: 'a.B' }] }, 'm', [info]],
    ['details in the form of JSON', { message: 'm', details: [info] }, 'm', [info]],
    ['details that are no array', { message: 'm', details: { 0: connectInfo } }, 'm', []],
    [
      'a detail without a type',
      { message: 'm', details: [{ value: 'AQ==' }] },
      'm',
      [{ typeUrl: '', json: { value: 'AQ==' } }],
    ],
    [
      'a detail whose bytes are no text',
      { message: 'm', details: [{ type: 'a.B', value: 5 }] },
      'm',
      [{ typeUrl: '', json: { type: 'a.B', value: 5 } }],
    ],
    ['the message of Twirp', { msg: 'of Twirp' }, 'of Twirp', []],
    ['both messages', { message: 'm', msg: 'of Twirp' }, 'm', []],
    ['no message', {}, '', []],
  ])('is read: %s', (_, body, message, details) => {
    expect(read(404, { code: 'not_found', ...body })).toEqual({
      origin: 'service',
      status: { code: Code.NOT_FOUND, message, details },
    });
  });
});

describe('the body of Google', () => {
  it.each<[number, CodeName]>([
    [299, 'INTERNAL'],
    [300, 'UNKNOWN'],
    [404, 'NOT_FOUND'],
    [503, 'UNAVAILABLE'],
    [599, 'DEADLINE_EXCEEDED'],
    [600, 'INTERNAL'],
  ])('with the number %i after HTTP 500 is %s', (code, name) => {
    expect(read(500, { error: { code, message: 'm' } }).status.code).toBe(Code[name]);
  });

  it('has the reason of its details rather than that of its errors', () => {
    const errors = [{ reason: 'notFound', domain: 'global' }];
    expect(read(404, { error: { code: 404, message: 'm', errors, details: [info] } }).status.details).toEqual([info]);
    expect(read(404, { error: { code: 404, message: 'm', errors } }).status.details).toEqual([infoOf('notFound')]);
  });

  it.each<[number, CodeName]>([
    [399, 'PERMISSION_DENIED'],
    [400, 'RESOURCE_EXHAUSTED'],
    [403, 'RESOURCE_EXHAUSTED'],
    [499, 'RESOURCE_EXHAUSTED'],
    [500, 'PERMISSION_DENIED'],
    [503, 'PERMISSION_DENIED'],
  ])('that says with HTTP %i that a quota is exhausted is %s', (httpStatus, name) => {
    const errors = [
      { reason: 'other', domain: 'global' },
      { reason: 'rateLimitExceeded', domain: 'global' },
    ];
    const { status } = read(httpStatus, { error: { status: 'PERMISSION_DENIED', message: 'm', errors } });
    expect(status).toEqual({ code: Code[name], message: 'm', details: [infoOf('rateLimitExceeded')] });
  });

  it.each<[number, CodeName]>([
    [399, 'UNKNOWN'],
    [400, 'INVALID_ARGUMENT'],
    [404, 'NOT_FOUND'],
    [500, 'UNKNOWN'],
    [503, 'UNAVAILABLE'],
  ])('of code UNKNOWN with HTTP %i is %s', (httpStatus, name) => {
    expect(read(httpStatus, { error: { status: 'UNKNOWN', message: 'm' } }).status.code).toBe(Code[name]);
  });
});

describe('the body of grpc-gateway', () => {
  it.each([
    [499, 1, 'service'],
    [404, 5, 'service'],
    [502, 14, 'service'],
    [503, 5, 'transport'],
    [404, 0, 'transport'],
    [200, 0, 'transport'],
    [404, 17, 'transport'],
    [404, 404, 'transport'],
  ])('with HTTP %i and code %i is of the %s', (httpStatus, code, origin) => {
    expect(read(httpStatus, { code, message: 'm' }).origin).toBe(origin);
  });
});

describe('the headers of gRPC', () => {
  it.each<[string, string, number | undefined, string]>([
    ['5', 'no%20book', Code.NOT_FOUND, 'no book'],
    [' 14 ', 'later', Code.UNAVAILABLE, 'later'],
    ['16', '50%', Code.UNAUTHENTICATED, '50%'],
    ['1', '', Code.CANCELLED, ''],
    ['0', 'fine', undefined, ''],
    ['17', 'm', undefined, ''],
    ['014', 'm', undefined, ''],
    ['5x', 'm', undefined, ''],
    ['', 'm', undefined, ''],
  ])('with grpc-status %j and grpc-message %j give the code %s', (code, text, expected, message) => {
    const status = statusFromGrpcHeaders(new Headers({ 'grpc-status': code, 'grpc-message': text }));
    expect(status).toEqual(expected === undefined ? undefined : { code: expected, message, details: [] });
  });

  it('give a code without a message, and none without a code', () => {
    expect(statusFromGrpcHeaders(new Headers({ 'grpc-status': '5' }))).toEqual({ code: 5, message: '', details: [] });
    expect(statusFromGrpcHeaders(new Headers({ 'grpc-message': 'm' }))).toBeUndefined();
  });

  it('give what an empty body lacks, after the details', () => {
    const headers = { 'grpc-status': '5', 'grpc-message': 'no book' };
    expect(read(404, '', headers)).toEqual({
      origin: 'service',
      status: { code: Code.NOT_FOUND, message: 'no book', details: [] },
    });
    const bin = base64(encodeStatus({ code: 6, message: 'exists', details: [] }));
    expect(read(409, '', { ...headers, 'grpc-status-details-bin': bin }).status.message).toBe('exists');
  });

  it('with details of one byte are read', () => {
    // A status that has one field of no bytes would have two; one byte alone is not a message.
    expect(read(503, '', { 'grpc-status-details-bin': 'CA==' }).origin).toBe('transport');
  });
});
