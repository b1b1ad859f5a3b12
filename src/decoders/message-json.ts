import { typeNameOf, type Any, type JsonValue } from '../any.js';
import { isObject } from '../wire/json-object.js';

/**
 * The types with a special JSON form, and the JSON of their default instances. An Any has this JSON under `value`, next
 * to the `'@type'`.
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

/** Whether a type has a special JSON form. */
export function isWellKnownType(typeName: string): boolean {
  return wellKnownDefaults.has(typeName);
}

/** The JSON of a type's default instance. */
export function defaultJson(typeName: string): JsonValue {
  return wellKnownDefaults.has(typeName) ? structuredClone(wellKnownDefaults.get(typeName) as JsonValue) : {};
}

/**
 * The JSON of the message in an Any, as it would be in a field: without the `'@type'`, and taken from `value` if the
 * type has a special JSON form.
 */
export function unwrapAnyJson(any: Any): JsonValue {
  const { json = {} } = any;
  if (!isObject(json) || !('@type' in json)) return json;
  const typeName = typeNameOf(any);
  // Google's front ends write an Empty without its `value`. A null means that the value is unset: the default.
  if (wellKnownDefaults.has(typeName)) return json.value ?? defaultJson(typeName);
  const { '@type': _, ...fields } = json;
  return fields;
}
