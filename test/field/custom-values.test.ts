import { describe, expect, it } from '@jest/globals';
import { customOperations } from '../../src/custom/index.js';
import { Code, constantBackoff, MalformedOperationError, OperationsClient, RequestError } from '../../src/index.js';
import { restTransport } from '../../src/rest/index.js';
import { waitFor } from '../../src/wait-for/index.js';
import { pace, rejection } from '../support/wires.js';

const name = 'jobs/1';
const polling = { backoff: constantBackoff(1), retry: { maxAttempts: 1 } };
const done = { name, done: true };

/** What a wait for a job ends with, by a poll and by the response of the call that started it. */
async function endsOf(resource: unknown, readers: object = {}): Promise<unknown[]> {
  const get = (): Promise<unknown> => Promise.resolve(resource);
  const polled = customOperations({ get, ...readers })
    .poller(name, polling)
    .promise({ totalTimeoutMs: 2000 });
  const started = waitFor(get, () => resource as object, { ...polling, ...readers, totalTimeoutMs: 2000 });
  return [await rejection(polled), await rejection(started)];
}

describe('An error of an unusual form, in a resource that is done,', () => {
  it.each([
    ['a list with null', [null], ''],
    ['a list of texts', ['disk full', 'no space'], 'disk full; no space'],
    ['errors with null', { errors: [null] }, ''],
    ['errors that are a text', { errors: 'disk full' }, 'disk full'],
    ['errors that are an object', { errors: { message: 'disk full' } }, 'disk full'],
    ['errors that are a number', { errors: 5 }, ''],
    ['a message that is not a text', { message: 5, errors: [{ message: 'disk full' }] }, 'disk full'],
    ['details that are a number', { message: 'disk full', details: 5 }, 'disk full'],
    ['details that are an object', { message: 'disk full', details: { a: 1 } }, 'disk full'],
    ['details that are a text', { message: 'disk full', details: 'text' }, 'disk full'],
    ["Compute's details with null", { errors: [{ message: 'disk full', errorDetails: [null, 'text'] }] }, 'disk full'],
    ["Compute's details that are a text", { errors: [{ message: 'disk full', errorDetails: 'text' }] }, 'disk full'],
  ])('fails the operation with what can be read of it: %s', async (_, error, message) => {
    for (const end of await endsOf({ ...done, error })) {
      expect(end).toMatchObject({ code: 'LRO_OPERATION_FAILED', status: { code: Code.UNKNOWN, message } });
    }
  });
});

describe('An async function that reads a resource', () => {
  const broken = (): Promise<never> => Promise.reject(new Error('unhandled'));

  it.each([
    ['error', done, () => Promise.resolve(undefined)],
    ['error', done, broken],
    ['interrupted', { ...done, done: false }, () => Promise.resolve(false)],
    ['interrupted', { ...done, done: false }, broken],
  ])('is refused as %p, since its promise says nothing', async (option, resource, read) => {
    for (const end of await endsOf(resource, { [option]: read })) {
      expect(end).toBeInstanceOf(TypeError);
      expect((end as Error).message).toContain(`'${option}' must be a function that returns no promise`);
    }
  });

  it('does not end the process as metadata or response, if it rejects', async () => {
    let polls = 0;
    const get = (): Promise<object> => Promise.resolve({ name, done: ++polls > 3 });
    const jobs = customOperations({ get, metadata: broken, response: broken });
    const operation = await jobs.poller(name, polling).pollUntilDone();
    expect(operation.result).toBe('response');
    await new Promise((resolve) => setTimeout(resolve, 10)); // in which Node.js would report the rejection
  });
});

describe('A function of customOperations()', () => {
  it.each([undefined, null, 5, 'text', {}, { operations: 'text' }, { operations: {} }])(
    'that lists %j fails with an error of the package',
    async (page) => {
      const transport = customOperations({
        get: () => Promise.resolve(done),
        list: () => Promise.resolve(page as never),
      });
      const list = new OperationsClient({ transport }).listOperations({ name: 'jobs' });
      expect(await rejection(list[Symbol.asyncIterator]().next())).toBeInstanceOf(MalformedOperationError);
    },
  );

  it.each([5, 'mars', {}])('may list with unreachable: %j', async (unreachable) => {
    const page = { operations: [done], unreachable: unreachable as never };
    const transport = customOperations({ get: () => Promise.resolve(done), list: () => Promise.resolve(page) });
    const list = new OperationsClient({ transport }).listOperations({ name: 'jobs' });
    await expect(list[Symbol.asyncIterator]().next()).resolves.toMatchObject({ value: { name } });
  });

  it('that throws a response with data that are no JSON keeps its status', async () => {
    const data: Record<string, unknown> = { size: 5n };
    data.self = data;
    for (const body of [data, { size: 5n, message: 'busy' }]) {
      const error = Object.assign(new Error('busy'), { response: { status: 503, data: body } });
      const jobs = customOperations({ get: () => Promise.reject(error) });
      const end = (await rejection(jobs.poller(name, polling).promise())) as RequestError;
      expect(end).toBeInstanceOf(RequestError);
      expect(end).toMatchObject({ rpcCode: Code.UNAVAILABLE, httpStatus: 503 });
      expect(end.message).toContain('busy');
    }
  });
});

describe('JSON nested very deep', () => {
  const deep = (depth: number): string => `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`;

  it.each([
    ['a field that is not known', `{"name":"jobs/1","done":true,"other":${deep(20_000)},"response":{"a":1}}`],
    ['a list', `{"name":"jobs/1","done":true,"other":${'['.repeat(20_000)}${']'.repeat(20_000)},"response":{"a":1}}`],
  ])('in %s of a response over REST does not end the wait', async (_, body) => {
    const fetch = (): Promise<Response> => Promise.resolve(new Response(body));
    const client = new OperationsClient({ transport: restTransport({ apiEndpoint: 'localhost:1', fetch }), ...pace });
    await expect(client.poller(name).promise()).resolves.toMatchObject({ json: { a: 1 } });
  });

  it('in the details of an error leaves the error as it is', async () => {
    const error = `{"code":5,"message":"no book","details":[${deep(20_000)}]}`;
    for (const [body, status] of [
      [`{"error":${error}}`, 404],
      [`{"name":"jobs/1","done":true,"error":${error}}`, 200],
    ] as const) {
      const fetch = (): Promise<Response> => Promise.resolve(new Response(body, { status }));
      const client = new OperationsClient({ transport: restTransport({ apiEndpoint: 'localhost:1', fetch }), ...pace });
      const end = await rejection(client.poller(name).promise());
      expect(end).toMatchObject({ status: { code: Code.NOT_FOUND, message: 'no book' } });
    }
  });
});
