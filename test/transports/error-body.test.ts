// The forms of error bodies besides those of AIP-193 and grpc-gateway, and which of two codes counts.
import { describe, expect, it } from '@jest/globals';
import { Code, type StatusDetail } from '../../src/index.js';
import { readErrorResponse } from '../../src/transports/error-response.js';
import { Redactor } from '../../src/transports/redact.js';
import { detailToAny } from '../../src/wire/details.js';

const read = (status: number, body: unknown, headers: Record<string, string> = {}) =>
  readErrorResponse({ status, headers: new Headers(headers), text: JSON.stringify(body), redactor: new Redactor() });

const info: StatusDetail = {
  '@type': 'type.googleapis.com/google.rpc.ErrorInfo',
  reason: 'LATER',
  domain: 'a.com',
  metadata: {},
};

describe('the form of Connect and Twirp', () => {
  const base64 = Buffer.from(detailToAny(info).value!).toString('base64').replace(/=+$/, '');
  const connectDetail = { type: 'google.rpc.ErrorInfo', value: base64, debug: { reason: 'LATER' } };

  it.each([
    ['Connect', { code: 'not_found', message: 'gone' }],
    ['Twirp', { code: 'not_found', msg: 'gone' }],
  ])('has code and message: %s', (_, body) => {
    expect(read(404, body)).toEqual({
      origin: 'service',
      status: { code: Code.NOT_FOUND, message: 'gone', details: [] },
    });
  });

  it('may have neither a message nor details', () => {
    expect(read(404, { code: 'not_found' }).status).toEqual({ code: Code.NOT_FOUND, message: '', details: [] });
    expect(read(404, { code: 'not_found', details: 'none' }).status.details).toEqual([]);
  });

  it("has details in Connect's form", () => {
    expect(read(503, { code: 'unavailable', details: [connectDetail] }).status.details).toEqual([info]);
  });

  it("leaves out other details beside those in Connect's form", () => {
    expect(read(503, { code: 'unavailable', details: [{ a: 1 }, connectDetail, 'x'] }).status.details).toEqual([info]);
  });

  it('has details in proto3 JSON form', () => {
    expect(read(503, { code: 'unavailable', details: [info] }).status.details).toEqual([info]);
  });

  it.each([
    ['whose type is no text', { type: 5, value: base64 }],
    ['whose value is no base64', { type: 'google.rpc.ErrorInfo', value: '?' }],
    ['whose value is no text', { type: 'google.rpc.ErrorInfo', value: 5 }],
  ])('keeps a detail %s as it is', (_, detail) => {
    expect(read(503, { code: 'unavailable', details: [detail] }).status.details).toEqual([
      { typeUrl: '', json: detail },
    ]);
  });
});

describe('the errors of older APIs', () => {
  const errors = [{ reason: 'notFound', domain: 'global' }];
  const older = { ...info, reason: 'notFound', domain: 'global' };

  it('give the ErrorInfo where the details have none', () => {
    const help = { '@type': 'type.googleapis.com/google.rpc.Help', links: [] } as const;
    expect(read(404, { error: { errors, details: [help] } }).status.details).toEqual([help, older]);
    expect(read(404, { error: { errors, details: [info] } }).status.details).toEqual([info]);
  });

  it('need no domain', () => {
    expect(read(404, { error: { errors: [{ reason: 'notFound' }] } }).status.details).toEqual([
      { ...older, domain: '' },
    ]);
  });
});

describe('the code', () => {
  const quota = { errors: [{ reason: 'quotaExceeded' }] };
  it.each([
    ['of the body if it is an HTTP status: the lowest', 500, { code: 300 }, Code.UNKNOWN],
    ['of the body if it is an HTTP status: the highest', 500, { code: 599 }, Code.DEADLINE_EXCEEDED],
    ['of HTTP if that in the body is below its statuses', 500, { code: 299 }, Code.INTERNAL],
    ['of HTTP if that in the body is above its statuses', 500, { code: 600 }, Code.INTERNAL],
    ['of HTTP if that in the body is UNKNOWN', 400, { status: 'UNKNOWN' }, Code.INVALID_ARGUMENT],
    ['of HTTP if that in the body is UNKNOWN', 503, { status: 'UNKNOWN' }, Code.UNAVAILABLE],
    ['of the body if it is UNKNOWN, and HTTP says no more', 500, { status: 'UNKNOWN' }, Code.UNKNOWN],
    ['of the body if it is UNKNOWN, and HTTP says no error', 304, { status: 'UNKNOWN' }, Code.UNKNOWN],
    ['of an exhausted quota', 400, quota, Code.RESOURCE_EXHAUSTED],
    ['of an exhausted quota', 499, quota, Code.RESOURCE_EXHAUSTED],
    ['of HTTP if the server failed, whatever the quota', 500, quota, Code.INTERNAL],
    ['of HTTP if the server failed, whatever the quota', 503, quota, Code.UNAVAILABLE],
    ['of HTTP if that is a redirect, whatever the quota', 399, quota, Code.UNKNOWN],
  ])('is that %s (HTTP %d)', (_, http, error, code) => {
    expect(read(http, { error })).toMatchObject({ origin: 'service', status: { code } });
  });

  it.each([
    [499, 1, Code.CANCELLED],
    [429, 8, Code.RESOURCE_EXHAUSTED],
    [401, 16, Code.UNAUTHENTICATED],
  ])("is that of grpc-gateway's form: %d %d", (http, code, expected) => {
    expect(read(http, { code })).toMatchObject({ origin: 'service', status: { code: expected } });
  });

  it.each([[404], [99], [17], [-1]])("is not %d of grpc-gateway's form, which is none of gRPC", (code) => {
    expect(read(500, { code })).toMatchObject({ origin: 'transport', status: { code: Code.INTERNAL } });
  });
});

describe('the headers of gRPC, which are left when a proxy drops the body', () => {
  const readHeaders = (headers: Record<string, string>) =>
    readErrorResponse({ status: 503, headers: new Headers(headers), text: '', redactor: new Redactor() });

  it.each([
    ['5', 'no%20such', Code.NOT_FOUND, 'no such'],
    [' 14 ', 'plain', Code.UNAVAILABLE, 'plain'],
    ['16', '100%', Code.UNAUTHENTICATED, '100%'],
  ])('give code and message: %j and %j', (status, message, code, decoded) => {
    expect(readHeaders({ 'grpc-status': status, 'grpc-message': message })).toEqual({
      origin: 'service',
      status: { code, message: decoded, details: [] },
    });
  });

  it('need no message', () => {
    expect(readHeaders({ 'grpc-status': '5' }).status).toEqual({ code: Code.NOT_FOUND, message: '', details: [] });
  });

  it.each(['0', '17', '0x5', '1e1', '', '005', '-5'])('are ignored with the status %j', (status) => {
    expect(readHeaders({ 'grpc-status': status, 'grpc-message': 'm' })).toMatchObject({
      origin: 'transport',
      status: { code: Code.UNAVAILABLE, message: 'HTTP 503 without a message' },
    });
  });
});
