import { describe, expect, it } from '@jest/globals';
import { Code, type RequestError } from '../../src/index.js';
import { restTransport } from '../../src/rest/index.js';

const name = 'operations/1';
const fail = (): never => {
  throw new Error('s3cr3t');
};

describe('an error of auth that cannot be read', () => {
  it.each<[string, unknown]>([
    ['a message that throws', Object.defineProperty({}, 'message', { get: fail })],
    ['a code that throws', Object.defineProperty(new Error('x'), 'code', { get: fail })],
    ['a cause that throws', Object.defineProperty(new Error('x'), 'cause', { get: fail })],
    ['a response that throws', Object.defineProperty(new Error('x'), 'response', { get: fail })],
    ['a proxy', new Proxy({}, { get: fail })],
    ['a message without a string form', { message: { toString: null } }],
  ])('is UNAUTHENTICATED, in every RPC, without what it threw: %s', async (_, thrown) => {
    const transport = restTransport({
      apiEndpoint: 'https://h.test',
      auth: () => Promise.reject(thrown),
      fetch: () => Promise.reject(new Error('sent')),
    });
    const calls = [
      () => transport.getOperation({ name }, {}),
      () => transport.cancelOperation({ name }, {}),
      () => transport.deleteOperation({ name }, {}),
    ];
    for (const call of calls) {
      const error = await (call() as Promise<unknown>).catch((rejection: unknown) => rejection as RequestError);
      expect(error).toMatchObject({ code: 'LRO_REQUEST_FAILED', rpcCode: Code.UNAUTHENTICATED });
      expect((error as Error).message).not.toContain('s3cr3t');
    }
  });
});
