import { typeNameOf, type Any, type AnyDecoder } from '../any.js';
import { invalidArgumentMessage } from '../arguments.js';

/** What a decoder gives. */
export type Decoded<D> = D extends AnyDecoder<infer T> ? T : never;

/** A message of a type that a {@link registryType} knows. */
export interface KnownMessage<Name, T> {
  /** The full name of its type. */
  readonly typeName: Name;
  /** The message, as the decoder of that name reads it. */
  readonly value: T;
  /** What came. */
  readonly any: Any;
}

/** A message of a type that a {@link registryType} does not know, or none at all. */
export interface UnknownMessage {
  /** It has none of the names that are known; its own is `typeNameOf(any)`. */
  readonly typeName: undefined;
  /** It cannot be read. */
  readonly value: undefined;
  /** What came; its `typeUrl` is empty where nothing did. */
  readonly any: Any;
}

/**
 * What a {@link registryType} gives: a union that `typeName` narrows.
 *
 * @typeParam Types - decoders by the names of their types.
 */
export type RegistryMessage<Types> =
  { [Name in keyof Types & string]: KnownMessage<Name, Decoded<Types[Name]>> }[keyof Types & string] | UnknownMessage;

/**
 * Reads messages of several types, each by the decoder of its name: for operations whose type is not known beforehand,
 * and for lists of operations of different kinds. A type that is not among them stays an {@link Any}, and is no error.
 *
 * @typeParam Types - decoders by the names of their types.
 * @param types - decoders by the full names of their types.
 * @throws TypeError if a decoder is none, or has another type name than the one that it stands under.
 *
 * @example
 * ```ts
 * const created = registryType({ 'example.Book': protobufType(Book), 'example.Shelf': protobufType(Shelf) });
 * for await (const operation of client.listOperations({ name }, { type: operationInfo({ response: created }) })) {
 *   if (operation.result !== 'response') continue;
 *   const { response } = operation;
 *   if (response.typeName === 'example.Book') console.log(response.value.title);
 *   else if (response.typeName === undefined) console.log(`something else: ${response.any.typeUrl}`);
 * }
 * ```
 */
export function registryType<const Types extends Readonly<Record<string, AnyDecoder<unknown>>>>(
  types: Types,
): AnyDecoder<RegistryMessage<Types>> {
  const decoders = new Map(Object.entries(types));
  for (const [name, decoder] of decoders) {
    if (typeof (decoder as Partial<typeof decoder> | undefined)?.decode !== 'function') {
      throw new TypeError(invalidArgumentMessage('decode', name, 'a decoder', decoder));
    }
    if (decoder.typeName !== undefined && decoder.typeName !== name) {
      throw new TypeError(invalidArgumentMessage('decode', name, 'the decoder of that type', decoder.typeName));
    }
  }
  return {
    decode(any = { typeUrl: '' }) {
      const typeName = typeNameOf(any);
      const decoder = decoders.get(typeName);
      const message = decoder
        ? { typeName, value: decoder.decode(any), any }
        : { typeName: undefined, value: undefined, any };
      return message as RegistryMessage<Types>;
    },
  };
}
