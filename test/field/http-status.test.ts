import { describe, expect, it } from '@jest/globals';
import { OperationsClient, type RequestError } from '../../src/index.js';
import { Code } from '../../src/status.js';
import { restTransport } from '../../src/rest/index.js';
import { encodeStatus } from '../../src/wire/messages.js';
import { fetchOf, httpWays, type Reply } from '../support/http-ways.js';

const name = 'operations/a';
const done: Reply = [200, { name, done: true }];
const failure = (promise: Promise<unknown>): Promise<RequestError> =>
  promise.then(
    () => Promise.reject(new Error('It resolved')),
    (error: unknown) => error as RequestError,
  );

/** The error of Google's older APIs. */
const oldError = (http: number, reason: string, more: object = {}): Reply => [
  http,
  { error: { code: http, message: 'No.', errors: [{ domain: 'usageLimits', reason, message: 'No.' }], ...more } },
];
const errorInfo = (reason: string, domain = 'usageLimits') => ({
  '@type': 'type.googleapis.com/google.rpc.ErrorInfo',
  reason,
  domain,
  metadata: {},
});

describe.each(httpWays)('over %s', (_, transportOver) => {
  const errorOf = (reply: Reply) => failure(transportOver(fetchOf(reply)).getOperation({ name }, {}));

  /** What a wait and a cancellation come to after one such response. */
  async function after(reply: Reply): Promise<{ wait: unknown; cancel: unknown }> {
    const outcome = (promise: Promise<unknown>): Promise<unknown> =>
      promise.then(
        () => 'resolved',
        (error: unknown) => (error as RequestError).rpcCode,
      );
    const retry = { initialDelayMs: 0 };
    const waiting = new OperationsClient({ transport: transportOver(fetchOf(reply, done)), retry });
    const cancelling = new OperationsClient({ transport: transportOver(fetchOf(reply, [200, {}])), retry });
    return {
      wait: await outcome(waiting.poller(name).promise()),
      cancel: await outcome(cancelling.cancelOperation({ name })),
    };
  }

  describe('an exhausted rate or quota', () => {
    const reasons = [
      'rateLimitExceeded',
      'userRateLimitExceeded',
      'quotaExceeded',
      'dailyLimitExceeded',
      'concurrentLimitExceeded',
      'variableTermLimitExceeded',
      'servingLimitExceeded',
      'jobRateLimitExceeded',
    ];
    it.each([403, 429, 400])('with HTTP %d is RESOURCE_EXHAUSTED, by the service, with its reason', async (http) => {
      for (const reason of reasons) {
        const error = await errorOf(oldError(http, reason));
        expect(error).toMatchObject({
          rpcCode: Code.RESOURCE_EXHAUSTED,
          origin: 'service',
          httpStatus: http,
          errorInfo: errorInfo(reason),
        });
      }
    });

    it.each<[string, Reply]>([
      ['says PERMISSION_DENIED besides', oldError(403, 'rateLimitExceeded', { status: 'PERMISSION_DENIED' })],
      ['has the reason in an ErrorInfo', [403, { error: { code: 403, details: [errorInfo('RATE_LIMIT_EXCEEDED')] } }]],
      ['has the reason second', [403, { error: { errors: [{ reason: 'forbidden' }, { reason: 'quotaExceeded' }] } }]],
      ['has no object around it', [403, { code: 403, errors: [{ reason: 'quotaExceeded' }], message: 'No.' }]],
    ])('is known where the error %s', async (_how, reply) => {
      await expect(errorOf(reply)).resolves.toMatchObject({ rpcCode: Code.RESOURCE_EXHAUSTED, origin: 'service' });
    });

    it('is retried by a wait', async () => {
      expect(await after(oldError(403, 'rateLimitExceeded'))).toMatchObject({ wait: 'resolved' });
    });
  });

  it.each([
    'forbidden',
    'insufficientPermissions',
    'accessNotConfigured',
    'dailyLimitExceededUnreg',
    'storageQuotaExceeded',
  ])('a real refusal (%s) is final, with its reason', async (reason) => {
    expect(await errorOf(oldError(403, reason))).toMatchObject({
      rpcCode: Code.PERMISSION_DENIED,
      origin: 'service',
      errorInfo: errorInfo(reason),
    });
    expect(await after(oldError(403, reason))).toMatchObject({ wait: Code.PERMISSION_DENIED });
  });

  it('has the reason of an old error for every status, but not a second ErrorInfo', async () => {
    for (const http of [400, 401, 404, 409, 410, 412, 500, 503]) {
      expect((await errorOf(oldError(http, 'why'))).errorInfo).toEqual(errorInfo('why'));
    }
    const error = await errorOf(oldError(403, 'forbidden', { details: [errorInfo('IAM_PERMISSION_DENIED')] }));
    expect(error.status.details).toEqual([errorInfo('IAM_PERMISSION_DENIED')]);
  });

  it.each([
    [408, 'DEADLINE_EXCEEDED'],
    [425, 'UNAVAILABLE'],
    [429, 'RESOURCE_EXHAUSTED'],
    [502, 'UNAVAILABLE'],
    [503, 'UNAVAILABLE'],
    [504, 'DEADLINE_EXCEEDED'],
    [520, 'UNAVAILABLE'],
    [522, 'UNAVAILABLE'],
    [524, 'DEADLINE_EXCEEDED'],
    [529, 'UNAVAILABLE'],
    [530, 'UNAVAILABLE'],
    [598, 'DEADLINE_EXCEEDED'],
    [599, 'DEADLINE_EXCEEDED'],
  ] as const)('HTTP %d means later: %s', async (http, code) => {
    for (const body of ['', '<html><title>Later</title>', { error: { code: http, message: 'Later' } }]) {
      expect(await errorOf([http, body])).toMatchObject({ rpcCode: Code[code], httpStatus: http });
      // Cancel and Delete retry UNAVAILABLE only.
      const cancel = code === 'UNAVAILABLE' ? 'resolved' : Code[code];
      expect(await after([http, body])).toEqual({ wait: 'resolved', cancel });
    }
  });

  it.each([
    [502, 'UNAVAILABLE'],
    [503, 'UNAVAILABLE'],
    [504, 'DEADLINE_EXCEEDED'],
    [500, 'UNKNOWN'],
  ] as const)('an UNKNOWN with HTTP %d is %s', async (http, code) => {
    const error = { code: http, message: 'm', status: 'UNKNOWN' };
    expect(await errorOf([http, { error }])).toMatchObject({ rpcCode: Code[code], origin: 'service' });
    const bin = Buffer.from(encodeStatus({ code: Code.UNKNOWN, message: 'm', details: [] })).toString('base64');
    expect(await errorOf([http, '', { 'grpc-status-details-bin': bin }])).toMatchObject({ rpcCode: Code[code] });
  });

  it('an error with an empty body has the status of its gRPC headers', async () => {
    const headers = { 'grpc-status': '5', 'grpc-message': 'no%20operation%3A%20caf%C3%A9' };
    for (const body of ['', 'upstream', '{}']) {
      expect(await errorOf([404, body, headers])).toMatchObject({
        rpcCode: Code.NOT_FOUND,
        origin: 'service',
        httpStatus: 404,
        status: { message: 'no operation: café' },
      });
    }
    // FAILED_PRECONDITION is HTTP 400, and ABORTED is 409, as is ALREADY_EXISTS.
    expect(await errorOf([400, '', { 'grpc-status': '9' }])).toMatchObject({ rpcCode: Code.FAILED_PRECONDITION });
    expect(await errorOf([409, '', { 'grpc-status': '6' }])).toMatchObject({ rpcCode: Code.ALREADY_EXISTS });
  });

  it('a body with a status comes before the gRPC headers, and headers that are no status do not count', async () => {
    const body = { error: { code: 404, message: 'gone', status: 'NOT_FOUND' } };
    const headers = { 'grpc-status': '7', 'grpc-message': 'no' };
    expect(await errorOf([404, body, headers])).toMatchObject({ rpcCode: Code.NOT_FOUND, status: { message: 'gone' } });
    for (const text of ['0', '17', '-1', '5x', '']) {
      const error = await errorOf([403, '', { 'grpc-status': text }]);
      expect(error).toMatchObject({ rpcCode: Code.PERMISSION_DENIED, origin: 'transport' });
    }
    const odd = await errorOf([404, '', { 'grpc-status': '5', 'grpc-message': '100%' }]);
    expect(odd.status.message).toBe('100%');
  });

  it.each([
    ['canceled', 'CANCELLED', 499],
    ['invalid_argument', 'INVALID_ARGUMENT', 400],
    ['deadline_exceeded', 'DEADLINE_EXCEEDED', 504],
    ['not_found', 'NOT_FOUND', 404],
    ['already_exists', 'ALREADY_EXISTS', 409],
    ['permission_denied', 'PERMISSION_DENIED', 403],
    ['resource_exhausted', 'RESOURCE_EXHAUSTED', 429],
    ['failed_precondition', 'FAILED_PRECONDITION', 400],
    ['aborted', 'ABORTED', 409],
    ['out_of_range', 'OUT_OF_RANGE', 400],
    ['unimplemented', 'UNIMPLEMENTED', 501],
    ['internal', 'INTERNAL', 500],
    ['unavailable', 'UNAVAILABLE', 503],
    ['data_loss', 'DATA_LOSS', 500],
    ['unauthenticated', 'UNAUTHENTICATED', 401],
    ['FAILED_PRECONDITION', 'FAILED_PRECONDITION', 400],
  ] as const)('the code word %j is %s', async (word, code, http) => {
    const value = Buffer.from([0x0a, 1, 0x52, 0x12, 1, 0x64]).toString('base64').replace(/=+$/, '');
    const body = { code: word, message: 'locked', details: [{ type: 'google.rpc.ErrorInfo', value, debug: {} }] };
    const error = await errorOf([http, body]);
    expect(error).toMatchObject({ rpcCode: Code[code], origin: 'service', status: { message: 'locked' } });
    expect(error.status.details).toEqual([errorInfo('R', 'd')]);
  });

  it('a word that is no code is not one', async () => {
    for (const code of ['ok', 'constructor', 'Not_Found', 'forbidden']) {
      expect(await errorOf([404, { code, message: 'm' }])).toMatchObject({
        rpcCode: Code.NOT_FOUND,
        origin: 'transport',
      });
    }
  });
});

describe('a success of restTransport() whose gRPC headers hold an error', () => {
  it.each(['', '<html>'])('is that error, with the body %j', async (body) => {
    const fetch = fetchOf([200, body, { 'grpc-status': '7', 'grpc-message': 'no' }]);
    const transport = restTransport({ apiEndpoint: 'h.test', fetch });
    const expected = { rpcCode: Code.PERMISSION_DENIED, origin: 'service', status: { message: 'no' } };
    expect(await failure(transport.getOperation({ name }, {}))).toMatchObject(expected);
    expect(await failure(transport.cancelOperation({ name }, {}))).toMatchObject(expected);
  });
});
