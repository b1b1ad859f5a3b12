import type { JsonValue } from '../any.js';
import type { Binding } from './http-rule.js';
import { expandPathTemplate, fieldsOf, jsonName, percentEncode } from './path-template.js';

/** The fields of a request message by their JSON names. */
export type Fields = Readonly<Record<string, string | number | boolean | undefined>>;

/** What is to be sent. */
export interface HttpRequest {
  /** The HTTP method. */
  readonly httpMethod: string;
  /** The path, percent-encoded, from the first slash on. */
  readonly path: string;
  /** The query without its `?`; may be empty. */
  readonly query: string;
  /** The JSON text of the body; undefined: the request has none. */
  readonly body: string | undefined;
}

/**
 * The HTTP request that stands for an RPC: that of the first binding which the fields fit, undefined if they fit none.
 * Fields that are not in the path go where the binding's `body` says; those of default value are left out.
 *
 * A value with slashes is one for `{field=projects/*}` or `{field=**}`. Where none of these fits it, the first `{field}`
 * takes it, its slashes encoded.
 *
 * @see `google/api/http.proto`
 */
export function transcode(bindings: readonly Binding[], fields: Fields): HttpRequest | undefined {
  for (const slashes of [false, true]) {
    for (const binding of bindings) {
      const path = expandPathTemplate(binding.template, fields, slashes);
      if (path !== undefined) return requestOf(binding, path, fields);
    }
  }
  return undefined;
}

function requestOf({ httpMethod, template, body }: Binding, path: string, fields: Fields): HttpRequest {
  const inPath = fieldsOf(template);
  const rest = Object.entries(fields).filter(([field, value]) => isSet(value) && !inPath.includes(field));
  if (body === '*') return { httpMethod, path, query: '', body: JSON.stringify(Object.fromEntries(rest)) };
  const field = jsonName(body);
  return {
    httpMethod,
    path,
    query: rest
      .filter(([name]) => name !== field)
      .map(([name, value]) => `${percentEncode(name)}=${percentEncode(String(value))}`)
      .join('&'),
    body: isSet(fields[field]) ? JSON.stringify(fields[field] satisfies JsonValue | undefined) : undefined,
  };
}

// proto3: a field of default value is one that is not there.
const isSet = (value: Fields[string]): boolean => value !== undefined && value !== '' && value !== 0 && value !== false;
