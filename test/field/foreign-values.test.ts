import vm from 'node:vm';
import { describe, expect, it } from '@jest/globals';
import {
  Code,
  MalformedOperationError,
  OperationFailedError,
  OperationsClient,
  UnpackError,
  jsonType,
  operationInfo,
  type AbortSignalLike,
  type OperationsTransport,
  type RequestError,
  type RetryOptions,
} from '../../src/index.js';
import { pace, rejection } from '../support/wires.js';

// Values that a transport in plain JavaScript, or a foreign signal, may hand over: none of them is lost, and none of them
// leaves a wait pending.

const name = 'operations/1';

const methods = ['getOperation', 'listOperations', 'cancelOperation', 'deleteOperation', 'waitOperation'] as const;

/** A client over a transport all of whose methods are this one. */
function clientOver(method: () => unknown, retry: RetryOptions = pace.retry): OperationsClient {
  const all = Object.fromEntries(methods.map((key) => [key, method]));
  const transport = { ...all, close: () => Promise.resolve() } as object;
  return new OperationsClient({ transport: transport as OperationsTransport, ...pace, retry });
}

/** Each RPC and each way to wait. */
function calls(client: OperationsClient): (() => Promise<unknown>)[] {
  return [
    () => client.getOperation({ name }),
    () => client.listOperations({ name: 'operations' })[Symbol.asyncIterator]().next(),
    () => client.cancelOperation({ name }),
    () => client.deleteOperation({ name }),
    () => client.waitOperation({ name }),
    () => client.poller(name).promise(),
    () => client.poller(name, undefined, { serverWait: 'always' }).promise(),
  ];
}

describe('An error of the program that is not an Error of this realm', () => {
  it.each([
    ['a TypeError of another realm', vm.runInNewContext('new TypeError("x is not a function")') as unknown],
    ['an object in the form of a TypeError', { name: 'TypeError', message: 'x is not a function' }],
  ])('is thrown unchanged, by every RPC, if it is %s', async (_, error) => {
    const client = clientOver(() => Promise.reject(error));
    for (const call of calls(client)) expect(await rejection(call())).toBe(error);
    await client.close();
  });
});

describe('An error of an HTTP library', () => {
  const withRequest = (): Error =>
    Object.assign(new Error('refused'), { config: { headers: { authorization: 'Bearer s3cr3t' } } });
  const nested = (depth: number): Error =>
    depth === 0 ? withRequest() : new Error('outer', { cause: nested(depth - 1) });

  it.each([
    ['one of several', () => new AggregateError([withRequest(), withRequest()], 'both failed')],
    ['the cause of one of several', () => new Error('all', { cause: new AggregateError([withRequest()]) })],
    ['a cause twelve levels deep', () => nested(12)],
  ])('is no cause with its credentials if it is %s', async (_, makeError) => {
    const client = clientOver(() => Promise.reject(makeError()), { maxAttempts: 1 });
    for (const call of calls(client)) {
      let cause = await rejection(call());
      for (; cause instanceof Error; { cause } = cause) {
        expect(cause).not.toHaveProperty('errors');
        expect(cause).not.toHaveProperty('config');
      }
    }
    await client.close();
  });

  it('that says that the resource is locked is retried, as over REST', async () => {
    const locked = Object.assign(new Error('locked'), { status: 423 });
    const client = clientOver(() => Promise.reject(locked), { ...pace.retry, maxAttempts: 3 });
    const error = (await rejection(client.getOperation({ name }))) as RequestError;
    expect(error).toMatchObject({ rpcCode: Code.ABORTED, attempts: 3 });
  });
});

describe('A signal that throws', () => {
  const foreignSignal = (over: object): AbortSignalLike & { abort: () => void } => {
    const listeners = new Set<() => void>();
    const signal = {
      aborted: false,
      reason: new Error('the reason'),
      addEventListener: (_: 'abort', listener: () => void) => void listeners.add(listener),
      removeEventListener: (_: 'abort', listener: () => void) => void listeners.delete(listener),
      abort() {
        signal.aborted = true;
        for (const listener of listeners) listener();
      },
      ...over,
    };
    return signal;
  };
  const fail = (): never => {
    throw new Error('the signal is broken');
  };

  it('in addEventListener() ends each wait and each call with that error, not only the first', async () => {
    const client = clientOver(() => new Promise(() => undefined));
    const signal = foreignSignal({ addEventListener: fail });
    for (let i = 0; i < 2; i++) {
      await expect(client.poller(name).promise({ signal })).rejects.toThrow('the signal is broken');
      await expect(client.getOperation({ name }, { signal })).rejects.toThrow('the signal is broken');
    }
    await client.close();
  });

  it('in removeEventListener() loses no response', async () => {
    const client = clientOver(() => Promise.resolve({ name, done: true }));
    const signal = foreignSignal({ removeEventListener: fail });
    await expect(client.getOperation({ name }, { signal })).resolves.toMatchObject({ done: true });
    await expect(client.cancelOperation({ name }, { signal })).resolves.toEqual(expect.anything());
    await expect(client.poller(name).pollUntilDone({ signal })).resolves.toMatchObject({ done: true });
  });

  it('in removeEventListener() ends all calls and waits when it is aborted', async () => {
    const client = clientOver(() => new Promise(() => undefined));
    const signal = foreignSignal({ removeEventListener: fail });
    const ends = [
      client.getOperation({ name }, { signal }),
      client.poller(name).promise({ signal }),
      client.deleteOperation({ name }, { signal }),
    ].map(rejection);
    signal.abort();
    expect(await Promise.all(ends)).toEqual([signal.reason, signal.reason, signal.reason]);
    await client.close();
  });
});

describe('A page of a list', () => {
  it.each([null, 5, 'mars', {}])(
    'without locations that could not be reached may say so as %j',
    async (unreachable) => {
      const client = clientOver(() => Promise.resolve({ operations: [{ name, done: false }], unreachable }));
      const list = client.listOperations({ name: 'operations' });
      const names: string[] = [];
      for await (const operation of list) names.push(operation.name);
      expect(names).toEqual([name]);
      expect(list.unreachable).toEqual([]);
    },
  );
});

describe('A state', () => {
  it.each([
    ['bytes as text', { typeUrl: 'x', value: 'AAAA' }],
    ['bytes as a number', { typeUrl: 'x', value: 5 }],
  ])('whose metadata hold %s does not end the wait', async (_, metadata) => {
    let polls = 0;
    const client = clientOver(() => Promise.resolve({ name, done: ++polls > 3, metadata }));
    await expect(client.poller(name).pollUntilDone()).resolves.toMatchObject({ result: 'response' });
  });

  it.each([5, true, 7n])('whose response is %p does not resolve as an empty one', async (response) => {
    const client = clientOver(() => Promise.resolve({ name, done: true, response }));
    await expect(client.poller(name).promise()).resolves.toBe(response);
    const typed = operationInfo({ response: jsonType('test.Thing') });
    expect(await rejection(client.poller(name, typed).promise())).toBeInstanceOf(UnpackError);
  });

  it.each([true, 5, 'it broke', [], false, 0, ''])('whose error is %j has failed', async (error) => {
    const client = clientOver(() => Promise.resolve({ name, done: true, error }));
    expect(await rejection(client.poller(name).promise())).toBeInstanceOf(OperationFailedError);
  });

  it('in a list that is not an operation is reported', async () => {
    const client = clientOver(() => Promise.resolve({ operations: [undefined] }));
    const error = await rejection(client.listOperations({ name: 'operations' })[Symbol.asyncIterator]().next());
    expect(error).toBeInstanceOf(MalformedOperationError);
  });
});
