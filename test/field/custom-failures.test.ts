import { inspect } from 'node:util';
import { afterEach, describe, expect, test } from '@jest/globals';
import gax from 'google-gax';
import { Code, OperationsClient, type OperationsTransport } from 'longrunning';
import { customOperations } from 'longrunning/custom';
import { agentsClient } from '../gax/agents.js';
import { startHttpServer } from '../gax/http-server.js';

const secret = 'v3ry-s3cret';
const errorInfo = { '@type': 'type.googleapis.com/google.rpc.ErrorInfo', reason: 'R', domain: 'd', metadata: {} };
const agent = 'projects/p/locations/l/agents/a';

const cleanups: (() => PromiseLike<void>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

describe('customOperations() over a REST client of google-gax', () => {
  test.each([
    [404, 'NOT_FOUND', Code.NOT_FOUND],
    [403, 'PERMISSION_DENIED', Code.PERMISSION_DENIED],
    [400, 'FAILED_PRECONDITION', Code.FAILED_PRECONDITION],
  ])('keeps message and details of HTTP %i', async (httpStatus, status, rpcCode) => {
    const error = { code: httpStatus, status, message: 'no agent', details: [errorInfo] };
    const server = await startHttpServer(() => ({ status: httpStatus, body: { error } }));
    cleanups.push(() => server[Symbol.asyncDispose]());
    const agents = agentsClient(server.port, { fallback: true, protocol: 'http' });
    cleanups.push(() => agents.close());
    const noRetries = { retry: gax.createRetryOptions([], gax.createDefaultBackoffSettings()) };
    const transport = customOperations({
      get: async ({ name }) => (await agents.getAgent({ name }, noRetries))[0],
      done: () => true,
    });
    await expect(transport.getOperation({ name: agent }, {})).rejects.toMatchObject({
      rpcCode,
      httpStatus,
      origin: 'service',
      status: { message: 'no agent', details: [errorInfo] },
    });
  });
});

describe('the error of an HTTP library that a transport lets through', () => {
  const headers = { authorization: `Bearer ${secret}` };
  const errorWith = (fields: object, message = 'it broke'): Error => Object.assign(new Error(message), fields);

  /** The error of a wait over a transport that rejects with an error. */
  async function failureOf(thrown: unknown): Promise<Error & { cause: Error & { code?: unknown } }> {
    const reject = () => Promise.reject(thrown);
    const transport = { getOperation: reject, close: () => Promise.resolve() } as unknown as OperationsTransport;
    const client = new OperationsClient({ transport, retry: { maxElapsedMs: 0 } });
    return client.getOperation({ name: 'operations/1' }).then(
      () => Promise.reject(new Error('it succeeded')),
      (error: unknown) => error as never,
    );
  }

  test.each<[string, Error]>([
    ['axios', errorWith({ config: { headers }, request: { headers }, code: 'ERR_BAD_RESPONSE' })],
    ['axios without a connection', errorWith({ config: { headers }, code: 'ECONNRESET' })],
    ['axios with a response', errorWith({ response: { status: 503, config: { headers } } })],
    ['got', errorWith({ options: { headers }, code: 'ETIMEDOUT' })],
    ['ky', errorWith({ request: new Request('http://h', { headers }), options: { headers } })],
    ['superagent', errorWith({ response: { req: { headers } }, status: 500 })],
    ['headers only', errorWith({ headers })],
    ['a gRPC code', errorWith({ code: 14, config: { headers } })],
    ['a cause', new Error('outer', { cause: errorWith({ config: { headers }, code: 'ECONNRESET' }) })],
  ])('%s: the cause has no credentials', async (_, thrown) => {
    const failure = await failureOf(thrown);
    expect(failure).toMatchObject({ code: 'LRO_REQUEST_FAILED' });
    expect(inspect(failure, { depth: Infinity, showHidden: true })).not.toContain(secret);
    expect(failure.cause).toMatchObject({ name: thrown.name, message: thrown.message });
    const { code = (thrown.cause as { code?: unknown } | undefined)?.code } = thrown as { code?: unknown };
    expect(failure.cause.code).toBe(code);
  });

  test.each<[string, unknown]>([
    ['a plain error', new Error('plain')],
    ['a system error', errorWith({ code: 'ECONNRESET', errno: -104, syscall: 'read' })],
    ['an error with texts', errorWith({ request: 'r', response: 'x' })],
    ['an error of grpc-js', errorWith({ code: 14, details: 'x', metadata: new gax.grpc.Metadata() })],
    ['an error with a plain cause', new Error('outer', { cause: new Error('inner') })],
  ])('%s stays the cause', async (_, thrown) => expect((await failureOf(thrown)).cause).toBe(thrown));
});
