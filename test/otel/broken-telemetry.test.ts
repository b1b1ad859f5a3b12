// Telemetry that throws: waits and requests are as without it.
import {
  createNoopMeter,
  trace,
  type Meter,
  type MeterProvider,
  type Span,
  type Tracer,
  type TracerProvider,
} from '@opentelemetry/api';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { BasicTracerProvider, type SpanProcessor } from '@opentelemetry/sdk-trace-base';
import { constantBackoff, OperationFailedError, RequestError } from '../../src/index.js';
import { traced, type TelemetryOptions } from '../../src/otel/index.js';
import { OperationsEmulator, packStruct } from '../../src/testing/index.js';
import { rejection } from '../support/wires.js';

let emulator: OperationsEmulator;
beforeEach(() => {
  emulator = new OperationsEmulator();
});
afterEach(() => emulator.close());

const fail = (): never => {
  throw new Error('broken telemetry');
};

/** An object whose methods throw, except those given. */
function failing<T extends object>(methods: Partial<T> = {}): T {
  return new Proxy(methods as T, { get: (own, key) => Reflect.get(own, key) ?? fail });
}

const tracers = (tracer: Partial<Tracer>): TracerProvider => ({ getTracer: () => tracer as Tracer });
const spanContext = trace.wrapSpanContext({ traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), traceFlags: 1 });

/** A meter whose instruments throw. */
const meters: MeterProvider = {
  getMeter: () => {
    const instrument = () => failing<never>();
    return { ...createNoopMeter(), createHistogram: instrument, createUpDownCounter: instrument } as Meter;
  },
};

const processor: SpanProcessor = {
  onStart: () => undefined,
  onEnd: fail,
  forceFlush: () => Promise.resolve(),
  shutdown: () => Promise.resolve(),
};

const broken: [what: string, telemetry: TelemetryOptions][] = [
  ['the tracer', { tracerProvider: tracers({ startSpan: fail }) }],
  ['a span', { tracerProvider: tracers({ startSpan: () => failing<Span>() }) }],
  [
    'a span, but for its context',
    { tracerProvider: tracers({ startSpan: () => failing<Span>({ spanContext: () => spanContext.spanContext() }) }) },
  ],
  [
    'a processor at the start of spans',
    { tracerProvider: new BasicTracerProvider({ spanProcessors: [{ ...processor, onStart: fail }] }) },
  ],
  ['a processor at the end of spans', { tracerProvider: new BasicTracerProvider({ spanProcessors: [processor] }) }],
  ['the instruments', { meterProvider: meters }],
];

describe.each(broken)('if %s throws', (_, telemetry) => {
  const open = () =>
    traced(
      { transport: emulator.transport(), polling: { backoff: constantBackoff(5), serverWait: 'never' } },
      telemetry,
    );

  it('a wait returns the response, and its poller can be saved', async () => {
    const client = open();
    const { name } = emulator.start({ durationMs: 20, response: packStruct({ books: 3 }) });
    const poller = client.poller(name);
    expect(await poller.promise()).toMatchObject({ json: { value: { books: 3 } } });
    expect(JSON.parse(JSON.stringify(poller))).toMatchObject({ name });
    await client.close();
  });

  it('a wait ends as its operation, a request or the caller ends it', async () => {
    const client = open();
    const failed = emulator.start({ durationMs: 20, error: { code: 3, message: 'refused', details: [] } });
    expect(await rejection(client.poller(failed).promise())).toBeInstanceOf(OperationFailedError);
    expect(await rejection(client.poller('operations/none').promise())).toBeInstanceOf(RequestError);
    const { name } = emulator.start({ durationMs: Infinity });
    const late = client.poller(name).promise({ totalTimeoutMs: 20 });
    expect(await rejection(late)).toMatchObject({ code: 'LRO_POLLING_TIMEOUT', token: { name } });
    for await (const { done } of client.poller(name)) {
      expect(done).toBe(false);
      break;
    }
    await client.close();
  });
});
