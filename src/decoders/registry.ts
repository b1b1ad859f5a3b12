import { typeNameOf, type Any, type AnyDecoder } from '../any.js';
import { assertArgument } from '../arguments.js';

/** The type of the messages that a decoder returns. */
export type Decoded<D> = D extends AnyDecoder<infer T> ? T : never;

/** A message of one of the types of a {@link registryType}. */
export interface KnownMessage<Name, T> {
  /** The full name of the message's type. */
  readonly typeName: Name;
  /** The message, decoded by the decoder of that name. */
  readonly value: T;
  /** The message as it was received. */
  readonly any: Any;
}

/** A message of another type than those of a {@link registryType}, or no message. */
export interface UnknownMessage {
  /** Undefined, which distinguishes it from the known messages. The name of its type is `typeNameOf(any)`. */
  readonly typeName: undefined;
  /** Undefined: there is no decoder for it. */
  readonly value: undefined;
  /** The message as it was received; `typeUrl` is empty if there was none. */
  readonly any: Any;
}

/**
 * The messages that a {@link registryType} returns: a union that `typeName` narrows.
 *
 * @typeParam Types - decoders by the full names of their types.
 */
export type RegistryMessage<Types> =
  { [Name in keyof Types & string]: KnownMessage<Name, Decoded<Types[Name]>> }[keyof Types & string] | UnknownMessage;

/**
 * Decodes messages of several types, each with the decoder of its name: for operations whose type is not known in
 * advance, and for lists of different operations. A message of any other type stays an {@link Any} and is not an error.
 *
 * @typeParam Types - decoders by the full names of their types.
 * @param types - decoders by the full names of their types.
 * @throws TypeError if a value is not a decoder, or if its type name differs from its key.
 *
 * @example
 * ```ts
 * const created = registryType({ 'example.Book': protobufType(Book), 'example.Shelf': protobufType(Shelf) });
 * for await (const operation of client.listOperations({ name }, { type: operationInfo({ response: created }) })) {
 *   if (operation.result !== 'response') continue;
 *   const { response } = operation;
 *   if (response.typeName === 'example.Book') console.log(response.value.title);
 *   else if (response.typeName === undefined) console.log(`another type: ${response.any.typeUrl}`);
 * }
 * ```
 */
export function registryType<const Types extends Readonly<Record<string, AnyDecoder<unknown>>>>(
  types: Types,
): AnyDecoder<RegistryMessage<Types>> {
  const decoders = new Map(Object.entries(types));
  for (const [name, decoder] of decoders) {
    const isDecoder = typeof (decoder as Partial<typeof decoder> | null | undefined)?.decode === 'function';
    assertArgument(isDecoder, 'decode', name, 'a decoder', decoder);
    const { typeName = name } = decoder;
    assertArgument(typeName === name, 'decode', name, 'the decoder of that type', typeName);
  }
  return {
    decode(any = { typeUrl: '' }) {
      const typeName = typeNameOf(any);
      const decoder = decoders.get(typeName);
      if (!decoder) return { typeName: undefined, value: undefined, any };
      return { typeName, value: decoder.decode(any), any } as RegistryMessage<Types>;
    },
  };
}
