import { describe, expect, it } from '@jest/globals';
import { Code, OperationsClient, type RequestError } from '../../src/index.js';
import { name, ScriptedTransport, succeeded } from '../support/scripted.js';

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
  [{ status: 502 }, Code.UNAVAILABLE],
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
