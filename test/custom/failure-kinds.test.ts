// Errors that a function of customOperations() throws which are no response.
import { expect, it } from '@jest/globals';
import { toFailure } from '../../src/custom/failure.js';
import { Code, MalformedOperationError } from '../../src/index.js';

const rpc = { method: 'GetOperation', name: 'jobs/1' } as const;

it('an error of this package stays the same', async () => {
  const error = new MalformedOperationError('jobs/1', 'no state');
  expect(await toFailure(error, rpc)).toBe(error);
});

it.each([
  ['a name', Object.assign(new Error('no response in 5 s'), { name: 'TimeoutError' })],
  ['a code', Object.assign(new Error('no response in 5 s'), { code: 'TimeoutError' })],
])('a timeout, known by %s, is DEADLINE_EXCEEDED', async (_, error) => {
  expect(await toFailure(error, rpc)).toMatchObject({ rpcCode: Code.DEADLINE_EXCEEDED, operationName: 'jobs/1' });
});
