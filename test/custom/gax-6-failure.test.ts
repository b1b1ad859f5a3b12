// An error as google-gax 6 throws it over REST: its code is that of gRPC, and the HTTP status is beside it.
import { expect, it } from '@jest/globals';
import { Code } from 'longrunning';
import { customOperations } from 'longrunning/custom';

it('is a RequestError with the HTTP status', async () => {
  const thrown = Object.assign(new Error('no agent'), { code: Code.NOT_FOUND, httpStatusCode: 404 });
  const transport = customOperations({ get: () => Promise.reject(thrown), done: () => true });
  await expect(transport.getOperation({ name: 'a' }, {})).rejects.toMatchObject({
    rpcCode: Code.NOT_FOUND,
    httpStatus: 404,
    origin: 'service',
    status: { message: 'no agent' },
  });
});

it('has no HTTP status if there was none', async () => {
  const thrown = Object.assign(new Error('no agent'), { code: Code.NOT_FOUND });
  const transport = customOperations({ get: () => Promise.reject(thrown), done: () => true });
  await expect(transport.getOperation({ name: 'a' }, {})).rejects.toMatchObject({ httpStatus: undefined });
});
