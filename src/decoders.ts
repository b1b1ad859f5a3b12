import { typeNameOf, type AnyDecoder, type JsonValue } from './any.js';
import { assertArgument } from './arguments.js';

/**
 * What {@link protobufType} needs of a message class that protobufjs's static generator (`pbjs -t static-module`)
 * wrote, as found under `protos` of every `@google-cloud/*` package.
 */
export interface ProtobufStaticClass<T> {
  /** Reads the wire format. */
  decode(bytes: Uint8Array): T;
  /** Makes a message of a plain object. */
  fromObject?(object: Record<string, unknown>): T;
  /** The type URL, from which the type's full name is taken. */
  getTypeUrl?(prefix?: string): string;
}

/**
 * Reads messages as a class of protobufjs's static generator.
 *
 * Over gRPC that is the class's own `decode`. Over REST, where there are only JSON, it is `fromObject`, which knows
 * 64-bit numbers, enums by name and bytes, but none of the types with a JSON form of their own (Timestamp, Duration,
 * FieldMask, Struct, Value, wrappers, Any): a message that holds one of them is refused and not half read. Take
 * {@link jsonType} for such a message over REST.
 *
 * @typeParam T - the message.
 * @param type - the class, such as `protos.google.cloud.speech.v1.LongRunningRecognizeResponse`.
 * @param typeName - the type's full name; needed for classes from generators older than protobufjs 7.
 * @throws TypeError if it is no such class, or if the type's full name is neither given nor known to the class.
 */
export function protobufType<T extends object>(type: ProtobufStaticClass<T>, typeName?: string): AnyDecoder<T> {
  const decodes = typeof (type as Partial<typeof type> | undefined)?.decode === 'function';
  assertArgument(decodes, 'decode', 'type', 'a protobufjs message class', type);
  const name = typeName ?? fullName(type);
  assertArgument(name, 'decode', 'typeName', 'given for a class without getTypeUrl()', name);
  return {
    typeName: name,
    decode({ value, json } = { typeUrl: '' }) {
      if (value || json === undefined) return type.decode(value ?? new Uint8Array());
      if (!type.fromObject) throw unreadableError(name);
      const message = type.fromObject(json as Record<string, unknown>);
      assertReadable(message);
      return message;
    },
  };
}

/** The full name of a class's type, if the class knows it. */
function fullName(type: Partial<ProtobufStaticClass<object>> | undefined): string | undefined {
  return type?.getTypeUrl && typeNameOf({ typeUrl: type.getTypeUrl() });
}

// fromObject() takes the JSON of a Struct, a Value or an Any for an object of its fields, finds none of them and says
// nothing. It throws by itself for a field whose JSON form is no object, but not for a whole message: in an Any that is
// an object too, `{ '@type': …, value: '3s' }`.
const unreadableFromJson = /^google\.protobuf\.(Struct|(List)?Value|Any|Timestamp|Duration|FieldMask)$/;

/** Throws if there is a message inside `value` that has a JSON form of its own. */
function assertReadable(value: unknown): void {
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return;
  const name = fullName(value.constructor as Partial<ProtobufStaticClass<object>> | undefined);
  if (name && unreadableFromJson.test(name)) throw unreadableError(name);
  Object.values(value).forEach(assertReadable);
}

function unreadableError(name: string): TypeError {
  return new TypeError(`the class cannot read a ${name} from JSON; use jsonType() over REST`);
}

/**
 * Takes the JSON as it came over REST, its `'@type'` included, for a `T`. It checks the type's name, if one is given,
 * and nothing else. A message that the service did not send is `{}`.
 *
 * @typeParam T - what the caller says the JSON is.
 * @param typeName - the full name of the message type, such as `google.protobuf.Struct`; absent: any type will do.
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
    decode({ json } = { typeUrl: '', json: {} }) {
      if (json === undefined) throw new TypeError('there are only bytes, and no JSON');
      return json as T;
    },
  };
}

/** Reads `google.protobuf.Empty`, the response of operations that have nothing to say, as `undefined`. */
export const emptyType: AnyDecoder<undefined> = { typeName: 'google.protobuf.Empty', decode: () => undefined };
