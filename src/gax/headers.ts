import { asRecord } from '../transports/as-record.js';

/**
 * The headers of the call that started an operation: the caller's own (`otherArgs.headers`) and those of the generated
 * client, such as `x-goog-api-client`.
 *
 * Without the routing header: it names the resource that the starting method was called for, but requests about the
 * operation are routed by the operation's name (AIP-4222).
 *
 * @param callOptions - the settings of the call that started it; absent on an operation that was resumed.
 */
export function headersFrom(callOptions: unknown): Record<string, string> {
  const { headers, metadataBuilder } = asRecord(asRecord(callOptions).otherArgs) as OtherArgs;
  const callerHeaders = flatten(asRecord(headers));
  // It adds the client's own headers, and returns grpc-js metadata, or with `fallback: true` arrays of values.
  return metadataBuilder
    ? { ...callerHeaders, ...flatten(entries(metadataBuilder(undefined, callerHeaders))) }
    : callerHeaders;
}

/** The host of the call that started an operation, which google-gax 6 has in its settings. */
export function hostOfCall(callOptions: unknown): string | undefined {
  const { servicePath } = asRecord(asRecord(callOptions).otherArgs);
  return typeof servicePath === 'string' && servicePath !== '' ? servicePath : undefined;
}

interface OtherArgs {
  readonly headers?: unknown;
  readonly metadataBuilder?: (abTests: undefined, headers: object) => unknown;
}

function entries(metadata: unknown): Readonly<Record<string, unknown>> {
  const { getMap } = asRecord(metadata) as { getMap?: () => unknown };
  return asRecord(getMap ? getMap.call(metadata) : metadata);
}

function flatten(headers: Readonly<Record<string, unknown>>): Record<string, string> {
  const result: Record<string, string> = {};
  for (const [key, value] of Object.entries(headers)) {
    const name = key.toLowerCase();
    // Binary values are not text, and grpc-js sets the headers that begin with grpc- itself.
    if (name === 'x-goog-request-params' || /^grpc-|-bin$/.test(name) || value === undefined) continue;
    result[name] = Array.isArray(value) ? value.join(', ') : String(value);
  }
  return result;
}
