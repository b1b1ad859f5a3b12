import type { Any, JsonValue } from '../any.js';
import { assertArgument } from '../arguments.js';
import { Writer } from '../wire/protobuf.js';

/** The part of a message class of protobufjs's static generator (`pbjs -t static-module`) that {@link packAny} uses. */
export interface PackableClass<Fields, Message extends Fields> {
  /** Encodes a message in wire format. */
  encode(message: Fields): {
    /** The bytes. */
    finish(): Uint8Array;
  };
  /** Creates a message from a plain object. */
  fromObject(object: Record<string, unknown>): Message;
  /** Converts a message to a plain object. */
  toObject(message: Message, options: object): Record<string, unknown>;
  /** The type URL. */
  getTypeUrl?(prefix?: string): string;
}

/** Options of {@link packAny}. */
export interface PackOptions {
  /** The full name of the type. Required for classes without `getTypeUrl()`, generated before protobufjs 7. */
  readonly typeName?: string | undefined;
  /** The message's proto3 JSON form without `'@type'`. Required where protobufjs's JSON differs from it. */
  readonly json?: Readonly<Record<string, JsonValue>> | undefined;
}

/**
 * Packs a message into an `Any` that works over gRPC and REST: it has both the bytes and the JSON form.
 *
 * protobufjs does not write the special JSON forms of Timestamp, Duration, FieldMask, Struct, Value, wrappers and Any.
 * For a message with such a field, pass `json` if the message is sent over REST. For a Struct, use {@link packStruct}.
 *
 * @param type - the class, such as `protos.google.cloud.dialogflow.cx.v3.ExportAgentResponse`.
 * @param message - a message, or a plain object of its fields.
 * @throws TypeError if `typeName` is not set and the class has no `getTypeUrl()`.
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
  const rule = 'given for a class without getTypeUrl()';
  assertArgument(typeUrl !== undefined, 'pack a message', 'typeName', rule, typeName);
  const complete = type.fromObject(message as Record<string, unknown>);
  const fields = json ?? type.toObject(complete, { longs: String, enums: String, bytes: String, json: true });
  return {
    typeUrl,
    value: Uint8Array.from(type.encode(complete).finish()),
    json: { '@type': typeUrl, ...(fields as Record<string, JsonValue>) },
  };
}

/** Packs a `google.protobuf.Empty`, the response of operations that return nothing. */
export function packEmpty(): Any {
  const typeUrl = 'type.googleapis.com/google.protobuf.Empty';
  return { typeUrl, value: new Uint8Array(0), json: { '@type': typeUrl } };
}

/**
 * Packs a JSON object as a `google.protobuf.Struct`, for instance as progress metadata without a message class.
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
