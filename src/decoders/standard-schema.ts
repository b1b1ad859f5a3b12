/**
 * The part of Standard Schema, version 1, that {@link schemaType} uses. zod, valibot, arktype and others implement it.
 *
 * @see https://standardschema.dev, `@standard-schema/spec` 1.1
 */
export interface StandardSchema<Output = unknown> {
  /** The properties that the specification defines. */
  readonly '~standard': {
    /** The version of the specification. */
    readonly version: 1;
    /** The name of the library. */
    readonly vendor: string;
    /** Validates a value, and may transform it. */
    readonly validate: (value: unknown) => SchemaResult<Output> | Promise<SchemaResult<Output>>;
    /** For type inference only; undefined at run time. */
    readonly types?:
      | {
          /** The type of the input. */
          readonly input: unknown;
          /** The type of the output. */
          readonly output: Output;
        }
      | undefined;
  };
}

/** The result of a validation. */
export type SchemaResult<Output> =
  | {
      /** The value, after the schema's transformations. */
      readonly value: Output;
      /** A valid value has no issues. */
      readonly issues?: undefined;
    }
  | {
      /** Why the value is invalid. */
      readonly issues: readonly SchemaIssue[];
    };

/** A segment of a path, as an object. */
export interface SchemaPathSegment {
  /** The key or index. */
  readonly key: PropertyKey;
}

/** One reason why a value is invalid. */
export interface SchemaIssue {
  /** The message of the schema's library. */
  readonly message: string;
  /** The keys and indices that lead to the invalid value, outermost first. */
  readonly path?: readonly (PropertyKey | SchemaPathSegment)[] | undefined;
}

/** The schema rejected the JSON of a message. It is the `cause` of an `UnpackError`. */
export class SchemaError extends Error {
  /** The name of the class. */
  override readonly name = 'SchemaError';
  /** The issues that the schema's library reported. */
  readonly issues: readonly SchemaIssue[];

  /** @internal */
  constructor(issues: readonly SchemaIssue[]) {
    super(issues.map(formatIssue).join('; '));
    this.issues = issues;
  }
}

function formatIssue({ message, path = [] }: SchemaIssue): string {
  const keys = path.map((segment) => String(typeof segment === 'object' ? segment.key : segment));
  return keys.length === 0 ? message : `${keys.join('.')}: ${message}`;
}
