/**
 * What {@link schemaType} needs of a schema: Standard Schema, version 1, which zod, valibot, arktype and others follow.
 *
 * @see https://standardschema.dev, `@standard-schema/spec` 1.1, of which this is the part that is used
 */
export interface StandardSchema<Output = unknown> {
  /** What the specification asks for. */
  readonly '~standard': {
    /** The version of the specification. */
    readonly version: 1;
    /** The name of the library. */
    readonly vendor: string;
    /** Checks a value, and may transform it. */
    readonly validate: (value: unknown) => SchemaResult<Output> | Promise<SchemaResult<Output>>;
    /** Types only, never there at run time. */
    readonly types?:
      | {
          /** What goes in. */
          readonly input: unknown;
          /** What comes out. */
          readonly output: Output;
        }
      | undefined;
  };
}

/** What a schema says of a value. */
export type SchemaResult<Output> =
  | {
      /** The value, transformed if the schema does that. */
      readonly value: Output;
      /** There are none. */
      readonly issues?: undefined;
    }
  | {
      /** What is wrong with it. */
      readonly issues: readonly SchemaIssue[];
    };

/** A step of a path that says more of itself than the key. */
export interface SchemaPathSegment {
  /** The key or index. */
  readonly key: PropertyKey;
}

/** One thing that is wrong with a value. */
export interface SchemaIssue {
  /** What is wrong. */
  readonly message: string;
  /** Where: keys and indices, from the outside in. */
  readonly path?: readonly (PropertyKey | SchemaPathSegment)[] | undefined;
}

/** The JSON of a message is not what the schema asks for. It is the `cause` of an `UnpackError`. */
export class SchemaError extends Error {
  /** The name of the class. */
  override readonly name = 'SchemaError';
  /** What is wrong, as the schema's library says it. */
  readonly issues: readonly SchemaIssue[];

  /** @internal */
  constructor(issues: readonly SchemaIssue[]) {
    super(issues.map(describe).join('; '));
    this.issues = issues;
  }
}

function describe({ message, path = [] }: SchemaIssue): string {
  const keys = path.map((part) => String(typeof part === 'object' ? part.key : part));
  return keys.length === 0 ? message : `${keys.join('.')}: ${message}`;
}
