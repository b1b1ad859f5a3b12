import { asRecord } from './operation.js';

/**
 * The headers with which an operation was started: the caller's own (`otherArgs.headers`) and those of the generated
 * client, such as `x-goog-api-client`.
 *
 * Without the routing header: it speaks of the resource that the starting method was called for, and a request about
 * the operation is routed by the operation's name (AIP-4222).
 *
 * @param callOptions - the settings of the call that started it; there are none on an operation that was resumed.
 */
export function headersFrom(callOptions: unknown): Record<string, string> {
  const { headers, metadataBuilder } = asRecord(asRecord(callOptions).otherArgs) as OtherArgs;
  const own = flat(asRecord(headers));
  // It makes grpc-js metadata, or with `fallback: true` lists of values, and adds the client's own.
  return metadataBuilder ? { ...own, ...flat(entries(metadataBuilder(undefined, own))) } : own;
}

interface OtherArgs {
  readonly headers?: unknown;
  readonly metadataBuilder?: (abTests: undefined, headers: object) => unknown;
}

function entries(metadata: unknown): Readonly<Record<string, unknown>> {
  const { getMap } = asRecord(metadata) as { getMap?: () => unknown };
  return asRecord(getMap ? getMap.call(metadata) : metadata);
}

function flat(headers: Readonly<Record<string, unknown>>): Record<string, string> {
  const result: Record<string, string> = {};
  for (const [key, value] of Object.entries(headers)) {
    const name = key.toLowerCase();
    // Binary values cannot be told as text, and what begins with grpc- is grpc-js's own business.
    if (name === 'x-goog-request-params' || /^grpc-|-bin$/.test(name) || value === undefined) continue;
    result[name] = Array.isArray(value) ? value.join(', ') : String(value);
  }
  return result;
}
