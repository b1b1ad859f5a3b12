import {
  context,
  SpanKind,
  SpanStatusCode,
  trace,
  type Attributes,
  type Context,
  type Link,
  type Span,
} from '@opentelemetry/api';
import { isRequestError } from '../errors.js';
import { codeName } from '../status.js';
import { hostOf } from '../resume-token.js';
import type { OperationsMethod, OperationsTransport, RawOperation } from '../transport.js';
import { ignoreErrors, startSpan } from './guard.js';
import type { Telemetry } from './telemetry.js';

const service = 'google.longrunning.Operations';

/** One attempt of an RPC. */
export interface Attempt {
  readonly telemetry: Telemetry;
  readonly transport: OperationsTransport;
  readonly method: OperationsMethod;
  readonly request: { name: string };
  /** The number of the attempt within its wait, from 1; undefined if it is not one of a wait. */
  readonly number: number | undefined;
  readonly parent: Context;
  readonly links: Link[];
}

/** The span and the metric of one attempt. */
export class RequestSpan {
  readonly #attempt: Attempt;
  readonly #rpcMethod: string;
  readonly #span: Span;
  readonly #startMs = performance.now();
  /** The protocol, if the transport knows it before the request. */
  readonly protocol: unknown;

  constructor(attempt: Attempt) {
    this.#attempt = attempt;
    this.#rpcMethod = `${service}/${attempt.method}`;
    const description = descriptionOf(attempt);
    this.protocol = description['rpc.system.name'];
    const attributes = { 'rpc.method': this.#rpcMethod, ...attributesOf(attempt), ...description };
    const options = { kind: SpanKind.CLIENT, attributes, links: attempt.links };
    this.#span = startSpan(attempt.telemetry.tracer, this.#rpcMethod, options, attempt.parent);
  }

  /** Sends the request, with this span active. */
  async run<T>(send: () => Promise<T>): Promise<T> {
    try {
      const result = await context.with(trace.setSpan(this.#attempt.parent, this.#span), send);
      this.#succeed(result);
      return result;
    } catch (error) {
      this.#fail(error);
      throw error;
    }
  }

  #succeed(result: unknown): void {
    const { done, error } = (result ?? {}) as Partial<RawOperation>;
    this.#end('OK', {
      ...(done !== undefined && { 'gcp.longrunning.done': done }),
      ...(done === true && { 'gcp.longrunning.status_code': error?.code ?? 0 }),
    });
  }

  #fail(error: unknown): void {
    // Aborted by the caller, or because the wait has ended.
    if (!isRequestError(error)) return this.#end('CANCELLED', { 'error.type': 'aborted' });
    const { rpcCode, httpStatus } = error;
    const code = codeName(rpcCode);
    ignoreErrors(() => this.#span.setStatus({ code: SpanStatusCode.ERROR }));
    this.#end(code, {
      'error.type': code,
      ...(httpStatus !== undefined && { 'http.response.status_code': httpStatus }),
    });
  }

  #end(code: string, attributes: Attributes): void {
    // Described again: the first request of a transport loads what describes it.
    const all = { ...attributes, ...descriptionOf(this.#attempt), 'rpc.response.status_code': code };
    ignoreErrors(() => this.#span.setAttributes(all));
    ignoreErrors(() => this.#span.end());
    const labels = { 'rpc.method': this.#rpcMethod, 'rpc.response.status_code': code };
    this.#attempt.telemetry.requestDuration.record((performance.now() - this.#startMs) / 1000, labels);
  }
}

function attributesOf({ transport, request, number }: Attempt): Attributes {
  const host = hostOf(transport.apiEndpoint);
  const [, port] = /^(?:[\w+.-]+:\/+)?(?:\[[^\]]*\]|[^:/?#]+):(\d+)(?:[/?#]|$)/.exec(transport.apiEndpoint ?? '') ?? [];
  return {
    'gcp.resource.destination.id': request.name,
    ...(host && { 'server.address': host }),
    ...(host && port && { 'server.port': Number(port) }),
    ...(number !== undefined && { 'gcp.longrunning.poll_attempt_count': number }),
  };
}

/** How the request is sent, as far as the transport knows it. */
function descriptionOf({ transport, method, request }: Attempt): Attributes {
  try {
    const { protocol, httpMethod, urlTemplate } = transport.describeRequest?.(method, request) ?? {};
    return {
      ...(protocol !== undefined && { 'rpc.system.name': protocol }),
      ...(httpMethod !== undefined && { 'http.request.method': httpMethod }),
      ...(urlTemplate !== undefined && { 'url.template': urlTemplate }),
    };
  } catch {
    return {}; // telemetry must not fail the request
  }
}
