import { typeNameOf, type Any, type AnyDecoder, type JsonValue } from '../any.js';
import { invalidArgumentMessage } from '../arguments.js';
import { wellKnownJson } from './forms.js';
import { unwrapAnyJson } from './message-json.js';
import { SchemaError, type StandardSchema } from './standard-schema.js';

/**
 * Reads the JSON that come over REST and has a schema of zod, valibot, arktype or any other library of Standard Schema
 * check them. The type is what the schema gives, transformations included.
 *
 * The schema sees the message's own JSON: without the `'@type'`, and for a well-known type that which it stands for,
 * such as the object of a Struct. Well-known types can also be read over gRPC, other types only as JSON. A message that
 * the service did not send is `{}` to the schema, or what the well-known type is by default.
 *
 * What the schema refuses is an `UnpackError` with a {@link SchemaError} for a `cause`, which has the `issues`.
 *
 * @typeParam T - what the schema gives.
 * @param schema - the schema; it must not be asynchronous.
 * @param typeName - the full name of the message type, such as `google.protobuf.Struct`; absent: any type will do.
 * @throws TypeError if it is no such schema.
 *
 * @example
 * ```ts
 * const progress = schemaType(z.object({ progressPercent: z.number() }), 'google.protobuf.Struct');
 * ```
 */
export function schemaType<T>(schema: StandardSchema<T>, typeName?: string): AnyDecoder<T> {
  const standard = (schema as Partial<typeof schema> | null | undefined)?.['~standard'];
  if (typeof standard?.validate !== 'function') {
    throw new TypeError(invalidArgumentMessage('decode', 'schema', 'a Standard Schema', schema));
  }
  return {
    typeName,
    decode(any) {
      const result = standard.validate(jsonOf(any, typeName));
      if (result instanceof Promise || 'then' in result) {
        void Promise.resolve(result).catch(() => undefined);
        throw new TypeError('the schema is asynchronous, and messages are read at once');
      }
      if (result.issues) throw new SchemaError(result.issues);
      return result.value;
    },
  };
}

function jsonOf(any: Any | undefined, declared = ''): JsonValue {
  const wellKnown = wellKnownJson(any ? typeNameOf(any) : declared, any);
  if (wellKnown !== undefined) return wellKnown;
  if (any?.value && any.json === undefined) throw new TypeError('there are only bytes, and a schema checks JSON');
  return any ? unwrapAnyJson(any) : {};
}
