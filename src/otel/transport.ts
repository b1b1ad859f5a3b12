import { context, SpanKind, SpanStatusCode, trace, type Attributes, type Span } from '@opentelemetry/api';
import { isRequestError } from '../errors.js';
import { codeName } from '../status.js';
import type { OperationsMethod, OperationsTransport, RawOperation } from '../transport.js';
import type { Telemetry } from './telemetry.js';
import type { ActiveWaits } from './wait-span.js';

const service = 'google.longrunning.Operations';

/** A transport whose requests have a span each, under the span of their wait. */
export function tracedTransport(
  transport: OperationsTransport,
  telemetry: Telemetry,
  waits: ActiveWaits,
): OperationsTransport {
  const attempt = <T>(method: OperationsMethod, name: string, send: () => Promise<T>): Promise<T> =>
    new Attempt(telemetry, waits, transport.apiEndpoint, method, name).run(send);
  const result: OperationsTransport = {
    apiEndpoint: transport.apiEndpoint,
    getOperation: (request, options) =>
      attempt('GetOperation', request.name, () => transport.getOperation(request, options)),
    listOperations: (request, options) =>
      attempt('ListOperations', request.name, () => transport.listOperations(request, options)),
    cancelOperation: (request, options) =>
      attempt('CancelOperation', request.name, () => transport.cancelOperation(request, options)),
    deleteOperation: (request, options) =>
      attempt('DeleteOperation', request.name, () => transport.deleteOperation(request, options)),
    close: () => transport.close(),
  };
  if (transport.waitOperation) {
    result.waitOperation = (request, options) =>
      attempt('WaitOperation', request.name, () =>
        (transport as Required<OperationsTransport>).waitOperation(request, options),
      );
  }
  return result;
}

/** One attempt of an RPC. */
class Attempt {
  readonly #telemetry: Telemetry;
  readonly #waits: ActiveWaits;
  readonly #apiEndpoint: string | undefined;
  readonly #method: OperationsMethod;
  readonly #name: string;

  constructor(
    telemetry: Telemetry,
    waits: ActiveWaits,
    apiEndpoint: string | undefined,
    method: OperationsMethod,
    name: string,
  ) {
    this.#telemetry = telemetry;
    this.#waits = waits;
    this.#apiEndpoint = apiEndpoint;
    this.#method = method;
    this.#name = name;
  }

  async run<T>(send: () => Promise<T>): Promise<T> {
    const isPoll = this.#method === 'GetOperation' || this.#method === 'WaitOperation';
    const waits = isPoll ? this.#waits.of(this.#name) : [];
    const parent = waits[0]?.context ?? context.active();
    const [number = 1] = waits.map((wait) => wait.startAttempt());
    const attributes = this.#attributes(number);
    const span = this.#telemetry.tracer.startSpan(
      `${service}/${this.#method}`,
      { kind: SpanKind.CLIENT, attributes },
      parent,
    );
    const startMs = performance.now();
    try {
      const result = await context.with(trace.setSpan(parent, span), send);
      this.#succeed(span, startMs, result);
      return result;
    } catch (error) {
      this.#fail(span, startMs, error);
      throw error;
    } finally {
      span.end();
      for (const wait of waits) wait.endAttempt();
    }
  }

  #attributes(number: number): Attributes {
    const match = /^(?:\w+:\/\/)?(.*?)(?::(\d+))?$/.exec(this.#apiEndpoint ?? '');
    return {
      'rpc.system.name': 'google.longrunning',
      'rpc.method': `${service}/${this.#method}`,
      'gcp.resource.destination.id': this.#name,
      ...(match?.[1] && { 'server.address': match[1] }),
      ...(match?.[2] && { 'server.port': Number(match[2]) }),
      ...(number > 1 && { 'gcp.longrunning.poll_attempt_count': number }),
    };
  }

  #succeed(span: Span, startMs: number, result: unknown): void {
    const { done, error } = (result ?? {}) as Partial<RawOperation>;
    if (done !== undefined) span.setAttribute('gcp.longrunning.done', done);
    if (done === true) span.setAttribute('gcp.longrunning.status_code', error?.code ?? 0);
    this.#finish(span, startMs, 'OK');
  }

  #fail(span: Span, startMs: number, error: unknown): void {
    if (!isRequestError(error)) {
      // Aborted by the caller, or because the wait has ended.
      span.setAttribute('error.type', 'aborted');
      return this.#finish(span, startMs, 'CANCELLED');
    }
    const code = codeName(error.rpcCode);
    span.setAttribute('error.type', code);
    if (error.httpStatus !== undefined) span.setAttribute('http.response.status_code', error.httpStatus);
    span.setStatus({ code: SpanStatusCode.ERROR });
    this.#finish(span, startMs, code);
  }

  #finish(span: Span, startMs: number, code: string): void {
    span.setAttribute('rpc.response.status_code', code);
    const labels = { 'rpc.method': `${service}/${this.#method}`, 'rpc.response.status_code': code };
    this.#telemetry.requestDuration.record((performance.now() - startMs) / 1000, labels);
  }
}
