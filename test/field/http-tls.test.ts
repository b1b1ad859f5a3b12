import { describe, expect, it } from '@jest/globals';
import { Code } from '../../src/status.js';
import { OperationsClient } from '../../src/index.js';
import { restTransport, type FetchLike } from '../../src/rest/index.js';
import { useHttpServers } from '../support/http-server.js';

describe('TLS to a port that speaks plain HTTP', () => {
  const serve = useHttpServers();

  it('is final over REST, and says so', async () => {
    const server = await serve((_, response) => response.end('{}'));
    const transport = restTransport({ apiEndpoint: server.origin.replace('http:', 'https:') });
    const client = new OperationsClient({ transport });
    await expect(client.poller('operations/a').promise()).rejects.toMatchObject({
      rpcCode: Code.FAILED_PRECONDITION,
      attempts: 1,
      status: { message: expect.stringMatching(/the port does not speak TLS/) },
    });
  });

  it("is final with a fetch on Node.js's https, whose code is EPROTO", async () => {
    const message = 'write EPROTO 401:error:0A00010B:SSL routines:ssl3_get_record:wrong version number';
    const fetch: FetchLike = () => Promise.reject(Object.assign(new Error(message), { code: 'EPROTO' }));
    const call = restTransport({ apiEndpoint: 'h.test', fetch }).getOperation({ name: 'operations/a' }, {});
    await expect(call).rejects.toMatchObject({ rpcCode: Code.FAILED_PRECONDITION });
  });

  it.each(['ECONNRESET', 'EPROTO', 'UND_ERR_SOCKET'])('is not meant by %s, which may pass', async (code) => {
    const fetch: FetchLike = () => Promise.reject(Object.assign(new Error('no'), { code }));
    const call = restTransport({ apiEndpoint: 'h.test', fetch }).getOperation({ name: 'operations/a' }, {});
    await expect(call).rejects.toMatchObject({ rpcCode: Code.UNAVAILABLE });
  });
});
