import type { Any } from './any.js';

/**
 * The canonical status codes of `google.rpc.Code`, which are also gRPC's.
 *
 * A constant object and a type of the same name, not an enum: `Code.NOT_FOUND` is the number 5, and a `Code` is one
 * of the seventeen numbers.
 *
 * @see `google/rpc/code.proto`
 */
export const Code = {
  /** Not an error. */
  OK: 0,
  /** The operation was cancelled, typically by the caller. */
  CANCELLED: 1,
  /** An error of which nothing better is known. */
  UNKNOWN: 2,
  /** The caller gave an invalid argument, whatever the state of the system. */
  INVALID_ARGUMENT: 3,
  /** The deadline passed before the work was done. */
  DEADLINE_EXCEEDED: 4,
  /** The thing asked for was not found. */
  NOT_FOUND: 5,
  /** The thing to be created exists. */
  ALREADY_EXISTS: 6,
  /** The caller, who is known, may not do this. */
  PERMISSION_DENIED: 7,
  /** A quota, a rate limit or a disk is used up. */
  RESOURCE_EXHAUSTED: 8,
  /** The system is not in the state that the call needs. */
  FAILED_PRECONDITION: 9,
  /** The call was aborted, typically by a conflict with another. */
  ABORTED: 10,
  /** The call went past the valid range. */
  OUT_OF_RANGE: 11,
  /** The service does not implement, support or enable the method. */
  UNIMPLEMENTED: 12,
  /** Something inside the service is broken. */
  INTERNAL: 13,
  /** The service cannot be reached just now. */
  UNAVAILABLE: 14,
  /** Data are lost or corrupted for good. */
  DATA_LOSS: 15,
  /** The caller showed no valid credentials. */
  UNAUTHENTICATED: 16,
} as const;

/** One of the seventeen numbers of `google.rpc.Code`. */
export type Code = (typeof Code)[keyof typeof Code];

/** The name of a code of `google.rpc.Code`, such as `'NOT_FOUND'`. */
export type CodeName = keyof typeof Code;

const names = Object.keys(Code) as CodeName[];

/** The name of a code: `codeName(5)` is `'NOT_FOUND'`; a number that is no code is `'UNKNOWN'`. */
export function codeName(code: number): CodeName {
  return names[code] ?? 'UNKNOWN';
}

/**
 * A number as a {@link Code}: one that is none of the seventeen becomes `UNKNOWN`, as gRPC clients do with codes from
 * the future.
 */
export function toCode(code: unknown): Code {
  return typeof code === 'number' && code in names ? (code as Code) : Code.UNKNOWN;
}

/**
 * How something ended: `google.rpc.Status`. It is what a failed operation holds in its `error` and what a failed
 * request came back with.
 */
export interface Status {
  /** The canonical code. */
  readonly code: Code;
  /** The message for developers, in English, as the service wrote it; may be empty. */
  readonly message: string;
  /** The typed details that the service attached, in its order; empty when there are none. */
  readonly details: readonly StatusDetail[];
}

/** Why something failed, in a form that programs can use: `google.rpc.ErrorInfo` (AIP-193). */
export interface ErrorInfo {
  /** Which of the ten it is. */
  readonly '@type': 'type.googleapis.com/google.rpc.ErrorInfo';
  /** The reason in UPPER_SNAKE_CASE, unique within the domain. */
  readonly reason: string;
  /** The logical grouping of the reason, typically the service's name. */
  readonly domain: string;
  /** More about this occurrence. */
  readonly metadata: Readonly<Record<string, string>>;
}

/** When to try again: `google.rpc.RetryInfo`. */
export interface RetryInfo {
  /** Which of the ten it is. */
  readonly '@type': 'type.googleapis.com/google.rpc.RetryInfo';
  /** How long to wait, as a proto3 JSON duration such as `'53s'` or `'2.463586755s'`. */
  readonly retryDelay: string;
}

/** Where in the service it went wrong: `google.rpc.DebugInfo`. */
export interface DebugInfo {
  /** Which of the ten it is. */
  readonly '@type': 'type.googleapis.com/google.rpc.DebugInfo';
  /** The stack, a frame each. */
  readonly stackEntries: readonly string[];
  /** More, as the server has it. */
  readonly detail: string;
}

/** Which quota is used up: `google.rpc.QuotaFailure`. */
export interface QuotaFailure {
  /** Which of the ten it is. */
  readonly '@type': 'type.googleapis.com/google.rpc.QuotaFailure';
  /** The quotas that are used up. */
  readonly violations: readonly {
    /** Whose quota it is, such as `'project:a-project'`. */
    readonly subject: string;
    /** What is used up and, perhaps, where to get more. */
    readonly description: string;
    /** The service that the quota belongs to, such as `'compute.googleapis.com'`. */
    readonly apiService?: string;
    /** What is counted, such as `'compute.googleapis.com/cpus_per_vm_family'`. */
    readonly quotaMetric?: string;
    /** Which quota it is, such as `'CPUS-per-project-region'`. */
    readonly quotaId?: string;
    /** Which part of the quota it is, such as `{ region: 'us-central1' }`. */
    readonly quotaDimensions?: Readonly<Record<string, string>>;
    /** The limit at that time: an int64, as proto3 JSON writes it. */
    readonly quotaValue?: string;
    /** The limit that is being rolled out, if one is: an int64, as proto3 JSON writes it. */
    readonly futureQuotaValue?: string;
  }[];
}

/** Which preconditions do not hold: `google.rpc.PreconditionFailure`. */
export interface PreconditionFailure {
  /** Which of the ten it is. */
  readonly '@type': 'type.googleapis.com/google.rpc.PreconditionFailure';
  /** The preconditions that do not hold. */
  readonly violations: readonly {
    /** The kind of precondition, in the service's own words, such as `'TOS'`. */
    readonly type: string;
    /** What it is about, such as `'google.com/cloud'`. */
    readonly subject: string;
    /** What does not hold, for developers. */
    readonly description: string;
  }[];
}

/** Which fields of the request are wrong: `google.rpc.BadRequest`. */
export interface BadRequest {
  /** Which of the ten it is. */
  readonly '@type': 'type.googleapis.com/google.rpc.BadRequest';
  /** The fields that are wrong. */
  readonly fieldViolations: readonly {
    /** The path of the field, such as `'agent.time_zone'`. */
    readonly field: string;
    /** What is wrong with it, for developers. */
    readonly description: string;
    /** The reason in UPPER_SNAKE_CASE, unique within the domain of the ErrorInfo beside it. */
    readonly reason?: string;
    /** What is wrong with it, for the end user. */
    readonly localizedMessage?: {
      /** The locale of the message (BCP 47), such as `'en-US'`. */
      readonly locale: string;
      /** The message. */
      readonly message: string;
    };
  }[];
}

/** What to quote to the service's support: `google.rpc.RequestInfo`. */
export interface RequestInfo {
  /** Which of the ten it is. */
  readonly '@type': 'type.googleapis.com/google.rpc.RequestInfo';
  /** Names the request in the service's logs. */
  readonly requestId: string;
  /** What served it, perhaps encrypted. */
  readonly servingData: string;
}

/** Which resource it is about: `google.rpc.ResourceInfo`. */
export interface ResourceInfo {
  /** Which of the ten it is. */
  readonly '@type': 'type.googleapis.com/google.rpc.ResourceInfo';
  /** The kind of resource: a type name such as `'cloudresourcemanager.googleapis.com/Project'`, or a word. */
  readonly resourceType: string;
  /** Its name. */
  readonly resourceName: string;
  /** Whose it is; may be empty. */
  readonly owner: string;
  /** What went wrong with it, for developers. */
  readonly description: string;
}

/** Where to read more: `google.rpc.Help`. */
export interface Help {
  /** Which of the ten it is. */
  readonly '@type': 'type.googleapis.com/google.rpc.Help';
  /** The places. */
  readonly links: readonly {
    /** What is there. */
    readonly description: string;
    /** Where it is. */
    readonly url: string;
  }[];
}

/** A message that may be shown to the end user: `google.rpc.LocalizedMessage`. */
export interface LocalizedMessage {
  /** Which of the ten it is. */
  readonly '@type': 'type.googleapis.com/google.rpc.LocalizedMessage';
  /** The locale of the message (BCP 47), such as `'en-US'`. */
  readonly locale: string;
  /** The message. */
  readonly message: string;
}

/** A detail of a type that is none of the ten of `google/rpc/error_details.proto`: the Any as it came. */
export interface UnknownDetail extends Any {
  /** Tells it from the ten. */
  readonly '@type'?: undefined;
}

/** One of the ten messages of `google/rpc/error_details.proto`, in proto3 JSON form with every field present. */
export type KnownStatusDetail =
  | ErrorInfo
  | RetryInfo
  | DebugInfo
  | QuotaFailure
  | PreconditionFailure
  | BadRequest
  | RequestInfo
  | ResourceInfo
  | Help
  | LocalizedMessage;

/**
 * A detail of a {@link Status}, discriminated by `'@type'`: `switch (detail['@type'])` narrows. The type URL of a known
 * detail always has the prefix `type.googleapis.com/`, whichever the service sent.
 */
export type StatusDetail = KnownStatusDetail | UnknownDetail;

/** The short name of one of the ten, such as `'QuotaFailure'`. */
export type DetailName = KnownStatusDetail['@type'] extends `type.googleapis.com/google.rpc.${infer N}` ? N : never;

/** The one of the ten that has a short name: `DetailNamed<'QuotaFailure'>` is {@link QuotaFailure}. */
export type DetailNamed<N extends DetailName> = Extract<
  KnownStatusDetail,
  {
    /** Its type URL. */
    readonly '@type': `type.googleapis.com/google.rpc.${N}`;
  }
>;

/**
 * The first detail of a status that is of one of the ten types.
 *
 * @param status - such as `error.status`.
 * @param name - the short name of the type.
 * @returns undefined where there is none.
 *
 * @example
 * ```ts
 * for (const { subject, quotaId } of findDetail(error.status, 'QuotaFailure')?.violations ?? []) console.log(subject, quotaId);
 * ```
 */
export function findDetail<N extends DetailName>(status: Status, name: N): DetailNamed<N> | undefined {
  const type = `type.googleapis.com/google.rpc.${name}`;
  // An error is made of what a transport in plain JavaScript may have left incomplete.
  const details = status.details as Status['details'] | undefined;
  return details?.find((detail): detail is DetailNamed<N> => detail['@type'] === type);
}
