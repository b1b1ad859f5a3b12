import type { JsonValue } from '../any.js';
import { lengthDelimitedTag, tagOf, varintTag, type Reader } from '../wire/protobuf.js';

// Decodes the wire format of google/protobuf/struct.proto to the JSON values that the messages represent.

/** A Struct. fromEntries() defines its properties, so that a key `__proto__` is an ordinary key. */
export function readStruct(reader: Reader): Record<string, JsonValue> {
  const fields: [string, JsonValue][] = [];
  for (let tag = reader.tag(); tag !== 0; tag = reader.tag()) {
    if (tag === lengthDelimitedTag(1)) fields.push(reader.message(readField));
    else reader.skip(tag);
  }
  return Object.fromEntries(fields);
}

function readField(reader: Reader): [string, JsonValue] {
  let key = '';
  let value: JsonValue = null;
  for (let tag = reader.tag(); tag !== 0; tag = reader.tag()) {
    if (tag === lengthDelimitedTag(1)) key = reader.string();
    else if (tag === lengthDelimitedTag(2)) value = reader.message(readValue);
    else reader.skip(tag);
  }
  return [key, value];
}

/** A Value; `null` if no field is set. */
export function readValue(reader: Reader): JsonValue {
  let value: JsonValue = null;
  for (let tag = reader.tag(); tag !== 0; tag = reader.tag()) {
    if (tag === varintTag(1)) {
      reader.varint();
      value = null;
    } else if (tag === tagOf(2, 'fixed64')) value = reader.double();
    else if (tag === lengthDelimitedTag(3)) value = reader.string();
    else if (tag === varintTag(4)) value = reader.varint() !== 0;
    else if (tag === lengthDelimitedTag(5)) value = reader.message(readStruct);
    else if (tag === lengthDelimitedTag(6)) value = reader.message(readList);
    else reader.skip(tag);
  }
  return value;
}

/** A ListValue. */
export function readList(reader: Reader): JsonValue[] {
  const items: JsonValue[] = [];
  for (let tag = reader.tag(); tag !== 0; tag = reader.tag()) {
    if (tag === lengthDelimitedTag(1)) items.push(reader.message(readValue));
    else reader.skip(tag);
  }
  return items;
}
