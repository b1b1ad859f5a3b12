// Traces together with other instrumentations: the headers of requests. test/system/otel has the real ones in a program.
import { context, propagation, trace, type TextMapPropagator } from '@opentelemetry/api';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import gax from 'google-gax';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { gaxTransport } from '../../src/gax/index.js';
import { grpcTransport } from '../../src/grpc/index.js';
import { Code, constantBackoff, OperationsClient, type OperationsTransport } from '../../src/index.js';
import { traced } from '../../src/otel/index.js';
import { restTransport } from '../../src/rest/index.js';
import { OperationsEmulator, packStruct } from '../../src/testing/index.js';
import { agentsClient } from '../gax/agents.js';
import { exporter, spansNamed, tracerProvider, useNodeContexts } from '../support/tracing.js';

const name = 'operations/1';
const get = 'google.longrunning.Operations/GetOperation';

let emulator: OperationsEmulator;

useNodeContexts();
beforeEach(() => {
  exporter.reset();
  emulator = new OperationsEmulator();
});
afterEach(async () => {
  propagation.disable();
  await emulator.close();
});

const polling = { backoff: constantBackoff(1), serverWait: 'never' as const };
const plainGrpc = async () =>
  grpcTransport({
    apiEndpoint: `127.0.0.1:${await emulator.listenGrpc()}`,
    sslCreds: gax.grpc.credentials.createInsecure(),
  });
const plainRest = async () => restTransport({ apiEndpoint: `http://127.0.0.1:${await emulator.listenHttp()}` });

/** A propagator of traceparent, as that of OpenTelemetry's core. */
const propagator: TextMapPropagator = {
  inject(active, carrier, setter) {
    const { traceId, spanId } = trace.getSpanContext(active)!;
    setter.set(carrier, 'traceparent', `00-${traceId}-${spanId}-01`);
  },
  extract: (active) => active,
  fields: () => ['traceparent'],
};

const traceparentsOfSpans = (): string[] =>
  spansNamed(get).map((span) => `00-${span.spanContext().traceId}-${span.spanContext().spanId}-01`);
const traceparentsOfCalls = () => emulator.calls.map(({ headers }) => headers.traceparent);

describe('the headers of a traced request', () => {
  const ways: [string, () => Promise<OperationsTransport>][] = [
    ['grpc', plainGrpc],
    ['rest', plainRest],
    ['gax', async () => gaxTransport(agentsClient(await emulator.listenGrpc()).operationsClient)],
  ];

  it.each(ways)('carry the span of the request: %s', async (_, connect) => {
    propagation.setGlobalPropagator(propagator);
    emulator.start({ name, durationMs: 5 });
    const client = traced({ transport: await connect(), polling }, { tracerProvider });
    await client.poller(name).promise();
    expect(traceparentsOfCalls()).toEqual(traceparentsOfSpans());
    expect(new Set(traceparentsOfCalls()).size).toBe(emulator.calls.length);
    await client.close();
  });

  it.each(ways)('carry nothing without a propagator, or without telemetry: %s', async (_, connect) => {
    emulator.start({ name, durationMs: 0 });
    const client = traced({ transport: await connect() }, { tracerProvider });
    await client.poller(name).promise();
    await client.close();
    propagation.setGlobalPropagator(propagator);
    const plain = new OperationsClient({ transport: await connect() });
    await plain.poller(name).promise();
    await plain.close();
    expect(traceparentsOfCalls()).toEqual([undefined, undefined]);
  });

  it('are left to an instrumentation that gets the requests of fetch(), which would add them again', async () => {
    propagation.setGlobalPropagator(propagator);
    emulator.start({ name, durationMs: 0 });
    const client = traced({ transport: await plainRest() }, { tracerProvider });
    const listener = (): void => undefined;
    subscribe('undici:request:create', listener);
    await client.poller(name).promise();
    unsubscribe('undici:request:create', listener);
    expect(traceparentsOfCalls()).toEqual([undefined]);
    await client.close();
  });

  it("are the caller's own if it has them, and do not fail the request if the propagator fails", async () => {
    propagation.setGlobalPropagator(propagator);
    emulator.start({ name, durationMs: Infinity });
    const client = traced({ transport: await plainGrpc() }, { tracerProvider });
    await client.getOperation({ name }, { headers: { Traceparent: 'mine', 'x-other': 'kept' } });
    expect(emulator.calls.at(-1)?.headers).toMatchObject({ traceparent: 'mine', 'x-other': 'kept' });
    propagation.disable();
    const inject = (): never => {
      throw new Error('a defect');
    };
    propagation.setGlobalPropagator({ ...propagator, inject });
    await client.getOperation({ name });
    await client.close();
  });
});

describe('a client of grpc-js that is instrumented', () => {
  const { prototype } = gax.grpc.Client;
  const original = Object.getOwnPropertyDescriptor(prototype, 'makeUnaryRequest')!;
  const calls: string[] = [];
  beforeEach(() => {
    calls.length = 0;
    const makeUnaryRequest = original.value as (...call: unknown[]) => unknown;
    const wrapped = function (this: unknown, ...call: unknown[]): unknown {
      calls.push(String(call[0]));
      return context.with(context.active(), () => makeUnaryRequest.apply(this, call));
    };
    Object.assign(wrapped, { __wrapped: true, __original: makeUnaryRequest });
    Object.defineProperty(prototype, 'makeUnaryRequest', { ...original, value: wrapped });
  });
  afterEach(() => void Object.defineProperty(prototype, 'makeUnaryRequest', original));

  it.each<[string, () => Promise<OperationsTransport>]>([
    ['grpc', plainGrpc],
    ['gax', async () => gaxTransport(agentsClient(await emulator.listenGrpc()).operationsClient)],
  ])('makes the calls itself, with the same results, errors and cancellations: %s', async (_, connect) => {
    emulator.start({ name, durationMs: 0, response: packStruct({ books: 3 }) });
    const client = new OperationsClient({ transport: await connect(), retry: { maxElapsedMs: 0 } });
    expect(await client.poller(name).promise()).toMatchObject({
      typeUrl: 'type.googleapis.com/google.protobuf.Struct',
    });
    const details = [
      { '@type': 'type.googleapis.com/google.rpc.ErrorInfo' as const, reason: 'R', domain: 'd', metadata: {} },
    ];
    emulator.injectFault({ method: 'getOperation', status: { code: Code.PERMISSION_DENIED, message: 'no', details } });
    await expect(client.getOperation({ name })).rejects.toMatchObject({
      rpcCode: Code.PERMISSION_DENIED,
      origin: 'service',
      status: { message: 'no', details },
    });
    emulator.injectFault({ method: 'getOperation', hang: true });
    await expect(client.getOperation({ name }, { timeoutMs: 100 })).rejects.toMatchObject({
      rpcCode: Code.DEADLINE_EXCEEDED,
    });
    emulator.injectFault({ method: 'getOperation', hang: true });
    const controller = new AbortController();
    const aborted = client.getOperation({ name }, { signal: controller.signal });
    setTimeout(() => controller.abort(new Error('enough')), 50);
    await expect(aborted).rejects.toThrow('enough');
    await client.deleteOperation({ name });
    expect(calls.filter((path) => path === '/')).toEqual([]); // no call that is not sent
    expect(calls).toHaveLength(5);
    await client.close();
  });
});
