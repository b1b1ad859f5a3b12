import { typeNameOf, type Any, type JsonValue } from '../any.js';
import { findDetail, type Status, type StatusDetail } from '../status.js';
import { durationFromJson, nanosFromJson, nanosToJson } from './duration.js';
import { Reader, Writer } from './protobuf.js';

type JsonObject = Record<string, JsonValue>;
type FieldKind =
  'string' | 'strings' | 'int64' | 'optional int64' | 'map' | 'duration' | { one: Message } | { many: Message };
/** Fields by their JSON names, in the order of their numbers, which are 1, 2, 3, … in every one of these messages. */
type Message = Readonly<Record<string, FieldKind>>;

const localizedMessage: Message = { locale: 'string', message: 'string' };

// google/rpc/error_details.proto
const messages: Readonly<Record<string, Message>> = {
  ErrorInfo: { reason: 'string', domain: 'string', metadata: 'map' },
  RetryInfo: { retryDelay: 'duration' },
  DebugInfo: { stackEntries: 'strings', detail: 'string' },
  QuotaFailure: {
    violations: {
      many: {
        subject: 'string',
        description: 'string',
        apiService: 'string',
        quotaMetric: 'string',
        quotaId: 'string',
        quotaDimensions: 'map',
        quotaValue: 'int64',
        futureQuotaValue: 'optional int64',
      },
    },
  },
  PreconditionFailure: { violations: { many: { type: 'string', subject: 'string', description: 'string' } } },
  BadRequest: {
    fieldViolations: {
      many: { field: 'string', description: 'string', reason: 'string', localizedMessage: { one: localizedMessage } },
    },
  },
  RequestInfo: { requestId: 'string', servingData: 'string' },
  ResourceInfo: { resourceType: 'string', resourceName: 'string', owner: 'string', description: 'string' },
  Help: { links: { many: { description: 'string', url: 'string' } } },
  LocalizedMessage: localizedMessage,
};

const prefix = 'google.rpc.';

/**
 * A detail of a status in the form that users see: one of the ten types of `google/rpc/error_details.proto` with every
 * field present (but `futureQuotaValue` and `localizedMessage`, whose absence means something), or the Any as it came if
 * it is of another type or cannot be read. Never throws.
 */
export function detailFromAny(any: Any): StatusDetail {
  const typeName = typeNameOf(any);
  const message = messageNamed(typeName);
  if (message === undefined) return any;
  try {
    if (any.value !== undefined) return detail(typeName, readMessage(new Reader(any.value), message));
    return isObject(any.json) ? detail(typeName, normalise(any.json, message)) : any;
  } catch {
    return any;
  }
}

/** A detail as an Any: one of the ten known types both as bytes and as JSON, another as it is. */
export function detailToAny(given: StatusDetail): Any {
  const typeUrl = given['@type'];
  if (typeUrl === undefined) return given;
  const json = given as unknown as JsonObject;
  const typeName = typeNameOf({ typeUrl });
  const message = messageNamed(typeName);
  if (message === undefined) return { typeUrl, json };
  const fields = normalise(json, message);
  return { typeUrl, value: writeMessage(fields, message).finish(), json: { '@type': typeUrl, ...fields } };
}

/** How long a status asks to wait (RetryInfo), in milliseconds; undefined where it does not. */
export function retryDelayMs(status: Status): number | undefined {
  const ms = durationFromJson(findDetail(status, 'RetryInfo')?.retryDelay);
  return ms !== undefined && ms > 0 ? ms : undefined;
}

/** Whether a value is a JSON object (no array, not null). */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A field of a JSON object by its lowerCamelCase name, or its original snake_case one; undefined where it is null. */
export function jsonField(object: JsonObject, name: string): JsonValue | undefined {
  return object[name] ?? object[name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)] ?? undefined;
}

function messageNamed(typeName: string): Message | undefined {
  const name = typeName.slice(prefix.length);
  return typeName.startsWith(prefix) && Object.hasOwn(messages, name) ? messages[name] : undefined;
}

function detail(typeName: string, fields: JsonObject): StatusDetail {
  return { '@type': `type.googleapis.com/${typeName}`, ...fields } as unknown as StatusDetail;
}

/** JSON as it came → JSON with every field present and of the right type; what is not of the right type is not set. */
function normalise(json: JsonObject, message: Message): JsonObject {
  const fields: JsonObject = {};
  for (const [name, kind] of Object.entries(message)) {
    const value = valueFromJson(jsonField(json, name), kind) ?? defaultFor(kind);
    if (value !== undefined) fields[name] = value;
  }
  return fields;
}

/** The value of a field that is not set; undefined where such a field is left out. */
function defaultFor(kind: FieldKind): JsonValue | undefined {
  if (kind === 'strings' || (typeof kind === 'object' && 'many' in kind)) return [];
  return { string: '', int64: '0', duration: '0s', map: {} }[kind as string];
}

function valueFromJson(value: JsonValue | undefined, kind: FieldKind): JsonValue | undefined {
  if (typeof kind === 'object') {
    if ('many' in kind)
      return Array.isArray(value) ? value.filter(isObject).map((item) => normalise(item, kind.many)) : undefined;
    return isObject(value) ? normalise(value, kind.one) : undefined;
  }
  switch (kind) {
    case 'string':
      return isString(value) ? value : undefined;
    case 'strings':
      return Array.isArray(value) ? value.filter(isString) : undefined;
    case 'duration':
      return nanosFromJson(value) === undefined ? undefined : value;
    case 'map':
      // fromEntries defines its properties: a key `__proto__` is a key like any other.
      return isObject(value)
        ? Object.fromEntries(Object.entries(value).filter(([, item]) => isString(item)))
        : undefined;
    default:
      return int64FromJson(value);
  }
}

const isString = (value: unknown): value is string => typeof value === 'string';

/** A string of digits, or a number. */
function int64FromJson(value: unknown): string | undefined {
  const integer = /^-?\d{1,19}$/.test(String(value)) ? BigInt(String(value)) : undefined;
  return integer !== undefined && BigInt.asIntN(64, integer) === integer ? String(integer) : undefined;
}

function readMessage(reader: Reader, message: Message): JsonObject {
  const names = Object.keys(message);
  const fields = normalise({}, message);
  for (let tag = reader.tag(); tag !== 0; tag = reader.tag()) {
    const name = names[(tag >>> 3) - 1] ?? '';
    const kind = message[name];
    if (kind === undefined || (tag & 7) !== (isInteger(kind) ? 0 : 2)) reader.skip(tag);
    else fields[name] = readValue(reader, kind, fields[name]);
  }
  return fields;
}

const isInteger = (kind: FieldKind): boolean => kind === 'int64' || kind === 'optional int64';

/** Reads one occurrence of a field whose value so far is `before`. */
function readValue(reader: Reader, kind: FieldKind, current: JsonValue | undefined): JsonValue {
  if (typeof kind === 'object') {
    if ('one' in kind) return reader.message((inner) => readMessage(inner, kind.one));
    return append(
      current,
      reader.message((inner) => readMessage(inner, kind.many)),
    );
  }
  switch (kind) {
    case 'string':
      return reader.string();
    case 'strings':
      return append(current, reader.string());
    case 'duration':
      return nanosToJson(reader.message(readDuration));
    case 'map': {
      const { key, value } = reader.message((inner) => readMessage(inner, mapEntry));
      return Object.defineProperty(current as JsonObject, key as string, { value, ...dataProperty });
    }
    default:
      return String(reader.int64());
  }
}

const mapEntry: Message = { key: 'string', value: 'string' };
const dataProperty = { configurable: true, enumerable: true, writable: true };

function append(list: JsonValue | undefined, item: JsonValue): JsonValue {
  (list as JsonValue[]).push(item);
  return list as JsonValue[];
}

/** Reads the fields of a `google.protobuf.Duration`, as nanoseconds. */
export function readDuration(reader: Reader): bigint {
  let [seconds, nanos] = [0n, 0n];
  for (let tag = reader.tag(); tag !== 0; tag = reader.tag()) {
    if (tag === 8) seconds = reader.int64();
    else if (tag === 16) nanos = BigInt(reader.int32());
    else reader.skip(tag);
  }
  return seconds * 1_000_000_000n + nanos;
}

/** Writes a `google.protobuf.Duration`. */
export function writeDuration(nanos: bigint): Writer {
  return new Writer().varint(1, nanos / 1_000_000_000n).varint(2, nanos % 1_000_000_000n);
}

/** Writes what {@link normalise} made. */
function writeMessage(fields: JsonObject, message: Message): Writer {
  const writer = new Writer();
  Object.entries(message).forEach(([name, kind], index) => {
    const value = fields[name];
    if (value !== undefined) writeValue(writer, index + 1, kind, value);
  });
  return writer;
}

function writeValue(writer: Writer, field: number, kind: FieldKind, value: JsonValue): void {
  if (typeof kind === 'object') {
    if ('one' in kind) writer.message(field, writeMessage(value as JsonObject, kind.one));
    else for (const item of value as JsonObject[]) writer.message(field, writeMessage(item, kind.many));
  } else if (kind === 'string') writer.string(field, value as string);
  else if (kind === 'strings') for (const item of value as string[]) writer.message(field, item);
  else if (kind === 'duration') writer.message(field, writeDuration(nanosFromJson(value) ?? 0n));
  else if (kind === 'map')
    for (const [key, item] of Object.entries(value as JsonObject))
      writer.message(field, writeMessage({ key, value: item }, mapEntry));
  else if (kind === 'int64') writer.varint(field, BigInt(value as string));
  else writer.varintField(field, BigInt(value as string));
}
