import { describe, expect, test } from '@jest/globals';
import { Code, findDetail, type StatusDetail } from 'longrunning';
import { detailToAny } from '../../src/wire/details.js';
import { statusFrom, type CustomError } from '../../src/custom/status.js';

const info = (reason: string, domain = ''): StatusDetail => ({
  '@type': 'type.googleapis.com/google.rpc.ErrorInfo',
  reason,
  domain,
  metadata: {},
});

describe('statusFrom()', () => {
  test.each<[CustomError, Code]>([
    [{ code: 5 }, Code.NOT_FOUND],
    [{ code: '5' }, Code.NOT_FOUND],
    [{ code: 'NOT_FOUND' }, Code.NOT_FOUND],
    [{ code: 404 }, Code.NOT_FOUND],
    [{ code: '404' }, Code.NOT_FOUND],
    [{ code: 500, httpStatus: 404 }, Code.INTERNAL],
    [{ code: 'GONE_FISHING', httpStatus: 503 }, Code.UNAVAILABLE],
    [{ httpStatus: 409 }, Code.ABORTED],
    [{ code: 400, status: 'FAILED_PRECONDITION' }, Code.FAILED_PRECONDITION],
    [{ code: 499, status: 'CANCELLED' }, Code.CANCELLED],
    [{ status: 'NOT_FOUND' }, Code.NOT_FOUND],
    [{ code: 'GONE_FISHING', status: 404 }, Code.NOT_FOUND],
    [{ code: 5, status: 'FAILED' }, Code.NOT_FOUND],
    [{ errors: [{ code: 'FIRST' }, { code: 'UNAVAILABLE' }] }, Code.UNAVAILABLE],
    [{ code: 0 }, Code.OK],
    // A success is not an error, and not every number is a code.
    [{ httpStatus: 200 }, Code.UNKNOWN],
    [{ code: 17 }, Code.UNKNOWN],
    [{ code: 1.5 }, Code.UNKNOWN],
    [{ code: NaN }, Code.UNKNOWN],
    [{ code: '' }, Code.UNKNOWN],
    [{ code: 'constructor' }, Code.UNKNOWN],
    [{ code: null, httpStatus: null, message: null, errors: null, details: null }, Code.UNKNOWN],
    [{}, Code.UNKNOWN],
  ])('reads the code of %j', (error, code) => expect(statusFrom(error).code).toBe(code));

  test("uses the service's own code as the reason", () => {
    expect(statusFrom({ code: 'NO_PAPER', message: 'fill tray 2' })).toEqual({
      code: Code.UNKNOWN,
      message: 'fill tray 2',
      details: [info('NO_PAPER')],
    });
    expect(statusFrom({ code: '404' }).details).toEqual([]);
  });

  test('joins several errors, as Cloud SQL has them', () => {
    const errors = [
      { kind: 'sql#operationError', code: 'INTERNAL_ERROR', message: 'out of disk' },
      { kind: 'sql#operationError', code: 'OPERATION_IN_PROGRESS', message: '' },
      { kind: 'sql#operationError', code: 'UNKNOWN', message: 'and more' },
    ];
    expect(statusFrom({ errors })).toEqual({
      code: Code.UNKNOWN,
      message: 'out of disk; and more',
      details: [info('INTERNAL_ERROR'), info('OPERATION_IN_PROGRESS'), info('UNKNOWN')],
    });
    expect(statusFrom({ message: 'own', errors }).message).toBe('own');
  });

  test("reads reason and domain of Google's older APIs", () => {
    const errors = [{ domain: 'usageLimits', reason: 'rateLimitExceeded', message: 'slow down' }];
    expect(statusFrom({ code: 429, errors })).toEqual({
      code: Code.RESOURCE_EXHAUSTED,
      message: 'slow down',
      details: [info('rateLimitExceeded', 'usageLimits')],
    });
  });

  test("reads Compute's details, and prefers its ErrorInfo to the code", () => {
    const errorInfo = { reason: 'stockout', domain: 'compute.googleapis.com', metadatas: { zone: 'us-central1-a' } };
    const quotaInfo = { metricName: 'm', limitName: 'l', dimensions: { region: 'r' }, limit: 24, futureLimit: 12 };
    const error = {
      code: 'ZONE_RESOURCE_POOL_EXHAUSTED',
      message: 'no more',
      errorDetails: [{ errorInfo }, { quotaInfo }, {}, { help: null }],
    };
    const status = statusFrom({ httpStatus: 503, errors: [error] });
    expect(status.code).toBe(Code.UNAVAILABLE);
    expect(status.details).toHaveLength(2);
    const { metadatas: metadata, ...rest } = errorInfo;
    expect(findDetail(status, 'ErrorInfo')).toMatchObject({ ...rest, metadata });
    expect(findDetail(status, 'QuotaFailure')?.violations).toEqual([
      {
        subject: '',
        description: 'no more',
        apiService: '',
        quotaMetric: 'm',
        quotaId: 'l',
        quotaDimensions: { region: 'r' },
        quotaValue: '24',
        futureQuotaValue: '12',
      },
    ]);
  });

  test('types details in JSON form, and keeps the rest', () => {
    const any = { typeUrl: 'x/own.Detail', value: new Uint8Array([1]) };
    const own = { '@type': 'x/own.Detail', field: 1 };
    const short = { '@type': 'x/google.rpc.RetryInfo', retryDelay: '5s' };
    expect(statusFrom({ code: 8, details: [short, own, any, info('R', 'd')] }).details).toEqual([
      { '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay: '5s' },
      { typeUrl: 'x/own.Detail', json: own },
      any,
      info('R', 'd'),
    ]);
  });

  const { typeUrl, value } = detailToAny(info('STOCKOUT', 'example.com')) as { typeUrl: string; value: Uint8Array };
  test.each<[string, object]>([
    ['an Any of this package', { typeUrl, value }],
    ['protobufjs', { type_url: typeUrl, value }],
    ['protobufjs, with a Buffer', { type_url: typeUrl, value: Buffer.from(value) }],
    ['protobufjs, as JSON', { type_url: typeUrl, value: Buffer.from(value).toString('base64') }],
    ['a Buffer, as JSON', { typeUrl, value: JSON.parse(JSON.stringify(Buffer.from(value))) as object }],
    ['an Any with JSON', { typeUrl, json: { reason: 'STOCKOUT', domain: 'example.com' } }],
  ])('types a detail in the form of %s', (_, detail) => {
    expect(statusFrom({ code: 8, details: [detail] }).details).toEqual([info('STOCKOUT', 'example.com')]);
  });

  test('keeps a detail whose bytes cannot be read', () => {
    const broken = { typeUrl, value: Uint8Array.of(10, 200, 1) };
    expect(statusFrom({ details: [broken, { any: 'thing' }] }).details).toEqual([broken, { any: 'thing' }]);
  });
});
