import { context, isSpanContextValid, trace, type SpanContext } from '@opentelemetry/api';
import { OperationsClient } from '../client.js';
import type { OperationsClientOptions } from '../client-options.js';
import type { LROPoller } from '../poller.js';
import type { OperationsTransport } from '../transport.js';
import { createTelemetry, type TelemetryOptions } from './telemetry.js';
import { tracePoller } from './traced-poller.js';
import { parseTraceparent } from './traceparent.js';
import { tracedTransport } from './transport.js';
import { ActiveWaits } from './wait-span.js';

/**
 * Creates a client whose waits and requests have spans and metrics.
 *
 * A wait is a span "LRO Wait", from the start of a waiter to its end, with a link to the span in which its poller was made.
 * Under it each request has a client span, and each pause a span "LRO Sleep". Tokens hold a `traceparent`, so that the span of
 * a resumed wait links to it. Spans and metrics hold names, codes and times: nothing of responses, metadata or credentials.
 *
 * @param options - the options of {@link OperationsClient}.
 * @param telemetry - the providers; the global ones by default.
 * @throws what the constructor of {@link OperationsClient} throws.
 *
 * @example
 * ```ts
 * const client = traced({ transport: grpcTransport({ apiEndpoint: 'speech.googleapis.com' }) });
 * ```
 */
export function traced(options: OperationsClientOptions, telemetry: TelemetryOptions = {}): OperationsClient {
  const instruments = createTelemetry(telemetry);
  const waits = new ActiveWaits();
  const { transport } = options;
  // Anything else is refused by the client, as without telemetry.
  const isTransport = typeof (transport as Partial<OperationsTransport> | undefined)?.getOperation === 'function';
  const client = new OperationsClient(
    isTransport ? { ...options, transport: tracedTransport(transport, instruments, waits) } : options,
  );
  const withSpans = <R, M>(poller: LROPoller<R, M>, origin: SpanContext | undefined): LROPoller<R, M> =>
    tracePoller(poller, instruments, waits, origin);
  const [poller, resume] = [client.poller.bind(client), client.resume.bind(client)];
  client.poller = (from, info, polling) => withSpans(poller(from, info, polling), activeSpanContext());
  client.resume = (token, info, polling) =>
    withSpans(resume(token, info, polling), parseTraceparent((token as { traceparent?: unknown }).traceparent));
  return client;
}

/** The span that is active where a poller is made. */
function activeSpanContext(): SpanContext | undefined {
  const spanContext = trace.getSpanContext(context.active());
  return spanContext && isSpanContextValid(spanContext) ? spanContext : undefined;
}
