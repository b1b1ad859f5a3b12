import { expect, it } from '@jest/globals';
import { customOperations } from '../../src/custom/index.js';
import { Code } from '../../src/index.js';

// Such a text has no form in percent-encoding. HTTP libraries refuse it, with an error that has the request.
it('a credential that is not well-formed Unicode is redacted like any other, and the failure keeps its code', async () => {
  const authorization = 'Bearer hunter2\ud800';
  const thrown = Object.assign(new Error(`denied: ${authorization}`), {
    config: { headers: { authorization } },
    response: { status: 403 },
  });
  const transport = customOperations({ get: () => Promise.reject(thrown), done: () => false });
  await expect(transport.getOperation({ name: 'a' }, {})).rejects.toMatchObject({
    rpcCode: Code.PERMISSION_DENIED,
    status: { message: 'HTTP 403: denied: ***' },
  });
});
