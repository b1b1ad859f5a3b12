// The spans of requests and waits: how a request is sent, under which span, and what other instrumentations see.
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { context, trace, type Span } from '@opentelemetry/api';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import gax from 'google-gax';
import { gaxTransport } from '../../src/gax/index.js';
import { grpcTransport } from '../../src/grpc/index.js';
import {
  Code,
  constantBackoff,
  operationInfo,
  OperationsClient,
  type OperationsTransport,
  type ResumeToken,
} from '../../src/index.js';
import { traced, tracedPollerFrom, type TelemetryOptions, type TracedOperation } from '../../src/otel/index.js';
import { restTransport } from '../../src/rest/index.js';
import { OperationsEmulator, packStruct } from '../../src/testing/index.js';
import { agentsClient } from '../gax/agents.js';
import { exporter, spansNamed, tracerProvider, useNodeContexts } from '../support/tracing.js';

const get = 'google.longrunning.Operations/GetOperation';
const list = 'google.longrunning.Operations/ListOperations';
const cancel = 'google.longrunning.Operations/CancelOperation';
const polling = { backoff: constantBackoff(1), serverWait: 'never' as const };
const tracer = tracerProvider.getTracer('test');

let emulator: OperationsEmulator;

useNodeContexts();
beforeEach(() => {
  exporter.reset();
  emulator = new OperationsEmulator();
});
afterEach(() => emulator.close());

const tracedClient = (transport: OperationsTransport, telemetry: TelemetryOptions = {}, options: object = {}) =>
  traced({ transport, polling, ...options }, { tracerProvider, ...telemetry });
const plainGrpc = async () =>
  grpcTransport({
    apiEndpoint: `127.0.0.1:${await emulator.listenGrpc()}`,
    sslCreds: gax.grpc.credentials.createInsecure(),
  });
const plainRest = async (options: object = {}) =>
  restTransport({ apiEndpoint: `http://127.0.0.1:${await emulator.listenHttp()}`, ...options });

/** Runs a function in a span of its own. */
async function inSpan<T>(name: string, run: () => Promise<T>): Promise<Span> {
  const span = tracer.startSpan(name);
  await context.with(trace.setSpan(context.active(), span), run);
  span.end();
  return span;
}

const idOf = (span: { spanContext(): { spanId: string } }): string => span.spanContext().spanId;

describe('the span of a request', () => {
  it('has the path template of the service, from the first request on', async () => {
    const name = 'projects/p/locations/l/operations/1';
    emulator.start({ name, durationMs: Infinity });
    const transport = await plainRest({ service: 'translate.googleapis.com', apiVersion: 'v3' });
    const client = tracedClient(transport);
    await client.getOperation({ name });
    await client.cancelOperation({ name });
    expect([...spansNamed(get), ...spansNamed(cancel)].map(({ attributes }) => attributes)).toMatchObject([
      {
        'rpc.system.name': 'http',
        'http.request.method': 'GET',
        'url.template': '/v3/{name=projects/*/locations/*/operations/*}',
      },
      { 'http.request.method': 'POST', 'url.template': '/v3/{name=projects/*/locations/*/operations/*}:cancel' },
    ]);
    await client.close();
  });

  it('has the protocol of a generated client over REST', async () => {
    const port = await emulator.listenHttp();
    const agents = agentsClient(port, { fallback: true, protocol: 'http' });
    await agents.initialize();
    const client = tracedClient(gaxTransport(agents.operationsClient));
    const poller = client.poller('projects/p/locations/l/operations/1');
    await poller.promise().catch(() => undefined);
    expect(spansNamed(get)[0]!.attributes).toMatchObject({ 'rpc.system.name': 'http' });
    await client.close();
  });

  it('has no protocol over a transport that does not describe its requests, or fails to', async () => {
    emulator.start({ name: 'operations/1', durationMs: 0 });
    await tracedClient(emulator.transport()).poller('operations/1').promise();
    const describeRequest = (): never => {
      throw new Error('a defect');
    };
    await tracedClient({ ...emulator.transport(), describeRequest })
      .poller('operations/1')
      .promise();
    expect(spansNamed(get).map(({ attributes }) => 'rpc.system.name' in attributes)).toEqual([false, false]);
  });

  it('is under the span of the caller, if it is not one of a wait, whatever timer sends a retry', async () => {
    emulator.start({ name: 'operations/1', durationMs: Infinity });
    const client = tracedClient(emulator.transport(), {}, { retry: { initialDelayMs: 1 } });
    const controller = new AbortController();
    const poller = client.poller('operations/1', undefined, { backoff: constantBackoff(60_000) });
    const waiting = poller.promise({ signal: controller.signal }).catch(() => undefined);
    while (spansNamed(get).length === 0) await new Promise(setImmediate);
    emulator.injectFault({ method: 'getOperation', status: { code: Code.UNAVAILABLE } });
    const span = await inSpan('caller', async () => {
      await poller.poll();
      await client.getOperation({ name: 'operations/1' });
      await poller.cancel();
    });
    controller.abort();
    await waiting;
    const [ofWait, ...ofCaller] = [...spansNamed(get), ...spansNamed(cancel)];
    expect(ofWait!.parentSpanContext?.spanId).toBe(idOf(spansNamed('LRO Wait')[0]!));
    expect(ofCaller.map(({ parentSpanContext }) => parentSpanContext?.spanId)).toEqual(
      ['the failed one', 'the retry', 'getOperation', 'cancel'].map(() => idOf(span)),
    );
    expect(ofCaller.filter(({ attributes }) => 'gcp.longrunning.poll_attempt_count' in attributes)).toEqual([]);
  });

  it('is under the wait that sent it, and counts for that, if two pollers wait for one operation', async () => {
    emulator.start({ name: 'operations/1', durationMs: Infinity });
    const seen: unknown[] = [];
    const inner = emulator.transport();
    const transport: OperationsTransport = {
      ...inner,
      getOperation: async (request, options) => {
        seen.push('headers' in options && Reflect.ownKeys(options.headers ?? {}));
        return inner.getOperation(request, options);
      },
    };
    const client = tracedClient(transport);
    const once = { backoff: constantBackoff(60_000) };
    const [one, other] = [
      client.poller('operations/1', undefined, once),
      client.poller('operations/1', undefined, { ...once, headers: { 'x-other': 'o' } }),
    ];
    const waits = [one.promise(), one.promise(), other.promise()];
    while (spansNamed(get).length < 2) await new Promise(setImmediate);
    emulator.complete('operations/1');
    one.applyUpdate({ name: 'operations/1', done: true });
    other.applyUpdate({ name: 'operations/1', done: true });
    await Promise.all(waits);
    const parents = spansNamed(get).map(({ parentSpanContext }) => parentSpanContext?.spanId);
    const ids = spansNamed('LRO Wait').map(idOf);
    expect(new Set(parents)).toEqual(new Set([ids[0], ids[2]]));
    expect(spansNamed(get).map(({ attributes }) => attributes['gcp.longrunning.poll_attempt_count'])).toEqual([1, 1]);
    expect(seen).toEqual([false, ['x-other']]);
  });

  it('is under the first of the waits that share a list, with links to the others; the caller’s list is not', async () => {
    const names = Array.from({ length: 20 }, (_, index) => `projects/p/operations/${index + 1}`);
    for (const name of names) emulator.start({ name, durationMs: 60 });
    emulator.start({ name: 'projects/q/operations/1', durationMs: 60 });
    const client = tracedClient(emulator.transport(), {}, { coalesce: true });
    const lists = inSpan('caller', async () => {
      for await (const operation of client.listOperations({ name: 'projects/p' }))
        expect(operation.name).toMatch('projects/p/');
    });
    await Promise.all([...names, 'projects/q/operations/1'].map((name) => client.poller(name).promise()));
    const callerSpan = await lists;
    const ofCaller = spansNamed(list).filter((span) => span.parentSpanContext?.spanId === idOf(callerSpan));
    expect(ofCaller).toHaveLength(1);
    expect(ofCaller[0]!.links).toEqual([]);
    const coalesced = spansNamed(list).filter((span) => !ofCaller.includes(span));
    expect(coalesced.length).toBeGreaterThan(0);
    const waits = spansNamed('LRO Wait');
    for (const span of coalesced) {
      const parent = waits.find((wait) => idOf(wait) === span.parentSpanContext?.spanId);
      const linked = span.links.map((link) => waits.find((wait) => idOf(wait) === link.context.spanId));
      const shared = [parent, ...linked].map((wait) => String(wait?.attributes['gcp.resource.destination.id']));
      expect(shared.filter((name) => !names.includes(name))).toEqual([]);
      expect(new Set(shared).size).toBe(shared.length);
    }
    expect(coalesced[0]!.links).toHaveLength(names.length - 1);
    await client.close();
  });

  it('is refused like any other if its options are invalid', async () => {
    const client = tracedClient(emulator.transport());
    await expect(client.getOperation({ name: 'operations/1' }, { timeout: 1 } as never)).rejects.toThrow('timeoutMs');
    await expect(client.getOperation({ name: 'operations/1' }, null as never)).rejects.toThrow(TypeError);
    expect(() => client.poller('operations/1', undefined, null as never)).toThrow(TypeError);
    expect(() => client.poller('operations/1', undefined, { header: {} } as never)).toThrow('headers');
  });
});

describe('other instrumentations', () => {
  it("find the span of the request active: undici's, when it creates a request", async () => {
    emulator.start({ name: 'operations/1', durationMs: 5 });
    const active: (string | undefined)[] = [];
    const onRequest = (): void => void active.push(trace.getActiveSpan()?.spanContext().spanId);
    subscribe('undici:request:create', onRequest);
    try {
      const client = tracedClient(await plainRest());
      await client.poller('operations/1').promise();
      await client.close();
    } finally {
      unsubscribe('undici:request:create', onRequest);
    }
    expect(active).toEqual(spansNamed(get).map(idOf));
  });

  it('find the span of the request active: when the channel of a generated client makes a call', async () => {
    emulator.start({ name: 'operations/1', durationMs: 5 });
    const agents = agentsClient(await emulator.listenGrpc());
    await agents.initialize();
    const stub = (await agents.operationsClient.operationsStub) as unknown as { getChannel(): { createCall: unknown } };
    const active: (string | undefined)[] = [];
    const channel = stub.getChannel();
    const createCall = channel.createCall as (...args: unknown[]) => unknown;
    const spy = (...args: unknown[]): unknown => {
      active.push(trace.getActiveSpan()?.spanContext().spanId);
      return createCall.apply(channel, args);
    };
    channel.createCall = jest.fn(spy);
    const client = tracedClient(gaxTransport(agents.operationsClient));
    const poller = client.poller('operations/1');
    await poller.promise();
    expect(poller.toJSON().apiEndpoint).toBe('127.0.0.1'); // known once the client is initialized
    expect(active.slice(-spansNamed(get).length)).toEqual(spansNamed(get).map(idOf));
    await client.close();
    await agents.close();
  });

  it('find the span of the request active: when the channel of the gRPC transport makes a call', async () => {
    emulator.start({ name: 'operations/1', durationMs: 5 });
    const active: (string | undefined)[] = [];
    const { prototype } = gax.grpc.Channel;
    const createCall = prototype.createCall as (this: unknown, ...args: unknown[]) => unknown; // eslint-disable-line @typescript-eslint/unbound-method
    const spy = jest.spyOn(prototype, 'createCall').mockImplementation(function (this: never, ...args) {
      active.push(trace.getActiveSpan()?.spanContext().spanId);
      return createCall.apply(this, args) as never;
    });
    const client = tracedClient(await plainGrpc());
    await client.poller('operations/1').promise();
    spy.mockRestore();
    expect(active).toEqual(spansNamed(get).map(idOf));
    await client.close();
  });
});

describe('the span of a wait', () => {
  it.each([
    ['a text', 'Agents.ExportAgent', 'Agents.ExportAgent.Wait'],
    [
      'a function',
      ({ responseType = '' }: TracedOperation) => responseType.replace('Response', ''),
      'books.Export.Wait',
    ],
    ['a function of the key', ({ historyKey }: TracedOperation) => historyKey, 'exports.Wait'],
    ['a function that does not know it', () => undefined, 'LRO Wait'],
    [
      'a function that fails',
      () => {
        throw new Error('a defect');
      },
      'LRO Wait',
    ],
  ])('has the name of the starting method by %s', async (_, startingMethod, expected) => {
    emulator.start({ name: 'operations/1', durationMs: 0 });
    const client = tracedClient(emulator.transport(), { startingMethod });
    const info = operationInfo({ response: { typeName: 'books.ExportResponse', decode: () => ({}) } });
    await client.poller('operations/1', info, { historyKey: 'exports' }).promise();
    const [wait] = spansNamed(expected);
    expect(wait?.attributes['gcp.rpc.method']).toBe(
      expected === 'LRO Wait' ? undefined : expected.replace('.Wait', ''),
    );
  });

  it('is made by tracedPollerFrom() for the operation of a generated client, with a link to what started it', async () => {
    const agents = agentsClient(await emulator.listenGrpc());
    await agents.initialize();
    const { operationsClient } = agents;
    const latestResponse = emulator.start({ name: 'operations/1', durationMs: 5, response: packStruct({}) });
    const longrunningDescriptor = {
      operationsClient,
      responseDecoder: undefined,
      metadataDecoder: undefined,
    };
    const operation = { latestResponse, longrunningDescriptor, promise: () => Promise.reject(new Error('unused')) };
    const pollerFrom = tracedPollerFrom({ tracerProvider, startingMethod: 'Agents.ExportAgent' });
    let poller!: ReturnType<typeof pollerFrom>;
    const span = await inSpan('start', async () => {
      poller = pollerFrom(operation as never, polling);
      return Promise.resolve();
    });
    await poller.promise();
    const [wait] = spansNamed('Agents.ExportAgent.Wait');
    expect(wait!.links.map((link) => link.context.spanId)).toEqual([idOf(span)]);
    expect(spansNamed(get)[0]!.parentSpanContext?.spanId).toBe(idOf(wait!));
    await agents.close();
  });

  it('ends its last pause when it is aborted', async () => {
    emulator.start({ name: 'operations/1', durationMs: Infinity });
    const client = tracedClient(emulator.transport(), {}, { polling: { backoff: constantBackoff(60_000) } });
    await client
      .poller('operations/1', undefined, { serverWait: 'never' })
      .promise({ totalTimeoutMs: 50 })
      .catch(() => 0);
    expect(spansNamed('LRO Sleep').length).toBeGreaterThan(0);
  });
});

describe('the traceparent of a token', () => {
  const ids = '0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331';
  const token = (traceparent: unknown) =>
    ({ version: 1, name: 'operations/1', startedAtMs: Date.now(), traceparent }) as ResumeToken;

  it.each([`00-${ids}-01`, `00-${ids}-00`, `01-${ids}-01-more`])('links the resumed wait: %s', async (traceparent) => {
    emulator.start({ name: 'operations/1', durationMs: 0 });
    await tracedClient(emulator.transport()).resume(token(traceparent)).promise();
    expect(spansNamed('LRO Wait')[0]!.links.map(({ context }) => context.spanId)).toEqual(['b7ad6b7169203331']);
  });

  it.each([
    7,
    '',
    `ff-${ids}-01`,
    `00-${ids}-01-more`,
    `00-${ids.toUpperCase()}-01`,
    `00-${ids}`,
    `00-${'0'.repeat(32)}-b7ad6b7169203331-01`,
  ])('is refused if it is not one: %s', (traceparent) => {
    const client = tracedClient(emulator.transport());
    expect(() => client.resume(token(traceparent))).toThrow(
      /^Cannot resume from the token as 'traceparent' must be a W3C traceparent: current value is /,
    );
  });

  it('does not concern a client that is not traced', async () => {
    emulator.start({ name: 'operations/1', durationMs: 0 });
    const client = new OperationsClient({ transport: emulator.transport() });
    await client.resume(token(`00-${ids}-01`)).promise();
  });
});

describe('the options of traced()', () => {
  it.each([
    [{ tracerprovider: tracerProvider }, "'tracerprovider' is not an option: did you mean 'tracerProvider'?"],
    [{ tracerProvider: {} }, "'tracerProvider' must be a TracerProvider"],
    [{ meterProvider: tracerProvider }, "'meterProvider' must be a MeterProvider"],
    [{ startingMethod: 7 }, "'startingMethod' must be a string or a function"],
    [null, "'options' must be an object"],
  ])('are checked: %j', (telemetry, message) => {
    expect(() => traced({ transport: emulator.transport() }, telemetry as never)).toThrow(message);
    expect(() => tracedPollerFrom(telemetry as never)).toThrow(message);
  });
});
