import {
  INVALID_SPAN_CONTEXT,
  trace,
  type Histogram,
  type Span,
  type Tracer,
  type UpDownCounter,
} from '@opentelemetry/api';

// Telemetry must not fail a wait or a request: what a provider, a processor or an exporter throws is ignored.

/** Runs a step of the telemetry. What it throws is ignored. */
export function ignoreErrors(step: () => void): void {
  try {
    step();
  } catch {
    // Nothing is recorded.
  }
}

/** Starts a span. If that fails, the span records nothing. */
export function startSpan(tracer: Tracer, ...parameters: Parameters<Tracer['startSpan']>): Span {
  try {
    const span = tracer.startSpan(...parameters);
    span.spanContext(); // it is read later, for children, links and tokens
    return span;
  } catch {
    return trace.wrapSpanContext(INVALID_SPAN_CONTEXT);
  }
}

/** A histogram that does not throw. */
export function guardedHistogram(histogram: Histogram): Pick<Histogram, 'record'> {
  return { record: (...parameters) => ignoreErrors(() => histogram.record(...parameters)) };
}

/** A counter that does not throw. */
export function guardedCounter(counter: UpDownCounter): Pick<UpDownCounter, 'add'> {
  return { add: (...parameters) => ignoreErrors(() => counter.add(...parameters)) };
}
