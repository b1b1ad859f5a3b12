// A 403 whose headers say that a rate was exceeded, as of GitHub, GitLab and gateways.
import { describe, expect, it } from '@jest/globals';
import { Code, OperationsClient, type RequestError } from '../../src/index.js';
import { fetchOf, httpWays } from '../support/http-ways.js';

const name = 'operations/a';
const rate = { message: 'API rate limit exceeded for 192.0.2.1' };
const refused = { error: { code: 403, status: 'PERMISSION_DENIED', message: 'm' } };

describe.each(httpWays)('a 403 over %s', (_, transport) => {
  const failureOf = async (body: unknown, headers: Record<string, string>): Promise<RequestError> => {
    const client = new OperationsClient({
      transport: transport(fetchOf([403, body, headers])),
      retry: { maxAttempts: 1 },
    });
    return client.poller(name, undefined, { retry: { maxAttempts: 1 } }).promise() as Promise<never>;
  };

  it.each<[string, Record<string, string>]>([
    ['a time to come back', { 'retry-after': '3' }],
    ['a date to come back', { 'retry-after': new Date(Date.now() + 60_000).toUTCString() }],
    ['nothing that remains', { 'x-ratelimit-remaining': '0' }],
    ['nothing that remains, by the draft', { 'ratelimit-remaining': '0' }],
    ['nothing that remains, in another spelling', { 'x-rate-limit-remaining': ' 0 ' }],
  ])('with %s is RESOURCE_EXHAUSTED', async (_what, headers) => {
    for (const body of [rate, '', '<html></html>']) {
      await expect(failureOf(body, headers)).rejects.toMatchObject({
        rpcCode: Code.RESOURCE_EXHAUSTED,
        httpStatus: 403,
      });
    }
  });

  it.each<[string, Record<string, string>]>([
    ['no such header', {}],
    ['a rate that remains', { 'x-ratelimit-remaining': '59' }],
    ['an unreadable time', { 'retry-after': 'never' }],
    ['no time', { 'retry-after': '0' }],
  ])('with %s stays PERMISSION_DENIED', async (_what, headers) => {
    for (const body of [rate, refused]) {
      await expect(failureOf(body, headers)).rejects.toMatchObject({ rpcCode: Code.PERMISSION_DENIED });
    }
  });

  it('stays PERMISSION_DENIED if the service says so itself, whatever the headers say', async () => {
    const error = failureOf(refused, { 'retry-after': '7', 'x-ratelimit-remaining': '0' });
    await expect(error).rejects.toMatchObject({ rpcCode: Code.PERMISSION_DENIED, retryAfterMs: 7000, attempts: 1 });
  });
});
