import {
  metrics,
  trace,
  ValueType,
  type Histogram,
  type MeterProvider,
  type MetricOptions,
  type Tracer,
  type TracerProvider,
  type UpDownCounter,
} from '@opentelemetry/api';
import { assertArgument, assertKnownOptions, type OptionNames } from '../arguments.js';
import { guardedCounter, guardedHistogram } from './guard.js';

/** An operation for which a poller is made. */
export interface TracedOperation {
  /** Its name. */
  readonly name: string;
  /** The full name of the declared type of the response. */
  readonly responseType: string | undefined;
  /** The full name of the declared type of the metadata. */
  readonly metadataType: string | undefined;
  /** The `historyKey` of the poller. */
  readonly historyKey: string | undefined;
}

/** Where spans and metrics go, and how waits are named. */
export interface TelemetryOptions {
  /** @defaultValue the global one */
  tracerProvider?: TracerProvider | undefined;
  /** @defaultValue the global one */
  meterProvider?: MeterProvider | undefined;
  /**
   * The method that starts the operations, such as `Agents.ExportAgent`, or a function that returns that of one operation;
   * undefined if it is not known. The spans of waits are then named `<method>.Wait`.
   * @defaultValue none: the spans are named `LRO Wait`
   */
  startingMethod?: string | ((operation: TracedOperation) => string | undefined) | undefined;
}

const telemetryOptionNames: OptionNames<TelemetryOptions> = {
  tracerProvider: true,
  meterProvider: true,
  startingMethod: true,
};

/** The tracer and the instruments of a client. */
export interface Telemetry {
  readonly tracer: Tracer;
  /** How long waits took, in seconds. */
  readonly waitDuration: Pick<Histogram, 'record'>;
  /** How many polls a wait sent, each attempt on its own. */
  readonly waitPolls: Pick<Histogram, 'record'>;
  /** How long after its end, as the metadata have it, an operation was seen done, in seconds. */
  readonly detectionLag: Pick<Histogram, 'record'>;
  /** How many waits there are. */
  readonly activeWaits: Pick<UpDownCounter, 'add'>;
  /** How long requests took, in seconds. */
  readonly requestDuration: Pick<Histogram, 'record'>;
}

const scope = 'longrunning';

// The buckets of the histograms. The default ones of the SDK are for milliseconds: all requests would be in one of them.
/** As OpenTelemetry's conventions for HTTP and RPC have them, and more for long polls. */
const requestSeconds = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10, 30, 60];
/** From a second to a day. */
const waitSeconds = [0.1, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600, 1800, 3600, 7200, 14_400, 43_200, 86_400];
const attempts = [1, 2, 3, 5, 10, 20, 50, 100, 200, 500, 1000];

/**
 * Creates the tracer and the instruments.
 *
 * @throws TypeError if an option is invalid.
 */
export function createTelemetry(options: TelemetryOptions): Telemetry {
  assertTelemetryOptions(options);
  const { tracerProvider, meterProvider } = options;
  const meter = (meterProvider ?? metrics).getMeter(scope);
  const histogram = (name: string, settings: MetricOptions, explicitBucketBoundaries: number[]) =>
    guardedHistogram(meter.createHistogram(name, { ...settings, advice: { explicitBucketBoundaries } }));
  const seconds = { unit: 's', valueType: ValueType.DOUBLE };
  return {
    tracer: (tracerProvider ?? trace).getTracer(scope),
    waitDuration: histogram(
      'longrunning.wait.duration',
      { ...seconds, description: 'Duration of waits for operations.' },
      waitSeconds,
    ),
    waitPolls: histogram(
      'longrunning.wait.polls',
      { unit: '{attempt}', valueType: ValueType.INT, description: 'Attempts of polls during a wait.' },
      attempts,
    ),
    detectionLag: histogram(
      'longrunning.detection.lag',
      { ...seconds, description: 'Time from the end of an operation, by its metadata, until it was seen done.' },
      requestSeconds,
    ),
    activeWaits: guardedCounter(
      meter.createUpDownCounter('longrunning.waits.active', {
        unit: '{wait}',
        valueType: ValueType.INT,
        description: 'Waits that go on.',
      }),
    ),
    requestDuration: histogram(
      'longrunning.request.duration',
      { ...seconds, description: 'Duration of requests, each attempt on its own.' },
      requestSeconds,
    ),
  };
}

function assertTelemetryOptions(options: TelemetryOptions): void {
  const action = 'trace a client';
  assertKnownOptions(action, options, telemetryOptionNames);
  const { tracerProvider, meterProvider, startingMethod } = options;
  const hasTracer = tracerProvider === undefined || hasMethod(tracerProvider, 'getTracer');
  assertArgument(hasTracer, action, 'tracerProvider', 'a TracerProvider', tracerProvider);
  const hasMeter = meterProvider === undefined || hasMethod(meterProvider, 'getMeter');
  assertArgument(hasMeter, action, 'meterProvider', 'a MeterProvider', meterProvider);
  const isMethod = startingMethod === undefined || ['string', 'function'].includes(typeof startingMethod);
  assertArgument(isMethod, action, 'startingMethod', 'a string or a function', startingMethod);
}

function hasMethod(value: unknown, name: string): boolean {
  return typeof (value as Record<string, unknown> | null)?.[name] === 'function';
}
