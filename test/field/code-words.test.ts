// The code of an operation's own error by its name, in the spelling of Connect and Twirp too.
import { describe, expect, it } from '@jest/globals';
import { customOperations } from '../../src/custom/index.js';
import { pollerFrom } from '../../src/gax/index.js';
import { Code, OperationsClient, type FailedOperation } from '../../src/index.js';
import { restTransport } from '../../src/rest/index.js';
import { waitFor } from '../../src/wait-for/index.js';
import { parseOperation } from '../../src/wire/index.js';
import { fetchOf } from '../support/http-ways.js';

const name = 'operations/a';

type Read = (operation: { name: string; done: true; error: object }) => Promise<unknown>;

const errorOf = async (outcome: Promise<unknown>): Promise<unknown> =>
  ((await outcome) as FailedOperation<unknown>).error;

const ways: readonly [way: string, read: Read][] = [
  [
    'REST',
    (operation) => {
      const transport = restTransport({ apiEndpoint: 'h.test', fetch: fetchOf([200, operation]) });
      return errorOf(new OperationsClient({ transport }).poller(name).pollUntilDone());
    },
  ],
  ['parseOperation()', (operation) => Promise.resolve(parseOperation(operation).error)],
  [
    'pollerFrom()',
    (operation) => {
      const longrunningDescriptor = {
        operationsClient: { operationsStub: Promise.resolve({}) },
        responseDecoder: () => ({}),
        metadataDecoder: () => ({}),
      };
      const promise = (): Promise<never> => Promise.reject(new Error('not called'));
      return errorOf(pollerFrom({ latestResponse: operation, longrunningDescriptor, promise }).pollUntilDone());
    },
  ],
  [
    'customOperations()',
    (operation) =>
      errorOf(
        customOperations({ get: () => Promise.resolve(operation) })
          .poller(name)
          .pollUntilDone(),
      ),
  ],
  [
    'waitFor()',
    (operation) =>
      waitFor(() => Promise.resolve(operation), name).catch((error: unknown) => (error as { status: unknown }).status),
  ],
];

describe.each(ways)('the code of an error of an operation by its name over %s', (_, read) => {
  it.each<[object, Code]>([
    [{ code: 'canceled' }, Code.CANCELLED],
    [{ code: 'cancelled' }, Code.CANCELLED],
    [{ code: 'CANCELED' }, Code.CANCELLED],
    [{ code: 'not_found' }, Code.NOT_FOUND],
    [{ code: 'deadline_exceeded' }, Code.DEADLINE_EXCEEDED],
    [{ status: 'canceled' }, Code.CANCELLED],
    [{ code: 500, status: 'failed_precondition' }, Code.FAILED_PRECONDITION],
    [{ code: 'NOT_FOUND' }, Code.NOT_FOUND],
    [{ code: 'Canceled' }, Code.UNKNOWN],
    [{ code: 'ok' }, Code.UNKNOWN],
    [{ code: '__proto__' }, Code.UNKNOWN],
    [{ code: 'constructor' }, Code.UNKNOWN],
    [{ code: 'no_such_code' }, Code.UNKNOWN],
  ])('is read from %j', async (error, code) => {
    const status = await read({ name, done: true, error: { message: 'm', ...error } });
    expect(status).toMatchObject({ code, message: 'm' });
  });
});
