import { typeNameOf, type Any, type JsonValue } from '../any.js';
import { isObject } from '../wire/details.js';

/**
 * The types that have a JSON form of their own, with the JSON of their default instance. In an Any they have it under
 * `value`, beside the `'@type'`.
 *
 * @see https://protobuf.dev/programming-guides/json/
 */
const wellKnownDefaults = new Map<string, JsonValue>(
  Object.entries({
    Any: {},
    BoolValue: false,
    BytesValue: '',
    DoubleValue: 0,
    Duration: '0s',
    Empty: {},
    FieldMask: '',
    FloatValue: 0,
    Int32Value: 0,
    Int64Value: '0',
    ListValue: [],
    StringValue: '',
    Struct: {},
    Timestamp: '1970-01-01T00:00:00Z',
    UInt32Value: 0,
    UInt64Value: '0',
    Value: null,
  }).map(([name, json]) => [`google.protobuf.${name}`, json]),
);

/** Whether a type has a JSON form of its own. */
export function isWellKnownType(typeName: string): boolean {
  return wellKnownDefaults.has(typeName);
}

/** The JSON of a type's default instance. */
export function defaultJson(typeName = ''): JsonValue {
  return wellKnownDefaults.has(typeName) ? structuredClone(wellKnownDefaults.get(typeName) as JsonValue) : {};
}

/**
 * The JSON of the message in an Any, as it would be in a field: without the `'@type'`, and taken out of `value` where
 * the type has a form of its own.
 */
export function unwrapAnyJson(any: Any): JsonValue {
  const { json = {} } = any;
  if (!isObject(json) || !('@type' in json)) return json;
  const typeName = typeNameOf(any);
  // Google's front ends write an Empty without its `value`; and null is what is not set, but for a Value, which is null then.
  if (wellKnownDefaults.has(typeName)) return json.value ?? defaultJson(typeName);
  const { '@type': _, ...fields } = json;
  return fields;
}
