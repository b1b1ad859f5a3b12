import {
  metrics,
  trace,
  ValueType,
  type Histogram,
  type MeterProvider,
  type Tracer,
  type TracerProvider,
  type UpDownCounter,
} from '@opentelemetry/api';

/** Where spans and metrics go. */
export interface TelemetryOptions {
  /** @defaultValue the global one */
  tracerProvider?: TracerProvider | undefined;
  /** @defaultValue the global one */
  meterProvider?: MeterProvider | undefined;
}

/** The tracer and the instruments of a client. */
export interface Telemetry {
  readonly tracer: Tracer;
  /** How long waits took, in seconds. */
  readonly waitDuration: Histogram;
  /** How many polls a wait sent, each attempt on its own. */
  readonly waitPolls: Histogram;
  /** How long after its end, as the metadata have it, an operation was seen done, in seconds. */
  readonly detectionLag: Histogram;
  /** How many waits there are. */
  readonly activeWaits: UpDownCounter;
  /** How long requests took, in seconds. */
  readonly requestDuration: Histogram;
}

const scope = 'longrunning';

/** Creates the tracer and the instruments. */
export function createTelemetry({ tracerProvider, meterProvider }: TelemetryOptions): Telemetry {
  const meter = (meterProvider ?? metrics).getMeter(scope);
  const seconds = { unit: 's', valueType: ValueType.DOUBLE };
  return {
    tracer: (tracerProvider ?? trace).getTracer(scope),
    waitDuration: meter.createHistogram('longrunning.wait.duration', {
      ...seconds,
      description: 'Duration of waits for operations.',
    }),
    waitPolls: meter.createHistogram('longrunning.wait.polls', {
      unit: '{attempt}',
      valueType: ValueType.INT,
      description: 'Attempts of polls during a wait.',
    }),
    detectionLag: meter.createHistogram('longrunning.detection.lag', {
      ...seconds,
      description: 'Time from the end of an operation, by its metadata, until it was seen done.',
    }),
    activeWaits: meter.createUpDownCounter('longrunning.waits.active', {
      unit: '{wait}',
      valueType: ValueType.INT,
      description: 'Waits that go on.',
    }),
    requestDuration: meter.createHistogram('longrunning.request.duration', {
      ...seconds,
      description: 'Duration of requests, each attempt on its own.',
    }),
  };
}
