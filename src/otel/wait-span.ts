import { context, SpanStatusCode, trace, type Context, type Link, type Span } from '@opentelemetry/api';
import type { Outcome } from './outcome.js';
import type { Telemetry } from './telemetry.js';

/** The span and the metrics of one wait. */
export class WaitSpan {
  readonly #telemetry: Telemetry;
  readonly #span: Span;
  readonly #startMs = performance.now();
  #attempts = 0;
  /** When the last attempt ended; undefined before the first and during one. */
  #sleepStartMs: number | undefined;
  #ended = false;
  /** The context of the wait's requests. */
  readonly context: Context;

  /** @param links - the span that started the operation. */
  constructor(telemetry: Telemetry, name: string, links: Link[]) {
    this.#telemetry = telemetry;
    const attributes = { 'gcp.resource.destination.id': name };
    this.#span = telemetry.tracer.startSpan('LRO Wait', { attributes, links });
    this.context = trace.setSpan(context.active(), this.#span);
    telemetry.activeWaits.add(1);
  }

  /** An attempt begins: records the pause before it. Returns the number of the attempt, from 1. */
  startAttempt(): number {
    if (this.#sleepStartMs !== undefined) {
      const options = { startTime: this.#sleepStartMs };
      this.#telemetry.tracer.startSpan('LRO Sleep', options, this.context).end();
    }
    this.#sleepStartMs = undefined;
    return ++this.#attempts;
  }

  endAttempt(): void {
    this.#sleepStartMs = Date.now(); // as the SDK takes the start of a span
  }

  end({ outcome, errorType, attributes }: Outcome): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#span.setAttributes({ ...attributes, 'longrunning.outcome': outcome });
    if (errorType !== undefined) {
      this.#span.setAttribute('error.type', errorType);
      if (outcome !== 'aborted') this.#span.setStatus({ code: SpanStatusCode.ERROR });
    }
    this.#span.end();
    const labels = { 'longrunning.outcome': outcome, ...(errorType !== undefined && { 'error.type': errorType }) };
    const { activeWaits, waitDuration, waitPolls } = this.#telemetry;
    activeWaits.add(-1);
    waitDuration.record((performance.now() - this.#startMs) / 1000, labels);
    waitPolls.record(this.#attempts, labels);
  }
}

/** The waits that go on, by the names of their operations. */
export class ActiveWaits {
  readonly #byName = new Map<string, Set<WaitSpan>>();

  add(name: string, wait: WaitSpan): void {
    const waits = this.#byName.get(name) ?? new Set();
    this.#byName.set(name, waits.add(wait));
  }

  delete(name: string, wait: WaitSpan): void {
    const waits = this.#byName.get(name);
    waits?.delete(wait);
    if (waits?.size === 0) this.#byName.delete(name);
  }

  /** The waits for an operation: all of them share its requests. The first one is the parent of their spans. */
  of(name: string): readonly WaitSpan[] {
    return [...(this.#byName.get(name) ?? [])];
  }
}
