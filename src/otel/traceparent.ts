import { isSpanContextValid, type SpanContext } from '@opentelemetry/api';
import { assertArgument } from '../arguments.js';
import type { ResumeToken } from '../resume-token.js';

/** A span's context as W3C `traceparent`. */
export function formatTraceparent({ traceId, spanId, traceFlags }: SpanContext): string {
  return `00-${traceId}-${spanId}-${traceFlags.toString(16).padStart(2, '0')}`;
}

/**
 * The span of the wait that a token was made of; undefined if the token has no `traceparent`.
 *
 * @throws TypeError if it has an invalid one.
 */
export function readTraceparent(token: ResumeToken): SpanContext | undefined {
  const { traceparent }: { traceparent?: unknown } = token;
  if (traceparent === undefined) return undefined;
  const spanContext = parseTraceparent(traceparent);
  assertArgument(spanContext, 'resume from the token', 'traceparent', 'a W3C traceparent', traceparent);
  return spanContext;
}

function parseTraceparent(text: unknown): SpanContext | undefined {
  const pattern = /^(?!ff)([\da-f]{2})-([\da-f]{32})-([\da-f]{16})-([\da-f]{2})(-.*)?$/;
  const match = typeof text === 'string' ? pattern.exec(text) : null;
  const [, version, traceId = '', spanId = '', flags = '00', more] = match ?? [];
  // Versions after 00 may append fields.
  if (version === '00' && more !== undefined) return undefined;
  const spanContext = { traceId, spanId, traceFlags: Number.parseInt(flags, 16), isRemote: true };
  return isSpanContextValid(spanContext) ? spanContext : undefined;
}
