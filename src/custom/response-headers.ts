import { asRecord } from '../transports/as-record.js';
import type { HttpResponse } from '../transports/fetch.js';

/** The headers of a response of any HTTP library: a `Headers`, or a plain object. */
export function headersOf(headers: unknown): HttpResponse['headers'] {
  const { get } = asRecord(headers);
  if (typeof get === 'function') return { get: (name) => textOf(get.call(headers, name)) };
  const plain = Object.entries(asRecord(headers)).map(([name, value]) => [name.toLowerCase(), value] as const);
  return { get: (name) => textOf(plain.find(([key]) => key === name)?.[1]) };
}

/** The text of a header. Some libraries have a number, or a list of values. */
function textOf(value: unknown): string | null {
  const [first]: unknown[] = [value].flat();
  return typeof first === 'string' || typeof first === 'number' ? String(first) : null;
}
