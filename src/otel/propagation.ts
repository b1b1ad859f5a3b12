import { context, propagation } from '@opentelemetry/api';
import type { CallOptions } from '../transport.js';

/**
 * Adds the headers by which the service continues the trace, such as `traceparent`, from the active context. The caller's own
 * headers of these names remain.
 *
 * Another instrumentation may do so later. That of grpc-js replaces the headers; that of undici, which sends `fetch()`, appends
 * its own, and a service cannot read two: where it is active, it alone adds them. Browsers get none, since a service must
 * allow each header of another origin.
 *
 * @param protocol - as the transport describes it; undefined if it is not known.
 */
export function withTraceHeaders(options: CallOptions, protocol: unknown): CallOptions {
  if (protocol !== 'grpc' && (!isNode || hasFetchInstrumentation())) return options;
  const own = new Set(Object.keys(options.headers ?? {}).map((name) => name.toLowerCase()));
  const added: Record<string, string> = {};
  const set = (carrier: Record<string, string>, name: string, value: unknown): void => {
    if (typeof value === 'string' && !own.has(name.toLowerCase())) carrier[name.toLowerCase()] = value;
  };
  try {
    propagation.inject(context.active(), added, { set });
  } catch {
    return options; // telemetry must not fail the request
  }
  return Object.keys(added).length === 0 ? options : { ...options, headers: { ...options.headers, ...added } };
}

/** The part of `node:diagnostics_channel` that is used. */
interface DiagnosticsChannels {
  channel(name: string): { readonly hasSubscribers: boolean };
}

const { process } = globalThis as { process?: { getBuiltinModule?: (name: string) => unknown } };
const isNode = typeof process?.getBuiltinModule === 'function';
const requests = (process?.getBuiltinModule?.('node:diagnostics_channel') as DiagnosticsChannels | undefined)?.channel(
  'undici:request:create',
);

/** Whether an instrumentation gets each request of `fetch()`, to add headers to it. */
function hasFetchInstrumentation(): boolean {
  return requests?.hasSubscribers === true;
}
