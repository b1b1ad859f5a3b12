import { describe, expect, it } from '@jest/globals';
import { customOperations } from '../../src/custom/index.js';
import { Code, OperationsClient, type OperationsTransport } from '../../src/index.js';
import { failuresOf } from '../support/failures.js';

const retry = { maxAttempts: 1 };

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
    expect(await failuresOf(new OperationsClient({ transport, retry }))).toEqual(times(5, Code.RESOURCE_EXHAUSTED));
  });
}); // prettier-ignore

it('is PERMISSION_DENIED with a reason that is no text', async () => {
  const reason: unknown = JSON.parse('{ "toString": 1, "valueOf": 1 }');
  const fail = (): Promise<never> => Promise.reject(Object.assign(new Error('m'), { code: 403, errors: errors(reason) }));
  const transport = { getOperation: fail, listOperations: fail, cancelOperation: fail, deleteOperation: fail, close: fail };
  expect(await failuresOf(new OperationsClient({ transport, retry }))).toEqual(times(5, Code.PERMISSION_DENIED));
}); // prettier-ignore
