import type { JsonValue } from '../any.js';
import { normalizeMessage } from './detail-json.js';
import { mapEntry, type FieldKind, type MessageSchema, type NestedKind, type ScalarKind } from './detail-schema.js';
import { nanosFromJson, nanosToJson, readDuration, writeDuration } from './duration.js';
import type { JsonObject } from './json-object.js';
import { Writer, type Reader } from './protobuf.js';

/** Decodes a message to its normalized JSON. A repeated scalar field has its last value. */
export function readMessage(reader: Reader, schema: MessageSchema): JsonObject {
  const names = Object.keys(schema);
  const fields = normalizeMessage({}, schema);
  for (let tag = reader.tag(); tag !== 0; tag = reader.tag()) {
    const name = names[(tag >>> 3) - 1] ?? '';
    const kind = schema[name];
    if (kind === undefined || (tag & 7) !== wireType(kind)) reader.skip(tag);
    else fields[name] = readValue(reader, kind, fields[name]);
  }
  return fields;
}

/** Encodes the normalized JSON of a message. */
export function writeMessage(fields: JsonObject, schema: MessageSchema): Writer {
  const writer = new Writer();
  Object.entries(schema).forEach(([name, kind], index) => {
    const value = fields[name];
    if (value !== undefined) writeValue(writer, index + 1, kind, value);
  });
  return writer;
}

function wireType(kind: FieldKind): number {
  return kind === 'int64' || kind === 'optional int64' ? 0 : 2;
}

/** Reads one occurrence of a field, whose value so far is `current`. */
function readValue(reader: Reader, kind: FieldKind, current: JsonValue | undefined): JsonValue {
  if (typeof kind === 'object') {
    const nested = reader.message((inner) => readMessage(inner, 'one' in kind ? kind.one : kind.many));
    return 'one' in kind ? nested : append(current, nested);
  }
  switch (kind) {
    case 'string':
      return reader.string();
    case 'strings':
      return append(current, reader.string());
    case 'duration':
      return nanosToJson(reader.message(readDuration));
    case 'map':
      return addEntry(
        current as JsonObject,
        reader.message((inner) => readMessage(inner, mapEntry)),
      );
    case 'int64':
    case 'optional int64':
      return String(reader.int64());
  }
}

function append(list: JsonValue | undefined, item: JsonValue): JsonValue {
  (list as JsonValue[]).push(item);
  return list as JsonValue[];
}

/** Defines a property instead of assigning it, so that a key `__proto__` is an ordinary key. */
function addEntry(map: JsonObject, { key, value }: JsonObject): JsonObject {
  return Object.defineProperty(map, key as string, { value, configurable: true, enumerable: true, writable: true });
}

function writeValue(writer: Writer, field: number, kind: FieldKind, value: JsonValue): void {
  if (typeof kind === 'object') writeNested(writer, field, kind, value);
  else writers[kind](writer, field, value);
}

const writers: Readonly<Record<ScalarKind, (writer: Writer, field: number, value: JsonValue) => void>> = {
  string: (writer, field, value) => writer.string(field, value as string),
  strings: (writer, field, value) => (value as string[]).forEach((item) => writer.message(field, item)),
  int64: (writer, field, value) => writer.varint(field, BigInt(value as string)),
  'optional int64': (writer, field, value) => writer.varintField(field, BigInt(value as string)),
  map: (writer, field, value) => {
    for (const [key, item] of Object.entries(value as JsonObject)) {
      writer.message(field, writeMessage({ key, value: item }, mapEntry));
    }
  },
  duration: (writer, field, value) => writer.message(field, writeDuration(nanosFromJson(value) ?? 0n)),
};

function writeNested(writer: Writer, field: number, kind: NestedKind, value: JsonValue): void {
  if ('one' in kind) writer.message(field, writeMessage(value as JsonObject, kind.one));
  else for (const item of value as JsonObject[]) writer.message(field, writeMessage(item, kind.many));
}
