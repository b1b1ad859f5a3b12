import { context, isSpanContextValid, trace, type SpanContext } from '@opentelemetry/api';
import type { OperationInfo } from '../any.js';
import { OperationsClient } from '../client.js';
import type { OperationsClientOptions } from '../client-options.js';
import type { PollingOptions } from '../polling/settings.js';
import type { LROPoller } from '../poller.js';
import type { OperationsTransport } from '../transport.js';
import { ActiveWaits } from './active-waits.js';
import { CallerContexts } from './caller-contexts.js';
import { createTelemetry, type TelemetryOptions, type TracedOperation } from './telemetry.js';
import { tracePoller } from './traced-poller.js';
import { readTraceparent } from './traceparent.js';
import { tracedTransport, withWaits, type Tracing } from './transport.js';
import type { WaitSpan } from './wait-span.js';

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
 * @throws TypeError if an option of `telemetry` is invalid. The client's `resume()` also throws it for a token whose
 * `traceparent` is invalid.
 *
 * @example
 * ```ts
 * const client = traced({ transport: grpcTransport({ apiEndpoint: 'speech.googleapis.com' }) });
 * ```
 */
export function traced(options: OperationsClientOptions, telemetry: TelemetryOptions = {}): OperationsClient {
  const tracing = {
    telemetry: createTelemetry(telemetry),
    waits: new ActiveWaits(),
    callers: new CallerContexts(),
  };
  const { transport } = options;
  // Anything else is refused by the client, as without telemetry.
  const isTransport = typeof (transport as Partial<OperationsTransport> | undefined)?.getOperation === 'function';
  const client = new OperationsClient(
    isTransport ? { ...options, transport: tracedTransport(transport, tracing) } : options,
  );
  traceCalls(client, tracing);
  tracePollers(client, tracing, { startingMethod: telemetry.startingMethod, coalesces: Boolean(options.coalesce) });
  return client;
}

/** Has the caller's own requests, those of a poller's `poll()` and `cancel()` included, under the caller's span. */
function traceCalls(client: OperationsClient, { callers }: Tracing): void {
  const requestState = client.requestState.bind(client);
  const listOperations = client.listOperations.bind(client);
  const waitOperation = client.waitOperation.bind(client);
  const cancelOperation = client.cancelOperation.bind(client);
  const deleteOperation = client.deleteOperation.bind(client);
  // What both `getOperation()` and a poller's `poll()` call.
  client.requestState = (name, options, onSent) => requestState(name, callers.note(options), onSent);
  client.listOperations = (request, options) => listOperations(request, callers.note(options));
  client.waitOperation = (request, options) => waitOperation(request, callers.note(options));
  client.cancelOperation = (request, options) => cancelOperation(request, callers.note(options));
  client.deleteOperation = (request, options) => deleteOperation(request, callers.note(options));
}

function tracePollers(
  client: OperationsClient,
  tracing: Tracing,
  { startingMethod, coalesces }: { startingMethod: TelemetryOptions['startingMethod']; coalesces: boolean },
): void {
  const withSpans = <R, M>(
    createPoller: (polling: PollingOptions<M> | undefined) => LROPoller<R, M>,
    info: OperationInfo<R, M> | undefined,
    polling: PollingOptions<M> | undefined,
    spanContextOf: () => SpanContext | undefined,
  ): LROPoller<R, M> => {
    const ownWaits = new Set<WaitSpan>();
    // Pollers that share their requests have them in common: their headers stay the same.
    const poller = createPoller(coalesces ? polling : withWaits(polling, ownWaits));
    const operation = {
      name: poller.name,
      responseType: info?.response.typeName,
      metadataType: info?.metadata.typeName,
      historyKey: polling?.historyKey,
    };
    const origin = { spanContext: spanContextOf(), startingMethod: methodOf(operation, startingMethod), ownWaits };
    return tracePoller(poller, tracing, origin);
  };
  const [poller, resume] = [client.poller.bind(client), client.resume.bind(client)];
  client.poller = (from, info, polling) =>
    withSpans((options) => poller(from, info, options), info, polling, activeSpanContext);
  client.resume = (token, info, polling) =>
    withSpans(
      (options) => resume(token, info, options),
      info,
      polling,
      () => readTraceparent(token),
    );
}

function methodOf(operation: TracedOperation, startingMethod: TelemetryOptions['startingMethod']): string | undefined {
  try {
    return typeof startingMethod === 'function' ? startingMethod(operation) : startingMethod;
  } catch {
    return undefined; // telemetry must not fail the wait
  }
}

/** The span that is active where a poller is made. */
function activeSpanContext(): SpanContext | undefined {
  const spanContext = trace.getSpanContext(context.active());
  return spanContext && isSpanContextValid(spanContext) ? spanContext : undefined;
}
