import type { JsonValue } from '../any.js';
import { percentEncode } from '../transports/percent-encode.js';
import type { Binding, Fields } from './http-rule.js';
import { expandPathTemplate, fieldsOf, jsonName } from './path-template.js';

/** The HTTP request for an RPC. */
export interface HttpRequest {
  /** The HTTP method. */
  readonly httpMethod: string;
  /** The path, percent-encoded, with its first slash. */
  readonly path: string;
  /** The query without its `?`; may be empty. */
  readonly query: string;
  /** The JSON text of the body; undefined if the request has no body. */
  readonly body: string | undefined;
}

/**
 * The HTTP request for an RPC, by the first binding that the fields match; undefined if they match none. The binding's
 * `body` decides where fields outside the path go. Fields with the default value are omitted.
 *
 * A value with slashes matches `{field=projects/*}` or `{field=**}`. If no binding has such a pattern for it, the first
 * `{field}` takes the value with its slashes encoded.
 *
 * @see `google/api/http.proto`
 */
export function transcode(bindings: readonly Binding[], fields: Fields): HttpRequest | undefined {
  const match = matchBinding(bindings, fields);
  return match && toRequest(match);
}

/** A binding, the path by it, and the fields of the bound request. */
export interface BindingMatch {
  readonly binding: Binding;
  readonly path: string;
  readonly fields: Fields;
}

/** The first binding that the fields match. */
export function matchBinding(bindings: readonly Binding[], fields: Fields): BindingMatch | undefined {
  for (const slashes of [false, true]) {
    for (const binding of bindings) {
      const bound = binding.fieldsFrom ? binding.fieldsFrom(fields) : fields;
      const path = bound && expandPathTemplate(binding.template, bound, slashes);
      if (path !== undefined) return { binding, path, fields: bound as Fields };
    }
  }
  return undefined;
}

function toRequest({ binding: { httpMethod, template, body }, path, fields }: BindingMatch): HttpRequest {
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

// proto3: a field with the default value is absent.
const isSet = (value: Fields[string]): boolean => value !== undefined && value !== '' && value !== 0 && value !== false;
