import { typeNameOf, type AnyDecoder, type JsonValue } from './any.js';
import { assertArgument } from './arguments.js';

/**
 * The part of a message class of protobufjs's static generator (`pbjs -t static-module`) that {@link protobufType} uses.
 * Such classes are under `protos` of every `@google-cloud/*` package.
 */
export interface ProtobufStaticClass<T> {
  /** Decodes the wire format. */
  decode(bytes: Uint8Array): T;
  /** Creates a message from a plain object. */
  fromObject?(object: Record<string, unknown>): T;
  /** Returns the type URL, which contains the type's full name. */
  getTypeUrl?(prefix?: string): string;
}

/**
 * Decodes messages with a class of protobufjs's static generator.
 *
 * Over gRPC it uses the class's `decode()`. Over REST, where messages are JSON, it uses `fromObject()`, which supports
 * 64-bit numbers, enums by name and bytes, but none of the types with a special JSON form (Timestamp, Duration,
 * FieldMask, Struct, Value, wrappers, Any): decoding a message that contains one of them throws instead of returning
 * partial data. Use {@link jsonType} for such a message over REST.
 *
 * @typeParam T - the message.
 * @param type - the class, such as `protos.google.cloud.speech.v1.LongRunningRecognizeResponse`.
 * @param typeName - the type's full name; required for classes of generators older than protobufjs 7.
 * @throws TypeError if `type` is not such a class, or if the type's full name is neither given nor known to the class.
 */
export function protobufType<T extends object>(type: ProtobufStaticClass<T>, typeName?: string): AnyDecoder<T> {
  const { decode } = (type as Partial<typeof type> | null | undefined) ?? {};
  assertArgument(typeof decode === 'function', 'decode', 'type', 'a protobufjs message class', type);
  const name = typeName ?? fullName(type);
  assertArgument(name, 'decode', 'typeName', 'given for a class without getTypeUrl()', name);
  return {
    typeName: name,
    decode(any) {
      if (any?.json === undefined || any.value) return type.decode(any?.value ?? new Uint8Array());
      if (!type.fromObject) throw unreadableError(name);
      const message = type.fromObject(any.json as Record<string, unknown>);
      assertReadable(message);
      return message;
    },
  };
}

/** The full name of a class's type; undefined if the class does not know it. */
function fullName(type: Partial<ProtobufStaticClass<object>> | undefined): string | undefined {
  return type?.getTypeUrl && typeNameOf({ typeUrl: type.getTypeUrl() });
}

// fromObject() takes the JSON of these types for an object of the message's fields, finds none, and returns an empty
// message without an error. It throws for a field whose JSON form is not an object, but not for a complete message: in
// an Any its JSON is always an object, such as `{ '@type': …, value: '3s' }`.
const unreadableFromJson = /^google\.protobuf\.(Struct|(List)?Value|Any|Timestamp|Duration|FieldMask)$/;

/** Throws if `value` is or contains a message of a type with a special JSON form. */
function assertReadable(value: unknown): void {
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return;
  const name = fullName(value.constructor as Partial<ProtobufStaticClass<object>> | undefined);
  if (name !== undefined && unreadableFromJson.test(name)) throw unreadableError(name);
  Object.values(value).forEach(assertReadable);
}

function unreadableError(name: string): TypeError {
  return new TypeError(`the class cannot read a ${name} from JSON; use jsonType() over REST`);
}

/**
 * Returns the JSON of a message as it was received over REST, including its `'@type'`. Only the type's name is checked,
 * if one is given; `T` is not validated. A message that the service did not send is `{}`.
 *
 * Over gRPC, where messages are bytes, decoding throws.
 *
 * @typeParam T - the type of the JSON, as the caller declares it.
 * @param typeName - the full name of the message type, such as `google.protobuf.Struct`; absent: any type is accepted.
 *
 * @example
 * ```ts
 * const exportAgent = operationInfo({
 *   response: jsonType<{ agentUri?: string }>('google.cloud.dialogflow.cx.v3.ExportAgentResponse'),
 * });
 * ```
 */
export function jsonType<T = JsonValue>(typeName?: string): AnyDecoder<T> {
  return {
    typeName,
    decode(any) {
      const json = any === undefined ? {} : any.json;
      if (json === undefined) throw new TypeError('the message was sent as bytes, not as JSON');
      return json as T;
    },
  };
}

/** Decodes `google.protobuf.Empty`, the type of an empty response, as `undefined`. */
export const emptyType: AnyDecoder<undefined> = { typeName: 'google.protobuf.Empty', decode: () => undefined };
