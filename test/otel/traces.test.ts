// The traces of a wait, compared with files: four endings over REST, over gRPC and over a channel of google-gax.
import { readFileSync, writeFileSync } from 'node:fs';
import { context, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import {
  AggregationTemporality,
  DataPointType,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
  type Histogram,
} from '@opentelemetry/sdk-metrics';
import type { ReadableSpan } from '@opentelemetry/sdk-trace-base';
import gax from 'google-gax';
import { waitTraced } from '../../docs/examples/telemetry.js';
import { gaxTransport } from '../../src/gax/index.js';
import { grpcTransport } from '../../src/grpc/index.js';
import { Code, constantBackoff, type OperationsTransport, type PollingTimeoutError } from '../../src/index.js';
import { startOrResume, waitAll } from '../../src/many/index.js';
import { traced } from '../../src/otel/index.js';
import { restTransport } from '../../src/rest/index.js';
import { OperationsEmulator, packStruct } from '../../src/testing/index.js';
import { agentsClient } from '../gax/agents.js';
import { exporter, tracerProvider, useNodeContexts } from '../support/tracing.js';

const name = 'operations/1';
const secret = 'a-secret-value';

let emulator: OperationsEmulator;

useNodeContexts();
beforeEach(() => {
  exporter.reset();
  emulator = new OperationsEmulator();
});
afterEach(() => emulator.close());

interface Way {
  readonly way: string;
  readonly connect: () => Promise<OperationsTransport>;
}

const ways: readonly Way[] = [
  {
    way: 'rest',
    connect: async () =>
      restTransport({
        apiEndpoint: `http://127.0.0.1:${await emulator.listenHttp()}`,
        headers: { authorization: `Bearer ${secret}` },
      }),
  },
  {
    way: 'grpc',
    connect: async () =>
      grpcTransport({
        apiEndpoint: `127.0.0.1:${await emulator.listenGrpc()}`,
        sslCreds: gax.grpc.credentials.createInsecure(),
        headers: { authorization: `Bearer ${secret}` },
      }),
  },
  {
    way: 'gax',
    connect: async () => {
      const agents = agentsClient(await emulator.listenGrpc());
      await agents.initialize();
      return gaxTransport(agents.operationsClient);
    },
  },
];

interface Ending {
  readonly ending: string;
  /** Called after the first poll. */
  readonly act: (controller: AbortController) => void;
}

const endings: readonly Ending[] = [
  { ending: 'response', act: () => void emulator.complete(name, { response: packStruct({ secret }) }) },
  {
    ending: 'error',
    act: () => void emulator.complete(name, { error: { code: Code.FAILED_PRECONDITION, message: secret } }),
  },
  {
    ending: 'request-failed',
    act: () =>
      emulator.injectFault({ method: 'getOperation', status: { code: Code.PERMISSION_DENIED, message: secret } }),
  },
  { ending: 'aborted', act: (controller) => controller.abort() },
];

/** The spans as an indented tree, without times and identifiers. */
function treeOf(spans: readonly ReadableSpan[]): string {
  const childrenOf = (id: string | undefined): ReadableSpan[] =>
    spans
      .filter(({ parentSpanContext }) => parentSpanContext?.spanId === id)
      .sort((a, b) => a.startTime[0] - b.startTime[0] || a.startTime[1] - b.startTime[1]);
  const line = (span: ReadableSpan, indent: string): string => {
    const attributes = Object.entries(span.attributes)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, value]) => `${indent}    ${key}: ${key === 'server.port' ? 'PORT' : String(value)}\n`);
    const kind = SpanKind[span.kind].toLowerCase();
    const head = `${indent}${span.name} (${kind}, ${SpanStatusCode[span.status.code].toLowerCase()}, links: ${span.links.length})\n`;
    const children = childrenOf(span.spanContext().spanId).map((child) => line(child, `${indent}  `));
    return [head, ...attributes, ...children].join('');
  };
  return childrenOf(undefined)
    .map((span) => line(span, ''))
    .join('');
}

function expectFixture(file: string, text: string): void {
  const url = new URL(`../fixtures/otel/${file}`, import.meta.url);
  if (process.env.UPDATE_FIXTURES === '1') writeFileSync(url, text);
  expect(text).toBe(readFileSync(url, 'utf8'));
}

describe.each(ways)('traced(), $way', ({ way, connect }) => {
  it.each(endings)('traces a wait that ends with $ending', async ({ ending, act }) => {
    emulator.start({ name, durationMs: Infinity, metadata: packStruct({ secret }) });
    const controller = new AbortController();
    let isFirst = true;
    const polling = {
      serverWait: 'never' as const,
      backoff: constantBackoff(1),
      onEvent: ({ type }: { type: string }) => {
        if (type === 'poll' && isFirst) act(controller);
        if (type === 'poll') isFirst = false;
      },
    };
    const client = traced({ transport: await connect(), polling }, { tracerProvider });
    await client
      .poller(name)
      .promise({ signal: controller.signal })
      .catch(() => undefined);
    await client.close();
    expectFixture(`${way}-${ending}.txt`, treeOf(exporter.getFinishedSpans()));
    const shown = exporter.getFinishedSpans().map((span) => [span.attributes, span.events, span.status]);
    expect(JSON.stringify(shown)).not.toContain(secret);
  });
});

describe('traced()', () => {
  const polling = { backoff: constantBackoff(1), serverWait: 'never' as const };
  const tracer = tracerProvider.getTracer('test');
  const spanNamed = (text: string): ReadableSpan => exporter.getFinishedSpans().find((span) => span.name === text)!;

  it('links a wait to the span in which its poller was made, and a resumed one to the wait before', async () => {
    emulator.start({ name, durationMs: Infinity });
    const client = traced({ transport: emulator.transport(), polling }, { tracerProvider });
    const starting = tracer.startSpan('start');
    const poller = context.with(trace.setSpan(context.active(), starting), () => client.poller(name));
    starting.end();
    const error = await poller.promise({ totalTimeoutMs: 0 }).catch((error: unknown) => error);
    const first = spanNamed('LRO Wait');
    expect(first.links.map(({ context }) => context.spanId)).toEqual([starting.spanContext().spanId]);
    const token = (error as PollingTimeoutError).token;
    expect(token).toMatchObject({ traceparent: expect.stringContaining(first.spanContext().spanId) });
    expect(JSON.parse(JSON.stringify(poller))).toEqual(JSON.parse(JSON.stringify(token)));

    exporter.reset();
    emulator.complete(name);
    await client.resume(JSON.parse(JSON.stringify(token)) as typeof token).promise();
    expect(spanNamed('LRO Wait').links.map(({ context }) => context.spanId)).toEqual([first.spanContext().spanId]);
  });

  it('makes the span of a request active while it is sent, so that spans of other libraries nest', async () => {
    emulator.start({ name, durationMs: 0 });
    const inner = emulator.transport();
    const transport: OperationsTransport = {
      ...inner,
      getOperation: async (request, options) => {
        tracer.startSpan('HTTP GET').end();
        return inner.getOperation(request, options);
      },
    };
    await traced({ transport, polling }, { tracerProvider }).poller(name).promise();
    const request = spanNamed('google.longrunning.Operations/GetOperation');
    expect(spanNamed('HTTP GET').parentSpanContext?.spanId).toBe(request.spanContext().spanId);
    expect(request.parentSpanContext?.spanId).toBe(spanNamed('LRO Wait').spanContext().spanId);
  });

  it('traces iterations, and waits of longrunning/many', async () => {
    emulator.start({ name, durationMs: 5 });
    emulator.start({ name: 'operations/2', durationMs: Infinity });
    const client = traced({ transport: emulator.transport(), polling }, { tracerProvider });
    for await (const state of client.poller(name)) expect(state.name).toBe(name);
    for await (const state of client.poller('operations/2')) if (!state.done) break;
    await waitAll([client.poller(name)]);
    const waits = exporter.getFinishedSpans().filter((span) => span.name === 'LRO Wait');
    expect(waits.map(({ attributes }) => attributes['longrunning.outcome'])).toEqual(['response', 'left', 'response']);
  });

  it('ends the wait of an iteration with the last state, and adds the traceparent to the token of a timeout', async () => {
    emulator.start({ name, durationMs: 0 });
    emulator.start({ name: 'operations/2', durationMs: Infinity });
    const client = traced({ transport: emulator.transport(), polling }, { tracerProvider });
    await client.poller(name).updates()[Symbol.asyncIterator]().next(); // a reader that requests no other state
    expect(spanNamed('LRO Wait').attributes).toMatchObject({ 'longrunning.outcome': 'response' });

    exporter.reset();
    const states = client.poller('operations/2').updates({ totalTimeoutMs: 0 })[Symbol.asyncIterator]();
    await states.next();
    const error = await states.next().catch((error: unknown) => error);
    const { token } = error as PollingTimeoutError;
    expect(token).toMatchObject({ traceparent: expect.stringContaining(spanNamed('LRO Wait').spanContext().spanId) });
  });

  it.each(['promise', 'updates'] as const)('tells an abort of %s() from the error that is its reason', async (way) => {
    emulator.start({ name, durationMs: Infinity });
    const client = traced({ transport: emulator.transport(), polling }, { tracerProvider });
    const reason = await client
      .poller(name)
      .promise({ totalTimeoutMs: 0 })
      .catch((error: unknown) => error as PollingTimeoutError);
    const { token } = reason as PollingTimeoutError;
    exporter.reset();
    const signal = AbortSignal.abort(reason);
    const poller = client.poller(name);
    const wait =
      way === 'promise' ? poller.promise({ signal }) : poller.updates({ signal })[Symbol.asyncIterator]().next();
    await expect(wait).rejects.toBe(reason);
    expect(spanNamed('LRO Wait').attributes).toMatchObject({ 'longrunning.outcome': 'aborted' });
    expect(spanNamed('LRO Wait').attributes).not.toHaveProperty(['gcp.longrunning.done']);
    expect((reason as PollingTimeoutError).token).toBe(token);
  });

  it('records the pause before a state that was pushed', async () => {
    emulator.start({ name, durationMs: Infinity });
    const long = { backoff: constantBackoff(60_000), serverWait: 'never' as const };
    const client = traced({ transport: emulator.transport(), polling: long }, { tracerProvider });
    const poller = client.poller(name);
    const waiting = poller.promise();
    while (exporter.getFinishedSpans().length === 0) await new Promise(setImmediate);
    poller.applyUpdate({ name, done: true });
    await waiting;
    expect(exporter.getFinishedSpans().map((span) => span.name)).toEqual([
      'google.longrunning.Operations/GetOperation',
      'LRO Sleep',
      'LRO Wait',
    ]);
  });

  it('records one wait for startOrResume()', async () => {
    emulator.start({ name, durationMs: 5 });
    const client = traced({ transport: emulator.transport(), polling }, { tracerProvider });
    const store = { load: () => undefined, save: () => undefined, remove: () => undefined };
    await startOrResume(client, { key: '7', store, start: () => name });
    expect(exporter.getFinishedSpans().filter((span) => span.name === 'LRO Wait')).toHaveLength(1);
  });

  it('ends an iteration at once when its reader leaves during a pending step', async () => {
    emulator.start({ name, durationMs: Infinity });
    emulator.injectFault({ method: 'getOperation', hang: true });
    const client = traced({ transport: emulator.transport(), polling }, { tracerProvider });
    const states = client.poller(name)[Symbol.asyncIterator]();
    const pending = states.next();
    await states.return?.();
    await pending;
    expect(exporter.getFinishedSpans().filter((span) => span.name === 'LRO Wait')).toHaveLength(1);
  });

  it('measures waits, requests and the detection of the end', async () => {
    const metricExporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
    const reader = new PeriodicExportingMetricReader({ exporter: metricExporter, exportIntervalMillis: 3_600_000 });
    const meterProvider = new MeterProvider({ readers: [reader] });
    const endTime = new Date(Date.now() - 5000).toISOString();
    emulator.start({ name, durationMs: 0, metadata: packStruct({ endTime }) });
    const client = traced({ transport: emulator.transport(), polling }, { tracerProvider, meterProvider });
    await client.poller(name).promise();
    await reader.forceFlush();
    const metrics = metricExporter
      .getMetrics()
      .flatMap(({ scopeMetrics }) => scopeMetrics.flatMap(({ metrics }) => metrics));
    const found = metrics.map(({ descriptor, dataPoints }) => [
      descriptor.name,
      dataPoints.map(({ attributes }) => attributes),
    ]);
    const outcome = { 'longrunning.outcome': 'response' };
    expect(Object.fromEntries(found)).toEqual({
      'longrunning.wait.duration': [outcome],
      'longrunning.wait.polls': [outcome],
      'longrunning.waits.active': [{}],
      'longrunning.request.duration': [
        { 'rpc.method': 'google.longrunning.Operations/GetOperation', 'rpc.response.status_code': 'OK' },
      ],
      'longrunning.detection.lag': [{}],
    });
    // By default the first bucket of the SDK ends at five seconds.
    const buckets = metrics
      .filter(({ dataPointType }) => dataPointType === DataPointType.HISTOGRAM)
      .map(({ descriptor, dataPoints }) => [
        descriptor.name,
        (dataPoints[0]!.value as Histogram).buckets.boundaries.filter((boundary) => boundary <= 5).length,
      ]);
    expect(buckets).toEqual([
      ['longrunning.wait.duration', 5],
      ['longrunning.wait.polls', 4],
      ['longrunning.detection.lag', 12],
      ['longrunning.request.duration', 12],
    ]);
    await meterProvider.shutdown();
  });

  it('refuses what a client refuses', () => {
    expect(() => traced({} as never)).toThrow("Cannot make a client as 'transport' must be an OperationsTransport");
  });

  it('works without a provider', async () => {
    emulator.start({ name, durationMs: 0 });
    expect(await waitTraced(emulator.transport(), name)).toEqual({ typeUrl: '' });
  });
});
