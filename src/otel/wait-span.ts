import { context, SpanStatusCode, trace, type Context, type Link, type Span } from '@opentelemetry/api';
import { ignoreErrors, startSpan } from './guard.js';
import type { Outcome } from './outcome.js';
import type { Telemetry } from './telemetry.js';

/** What a wait is for. */
export interface WaitSubject {
  /** The operation. */
  readonly name: string;
  /** The method that started it, if it is known. */
  readonly startingMethod: string | undefined;
  /** The span that started it, or that of the wait that is resumed. */
  readonly links: Link[];
}

/** The span and the metrics of one wait. */
export class WaitSpan {
  readonly #telemetry: Telemetry;
  readonly #span: Span;
  readonly #startMs = performance.now();
  #attempts = 0;
  /** When the last attempt ended; undefined before the first and during one. */
  #sleepStartMs: number | undefined;
  /** Whether the last attempt said that the operation is not done. */
  #isPending = false;
  #ended = false;
  /** The context of the wait's requests. */
  readonly context: Context;

  constructor(telemetry: Telemetry, { name, startingMethod, links }: WaitSubject) {
    this.#telemetry = telemetry;
    const attributes = {
      'gcp.resource.destination.id': name,
      ...(startingMethod !== undefined && { 'gcp.rpc.method': startingMethod }),
    };
    const spanName = startingMethod === undefined ? 'LRO Wait' : `${startingMethod}.Wait`;
    this.#span = startSpan(telemetry.tracer, spanName, { attributes, links });
    this.context = trace.setSpan(context.active(), this.#span);
    telemetry.activeWaits.add(1);
  }

  /** An attempt begins: records the pause before it. Returns the number of the attempt, from 1. */
  startAttempt(): number {
    this.#endSleep();
    return ++this.#attempts;
  }

  /** @param isPending - whether the response was that the operation is not done. */
  endAttempt(isPending: boolean): void {
    this.#isPending = isPending;
    this.#sleepStartMs = Date.now(); // as the SDK takes the start of a span
  }

  end({ outcome, errorType, attributes }: Outcome): void {
    if (this.#ended) return;
    this.#ended = true;
    // Otherwise the last attempt has ended the wait.
    if (this.#isPending || outcome === 'aborted' || outcome === 'timeout' || outcome === 'left') this.#endSleep();
    const labels = { 'longrunning.outcome': outcome, ...(errorType !== undefined && { 'error.type': errorType }) };
    const isError = errorType !== undefined && outcome !== 'aborted';
    ignoreErrors(() => {
      this.#span.setAttributes({ ...attributes, ...labels });
      if (isError) this.#span.setStatus({ code: SpanStatusCode.ERROR });
    });
    ignoreErrors(() => this.#span.end());
    const { activeWaits, waitDuration, waitPolls } = this.#telemetry;
    activeWaits.add(-1);
    waitDuration.record((performance.now() - this.#startMs) / 1000, labels);
    waitPolls.record(this.#attempts, labels);
  }

  #endSleep(): void {
    const startTime = this.#sleepStartMs;
    this.#sleepStartMs = undefined;
    if (startTime === undefined) return;
    const span = startSpan(this.#telemetry.tracer, 'LRO Sleep', { startTime }, this.context);
    ignoreErrors(() => span.end());
  }
}
