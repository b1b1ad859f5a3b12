import type { Any, JsonValue } from '../any.js';
import { Writer } from '../wire/protobuf.js';

/** What {@link packAny} needs of a message class that protobufjs's static generator (`pbjs -t static-module`) wrote. */
export interface PackableClass<Fields, Message extends Fields> {
  /** Writes the wire format. */
  encode(message: Fields): {
    /** The bytes. */
    finish(): Uint8Array;
  };
  /** Makes a message of a plain object. */
  fromObject(object: Record<string, unknown>): Message;
  /** A plain object of a message. */
  toObject(message: Message, options: object): Record<string, unknown>;
  /** The type URL. */
  getTypeUrl?(prefix?: string): string;
}

/** Options of {@link packAny}. */
export interface PackOptions {
  /** The type's full name; needed for classes from generators older than protobufjs 7, which do not know it. */
  readonly typeName?: string | undefined;
  /** The message's proto3 JSON form, without `'@type'`, where protobufjs's own is not it. */
  readonly json?: Readonly<Record<string, JsonValue>> | undefined;
}

/**
 * A message as an `Any` that goes over every wire: with its bytes, which gRPC needs, and its JSON, which REST needs.
 *
 * Static classes do not say which of their fields are of the types that have a JSON form of their own (Timestamp,
 * Duration, FieldMask, Struct, Value, wrappers, Any). A message that holds one of them needs its `json` given, if it is
 * to go over REST. For a Struct itself take {@link packStruct}.
 *
 * @param type - the class, such as `protos.google.cloud.dialogflow.cx.v3.ExportAgentResponse`.
 * @param message - a message of it, or a plain object of its fields.
 * @throws TypeError if the type's full name is neither given nor known to the class.
 *
 * @example
 * ```ts
 * emulator.start({ durationMs: 100, response: packAny(ExportAgentResponse, { agentUri: 'gs://bucket/agent' }) });
 * ```
 */
export function packAny<Fields extends object, Message extends Fields>(
  type: PackableClass<Fields, Message>,
  message: Fields,
  { typeName, json }: PackOptions = {},
): Any {
  const typeUrl = typeName === undefined ? type.getTypeUrl?.() : `type.googleapis.com/${typeName}`;
  if (typeUrl === undefined) {
    throw new TypeError("Cannot pack a message as 'typeName' must be given for a class without getTypeUrl()");
  }
  const whole = type.fromObject(message as Record<string, unknown>);
  const fields = json ?? type.toObject(whole, { longs: String, enums: String, bytes: String, json: true });
  return {
    typeUrl,
    value: Uint8Array.from(type.encode(whole).finish()),
    json: { '@type': typeUrl, ...(fields as Record<string, JsonValue>) },
  };
}

/** `google.protobuf.Empty`, the response of operations that have nothing to say. */
export function packEmpty(): Any {
  const typeUrl = 'type.googleapis.com/google.protobuf.Empty';
  return { typeUrl, value: new Uint8Array(0), json: { '@type': typeUrl } };
}

/**
 * A JSON object as a `google.protobuf.Struct`: progress metadata that needs no message class.
 *
 * @example
 * ```ts
 * emulator.start({ durationMs: 1000, metadata: (fraction) => packStruct({ progressPercent: 100 * fraction }) });
 * ```
 */
export function packStruct(fields: Readonly<Record<string, JsonValue>>): Any {
  const typeUrl = 'type.googleapis.com/google.protobuf.Struct';
  return { typeUrl, value: writeStruct(fields).finish(), json: { '@type': typeUrl, value: { ...fields } } };
}

// google/protobuf/struct.proto
function writeStruct(fields: Readonly<Record<string, JsonValue>>): Writer {
  const writer = new Writer();
  for (const [key, value] of Object.entries(fields)) {
    writer.message(1, new Writer().string(1, key).message(2, writeValue(value)));
  }
  return writer;
}

function writeValue(value: JsonValue): Writer | Uint8Array {
  const writer = new Writer();
  if (value === null) return writer.varintField(1, 0);
  if (typeof value === 'number') return writeNumber(value);
  if (typeof value === 'string') return writer.message(3, value);
  if (typeof value === 'boolean') return writer.varintField(4, value);
  if (!Array.isArray(value)) return writer.message(5, writeStruct(value));
  const list = new Writer();
  for (const item of value) list.message(1, writeValue(item));
  return writer.message(6, list);
}

function writeNumber(value: number): Uint8Array {
  const view = new DataView(new ArrayBuffer(9));
  view.setUint8(0, (2 << 3) | 1); // field 2, eight bytes
  view.setFloat64(1, value, true);
  return new Uint8Array(view.buffer);
}
