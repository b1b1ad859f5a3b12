import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { inspect } from 'node:util';
import { operationInfo } from '../src/any.js';
import { OperationsClient, type OperationsClientOptions } from '../src/client.js';
import { jsonType } from '../src/decoders.js';
import { MalformedOperationError, UnpackError } from '../src/decode-errors.js';
import { RequestError } from '../src/errors.js';
import { Code } from '../src/status.js';
import type {
  CallOptions,
  ListOperationsRequest,
  ListOperationsResponse,
  OperationsTransport,
  RawOperation,
} from '../src/transport.js';
import { at, failure, json, name, running, succeeded } from './support/scripted.js';

interface Sent {
  method: string;
  request: unknown;
  options: CallOptions;
}

/** A transport that answers each RPC with what `answers` has for it, and remembers what it was asked. */
function transportOf(answers: Partial<Record<keyof OperationsTransport, (request: never) => unknown>> = {}) {
  const sent: Sent[] = [];
  const rpc =
    (method: keyof OperationsTransport, fallback: unknown) =>
    async (request: unknown, options: CallOptions): Promise<never> => {
      sent.push({ method, request, options });
      const answer = answers[method];
      return (await (answer ? answer(request as never) : fallback)) as never;
    };
  const transport: OperationsTransport = {
    getOperation: rpc('getOperation', running),
    listOperations: rpc('listOperations', page()),
    cancelOperation: rpc('cancelOperation', undefined),
    deleteOperation: rpc('deleteOperation', undefined),
    close: () => rpc('close', undefined)(undefined, {}),
  };
  if (answers.waitOperation) transport.waitOperation = rpc('waitOperation', running);
  return { transport, sent };
}

function clientOf({ transport }: { transport: OperationsTransport }): OperationsClient {
  return new OperationsClient({ transport });
}

const page = (
  operations: RawOperation[] = [],
  nextPageToken = '',
  unreachable: string[] = [],
): ListOperationsResponse => ({
  operations,
  nextPageToken,
  unreachable,
});

const info = operationInfo({
  response: jsonType<{ ok: boolean }>('test.Thing'),
  metadata: jsonType<{ percent: number }>('test.Thing'),
});

/** The four RPCs about one operation. */
const calls: [string, string, (client: OperationsClient, name: string, options?: CallOptions) => Promise<unknown>][] = [
  ['getOperation', 'GetOperation', (client, name, options) => client.getOperation({ name }, options)],
  ['waitOperation', 'WaitOperation', (client, name, options) => client.waitOperation({ name }, options)],
  ['cancelOperation', 'CancelOperation', (client, name, options) => client.cancelOperation({ name }, options)],
  ['deleteOperation', 'DeleteOperation', (client, name, options) => client.deleteOperation({ name }, options)],
];

beforeEach(() => void jest.useFakeTimers());
afterEach(() => {
  expect(jest.getTimerCount()).toBe(0);
  jest.useRealTimers();
});

describe('OperationsClient', () => {
  it.each([
    [undefined, 'undefined'],
    [null, 'null'],
    [{}, 'an object'],
    ['speech.googleapis.com', 'speech.googleapis.com'],
  ])('refuses the transport %j', (transport, shown) =>
    expect(() => new OperationsClient({ transport: transport as never })).toThrow(
      new TypeError(`Cannot make a client as 'transport' must be one: current value is ${shown}`),
    ),
  );

  it.each<[Partial<OperationsClientOptions>, string]>([
    [{ retry: { maxAttempts: 0 } }, "Cannot retry as 'maxAttempts' must be a number of at least 1: current value is 0"],
    [
      { polling: { rpcTimeoutMs: 0 } },
      "Cannot poll as 'rpcTimeoutMs' must be a number of at least 1: current value is 0",
    ],
    [
      { maxRequestsPerSecond: 0 },
      "Cannot make a client as 'maxRequestsPerSecond' must be a number of at least 0.001: current value is 0",
    ],
    [
      { maxConcurrentServerWaits: -1 },
      "Cannot make a client as 'maxConcurrentServerWaits' must be a number of at least 0: current value is -1",
    ],
  ])('refuses the options %j', (options, message) =>
    expect(() => new OperationsClient({ transport: transportOf().transport, ...options })).toThrow(
      new RangeError(message),
    ),
  );

  it('asks nothing until it is asked', () => {
    const { transport, sent } = transportOf();
    const client = new OperationsClient({ transport });
    client.listOperations({ name: 'projects/p' });
    client.poller(name);
    expect(sent).toEqual([]);
  });

  describe.each(calls)('%s()', (method, rpc, run) => {
    const answers = { waitOperation: () => running };

    it('sends the name, and passes headers and deadline on', async () => {
      const { transport, sent } = transportOf(answers);
      const headers = { 'x-goog-user-project': 'p' };
      await run(new OperationsClient({ transport }), name, { timeoutMs: 5000, headers });
      expect(sent).toEqual([
        {
          method,
          request: rpc === 'WaitOperation' ? { name, timeoutMs: 60_000 } : { name },
          options: { signal: expect.any(AbortSignal), timeoutMs: 5000, headers },
        },
      ]);
    });

    it('sends no name but a name', async () => {
      const { transport, sent } = transportOf(answers);
      const client = new OperationsClient({ transport });
      for (const [bad, shown] of [
        ['', 'an empty string'],
        [undefined, 'undefined'],
        [5, '5'],
      ] as const) {
        await expect(run(client, bad as string)).rejects.toEqual(
          new TypeError(`Cannot request as 'name' must be a non-empty string: current value is ${shown}`),
        );
      }
      expect(sent).toEqual([]);
    });

    it('refuses options that make no sense', async () => {
      const { transport, sent } = transportOf(answers);
      const client = new OperationsClient({ transport });
      await expect(run(client, name, { timeoutMs: 0 })).rejects.toEqual(
        new RangeError("Cannot request as 'timeoutMs' must be a number of at least 1: current value is 0"),
      );
      await expect(run(client, name, { timeoutMs: '5' as never })).rejects.toEqual(
        new TypeError("Cannot request as 'timeoutMs' must be a number of at least 1: current value is 5"),
      );
      await expect(run(client, name, { signal: {} as never })).rejects.toEqual(
        new TypeError("Cannot request as 'signal' must be an AbortSignal: current value is an object"),
      );
      await expect(run(client, name, { retry: { multiplier: 0 } } as never)).rejects.toThrow(RangeError);
      expect(sent).toEqual([]);
    });

    it('tries again what can be tried again, as the client or the call has it', async () => {
      const { transport, sent } = transportOf({ [method]: () => Promise.reject(failure(Code.UNAVAILABLE)) });
      const client = new OperationsClient({ transport, retry: { maxAttempts: 3 } });
      const failed = run(client, name).catch((error: unknown) => error);
      await jest.advanceTimersByTimeAsync(60_000);
      expect(await failed).toMatchObject({ code: 'LRO_REQUEST_FAILED', attempts: 3 });
      expect(sent).toHaveLength(3);
      await expect(run(client, name, { retry: { maxAttempts: 1 } } as never)).rejects.toMatchObject({ attempts: 1 });
    });

    it('makes a RequestError of what a transport throws', async () => {
      const thrown = Object.assign(new Error('5 NOT_FOUND: gone'), { code: 5, details: 'gone' });
      const { transport } = transportOf({ [method]: () => Promise.reject(thrown) });
      const error: unknown = await run(new OperationsClient({ transport }), name).catch((error: unknown) => error);
      expect(error).toBeInstanceOf(RequestError);
      expect(error).toMatchObject({ method: rpc, operationName: name, rpcCode: Code.NOT_FOUND, cause: thrown });
      expect((error as Error).message).toBe(`${rpc} of '${name}' failed: NOT_FOUND: gone`);
    });

    it("rejects with the signal's reason, and cancels the request", async () => {
      const { transport, sent } = transportOf({ [method]: () => new Promise(() => {}) });
      const controller = new AbortController();
      const failed = run(new OperationsClient({ transport }), name, { signal: controller.signal }).catch(
        (error: unknown) => error,
      );
      await jest.advanceTimersByTimeAsync(10);
      const reason = { why: 'enough' };
      controller.abort(reason);
      expect(await failed).toBe(reason);
      expect(sent[0]!.options.signal?.aborted).toBe(true);
    });

    it('shows no header in an error', async () => {
      const { transport } = transportOf({ [method]: () => Promise.reject(failure(Code.UNAUTHENTICATED)) });
      const headers = { authorization: 'Bearer very-secret' };
      const error: unknown = await run(new OperationsClient({ transport }), name, { headers }).catch((e: unknown) => e);
      expect(error).toBeInstanceOf(RequestError);
      expect(inspect(error, { depth: Infinity, showHidden: true })).not.toContain('very-secret');
      expect(JSON.stringify(error)).not.toContain('very-secret');
    });
  });

  describe('getOperation()', () => {
    it('gives the operation as the type has it', async () => {
      const { transport } = transportOf({ getOperation: () => ({ ...succeeded, metadata: at(100).metadata }) });
      const operation = await new OperationsClient({ transport }).getOperation({ name }, { type: info });
      expect(operation).toMatchObject({ result: 'response', response: { ok: true }, metadata: { percent: 100 } });
    });

    it('gives Anys without a type', async () => {
      const { transport } = transportOf({ getOperation: () => succeeded });
      const operation = await new OperationsClient({ transport }).getOperation({ name });
      expect(operation).toMatchObject({ response: succeeded.response });
    });

    it('names the operation as it was asked for where the server does not', async () => {
      const { transport } = transportOf({ getOperation: () => ({ ...succeeded, name: '' }) });
      expect((await new OperationsClient({ transport }).getOperation({ name })).name).toBe(name);
    });

    it('takes an operation that failed for an answer', async () => {
      const error = { code: Code.INTERNAL, message: 'broken', details: [] };
      const { transport } = transportOf({ getOperation: () => ({ name, done: true, error }) });
      const operation = await new OperationsClient({ transport }).getOperation({ name });
      expect(operation).toMatchObject({ done: true, result: 'error', error });
    });

    it('rejects with an UnpackError for another type, and does not try again', async () => {
      const { transport, sent } = transportOf({ getOperation: () => succeeded });
      const type = operationInfo({ response: jsonType('test.Other') });
      await expect(new OperationsClient({ transport }).getOperation({ name }, { type })).rejects.toBeInstanceOf(
        UnpackError,
      );
      expect(sent).toHaveLength(1);
    });

    it('rejects with a MalformedOperationError for no operation', async () => {
      const { transport } = transportOf({ getOperation: () => undefined });
      await expect(new OperationsClient({ transport }).getOperation({ name })).rejects.toBeInstanceOf(
        MalformedOperationError,
      );
    });

    it('has a deadline of a minute', async () => {
      const { transport, sent } = transportOf();
      await new OperationsClient({ transport }).getOperation({ name });
      expect(sent[0]!.options).toEqual({ signal: expect.any(AbortSignal), timeoutMs: 60_000 });
    });
  });

  describe('cancelOperation() and deleteOperation()', () => {
    it('do not try again what a service may have done', async () => {
      const { transport, sent } = transportOf({
        cancelOperation: () => Promise.reject(failure(Code.INTERNAL)),
        deleteOperation: () => Promise.reject(failure(Code.DEADLINE_EXCEEDED)),
      });
      const client = new OperationsClient({ transport });
      await expect(client.cancelOperation({ name })).rejects.toMatchObject({ rpcCode: Code.INTERNAL });
      await expect(client.deleteOperation({ name })).rejects.toMatchObject({ rpcCode: Code.DEADLINE_EXCEEDED });
      expect(sent).toHaveLength(2);
    });

    it('give nothing', async () => {
      const client = clientOf(transportOf({ cancelOperation: () => ({}), deleteOperation: () => undefined }));
      await client.cancelOperation({ name });
      await expect(client.deleteOperation({ name })).resolves.toBeUndefined();
    });
  });

  describe('waitOperation()', () => {
    it('waits a minute at the server by default, and ten seconds more for the answer', async () => {
      const { transport, sent } = transportOf({ waitOperation: () => succeeded });
      const client = new OperationsClient({ transport });
      await expect(client.waitOperation({ name }, { type: info })).resolves.toMatchObject({ response: { ok: true } });
      await client.waitOperation({ name, timeoutMs: 5000 });
      await client.waitOperation({ name, timeoutMs: undefined }, { timeoutMs: undefined, headers: undefined });
      await client.waitOperation({ name, timeoutMs: 0 });
      await client.waitOperation({ name, timeoutMs: 5000 }, { timeoutMs: 1000 });
      expect(sent.map(({ request, options }) => [request, options.timeoutMs])).toEqual([
        [{ name, timeoutMs: 60_000 }, 70_000],
        [{ name, timeoutMs: 5000 }, 15_000],
        [{ name, timeoutMs: 60_000 }, 70_000],
        [{ name, timeoutMs: 0 }, 10_000],
        [{ name, timeoutMs: 5000 }, 1000],
      ]);
    });

    it('takes an operation that still runs for an answer', async () => {
      const client = clientOf(transportOf({ waitOperation: () => running }));
      await expect(client.waitOperation({ name })).resolves.toMatchObject({ done: false });
    });

    it('rejects with UNIMPLEMENTED where the transport has none', async () => {
      const { transport, sent } = transportOf();
      const error: unknown = await new OperationsClient({ transport }).waitOperation({ name }).catch((e: unknown) => e);
      expect(error).toBeInstanceOf(RequestError);
      expect(error).toMatchObject({
        method: 'WaitOperation',
        operationName: name,
        rpcCode: Code.UNIMPLEMENTED,
        origin: 'transport',
        attempts: 1,
        message: `WaitOperation of '${name}' failed: UNIMPLEMENTED: this transport has no WaitOperation`,
      });
      expect(sent).toEqual([]);
    });

    it.each([-1, NaN])('refuses to wait for %p ms', async (timeoutMs) => {
      const client = clientOf(transportOf({ waitOperation: () => running }));
      await expect(client.waitOperation({ name, timeoutMs })).rejects.toEqual(
        new RangeError(`Cannot wait as 'timeoutMs' must be a number of at least 0: current value is ${timeoutMs}`),
      );
    });
  });

  describe('listOperations()', () => {
    const pages: Record<string, ListOperationsResponse> = {
      '': page([at(1), at(2)], 'b', ['locations/x']),
      b: page([], 'c'),
      c: page([at(3)], 'd', ['locations/y', 'locations/x']),
      d: page([], 'e', ['locations/z']),
      e: page([succeeded]),
    };
    const paged = () =>
      transportOf({ listOperations: ({ pageToken = '' }: ListOperationsRequest) => pages[pageToken] });
    const tokens = (sent: Sent[]): unknown[] => sent.map(({ request }) => (request as ListOperationsRequest).pageToken);

    it('gives the operations of all pages; only an empty token is the end', async () => {
      const { transport, sent } = paged();
      const list = new OperationsClient({ transport }).listOperations({ name: 'projects/p' }, { type: info });
      const percents: unknown[] = [];
      for await (const operation of list) percents.push(operation.metadata?.percent ?? operation.result);
      expect(percents).toEqual([1, 2, 3, 'response']);
      expect(tokens(sent)).toEqual([undefined, 'b', 'c', 'd', 'e']);
    });

    it('asks for a page when it is consumed, and no sooner', async () => {
      const { transport, sent } = paged();
      const list = new OperationsClient({ transport }).listOperations({ name: 'projects/p' });
      const iterator = list[Symbol.asyncIterator]();
      expect(sent).toHaveLength(0);
      await iterator.next();
      await iterator.next();
      expect(sent).toHaveLength(1);
      await iterator.next();
      expect(tokens(sent)).toEqual([undefined, 'b', 'c']);
      await iterator.return?.();
      expect((await iterator.next()).done).toBe(true);
      expect(sent).toHaveLength(3);
    });

    it('asks for no more once the loop is left', async () => {
      const { transport, sent } = paged();
      for await (const operation of new OperationsClient({ transport }).listOperations({ name: 'projects/p' })) {
        expect(operation.done).toBe(false);
        break;
      }
      expect(sent).toHaveLength(1);
    });

    it('gives the pages as they came, empty ones too', async () => {
      const { transport } = paged();
      const seen: unknown[] = [];
      const list = new OperationsClient({ transport }).listOperations({ name: 'projects/p' });
      for await (const { operations, nextPageToken, unreachable } of list.pages()) {
        seen.push([operations.length, nextPageToken, unreachable]);
      }
      expect(seen).toEqual([
        [2, 'b', ['locations/x']],
        [0, 'c', []],
        [1, 'd', ['locations/y', 'locations/x']],
        [0, 'e', ['locations/z']],
        [1, '', []],
      ]);
    });

    it('collects what could not be reached, each once, as the pages are read', async () => {
      const { transport } = paged();
      const list = new OperationsClient({ transport }).listOperations({ name: 'projects/p' });
      const seen: unknown[] = [list.unreachable];
      for await (const operation of list) if (operation.metadata) seen.push(list.unreachable);
      expect(seen).toEqual([[], ['locations/x'], ['locations/x'], ['locations/x', 'locations/y']]);
      expect(list.unreachable).toEqual(['locations/x', 'locations/y', 'locations/z']);
    });

    it('begins anew with each iteration', async () => {
      const { transport, sent } = paged();
      const list = new OperationsClient({ transport }).listOperations({ name: 'projects/p' });
      for (let i = 0; i < 2; i++) for await (const operation of list) expect(operation.name).toBe(name);
      expect(tokens(sent)).toEqual([undefined, 'b', 'c', 'd', 'e', undefined, 'b', 'c', 'd', 'e']);
    });

    it('begins at the given page', async () => {
      const { transport, sent } = paged();
      const list = new OperationsClient({ transport }).listOperations({ name: 'projects/p', pageToken: 'd' });
      for (let i = 0; i < 2; i++) for await (const operation of list) expect(operation.done).toBe(true);
      expect(tokens(sent)).toEqual(['d', 'e', 'd', 'e']);
    });

    it('passes the request and the options on, with every page', async () => {
      const { transport, sent } = paged();
      const request = { name: 'projects/p', filter: 'done = true', pageSize: 7, returnPartialSuccess: true };
      const options = { headers: { 'x-a': '1' }, timeoutMs: 1234 };
      const list = new OperationsClient({ transport }).listOperations(request, options);
      for await (const operation of list) expect(operation.name).toBe(name);
      expect(sent).toHaveLength(5);
      for (const [i, { request: asked, options: passed }] of sent.entries()) {
        expect(asked).toEqual({ ...request, ...(i > 0 && { pageToken: 'abcde'[i] }) });
        expect(passed).toEqual({ ...options, signal: expect.any(AbortSignal) });
      }
    });

    it('tries a page again, not the ones before it', async () => {
      const answers = [pages['']!, failure(Code.UNAVAILABLE), pages.e!];
      const { transport, sent } = transportOf({
        listOperations: () => {
          const answer = answers.shift()!;
          return answer instanceof Error ? Promise.reject(answer) : answer;
        },
      });
      const seen: unknown[] = [];
      const all = (async () => {
        const list = new OperationsClient({ transport }).listOperations({ name: 'projects/p' });
        for await (const operation of list) seen.push(operation.done);
      })();
      await jest.advanceTimersByTimeAsync(1000);
      await all;
      expect(seen).toEqual([false, false, true]);
      expect(tokens(sent)).toEqual([undefined, 'b', 'b']);
    });

    it('fails from the iteration', async () => {
      const { transport } = transportOf({ listOperations: () => Promise.reject(failure(Code.UNIMPLEMENTED)) });
      const list = new OperationsClient({ transport }).listOperations({ name: 'projects/p' });
      await expect(list.pages().next()).rejects.toMatchObject({ rpcCode: Code.UNIMPLEMENTED });
    });

    it('stops with the reason of its signal between pages', async () => {
      const { transport, sent } = paged();
      const controller = new AbortController();
      const client = new OperationsClient({ transport });
      const iterator = client.listOperations({ name: 'projects/p' }, { signal: controller.signal }).pages();
      await iterator.next();
      controller.abort('enough');
      await expect(iterator.next()).rejects.toBe('enough');
      expect(sent).toHaveLength(1);
    });

    it('ends with an UnpackError at an operation of another type', async () => {
      const { transport } = transportOf({
        listOperations: () => page([at(1), { ...succeeded, response: { ...json({}), typeUrl: 'x/test.Other' } }]),
      });
      const list = new OperationsClient({ transport }).listOperations({ name: 'projects/p' }, { type: info });
      await expect(list.pages().next()).rejects.toBeInstanceOf(UnpackError);
    });

    it('refuses what is no name at once', () =>
      expect(() => clientOf(transportOf()).listOperations({ name: undefined as never })).toThrow(
        new TypeError("Cannot list as 'name' must be a string: current value is undefined"),
      ));

    it('sends an empty name, as services want it that list by a filter alone', async () => {
      const { transport, sent } = transportOf({ listOperations: () => page([at(1)]) });
      const list = new OperationsClient({ transport }).listOperations({ name: '', filter: 'project:p,latest:true' });
      for await (const { name } of list) expect(name).toBe(at(1).name);
      expect(sent).toMatchObject([{ request: { name: '', filter: 'project:p,latest:true' } }]);
    });
  });

  describe('poller()', () => {
    const client = clientOf(transportOf());

    it.each([undefined, null, 5, true, Symbol('s')])('refuses %p', (from) =>
      expect(() => client.poller(from as never)).toThrow(
        new TypeError(`Cannot poll as 'from' must be a name or an operation: current value is ${String(from)}`),
      ),
    );

    it.each<unknown>([{}, jsonType(), operationInfo({} as never), { response: {}, metadata: {} }, 5])(
      'refuses the types %j at once, as resume() does',
      (info) => {
        const token = client.poller('operations/1').toJSON();
        const refused = /^Cannot poll as 'info' must be two decoders, by operationInfo\(\): current value is /;
        expect(() => client.poller('operations/1', info as never)).toThrow(refused);
        expect(() => client.resume(token, info as never)).toThrow(refused);
      },
    );

    it('refuses an empty name', () =>
      expect(() => client.poller('')).toThrow(
        new TypeError("Cannot poll as 'from' must be a name or an operation: current value is an empty string"),
      ));

    it('refuses an operation neither done nor named, and takes one that is done', () => {
      expect(() => client.poller({ name: '', done: false })).toThrow(MalformedOperationError);
      expect(() => client.poller({ name: 5 as never, done: true })).toThrow(MalformedOperationError);
      expect(client.poller({ name: '', done: true })).toMatchObject({ name: '', operation: { done: true } });
    });

    it('takes an operation that leaves done unset, as services write it', () => {
      expect(client.poller({ name } as RawOperation).operation).toMatchObject({ name, done: false });
    });

    it('refuses options out of their range', () => {
      expect(() => client.poller(name, info, { rpcTimeoutMs: -1 })).toThrow(RangeError);
      expect(() => client.poller(name, info, { backoff: 5 as never })).toThrow(TypeError);
    });
  });

  describe('close()', () => {
    const closed = ({ sent }: { sent: Sent[] }): number => sent.filter(({ method }) => method === 'close').length;

    it('closes the transport', async () => {
      const scripted = transportOf();
      await clientOf(scripted).close();
      expect(closed(scripted)).toBe(1);
    });

    it('is what `await using` does', async () => {
      const scripted = transportOf();
      {
        await using client = clientOf(scripted);
        await client.getOperation({ name });
        expect(closed(scripted)).toBe(0);
      }
      expect(closed(scripted)).toBe(1);
    });
  });
});
