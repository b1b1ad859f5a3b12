// Errors that a function of customOperations() throws which are no response.
import { expect, it } from '@jest/globals';
import { toFailure } from '../../src/custom/failure.js';
import { Code, MalformedOperationError, type RequestError } from '../../src/index.js';

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

it.each([
  ['opaqueredirect', /HTTP redirect/],
  ['opaque', /no-cors/],
])('a response of type %s, which a page cannot read, is refused with the reason', async (type, message) => {
  const error = (await toFailure({ type, status: 0 }, rpc)) as RequestError;
  expect(error.rpcCode).toBe(Code.FAILED_PRECONDITION);
  expect(error.message).toMatch(message);
});

it.each(['Failed to fetch', 'Load failed', 'NetworkError when attempting to fetch resource.'])(
  "a browser's '%s' is UNAVAILABLE",
  async (message) => {
    expect(await toFailure(new TypeError(message), rpc)).toMatchObject({
      rpcCode: Code.UNAVAILABLE,
      origin: 'transport',
    });
  },
);
