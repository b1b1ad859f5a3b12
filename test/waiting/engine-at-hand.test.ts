import { beforeEach, describe, expect, it, jest } from '@jest/globals';
import type * as longrunning from '../../src/index.js';
import { Code, constantBackoff, type OperationsClientOptions } from '../../src/index.js';
import * as engine from '../../src/waiting/engine.js';
import { json, name, running, ScriptedTransport, succeeded, type Answer } from '../support/scripted.js';
import { useVirtualTime, watch } from '../support/virtual-time.js';

// "longrunning" as a page has it, which loads what asks on demand. All other tests have it at once, as Node does.

const pass = useVirtualTime();

/** Loads the file that is asked for; throws where it cannot. */
let load: () => Promise<void>;
let loads = 0;
let page: typeof longrunning;

beforeEach(async () => {
  load = () => Promise.resolve();
  loads = 0;
  jest.resetModules();
  jest.unstable_mockModule('../../src/waiting/engine.js', async () => {
    loads++;
    await load();
    return engine;
  });
  page = await import('../../src/index.js');
});

function make(answers: Answer[], options: Partial<OperationsClientOptions> = {}) {
  const transport = new ScriptedTransport(answers, 10);
  const client = new page.OperationsClient({ transport, polling: { backoff: constantBackoff(1000) }, ...options });
  return { transport, client };
}

const after = (ms: number) => () => new Promise<void>((resolve) => setTimeout(resolve, ms));
const never = () => new Promise<void>(() => {});

describe('a page that waits', () => {
  it('new OperationsClient() loads what asks, once for all', async () => {
    const { client } = make([succeeded]);
    await pass(0);
    expect(loads).toBe(1);
    make([succeeded]);
    const seen = watch(client.poller(name).promise());
    await pass(10);
    expect(seen).toMatchObject({ value: succeeded.response, settledAtMs: 10 });
    expect(loads).toBe(1);
  });

  it('promise() asks as soon as what asks is loaded', async () => {
    load = after(300);
    const { client, transport } = make([running, succeeded]);
    const seen = watch(client.poller(name).promise());
    await pass(299);
    expect(transport.requests).toHaveLength(0);
    await pass(5000);
    expect(transport.times).toEqual([0, 1000]);
    expect(seen).toMatchObject({ value: succeeded.response, settledAtMs: 1310 });
  });

  it('poller.operation is known, and a done one answers, before what asks is loaded', async () => {
    load = never;
    const { client } = make([]);
    const poller = client.poller({ ...running, metadata: json({ percent: 3 }) });
    expect(poller).toMatchObject({ name, operation: { done: false } });
    expect(client.resume(poller.toJSON()).name).toBe(name);
    expect(await client.poller(succeeded).promise()).toEqual(succeeded.response);
    const heard: unknown[] = [];
    const leave = new AbortController();
    const seen = watch(poller.promise({ onProgress: ({ done }) => heard.push(done), signal: leave.signal }));
    expect(heard).toEqual([false]);
    expect(poller.update(succeeded).done).toBe(true);
    await pass(0);
    expect(heard).toEqual([false, true]);
    expect(seen.value).toEqual(succeeded.response);
  });

  it('promise() of an operation that was just started does not ask at once', async () => {
    load = after(300);
    const { client, transport } = make([succeeded]);
    const startMs = performance.now();
    const seen = watch(client.poller(running).promise());
    await pass(3000);
    expect(transport.requests.map(({ atMs }) => atMs - startMs)).toEqual([1300]);
    expect(seen.settledAtMs).toBe(1310);
  });

  it('promise() heeds what the server asked for before what asks was loaded', async () => {
    load = after(300);
    const { client, transport } = make([succeeded]);
    const startMs = performance.now();
    const seen = watch(client.poller({ ...running, retryAfterMs: 7000 }).promise());
    await pass(8000);
    expect(transport.requests.map(({ atMs }) => atMs - startMs)).toEqual([7300]);
    expect(seen.value).toEqual(succeeded.response);
  });

  it('cancel() begins the cadence anew, also before what asks is loaded', async () => {
    load = after(300);
    const backoff = jest.fn(({ ageMs }: { ageMs: number }) => (ageMs < 10_000 ? 1000 : 60_000));
    const { client, transport } = make([running], { polling: { backoff } });
    const hourAgo = { version: 1, name, startedAtMs: Date.now() - 3_600_000 } as const;
    const poller = client.resume(hourAgo);
    const leave = new AbortController();
    const seen = watch(poller.promise({ signal: leave.signal }));
    await poller.cancel();
    await pass(4000);
    expect(transport.times).toEqual([300, 1300, 2300, 3300]); // since CancelOperation, the first request
    leave.abort('enough');
    await pass(0);
    expect(seen.error).toBe('enough');
  });

  it('an abort ends the wait at once, and nothing is asked later', async () => {
    load = after(300);
    const { client, transport } = make([succeeded]);
    const controller = new AbortController();
    const seen = watch(client.poller(name).promise({ signal: controller.signal }));
    await pass(100);
    controller.abort('no more');
    await pass(0);
    expect(seen).toMatchObject({ error: 'no more', settledAtMs: 100 });
    await pass(1000);
    expect(transport.requests).toHaveLength(0);
  });

  it('a budget is kept to the millisecond', async () => {
    load = after(2000);
    const { client, transport } = make([succeeded]);
    const seen = watch(client.poller(name).promise({ totalTimeoutMs: 1234 }));
    await pass(3000);
    expect(seen).toMatchObject({ error: { code: 'LRO_POLLING_TIMEOUT', polls: 0 }, settledAtMs: 1234 });
    expect(transport.requests).toHaveLength(0);
  });

  it('updates() begins with the state that is known', async () => {
    load = after(300);
    const { client } = make([succeeded]);
    const states: boolean[] = [];
    const reading = (async () => {
      for await (const { done } of client.poller(running)) states.push(done);
    })();
    await pass(0);
    expect(states).toEqual([false]);
    await pass(5000);
    await reading;
    expect(states).toEqual([false, true]);
  });

  it('close() ends the waits', async () => {
    load = never;
    const { client } = make([succeeded]);
    const seen = watch(client.poller(name).promise());
    await pass(5);
    await client.close();
    await pass(0);
    expect(seen.error).toMatchObject({ code: 'LRO_REQUEST_FAILED', rpcCode: Code.CANCELLED });
  });

  it('a file that cannot be loaded is a RequestError, and the next wait tries again', async () => {
    const offline = new TypeError('Failed to fetch dynamically imported module');
    load = () => Promise.reject(offline);
    const { client } = make([succeeded]);
    const poller = client.poller(name);
    const first = watch(poller.promise());
    await pass(0);
    expect(first.error).toMatchObject({
      code: 'LRO_REQUEST_FAILED',
      rpcCode: Code.UNAVAILABLE,
      operationName: name,
      origin: 'transport',
      cause: offline,
    });
    load = () => Promise.resolve();
    const second = watch(poller.promise());
    await pass(10);
    expect(second.value).toEqual(succeeded.response);
  });

  it('a backoff that gives no delay is a RangeError of the wait', async () => {
    const { client } = make([succeeded], { polling: { backoff: () => -1 } });
    const seen = watch(client.poller(name).promise());
    await pass(0);
    expect(seen.error).toBeInstanceOf(RangeError);
  });

  it('two who wait meanwhile share one poll', async () => {
    load = after(300);
    const { client, transport } = make([succeeded]);
    const poller = client.poller(name);
    const seen = [watch(poller.promise()), watch(poller.pollUntilDone())];
    await pass(1000);
    expect(seen.map(({ settledAtMs }) => settledAtMs)).toEqual([310, 310]);
    expect(transport.requests).toHaveLength(1);
  });
});

describe('a program of Node', () => {
  it('asks in the call itself', async () => {
    await import('../../src/node.js');
    const { client, transport } = make([succeeded]);
    const seen = watch(client.poller(name).promise());
    expect(transport.requests).toHaveLength(1);
    await pass(10);
    expect(seen.value).toEqual(succeeded.response);
    expect(loads).toBe(1); // by node.ts
  });

  it('has it too that imports nothing but pollerFrom()', async () => {
    const { pollerFrom } = await import('../../src/gax/index.js');
    const backoff = jest.fn(() => 1000);
    const decode = (): object => ({});
    const operation = {
      latestResponse: running,
      longrunningDescriptor: {
        operationsClient: { operationsStub: new Promise<object>(() => {}) },
        responseDecoder: decode,
        metadataDecoder: decode,
      },
      promise: () => Promise.reject(new Error('never called')),
    };
    expect(pollerFrom(operation, { backoff }).name).toBe(name);
    expect(backoff).toHaveBeenCalled(); // it is what asks that asks when
  });
});
