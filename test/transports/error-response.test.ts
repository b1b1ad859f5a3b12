import { describe, expect, it } from '@jest/globals';
import { readErrorResponse } from '../../src/transports/error-response.js';
import { Redactor } from '../../src/transports/redact.js';
import { Code } from '../../src/status.js';
import { encodeStatus } from '../../src/wire/messages.js';

const read = (status: number, body: unknown, headers: Record<string, string> = {}) =>
  readErrorResponse({
    status,
    headers: new Headers(headers),
    text: typeof body === 'string' ? body : JSON.stringify(body),
    redactor: new Redactor(),
  });

const errorInfo = {
  '@type': 'type.googleapis.com/google.rpc.ErrorInfo',
  reason: 'SERVICE_DISABLED',
  domain: 'googleapis.com',
  metadata: { service: 'x.googleapis.com' },
} as const;

const bin = (code: Code, message: string, details: (typeof errorInfo)[] = [errorInfo]) =>
  Buffer.from(encodeStatus({ code, message, details })).toString('base64');

describe('readErrorResponse()', () => {
  it('reads the standard form, details included', () => {
    const error = { code: 403, message: 'No.', status: 'PERMISSION_DENIED', details: [errorInfo] };
    expect(read(403, { error })).toEqual({
      origin: 'service',
      status: { code: Code.PERMISSION_DENIED, message: 'No.', details: [errorInfo] },
    });
  });

  it.each([
    [
      'the name of the status before its number',
      409,
      { code: 409, message: 'm', status: 'ALREADY_EXISTS' },
      'ALREADY_EXISTS',
    ],
    ['the number in the body before that of HTTP', 500, { code: 404, message: 'm' }, 'NOT_FOUND'],
    ['the number of HTTP if the body has none', 503, { message: 'm' }, 'UNAVAILABLE'],
    ['a status of no known name as none', 404, { code: 404, message: 'm', status: 'constructor' }, 'NOT_FOUND'],
    ['a status OK as none', 404, { code: 404, message: 'm', status: 'OK' }, 'NOT_FOUND'],
    ['a number that is no error as none', 404, { code: 200, message: 'm' }, 'NOT_FOUND'],
    [
      'both at once',
      429,
      { code: 429, errors: [{}], message: 'm', status: 'RESOURCE_EXHAUSTED' },
      'RESOURCE_EXHAUSTED',
    ],
  ] as const)('takes %s', (_, http, error, code) => {
    expect(read(http, { error })).toEqual({
      origin: 'service',
      status: { code: Code[code], message: 'm', details: [] },
    });
  });

  it('reads the form of Compute, which has no status, and a reason in its errors', () => {
    const errors = [{ domain: 'global', message: 'm', reason: 'notFound' }];
    const info = { ...errorInfo, reason: 'notFound', domain: 'global', metadata: {} };
    expect(read(404, { error: { code: 404, errors, message: 'm' } })).toEqual({
      origin: 'service',
      status: { code: Code.NOT_FOUND, message: 'm', details: [info] },
    });
  });

  it('reads an error wrapped in an array', () => {
    const error = { code: 499, message: 'The operation was cancelled.', errors: [], status: 'CANCELLED' };
    expect(read(499, [{ error }])).toEqual({
      origin: 'service',
      status: { code: Code.CANCELLED, message: 'The operation was cancelled.', details: [] },
    });
  });

  it.each([
    [404, { code: 5, message: 'Operation not found: x' }, 'NOT_FOUND'],
    [501, { code: 12 }, 'UNIMPLEMENTED'],
    [409, { code: 6, message: 'exists' }, 'ALREADY_EXISTS'],
    [400, { code: 9, message: 'm' }, 'FAILED_PRECONDITION'],
    [500, { code: 2, message: 'm', details: [] }, 'UNKNOWN'],
    [404, { error: 'not found', code: 5, message: 'not found' }, 'NOT_FOUND'],
  ] as const)('reads the form of grpc-gateway: %d %j', (http, body, code) => {
    const message = 'message' in body ? body.message : '';
    expect(read(http, body)).toEqual({ origin: 'service', status: { code: Code[code], message, details: [] } });
  });

  it("keeps the details of grpc-gateway's form", () => {
    expect(read(404, { code: 5, message: 'm', details: [errorInfo] }).status.details).toEqual([errorInfo]);
  });

  it.each([
    ['does not go with the HTTP status', 502, { code: 5, message: 'upstream' }, 'UNAVAILABLE', 'HTTP 502: upstream'],
    ['is no code', 404, { code: 404, message: 'm' }, 'NOT_FOUND', 'HTTP 404: m'],
    ['is OK', 500, { code: 0, message: 'm' }, 'INTERNAL', 'HTTP 500: m'],
    ['is no number', 404, { code: '5', message: 'm' }, 'NOT_FOUND', 'HTTP 404: m'],
  ] as const)('ignores a code that %s', (_, http, body, code, message) => {
    expect(read(http, body)).toEqual({ origin: 'transport', status: { code: Code[code], message, details: [] } });
  });

  it('shows the title of a page', () => {
    const page = `<!DOCTYPE html>\n<html lang=en><meta charset=utf-8><title>Error 502 (Server Error)!!1</title>
      <style>*{margin:0}</style><p><b>502.</b> <ins>That’s an error.</ins> Please try again in 30 seconds.`;
    expect(read(502, page)).toEqual({
      origin: 'transport',
      status: {
        code: Code.UNAVAILABLE,
        message: 'HTTP 502 with an HTML page: Error 502 (Server Error)!!1',
        details: [],
      },
    });
  });

  it('shows the text of a page without a title', () => {
    expect(read(503, '<html><head><style>p{}</style></head><body><p>Down for\n\nnow</body>').status.message).toBe(
      'HTTP 503 with an HTML page: Down for now',
    );
  });

  it('shortens a long text to a line', () => {
    const { message } = read(503, 'over\u0007 and\n over '.repeat(1000)).status;
    expect(message).toMatch(/^HTTP 503: over and over over and .*…$/);
    expect(message.length).toBeLessThan(220);
  });

  it.each([
    ['Not Found', 404, 'NOT_FOUND', 'HTTP 404: Not Found'],
    ['', 503, 'UNAVAILABLE', 'HTTP 503 without a message'],
    ['{}', 500, 'INTERNAL', 'HTTP 500: {}'],
    ['null', 500, 'INTERNAL', 'HTTP 500: null'],
    ['[]', 500, 'INTERNAL', 'HTTP 500: []'],
    ['{"error":"invalid_grant","error_description":"Bad"}', 401, 'UNAUTHENTICATED', 'HTTP 401: Bad'],
    ['{"error":"nope"}', 403, 'PERMISSION_DENIED', 'HTTP 403: nope'],
    ['{"message":"no Route matched"}', 404, 'NOT_FOUND', 'HTTP 404: no Route matched'],
    ['{"error":{"code":404', 404, 'NOT_FOUND', 'HTTP 404: {"error":{"code":404'],
  ] as const)('reads %j by its HTTP status', (body, http, code, message) => {
    expect(read(http, body)).toEqual({ origin: 'transport', status: { code: Code[code], message, details: [] } });
  });

  it('is fast for a page of open tags', () => {
    // CPU rather than time, which depends on other processes.
    const began = process.cpuUsage();
    read(502, `<html>${'<script'.repeat(200_000)}`);
    read(502, `<html>${'<title'.repeat(200_000)}`);
    expect(process.cpuUsage(began).user / 1000).toBeLessThan(1000);
  });

  describe('with the header grpc-status-details-bin', () => {
    it('adds what the body lacks', () => {
      const header = { 'grpc-status-details-bin': bin(Code.NOT_FOUND, 'from the header') };
      expect(read(404, { error: { code: 404, message: 'from the body', status: 'NOT_FOUND' } }, header).status).toEqual(
        {
          code: Code.NOT_FOUND,
          message: 'from the body',
          details: [errorInfo],
        },
      );
      expect(read(404, { code: 5 }, header).status.message).toBe('from the header');
    });

    it('uses it if the body has no status, padded or not', () => {
      for (const text of [bin(Code.ALREADY_EXISTS, 'mm'), bin(Code.ALREADY_EXISTS, 'mm').replace(/=+$/, '')]) {
        expect(read(409, '', { 'grpc-status-details-bin': text })).toEqual({
          origin: 'service',
          status: { code: Code.ALREADY_EXISTS, message: 'mm', details: [errorInfo] },
        });
      }
    });

    it('uses the first of several', () => {
      const both = `${bin(Code.ALREADY_EXISTS, 'mm')}, ${bin(Code.NOT_FOUND, 'nn')}`;
      expect(read(409, '', { 'grpc-status-details-bin': both }).status.message).toBe('mm');
    });

    it.each([['!'], ['/////w=='], [bin(Code.OK, 'fine')], ['']])('ignores %j', (text) => {
      expect(read(503, '', { 'grpc-status-details-bin': text })).toEqual({
        origin: 'transport',
        status: { code: Code.UNAVAILABLE, message: 'HTTP 503 without a message', details: [] },
      });
    });

    it('prefers the details of the body', () => {
      const detail = { '@type': 'type.googleapis.com/google.rpc.RequestInfo', requestId: 'r', servingData: '' };
      const header = { 'grpc-status-details-bin': bin(Code.NOT_FOUND, '') };
      const error = { code: 404, status: 'NOT_FOUND', details: [detail] };
      expect(read(404, { error }, header).status.details).toEqual([detail]);
    });
  });
});
