import type { AnyDecoder } from '../any.js';
import { assertArgument } from '../arguments.js';
import { unwrapAnyJson } from './message-json.js';
import { objectFromJson } from './reflection-json.js';
import type { MessageSchema } from './reflection-schema.js';

/** The part of protobufjs's `Type` that {@link reflectionType} requires. */
export interface ReflectionType {
  /** The full name, with a leading dot. */
  readonly fullName: string;
  /** The fields of the type. */
  readonly fieldsArray: readonly object[];
  /** Decodes the wire format. */
  decode(bytes: Uint8Array): object;
  /** Creates a message from a plain object. */
  fromObject(object: Record<string, unknown>): object;
}

/** A message whose fields TypeScript does not know. */
export type ReflectionMessage = Record<string, unknown>;

/**
 * Decodes messages with a type of protobufjs's reflection, as `root.lookupType()` returns it for a `.proto` file or a
 * descriptor loaded at run time. Over gRPC it uses the type's `decode()`; over REST it decodes the JSON by the type's
 * fields, including the types with a special JSON form. Both return the same message.
 *
 * Over REST a message in a nested Any must be of a type in the same root: JSON of an unknown type cannot be encoded as
 * the bytes of an Any.
 *
 * @typeParam T - the type of the message, as the caller declares it; it is not validated.
 * @param type - the type, such as `root.lookupType('google.cloud.speech.v1.LongRunningRecognizeResponse')`.
 * @throws TypeError if `type` is not such a type.
 */
export function reflectionType<T extends object = ReflectionMessage>(type: ReflectionType): AnyDecoder<T> {
  const { fullName, fieldsArray } = (type as Partial<ReflectionType> | null | undefined) ?? {};
  const isType = typeof fullName === 'string' && Array.isArray(fieldsArray);
  assertArgument(isType, 'decode', 'type', "a type of protobufjs's reflection", type);
  return {
    typeName: fullName.replace(/^\./, ''),
    decode(any) {
      if (any?.json === undefined || any.value) return type.decode(any?.value ?? new Uint8Array()) as T;
      return type.fromObject(objectFromJson(type as unknown as MessageSchema, unwrapAnyJson(any))) as T;
    },
  };
}
