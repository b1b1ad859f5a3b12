import { asRecord } from '../transports/as-record.js';
import type { HttpResponse } from '../transports/fetch.js';

/** The headers of a response of any HTTP library: a `Headers`, or a plain object. */
export function headersOf(headers: unknown): HttpResponse['headers'] {
  const { get } = asRecord(headers);
  if (typeof get === 'function') return { get: (name) => stringOrNull(get.call(headers, name)) };
  const plain = Object.entries(asRecord(headers)).map(([name, value]) => [name.toLowerCase(), value] as const);
  return { get: (name) => stringOrNull(plain.find(([key]) => key === name)?.[1]) };
}

const stringOrNull = (value: unknown): string | null => (typeof value === 'string' ? value : null);
