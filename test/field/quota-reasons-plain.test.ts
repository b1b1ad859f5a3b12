import { describe, expect, it } from '@jest/globals';
import { customOperations } from '../../src/custom/index.js';
import { Code, OperationsClient, type OperationsTransport, type RequestError } from '../../src/index.js';

const name = 'operations/1';
const retry = { maxAttempts: 1 };

/** What each RPC fails with. */
async function failures(client: OperationsClient): Promise<(Code | string)[]> {
  const calls: readonly (() => Promise<unknown>)[] = [
    () => client.getOperation({ name }),
    () => client.listOperations({ name: 'operations' })[Symbol.asyncIterator]().next(),
    () => client.cancelOperation({ name }),
    () => client.deleteOperation({ name }),
    () => client.poller(name, undefined, { serverWait: 'never' }).promise(),
  ];
  const codes: (Code | string)[] = [];
  for (const call of calls) {
    codes.push(await call().then(() => 'resolved', (error: unknown) => (error as RequestError).rpcCode)); // prettier-ignore
  }
  return codes;
}

const times = <T>(count: number, value: T): T[] => Array.from({ length: count }, () => value);
const errors = (reason: unknown): object[] => [{ reason, domain: 'usageLimits' }];

describe.each([
  ['errors of the error itself', { code: 403, errors: errors('rateLimitExceeded') }],
  ['errors of its response', { status: 403, response: { status: 403, data: { error: { errors: errors('quotaExceeded') } } } }],
])('an exhausted rate in %s', (_, fields) => {
  const fail = (): Promise<never> => Promise.reject(Object.assign(new Error('m'), fields));
  const plain = { getOperation: fail, listOperations: fail, cancelOperation: fail, deleteOperation: fail, close: fail };
  const custom = customOperations({ get: fail, list: fail, cancel: fail, delete: fail });
  it.each<[string, OperationsTransport]>([
    ['a transport of its own', plain],
    ['customOperations()', custom],
  ])('is RESOURCE_EXHAUSTED over %s', async (_wire, transport) => {
    expect(await failures(new OperationsClient({ transport, retry }))).toEqual(times(5, Code.RESOURCE_EXHAUSTED));
  });
}); // prettier-ignore
