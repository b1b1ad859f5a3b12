import { anyType, isEmptyAny, typeNameOf, type Any, type AnyDecoder } from './any.js';
import { UnpackError } from './decode-errors.js';

/**
 * Decodes the response or the metadata of an operation.
 *
 * @throws {@link UnpackError} if the message is of another type than the decoder's, or if the decoder throws.
 */
export function unpack<T>(
  field: 'response' | 'metadata',
  any: Any | undefined,
  decoder: AnyDecoder<T>,
  operationName: string,
): T {
  const expected = decoder.typeName;
  const actual = receivedTypeName(any);
  const error = (cause?: unknown): UnpackError =>
    new UnpackError({ operationName, field, expected, actual, any: anyType.decode(any), cause });
  // An Any without content and an Empty in place of the declared type both mean that there is no message.
  const isAbsent = isEmptyAny(any) || (actual === 'google.protobuf.Empty' && expected !== undefined);
  if (!isAbsent && expected !== undefined && expected !== actual) throw error();
  try {
    return decoder.decode(isAbsent ? undefined : any);
  } catch (cause) {
    throw error(cause);
  }
}

/** The name of the type that the service sent; empty if it sent none, or one that is not a string. */
function receivedTypeName(any: Any | undefined): string {
  return any && typeof any.typeUrl === 'string' ? typeNameOf(any) : '';
}
