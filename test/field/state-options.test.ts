import { afterAll, describe, expect, it } from '@jest/globals';
import { customOperations } from '../../src/custom/index.js';
import { grpcTransport } from '../../src/grpc/index.js';
import { anyType, exponentialBackoff, operationInfo, OperationsClient, type LROPoller } from '../../src/index.js';
import { asCompleted, startAll, waitAll, waitAny } from '../../src/many/index.js';
import { restTransport } from '../../src/rest/index.js';
import { OperationsEmulator } from '../../src/testing/index.js';
import { name, running, ScriptedTransport } from '../support/scripted.js';

type Options = Record<string, unknown>;

const emulator = new OperationsEmulator();
emulator.start({ name, durationMs: Infinity });
const transport = new ScriptedTransport([running]);
const client = new OperationsClient({ transport });
const poller: LROPoller<unknown> = client.poller(name);
const polling = (options: unknown) => client.poller(name, undefined, options as never);
const fault = (options: Options) => emulator.injectFault({ method: 'getOperation', ...options });
const script = (options: Options) => emulator.start({ durationMs: 1, ...options });

/** Each way to pass options, an option that exists, and one that is similar. */
const ways: [string, (options: never) => unknown, string, string][] = [
  ['OperationsClient', (o: Options) => new OperationsClient({ transport, ...o }), 'coalesce', 'coalese'],
  ['coalesce', (o: Options) => new OperationsClient({ transport, coalesce: o }), 'pageSize', 'pagesize'],
  ['the polling option', (o: Options) => new OperationsClient({ transport, polling: o }), 'serverWait', 'severWait'],
  ['the retry option', (o: Options) => new OperationsClient({ transport, retry: o }), 'maxElapsedMs', 'maxElapsed'],
  ['client.poller()', polling, 'onEvent', 'onevent'],
  ['the retry option of a poller', (o: Options) => polling({ retry: o }), 'codes', 'code'],
  ['client.resume()', (o: Options) => client.resume(poller.toJSON(), undefined, o), 'backoff', 'backof'],
  ['poller.promise()', (o: Options) => poller.promise(o), 'totalTimeoutMs', 'timeoutMs'],
  ['poller.pollUntilDone()', (o: Options) => poller.pollUntilDone(o), 'signal', 'Signal'],
  ['poller.updates()', (o: Options) => poller.updates(o)[Symbol.asyncIterator]().next(), 'onProgress', 'progress'],
  ['poller.poll()', (o: Options) => poller.poll(o), 'timeoutMs', 'timeout'],
  ['poller.cancel()', (o: Options) => poller.cancel(o), 'signal', 'signals'],
  ['poller.delete()', (o: Options) => poller.delete(o), 'headers', 'header'],
  ['client.getOperation()', (o: Options) => client.getOperation({ name }, o), 'type', 'types'],
  ['client.listOperations()', (o: Options) => client.listOperations({ name }, o), 'timeoutMs', 'timeout'],
  ['client.waitOperation()', (o: Options) => client.waitOperation({ name }, o), 'retry', 'retries'],
  ['client.cancelOperation()', (o: Options) => client.cancelOperation({ name }, o), 'timeoutMs', 'timeoutms'],
  ['client.deleteOperation()', (o: Options) => client.deleteOperation({ name }, o), 'headers', 'Headers'],
  ['exponentialBackoff()', exponentialBackoff, 'multiplier', 'multiplicator'],
  ['operationInfo()', (o: Options) => operationInfo({ response: anyType, ...o }), 'metadata', 'metaData'],
  ['grpcTransport()', (o: Options) => grpcTransport({ apiEndpoint: 'h.example.com', ...o }), 'keyFilename', 'keyFile'],
  ['restTransport()', (o: Options) => restTransport({ apiEndpoint: 'h.example.com', ...o }), 'apiVersion', 'version'],
  ['restTransport()', (o: Options) => restTransport({ service: 'x.googleapis.com', ...o }), 'headers', 'header'],
  ['customOperations()', (o: Options) => customOperations({ ...custom, ...o }), 'cancel', 'cancell'],
  ['waitAll()', (o: Options) => waitAll([poller], o), 'settle', 'settled'],
  ['waitAny()', (o: Options) => waitAny([poller], o), 'signal', 'sginal'],
  ['asCompleted()', (o: Options) => asCompleted([poller], o), 'totalTimeoutMs', 'totalTimeout'],
  ['startAll()', (o: Options) => startAll([1], () => poller, o), 'concurrency', 'concurency'],
  ['OperationsEmulator', (o: Options) => new OperationsEmulator(o), 'latencyMs', 'latency'],
  ['emulator.start()', script, 'omitName', 'omitname'],
  ['the error of a script', (o: Options) => script({ error: { code: 5, ...o } }), 'message', 'mesage'],
  ['the cancel option of a script', (o: Options) => script({ cancel: { code: 5, ...o } }), 'details', 'detail'],
  ['emulator.update()', (o: Options) => emulator.update(name, o), 'cancelDelayMs', 'cancelDelay'],
  ['emulator.complete()', (o: Options) => emulator.complete(name, o), 'response', 'responce'],
  ['emulator.injectFault()', fault, 'retryAfterMs', 'retryAfter'],
  ['the status of a fault', (o: Options) => fault({ status: { code: 5, ...o } }), 'message', 'messge'],
  ['the response of a fault', (o: Options) => fault({ http: { status: 502, ...o } }), 'body', 'bodi'],
];
afterAll(() => client.close());

const custom = { get: () => Promise.resolve({}), done: () => false };

/** What a way throws, or rejects with. */
async function thrown(call: () => unknown): Promise<unknown> {
  try {
    await call();
    return undefined;
  } catch (error) {
    return error;
  }
}

describe('An option that does not exist', () => {
  it.each(ways)('is a TypeError of %s that names it and the most similar one', async (_, pass, option, mistake) => {
    for (const value of [1, undefined]) {
      const error = await thrown(() => pass({ [mistake]: value } as never));
      expect(error).toBeInstanceOf(TypeError);
      expect((error as Error).message).toMatch(
        new RegExp(`^Cannot .* as '${mistake}' is not an option: did you mean '${option}'\\?$`),
      );
    }
    expect(transport.requests).toEqual([]);
  });

  it.each(ways)('is not one of %s that exists, with the value undefined', async (_, pass, option) => {
    const error = await Promise.race([
      thrown(() => pass({ [option]: undefined } as never)),
      new Promise((resolve) => setImmediate(resolve)),
    ]);
    expect(String((error as Error | undefined)?.message)).not.toContain('is not an option');
    transport.requests.length = 0;
  });

  it('may have the name of a property that every object has', async () => {
    for (const option of ['toString', 'constructor', 'hasOwnProperty']) {
      expect(await thrown(() => poller.promise({ [option]: 1 }))).toMatchObject({
        message: expect.stringContaining(`'${option}' is not an option`),
      });
    }
  });

  it('is shortened, and its value is not shown', async () => {
    const error = await thrown(() => poller.promise({ ['x'.repeat(1e6)]: 'secret' }));
    expect((error as Error).message.length).toBeLessThan(400);
    expect((error as Error).message).not.toContain('secret');
  });

  it('is found where the signal is passed in place of the options', async () => {
    expect(await thrown(() => poller.promise(new AbortController().signal as never))).toBeInstanceOf(TypeError);
  });
});

describe('Options that are not an object', () => {
  const single = ways.filter(([title]) => /^(poller|client)\.(?!poller|resume)/.test(title));
  it.each(single)('are a TypeError of %s in plain words', async (_, pass) => {
    for (const options of [null, 'x', 7, () => 1]) {
      const error = await thrown(() => pass(options as never));
      expect(error).toBeInstanceOf(TypeError);
      expect((error as Error).message).toMatch(/as 'options' must be an object/);
    }
  });
});
