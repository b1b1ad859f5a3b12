import type { AnyDecoder } from '../any.js';
import { assertArgument } from '../arguments.js';
import { isWellKnownType, unwrapAnyJson } from './message-json.js';

/** The part of a ts-proto message object that {@link tsProtoType} uses. */
export interface TsProtoMessage<T> {
  /** The type's full name; present with ts-proto's `outputTypeAnnotations` or `outputTypeRegistry`. */
  readonly $type?: string;
  /** Decodes the wire format. */
  decode(bytes: Uint8Array): T;
  /** Decodes JSON; absent with ts-proto's `outputJsonMethods=false`. */
  fromJSON?(json: unknown): T;
}

/**
 * Decodes messages with the message objects that [ts-proto](https://github.com/stephenh/ts-proto) generates, and with
 * other objects of that form: over gRPC with `decode()`, over REST with `fromJSON()`.
 *
 * ts-proto's JSON form differs from protobuf's. Over REST, decoding a message that contains a Duration or an Any
 * throws, because `fromJSON()` would return an empty one. Such messages are recognized by their `$type`, so generate it
 * (`outputTypeAnnotations`). The guide lists the other differences.
 *
 * @typeParam T - the message.
 * @param type - the object, such as `LongRunningRecognizeResponse`.
 * @param typeName - the type's full name; required if the object has no `$type`.
 * @throws TypeError if `type` is not such an object, or if the type's full name is neither given nor known to it.
 */
export function tsProtoType<T extends object>(type: TsProtoMessage<T>, typeName?: string): AnyDecoder<T> {
  const { decode, $type } = (type as Partial<typeof type> | null | undefined) ?? {};
  assertArgument(typeof decode === 'function', 'decode', 'type', 'a ts-proto message object', type);
  const name = typeName ?? $type;
  assertArgument(name !== undefined, 'decode', 'typeName', 'given for a message without $type', name);
  return {
    typeName: name,
    decode(any) {
      if (any?.json === undefined || any.value) return type.decode(any?.value ?? new Uint8Array());
      if (!type.fromJSON) throw new TypeError(`${name} has no fromJSON(), and the message was sent as JSON`);
      if (isWellKnownType(name) && name !== 'google.protobuf.Empty') throw unreadableError(name);
      const message = type.fromJSON(unwrapAnyJson(any));
      const unreadable = findUnreadable(message);
      if (unreadable !== undefined) throw unreadableError(unreadable);
      return message;
    },
  };
}

function unreadableError(name: string): TypeError {
  return new TypeError(`ts-proto cannot read a ${name} from JSON`);
}

/** The type of the first message in `value` that ts-proto misreads, because its JSON is not an object of its fields. */
function findUnreadable(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return undefined;
  const { $type } = value as { $type?: unknown };
  if ($type === 'google.protobuf.Duration' || $type === 'google.protobuf.Any') return $type;
  for (const inner of value instanceof Map ? value.values() : Object.values(value)) {
    const found = findUnreadable(inner);
    if (found !== undefined) return found;
  }
  return undefined;
}
