/** The HTTP bindings of services, as plain data without repetitions. */
export interface ServiceTable {
  /** Service, without `.googleapis.com` → version → index in `sets`. */
  readonly services: Readonly<Record<string, Readonly<Record<string, number>>>>;
  /** The bindings of a version: name of the kind → indexes in `paths`. Versions with the same bindings share a set. */
  readonly sets: readonly Readonly<Record<string, readonly Run[]>>[];
  /** Path templates, without the suffix of the kind. `$v` stands for the version. */
  readonly paths: readonly string[];
  /** The bindings of one RPC are tried in the order of the kinds, those of one kind in the order of the set. */
  readonly kinds: readonly BindingKind[];
}

/** One index, or the first and the last of consecutive ones. */
export type Run = number | readonly [first: number, last: number];

/** What bindings do with their path. */
export interface BindingKind {
  readonly name: string;
  /** The RPC of `google.longrunning.Operations`. */
  readonly method: string;
  readonly verb: string;
  /** The end of the path template, after the path of the table. */
  readonly suffix: string;
  readonly body?: string;
}
