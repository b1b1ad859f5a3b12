import { describe, expect, it } from '@jest/globals';
import { Code, OperationsClient } from '../../src/index.js';
import { restTransport } from '../../src/rest/index.js';
import { grpcError } from '../../src/transports/grpc-status.js';
import { encodeStatus } from '../../src/wire/messages.js';
import { detailFromAny } from '../../src/wire/details.js';
import { failuresOf } from '../support/failures.js';

const name = 'operations/1';
const retry = { maxAttempts: 1 };

function restClient(status: number, body: unknown): OperationsClient {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const fetch = (): Promise<Response> => Promise.resolve(new Response(text, { status }));
  return new OperationsClient({
    transport: restTransport({ apiEndpoint: 'http://127.0.0.1:1', fetch }),
    retry,
  });
}

const times = <T>(count: number, value: T): T[] => Array.from({ length: count }, () => value);
const errors = (reason: unknown): object[] => [{ reason, domain: 'usageLimits' }];
const info = { '@type': 'type.googleapis.com/google.rpc.ErrorInfo', reason: 'OTHER', domain: 'googleapis.com' };
const refused = { code: 403, status: 'PERMISSION_DENIED', message: 'm' };

describe('HTTP 403 over REST', () => {
  it.each([
    'rateLimitExceeded', 'RATE_LIMIT_EXCEEDED', 'rate-limit-exceeded', 'uploadRateLimitExceeded', 'concurrentLimitExceeded',
    'perUserRateLimitExceeded', 'CONCURRENT_OPERATIONS_QUOTA_EXCEEDED', 'RESOURCE_OPERATION_RATE_EXCEEDED', 'quotaExceeded',
    'dailyLimitExceeded', 'userQuotaExceeded', 'variableTermLimitExceeded', 'variableTermExpiredDailyExceeded',
    'servingLimitExceeded', 'calendarUsageLimitsExceeded', 'RESOURCE_QUOTA_EXCEEDED', 'jobRateLimitExceeded',
  ])('for %s is RESOURCE_EXHAUSTED', async (reason) => {
    for (const error of [{ code: 403, message: 'm', errors: errors(reason) }, { ...refused, details: [{ ...info, reason }] }]) {
      expect(await failuresOf(restClient(403, { error }))).toEqual(times(5, Code.RESOURCE_EXHAUSTED));
    }
  }); // prettier-ignore

  it.each([
    'forbidden', 'accessNotConfigured', 'insufficientPermissions', 'storageQuotaExceeded', 'teamDriveFileLimitExceeded',
    'rateLimitExceededUnreg', 'dailyLimitExceededUnreg', 'IAM_PERMISSION_DENIED', 'SERVICE_DISABLED', 'exceeded', '', 7,
  ])('for %s stays PERMISSION_DENIED', async (reason) => {
    for (const error of [{ code: 403, message: 'm', errors: errors(reason) }, { ...refused, details: [{ ...info, reason }] }]) {
      expect(await failuresOf(restClient(403, { error }))).toEqual(times(5, Code.PERMISSION_DENIED));
    }
  }); // prettier-ignore
});

it.each([
  ['beside an ErrorInfo with another reason', 403, { error: { ...refused, details: [info], errors: errors('rateLimitExceeded') } }],
  ['in one error without a list', 403, { error: { code: 403, errors: errors('rateLimitExceeded')[0] } }],
  ['in a 503 whose body is a 403', 503, { error: { code: 403, errors: errors('rateLimitExceeded') } }],
  ['by a 429 whose status is PERMISSION_DENIED', 429, { error: refused }],
  ['by a 429 with a page', 429, '<html>Rate exceeded</html>'],
])('an exhausted rate is found %s', async (_, status, body) => {
  expect(await failuresOf(restClient(status, body))).toEqual(times(5, Code.RESOURCE_EXHAUSTED));
}); // prettier-ignore

it.each([
  ['RATE_LIMIT_EXCEEDED', Code.RESOURCE_EXHAUSTED],
  ['IAM_PERMISSION_DENIED', Code.PERMISSION_DENIED],
])('PERMISSION_DENIED over gRPC with the reason %s has the code that it has over REST', (reason, code) => {
  const detail = detailFromAny({ typeUrl: info['@type'], json: { ...info, reason } });
  const bytes = Buffer.from(encodeStatus({ code: 7, message: 'm', details: [detail] }));
  const metadata = { get: (key: string) => (key === 'grpc-status-details-bin' ? [bytes] : []), getMap: () => ({}) };
  const error = grpcError({ method: 'GetOperation', name }, { code: 7, details: 'm', metadata }, true);
  expect(error).toMatchObject({ rpcCode: code, origin: 'service' });
});

describe('a success over REST that holds only an error', () => {
  it.each([
    [{ code: 10, message: 'locked' }, Code.ABORTED],
    [{ code: 403, status: 'PERMISSION_DENIED' }, Code.PERMISSION_DENIED],
    ['locked', Code.UNKNOWN],
    [{}, Code.UNKNOWN],
  ])('%j fails a list, a cancellation and a deletion', async (error, code) => {
    const [, ...others] = await failuresOf(restClient(200, { error }));
    expect(others.slice(0, 3)).toEqual(times(3, code));
  });

  it.each([[{}], [{ error: null }], [''], [{ name, done: true, error: { code: 1 } }]])(
    '%j is the success of a cancellation',
    async (body) => {
      await expect(restClient(200, body).cancelOperation({ name })).resolves.toBeUndefined();
    },
  );
});
