import { describe, expect, it } from '@jest/globals';
import { Code, OperationsClient, type RequestError } from '../../src/index.js';
import { foreignCode } from '../../src/rpc/foreign-code.js';
import { codeFromHttp } from '../../src/wire/http-status.js';
import { name, running, ScriptedTransport, succeeded } from '../support/scripted.js';
import { track, useVirtualTime } from '../support/virtual-time.js';

const advance = useVirtualTime();

const errorWith = (fields: object): Error => Object.assign(new Error('it broke'), fields);

const forms: readonly (readonly [object, Code])[] = [
  [{ code: 'UNAVAILABLE' }, Code.UNAVAILABLE],
  [{ code: 'unavailable' }, Code.UNAVAILABLE],
  [{ code: 'canceled' }, Code.CANCELLED],
  [{ code: '5' }, Code.NOT_FOUND],
  [{ code: 404 }, Code.NOT_FOUND],
  [{ code: '404', status: 404 }, Code.NOT_FOUND],
  [{ status: 'PERMISSION_DENIED' }, Code.PERMISSION_DENIED],
  [{ code: 403, status: 'PERMISSION_DENIED' }, Code.PERMISSION_DENIED],
  [{ status: 401 }, Code.UNAUTHENTICATED],
  [{ statusCode: '429' }, Code.RESOURCE_EXHAUSTED],
  [{ statusCode: 425 }, Code.UNAVAILABLE], // too early: it is retried, as over REST
  [{ status: 421 }, Code.UNAVAILABLE],
  [{ code: 'ERR_BAD_REQUEST', response: { status: 410 } }, Code.FAILED_PRECONDITION],
  [{ code: 'ERR_NON_2XX_3XX_RESPONSE', response: { statusCode: 503 } }, Code.UNAVAILABLE],
  [{ status: 500 }, Code.INTERNAL],
  [{ status: 502 }, Code.UNAVAILABLE],
  [{ status: 522 }, Code.UNAVAILABLE],
  [{ statusCode: 599 }, Code.DEADLINE_EXCEEDED],
  [{ code: 499 }, Code.CANCELLED],
  [{ status: 504 }, Code.DEADLINE_EXCEEDED],
];

const methods = ['getOperation', 'listOperations', 'cancelOperation', 'deleteOperation', 'waitOperation'] as const;

describe('an error of a transport in plain JavaScript', () => {
  it.each(forms)('%j has its code in every RPC', async (fields, code) => {
    const transport = new ScriptedTransport([succeeded]);
    const fail = (): Promise<never> => Promise.reject(errorWith(fields));
    Object.assign(transport, Object.fromEntries(methods.map((method) => [method, fail])));
    const client = new OperationsClient({ transport, retry: { maxAttempts: 1 } });
    const calls = [
      () => client.getOperation({ name }),
      () => client.listOperations({ name: 'operations' })[Symbol.asyncIterator]().next(),
      () => client.cancelOperation({ name }),
      () => client.deleteOperation({ name }),
      () => client.waitOperation({ name }),
      () => client.poller(name, undefined, { serverWait: 'never' }).promise(),
    ];
    for (const call of calls) {
      const error = await (call() as Promise<unknown>).catch((thrown: unknown) => thrown as RequestError);
      expect(error).toMatchObject({ rpcCode: code, origin: 'service', status: { message: 'it broke' } });
    }
    await client.close();
  });
});

it('an HTTP status has the same code in an error of a transport as over REST', () => {
  const statuses = Array.from({ length: 200 }, (_, index) => 400 + index);
  expect(statuses.map((status) => foreignCode({ status }))).toEqual(statuses.map(codeFromHttp));
});

it.each([
  [Symbol('5000')],
  [5000n],
  [{ valueOf: 5 }],
  [NaN],
  [-1],
  ['soon'],
  [null],
  [() => 5000],
  [Object.create(null) as unknown],
])('a retryAfterMs that is no number is ignored: %p', async (retryAfterMs) => {
  const failure = errorWith({ code: 14, retryAfterMs });
  const transport = new ScriptedTransport([failure, { ...running, retryAfterMs: retryAfterMs as never }, succeeded]);
  const client = new OperationsClient({ transport });
  const wait = track(client.poller(name).promise());
  await advance(60_000);
  expect(wait.value).toBeDefined();
  expect(transport.times).toHaveLength(3);
  await client.close();
});

it.each<[string, object]>([
  ['with a code', { code: 14 }],
  ['with details', { code: 'NOT_FOUND', details: 'x'.repeat(3_000_000) }],
  ['of a connection', { code: 'ECONNRESET' }],
  ['without a code', {}],
])('a message of megabytes %s is cut', async (_, fields) => {
  const failure = Object.assign(new Error('x'.repeat(3_000_000)), fields);
  const client = new OperationsClient({ transport: new ScriptedTransport([failure]), retry: { maxAttempts: 1 } });
  const error = await client.getOperation({ name }).catch((thrown: unknown) => thrown as RequestError);
  expect((error as RequestError).status.message).toMatch(/^x{100000}( \(ECONNRESET\))?$/);
  expect((error as RequestError).message.length).toBeLessThan(101_000);
  await client.close();
});
