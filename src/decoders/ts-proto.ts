import type { AnyDecoder } from '../any.js';
import { invalidArgumentMessage } from '../arguments.js';
import { isWellKnownType, unwrapAnyJson } from './message-json.js';

/** What {@link tsProtoType} needs of a message's companion object that ts-proto wrote. */
export interface TsProtoMessage<T> {
  /** The type's full name, with ts-proto's `outputTypeAnnotations` or `outputTypeRegistry`. */
  readonly $type?: string;
  /** Reads the wire format. */
  decode(bytes: Uint8Array): T;
  /** Reads JSON, unless ts-proto was told to leave it out. */
  fromJSON?(json: unknown): T;
}

/**
 * Reads messages by the objects that [ts-proto](https://github.com/stephenh/ts-proto) writes, and others of their form:
 * over gRPC by `decode()`, over REST by `fromJSON()`.
 *
 * ts-proto's JSON are not quite those of protobuf. A message that holds a Duration or an Any is refused over REST, for
 * `fromJSON()` would make it an empty one; it is recognised by its `$type`, so have ts-proto write that
 * (`outputTypeAnnotations`). The guide lists what else it changes.
 *
 * @typeParam T - the message.
 * @param type - the object, such as `LongRunningRecognizeResponse`.
 * @param typeName - the type's full name; needed where the object has no `$type`.
 * @throws TypeError if it is no such object, or if the type's full name is neither given nor known to it.
 */
export function tsProtoType<T extends object>(type: TsProtoMessage<T>, typeName?: string): AnyDecoder<T> {
  const { decode, $type } = (type as Partial<typeof type> | null | undefined) ?? {};
  if (typeof decode !== 'function')
    throw new TypeError(invalidArgumentMessage('decode', 'type', 'a ts-proto message object', type));
  const name = typeName ?? $type;
  if (name === undefined) throw new TypeError(`Cannot decode as 'typeName' must be given for a message without $type`);
  return {
    typeName: name,
    decode(any) {
      if (any?.json === undefined || any.value) return type.decode(any?.value ?? new Uint8Array());
      if (!type.fromJSON) throw new TypeError(`${name} has no fromJSON(), and there are only JSON`);
      const message =
        isWellKnownType(name) && name !== 'google.protobuf.Empty' ? undefined : type.fromJSON(unwrapAnyJson(any));
      const unreadable = message ? findUnreadable(message) : name;
      if (unreadable !== undefined) throw new TypeError(`ts-proto cannot read a ${unreadable} from JSON`);
      return message as T;
    },
  };
}

/** The name of the first message inside `value` whose JSON ts-proto takes for an object of its fields. */
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
