import { describe, expect, it } from '@jest/globals';
import { Code, OperationFailedError, OperationsClient, type RawOperation } from '../../src/index.js';
import { rawOperationFrom } from '../../src/gax/operation.js';
import { restTransport } from '../../src/rest/index.js';
import { parseOperation } from '../../src/wire/index.js';
import { decodeOperation, encodeOperation } from '../../src/wire/messages.js';
import { rejection } from '../support/wires.js';

const name = 'operations/1';
const notNumber = { toString: null, valueOf: null } as never;

/** The error of a wait for an operation over REST. */
async function failureOverRest(error: unknown): Promise<OperationFailedError> {
  const fetch = () => Promise.resolve(new Response(JSON.stringify({ name, done: true, error })));
  const client = new OperationsClient({ transport: restTransport({ apiEndpoint: 'jobs.example.com', fetch }) });
  return (await rejection(client.poller(name).promise())) as OperationFailedError;
}

describe('The error of an operation', () => {
  it.each([
    [{ code: 403, status: 'PERMISSION_DENIED' }, 'PERMISSION_DENIED'],
    [{ code: 404 }, 'NOT_FOUND'],
    [{ code: '404' }, 'NOT_FOUND'],
    [{ code: 'NOT_FOUND' }, 'NOT_FOUND'],
    [{ code: 409, status: 'ALREADY_EXISTS' }, 'ALREADY_EXISTS'],
    [{ code: 13, status: 'UNAVAILABLE' }, 'UNAVAILABLE'],
    [{ code: 5, status: 'GONE' }, 'NOT_FOUND'],
    [{ status: 'ABORTED' }, 'ABORTED'],
    [{ code: 429 }, 'RESOURCE_EXHAUSTED'],
    [{ code: 1 }, 'CANCELLED'],
    [{ code: 200 }, 'UNKNOWN'],
    [{ code: 99 }, 'UNKNOWN'],
  ] as const)('has the code that %j names, in JSON of every way in', async (error, code) => {
    const sent = { ...error, message: 'm' };
    expect(await failureOverRest(sent)).toMatchObject({ status: { code: Code[code], message: 'm' } });
    const json = { name, done: true, error: sent };
    expect(parseOperation(json).error?.code).toBe(Code[code]);
    expect(parseOperation(JSON.stringify(json)).error?.code).toBe(Code[code]);
    expect(rawOperationFrom(json).error?.code).toBe(Code[code]);
  });

  it('has the code of an HTTP status in bytes too', () => {
    const error = { code: 403 as never, message: 'm', details: [] };
    expect(decodeOperation(encodeOperation({ name, done: true, error })).error?.code).toBe(Code.PERMISSION_DENIED);
  });

  it.each([
    [{ code: { a: 1 }, message: 'm', details: 'x' }, Code.UNKNOWN, 'm', 0],
    [{ code: notNumber, message: 'm', details: { length: 1 } }, Code.UNKNOWN, 'm', 0],
    [{ code: [5], message: 7, details: [null, 'x', { typeUrl: 'x/test.Thing' }] }, Code.UNKNOWN, '', 1],
    [{ code: true, message: { a: 1 } }, Code.UNKNOWN, '', 0],
    ['gone', Code.UNKNOWN, 'gone', 0],
    [7, Code.UNKNOWN, '', 0],
    [[], Code.UNKNOWN, '', 0],
    [{ code: 'NOT_FOUND', message: 'm' }, Code.UNKNOWN, 'm', 0],
  ])('of an unusual form is UNKNOWN, with what can be read: %j', async (error, code, message, details) => {
    const getOperation = () => Promise.resolve({ name, done: true, error } as unknown as RawOperation);
    const client = new OperationsClient({ transport: { getOperation } as never });
    const failure = await rejection(client.poller(name).promise());
    expect(failure).toBeInstanceOf(OperationFailedError);
    expect(failure).toMatchObject({ status: { code, message } });
    expect((failure as OperationFailedError).status.details).toHaveLength(details);
  });

  it.each([{ code: { toString: 1 }, details: [null, 7, {}] }, { code: [[]], details: {} }, 'gone', false])(
    'of an unusual form is a failure over REST: %j',
    async (error) => expect(await failureOverRest(error)).toBeInstanceOf(OperationFailedError),
  );
});
