import { describe, expect, jest, test } from '@jest/globals';
import { Code, isLROError, OperationsClient } from 'longrunning';
import { customOperations, type CustomOperationsOptions } from 'longrunning/custom';
import { OperationsEmulator } from 'longrunning/testing';

interface Job {
  id: string;
  state: 'running' | 'ended';
  result?: { pages: bigint };
  problem?: { code: string };
}

const running: Job = { id: '7', state: 'running' };
const ended: Job = { id: '7', state: 'ended', result: { pages: 3n } };

function jobs(more: Partial<CustomOperationsOptions<Job>> = {}) {
  const get = jest.fn(() => Promise.resolve(ended));
  return { get, transport: customOperations<Job>({ get, done: ({ state }) => state === 'ended', ...more }) };
}

const polls = { backoff: () => 1, serverWait: 'never' } as const;

describe('customOperations()', () => {
  test('returns the values of the callbacks unchanged', async () => {
    const transport = customOperations({
      get: () => Promise.resolve(ended),
      done: () => true,
      response: ({ result }) => result,
      metadata: (job) => new Map([['job', job]]),
    });
    const client = new OperationsClient({ transport });
    const poller = client.poller('7', transport.info);
    expect(await poller.promise()).toBe(ended.result);
    expect(poller.operation?.metadata?.get('job')).toBe(ended);
    expect(poller.operation?.raw.response).toMatchObject({ json: { pages: '3' } }); // for logs
  });

  test('returns the resource itself by default', async () => {
    const { transport } = jobs();
    const operation = await new OperationsClient({ transport }).getOperation({ name: '7' }, { type: transport.info });
    expect(operation).toMatchObject({ name: '7', done: true, result: 'response' });
    expect(operation.metadata).toBe(ended);
    expect(operation.result === 'response' && operation.response).toBe(ended);
  });

  test('treats undefined and null as no response and no metadata', async () => {
    const transport = customOperations({
      get: () => Promise.resolve(ended),
      done: () => true,
      response: (): number | undefined => undefined,
      metadata: () => null,
    });
    const raw = await transport.getOperation({ name: '7' }, {});
    expect(raw).toEqual({ name: '7', done: true });
    const done = await new OperationsClient({ transport }).poller(raw, transport.info).pollUntilDone();
    expect(done).toMatchObject({ result: 'response', response: undefined, metadata: undefined });
  });

  test('continues without metadata if their callback throws, with the reason in metadataError', async () => {
    const cause = new TypeError('no pages');
    const resources = [running, ended];
    const transport = customOperations({
      get: () => Promise.resolve(resources.shift() ?? ended),
      done: ({ state }) => state === 'ended',
      metadata: ({ result }) => {
        if (!result) throw cause;
        return result.pages;
      },
    });
    const seen: unknown[] = [];
    const poller = new OperationsClient({ transport, polling: polls }).poller('7', transport.info);
    for await (const { metadata, metadataError } of poller) seen.push([metadata, metadataError?.cause]);
    expect(seen).toEqual([
      [undefined, cause],
      [3n, undefined],
    ]);
  });

  test('rejects with an UnpackError if the response callback throws', async () => {
    const cause = new TypeError('no result');
    const { transport } = jobs({
      response: () => {
        throw cause;
      },
    });
    await expect(new OperationsClient({ transport }).poller('7', transport.info).promise()).rejects.toMatchObject({
      code: 'LRO_UNPACK_FAILED',
      operationName: '7',
      message: "The response of operation '7' cannot be read as a response: no result",
      cause,
    });
  });

  test('returns a resource that has no JSON form', async () => {
    const circle: Job & { self?: unknown } = { ...ended };
    circle.self = circle;
    const { transport } = jobs({ get: () => Promise.resolve(circle) });
    const done = await new OperationsClient({ transport }).poller('7', transport.info).pollUntilDone();
    expect(done.result === 'response' && done.response).toBe(circle);
    expect(done.metadata).toBe(circle);
  });

  test.each([
    ['DONE', 'true or false'],
    [1, 'true or false'],
    [Promise.resolve(true), 'no promise'],
  ])('throws for %p from done(), which would never complete', async (given, returned) => {
    const { transport } = jobs({ done: (() => given) as unknown as () => boolean });
    await expect(
      new OperationsClient({ transport, polling: polls }).poller('7', transport.info).promise(),
    ).rejects.toThrow(`Cannot read a resource as 'done' must be a function that returns ${returned}: current value is`);
  });

  test('treats an undefined done() as running', async () => {
    const { transport } = jobs({ done: (() => undefined) as unknown as () => boolean });
    expect(await new OperationsClient({ transport }).getOperation({ name: '7' })).toMatchObject({ done: false });
  });

  test('reports a change of the metadata, bigints included, once', async () => {
    const pages: (bigint | undefined)[] = [1n, 1n, 2n, 2n];
    const transport = customOperations({
      get: () => Promise.resolve(pages.shift()),
      done: () => false,
      metadata: (count) => ({ count }),
    });
    const get = jest.spyOn(transport, 'getOperation');
    const seen: unknown[] = [];
    const client = new OperationsClient({ transport });
    const failure = await (async () => {
      for await (const { metadata } of client.poller('7', transport.info, polls)) seen.push(metadata?.count);
    })().catch((error: unknown) => error);
    expect(seen).toEqual([1n, 2n]);
    expect(get).toHaveBeenCalledTimes(5);
    // There is no resource after the last one.
    expect(failure).toMatchObject({ code: 'LRO_MALFORMED_OPERATION', operationName: '7' });
  });

  test('fails with the result of error(), which it calls only with a done resource', async () => {
    const error = jest.fn((job: Job) => job.problem);
    const answers = [running, { ...ended, problem: { code: 'NO_PAPER' } }];
    const { transport } = jobs({ get: () => Promise.resolve(answers.shift()!), error });
    const done = await new OperationsClient({ transport }).poller('7', transport.info, polls).pollUntilDone();
    expect(done).toMatchObject({ result: 'error', cancelled: false, error: { code: Code.UNKNOWN } });
    expect(error).toHaveBeenCalledTimes(1);
  });

  test('detects a cancellation, and treats code 0 as no error', async () => {
    for (const [code, expected] of [
      ['CANCELLED', { result: 'error', cancelled: true }],
      [0, { result: 'response', response: ended }],
    ] as const) {
      const { transport } = jobs({ error: () => ({ code }) });
      const client = new OperationsClient({ transport });
      expect(await client.poller('7', transport.info).pollUntilDone()).toMatchObject(expected);
    }
  });

  test('calls each callback once, with name, headers and a native signal', async () => {
    const log: unknown[] = [];
    const verb =
      (name: string) => (request: object, options: { signal: AbortSignal; headers?: object | undefined }) => {
        expect(options.signal).toBeInstanceOf(AbortSignal);
        log.push(name, request, options.headers);
        return Promise.resolve(ended);
      };
    const list = async (request: object, options: { signal: AbortSignal }) => {
      const operations = [await verb('list')(request, options)];
      return { operations, nextPageToken: null, unreachable: ['north'] };
    };
    const [get, cancel, remove, wait] = ['get', 'cancel', 'delete', 'wait'].map(verb);
    const { transport } = jobs({ get: get!, cancel, delete: remove, wait, list, name: ({ id }) => `jobs/${id}` });
    const headers = { a: 'b' };
    await transport.getOperation({ name: '7' }, { headers });
    await transport.cancelOperation({ name: '7' }, { headers });
    await transport.deleteOperation({ name: '7' }, { headers });
    await transport.waitOperation!({ name: '7', timeoutMs: 5 }, { headers });
    const page = await transport.listOperations({ name: 'all', filter: 'f' }, { headers });
    expect(page).toMatchObject({
      operations: [{ name: 'jobs/7', done: true }],
      nextPageToken: '',
      unreachable: ['north'],
    });
    const seven = { name: '7' };
    expect(log).toEqual([
      ...['get', seven, headers, 'cancel', seven, headers, 'delete', seven, headers],
      ...['wait', { ...seven, timeoutMs: 5 }, headers, 'list', { name: 'all', filter: 'f' }, headers],
    ]);
  });

  test('rejects with UNIMPLEMENTED without the callback, before anything is sent', async () => {
    const { get, transport } = jobs();
    expect('waitOperation' in transport).toBe(false);
    const request = { name: '7' };
    for (const method of ['CancelOperation', 'DeleteOperation', 'ListOperations'] as const) {
      const verb = `${method[0]!.toLowerCase()}${method.slice(1)}` as 'cancelOperation';
      await expect(transport[verb](request, {})).rejects.toMatchObject({
        code: 'LRO_REQUEST_FAILED',
        rpcCode: Code.UNIMPLEMENTED,
        method,
        operationName: '7',
        origin: 'transport',
      });
    }
    expect(get).not.toHaveBeenCalled();
  });

  test('converts what a callback throws to a RequestError', async () => {
    const { transport } = jobs({ get: () => Promise.reject(new Response('{}', { status: 403 })) });
    const failure = new OperationsClient({ transport }).poller('7').promise();
    await expect(failure).rejects.toMatchObject({ rpcCode: Code.PERMISSION_DENIED, httpStatus: 403, attempts: 1 });
    const { transport: throws } = jobs({
      get: () => {
        throw Object.assign(new Error('no'), { code: 5 });
      },
    });
    await expect(throws.getOperation({ name: '7' }, {})).rejects.toMatchObject({ rpcCode: Code.NOT_FOUND });
  });

  test('rejects at its deadline, on abort and on close, whether or not the callback observes the signal', async () => {
    const signals: AbortSignal[] = [];
    const close = jest.fn();
    const { transport } = jobs({
      get: (_, { signal }) => (signals.push(signal), new Promise(() => undefined)),
      close,
    });
    const reason = new Error('enough');
    const controller = new AbortController();
    const late = transport.getOperation({ name: '7' }, { timeoutMs: 5 });
    await expect(late).rejects.toMatchObject({ rpcCode: Code.DEADLINE_EXCEEDED });
    const aborted = transport.getOperation({ name: '7' }, { signal: controller.signal });
    controller.abort(reason);
    await expect(aborted).rejects.toBe(reason);
    const open = transport.getOperation({ name: '7' }, {});
    await Promise.all([
      expect(open).rejects.toMatchObject({ rpcCode: Code.CANCELLED }),
      Promise.all([transport.close(), transport.close()]),
    ]);
    expect(signals.map(({ aborted }) => aborted)).toEqual([true, true, true]);
    await expect(transport.getOperation({ name: '7' }, {})).rejects.toMatchObject({ rpcCode: Code.CANCELLED });
    expect(signals).toHaveLength(3);
    expect(close).toHaveBeenCalledTimes(1);
  });

  test('does not poll an operation that was done at the start', async () => {
    const { get, transport } = jobs();
    const client = new OperationsClient({ transport });
    expect(await client.poller(transport.rawOperation(ended), transport.info).promise()).toBe(ended);
    expect(get).not.toHaveBeenCalled();
    expect(await client.poller(transport.rawOperation(running, '7'), transport.info, polls).promise()).toBe(ended);
    expect(() => client.poller(transport.rawOperation(running), transport.info)).toThrow(
      /neither done nor named|no name/,
    );
    expect(() => transport.rawOperation(null as never, '7')).toThrow(expect.objectContaining({ operationName: '7' }));
  });

  test('resumes from a token, which stores the host', async () => {
    const { transport } = jobs({ apiEndpoint: 'jobs.example.com' });
    const client = new OperationsClient({ transport });
    const token = JSON.parse(JSON.stringify(client.poller('7', transport.info))) as never;
    expect(token).toMatchObject({ name: '7' });
    expect(JSON.stringify(token)).toContain('jobs.example.com');
    expect(await client.resume(token, transport.info).promise()).toBe(ended);
    const { transport: elsewhere } = jobs({ apiEndpoint: 'other.example.com' });
    expect(() => new OperationsClient({ transport: elsewhere }).resume(token, elsewhere.info)).toThrow(TypeError);
  });

  test('reads the operations of an emulator', async () => {
    const { transport } = jobs();
    await using emulator = new OperationsEmulator();
    const response = { typeUrl: 'custom/response', json: { id: '8' } };
    const { name } = emulator.start({ durationMs: 0, response });
    const client = new OperationsClient({ transport: emulator.transport() });
    expect(await client.poller(name, transport.info).promise()).toEqual({ id: '8' });
  });

  test.each<[string, object | undefined | null]>([
    ['options', undefined],
    ['options', null],
    ['get', { get: undefined }],
    ['done', { done: 'DONE' }],
    ['error', { error: {} }],
    ['response', { response: null }],
    ['metadata', { metadata: 1 }],
    ['name', { name: 'x' }],
    ['list', { list: [] }],
    ['cancel', { cancel: true }],
    ['delete', { delete: 'x' }],
    ['wait', { wait: 1000 }],
    ['close', { close: {} }],
    ['apiEndpoint', { apiEndpoint: '' }],
    ['apiEndpoint', { apiEndpoint: 1 }],
  ])("throws for an invalid '%s': %j", (option, more) => {
    const options = more && { get: () => Promise.resolve(ended), done: () => true, ...more };
    const make = () => customOperations(options as never);
    expect(make).toThrow(TypeError);
    expect(make).toThrow(new RegExp(`^Cannot adapt operations as '${option}' must be .*: current value is `));
    try {
      make();
    } catch (error) {
      expect(isLROError(error)).toBe(false);
    }
  });
});
