import { typeNameOf, type Any, type AnyDecoder, type JsonValue } from '../any.js';
import { assertArgument } from '../arguments.js';
import { unwrapAnyJson } from './message-json.js';
import { SchemaError, type StandardSchema } from './standard-schema.js';
import { wellKnownJson } from './well-known-codecs.js';

/**
 * Validates the JSON of messages with a schema of zod, valibot, arktype or any other library that implements Standard
 * Schema. The decoded message is the schema's output, including transformations.
 *
 * The schema receives the message's JSON without the `'@type'`; for a well-known type it receives the value that the
 * message represents, such as the object of a Struct. Well-known types are decoded over gRPC and REST, other types only
 * over REST, where messages are JSON. For a message that the service did not send, the schema receives `{}` or the
 * well-known type's default.
 *
 * If the schema rejects a message, the client throws an `UnpackError` whose `cause` is a {@link SchemaError} with the
 * `issues`.
 *
 * @typeParam T - the schema's output.
 * @param schema - the schema; it must be synchronous.
 * @param typeName - the full name of the message type, such as `google.protobuf.Struct`; absent: any type is accepted.
 * @throws TypeError if `schema` is not a Standard Schema.
 *
 * @example
 * ```ts
 * const progress = schemaType(z.object({ progressPercent: z.number() }), 'google.protobuf.Struct');
 * ```
 */
export function schemaType<T>(schema: StandardSchema<T>, typeName?: string): AnyDecoder<T> {
  const standard = (schema as Partial<typeof schema> | null | undefined)?.['~standard'];
  assertArgument(typeof standard?.validate === 'function', 'decode', 'schema', 'a Standard Schema', schema);
  return {
    typeName,
    decode(any) {
      const result = standard.validate(jsonOf(any, typeName));
      if (result instanceof Promise || 'then' in result) {
        void Promise.resolve(result).catch(() => undefined); // prevents an unhandled rejection
        throw new TypeError('the schema is asynchronous, but messages are decoded synchronously');
      }
      if (result.issues) throw new SchemaError(result.issues);
      return result.value;
    },
  };
}

/** The JSON that the schema receives. */
function jsonOf(any: Any | undefined, declaredTypeName = ''): JsonValue {
  const wellKnown = wellKnownJson(any ? typeNameOf(any) : declaredTypeName, any);
  if (wellKnown !== undefined) return wellKnown;
  if (any?.value && any.json === undefined)
    throw new TypeError('the message was sent as bytes, but a schema validates JSON');
  return any ? unwrapAnyJson(any) : {};
}
