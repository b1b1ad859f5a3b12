import type { AnyDecoder } from '../any.js';
import { invalidArgumentMessage } from '../arguments.js';
import { unwrapAnyJson } from './message-json.js';
import { objectFromJson, type MessageSchema } from './reflection-json.js';

/** What {@link reflectionType} needs of a type: a `Type` of protobufjs is one. */
export interface ReflectionType {
  /** The full name, with a dot before it. */
  readonly fullName: string;
  /** Its fields, each of which says what it is. */
  readonly fieldsArray: readonly object[];
  /** Reads the wire format. */
  decode(bytes: Uint8Array): object;
  /** Makes a message of a plain object. */
  fromObject(object: Record<string, unknown>): object;
}

/** A message whose fields TypeScript does not know. */
export type ReflectionMessage = Record<string, unknown>;

/**
 * Reads messages by a type of protobufjs's reflection, as `root.lookupType()` gives it: a `.proto` file or a descriptor
 * that was loaded at run time. Over gRPC that is the type's own `decode()`; over REST its fields say how the JSON is
 * read, the types with a JSON form of their own included, so that the same message comes of both.
 *
 * A message in an Any inside of the message must be of a type in the same root, over REST: JSON of a type that is not
 * known cannot be made the bytes that an Any holds.
 *
 * @typeParam T - what the caller says that the message is; protobufjs does not know it.
 * @param type - the type, such as `root.lookupType('google.cloud.speech.v1.LongRunningRecognizeResponse')`.
 * @throws TypeError if it is no such type.
 */
export function reflectionType<T extends object = ReflectionMessage>(type: ReflectionType): AnyDecoder<T> {
  const { fullName, fieldsArray } = (type as Partial<ReflectionType> | null | undefined) ?? {};
  if (typeof fullName !== 'string' || !Array.isArray(fieldsArray)) {
    throw new TypeError(invalidArgumentMessage('decode', 'type', "a type of protobufjs's reflection", type));
  }
  return {
    typeName: fullName.replace(/^\./, ''),
    decode(any) {
      if (any?.json === undefined || any.value) return type.decode(any?.value ?? new Uint8Array()) as T;
      return type.fromObject(objectFromJson(type as unknown as MessageSchema, unwrapAnyJson(any))) as T;
    },
  };
}
