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
  /** An error without a more specific code. */
  UNKNOWN: 2,
  /** An argument is invalid, whatever the state of the system. */
  INVALID_ARGUMENT: 3,
  /** The deadline expired before the call completed. */
  DEADLINE_EXCEEDED: 4,
  /** The requested resource was not found. */
  NOT_FOUND: 5,
  /** The resource to be created already exists. */
  ALREADY_EXISTS: 6,
  /** The caller is authenticated but lacks the permission. */
  PERMISSION_DENIED: 7,
  /** A quota, a rate limit or a resource such as disk space is exhausted. */
  RESOURCE_EXHAUSTED: 8,
  /** The system is not in the state that the call requires. */
  FAILED_PRECONDITION: 9,
  /** The call was aborted, typically because of a conflict with another call. */
  ABORTED: 10,
  /** The call went past the valid range. */
  OUT_OF_RANGE: 11,
  /** The service does not implement, support or enable the method. */
  UNIMPLEMENTED: 12,
  /** An internal error of the service. */
  INTERNAL: 13,
  /** The service is temporarily unavailable. */
  UNAVAILABLE: 14,
  /** Unrecoverable data loss or corruption. */
  DATA_LOSS: 15,
  /** The request has no valid credentials. */
  UNAUTHENTICATED: 16,
} as const;

/** One of the seventeen numbers of `google.rpc.Code`. */
export type Code = (typeof Code)[keyof typeof Code];

/** The name of a code of `google.rpc.Code`, such as `'NOT_FOUND'`. */
export type CodeName = keyof typeof Code;

/** The names of the codes: the code is the index. */
const names = Object.keys(Code) as CodeName[];

/** The name of a code: `codeName(5)` is `'NOT_FOUND'`; any other number is `'UNKNOWN'`. */
export function codeName(code: number): CodeName {
  return names[code] ?? 'UNKNOWN';
}

/**
 * Converts a number to a {@link Code}. Unknown numbers, which a future service may send, become `UNKNOWN`, as in gRPC
 * clients.
 */
export function toCode(code: unknown): Code {
  return typeof code === 'number' && code in names ? (code as Code) : Code.UNKNOWN;
}

/**
 * `google.rpc.Status`: the `error` of a failed operation, or the status of a failed request.
 */
export interface Status {
  /** The canonical code. */
  readonly code: Code;
  /** The message for developers, in English; may be empty. */
  readonly message: string;
  /** The details, in the service's order; empty if there are none. */
  readonly details: readonly StatusDetail[];
}

/** The machine-readable reason of an error: `google.rpc.ErrorInfo` (AIP-193). */
export interface ErrorInfo {
  /** The type URL. */
  readonly '@type': 'type.googleapis.com/google.rpc.ErrorInfo';
  /** The reason in UPPER_SNAKE_CASE, unique within the domain. */
  readonly reason: string;
  /** The logical grouping of the reason, typically the service's name. */
  readonly domain: string;
  /** Additional information about this error. */
  readonly metadata: Readonly<Record<string, string>>;
}

/** When to retry: `google.rpc.RetryInfo`. */
export interface RetryInfo {
  /** The type URL. */
  readonly '@type': 'type.googleapis.com/google.rpc.RetryInfo';
  /** The minimum delay before the next attempt, as a proto3 JSON duration such as `'53s'` or `'2.463586755s'`. */
  readonly retryDelay: string;
}

/** Debugging information of the service: `google.rpc.DebugInfo`. */
export interface DebugInfo {
  /** The type URL. */
  readonly '@type': 'type.googleapis.com/google.rpc.DebugInfo';
  /** The stack trace, one entry per frame. */
  readonly stackEntries: readonly string[];
  /** Additional information of the server. */
  readonly detail: string;
}

/** The exceeded quotas: `google.rpc.QuotaFailure`. */
export interface QuotaFailure {
  /** The type URL. */
  readonly '@type': 'type.googleapis.com/google.rpc.QuotaFailure';
  /** The exceeded quotas. */
  readonly violations: readonly {
    /** The subject of the quota check, such as `'project:a-project'`. */
    readonly subject: string;
    /** How the quota check failed and, possibly, how to increase the quota. */
    readonly description: string;
    /** The service that the quota belongs to, such as `'compute.googleapis.com'`. */
    readonly apiService?: string;
    /** The metric that the quota limits, such as `'compute.googleapis.com/cpus_per_vm_family'`. */
    readonly quotaMetric?: string;
    /** The identifier of the quota, such as `'CPUS-per-project-region'`. */
    readonly quotaId?: string;
    /** The dimensions of the quota, such as `{ region: 'us-central1' }`. */
    readonly quotaDimensions?: Readonly<Record<string, string>>;
    /** The limit at the time of the request: an int64 as in proto3 JSON. */
    readonly quotaValue?: string;
    /** The new limit, if one is being rolled out: an int64 as in proto3 JSON. */
    readonly futureQuotaValue?: string;
  }[];
}

/** The failed preconditions: `google.rpc.PreconditionFailure`. */
export interface PreconditionFailure {
  /** The type URL. */
  readonly '@type': 'type.googleapis.com/google.rpc.PreconditionFailure';
  /** The failed preconditions. */
  readonly violations: readonly {
    /** The service-specific type of the precondition, such as `'TOS'`. */
    readonly type: string;
    /** The subject of the precondition, such as `'google.com/cloud'`. */
    readonly subject: string;
    /** How the precondition failed, for developers. */
    readonly description: string;
  }[];
}

/** The invalid fields of a request: `google.rpc.BadRequest`. */
export interface BadRequest {
  /** The type URL. */
  readonly '@type': 'type.googleapis.com/google.rpc.BadRequest';
  /** The invalid fields. */
  readonly fieldViolations: readonly {
    /** The path of the field, such as `'agent.time_zone'`. */
    readonly field: string;
    /** Why the field is invalid, for developers. */
    readonly description: string;
    /** The reason in UPPER_SNAKE_CASE, unique within the domain of the status's ErrorInfo. */
    readonly reason?: string;
    /** Why the field is invalid, for the end user. */
    readonly localizedMessage?: {
      /** The locale of the message (BCP 47), such as `'en-US'`. */
      readonly locale: string;
      /** The message. */
      readonly message: string;
    };
  }[];
}

/** Identifies a request, for the service's support: `google.rpc.RequestInfo`. */
export interface RequestInfo {
  /** The type URL. */
  readonly '@type': 'type.googleapis.com/google.rpc.RequestInfo';
  /** The identifier of the request in the service's logs. */
  readonly requestId: string;
  /** Data about how the request was served, possibly encrypted. */
  readonly servingData: string;
}

/** The resource that an error concerns: `google.rpc.ResourceInfo`. */
export interface ResourceInfo {
  /** The type URL. */
  readonly '@type': 'type.googleapis.com/google.rpc.ResourceInfo';
  /** The type of the resource: a type name such as `'cloudresourcemanager.googleapis.com/Project'`, or a word. */
  readonly resourceType: string;
  /** The name of the resource. */
  readonly resourceName: string;
  /** The owner of the resource; may be empty. */
  readonly owner: string;
  /** The error that occurred when the resource was accessed, for developers. */
  readonly description: string;
}

/** Links to documentation: `google.rpc.Help`. */
export interface Help {
  /** The type URL. */
  readonly '@type': 'type.googleapis.com/google.rpc.Help';
  /** The links. */
  readonly links: readonly {
    /** What the link offers. */
    readonly description: string;
    /** The URL of the link. */
    readonly url: string;
  }[];
}

/** A message that may be shown to the end user: `google.rpc.LocalizedMessage`. */
export interface LocalizedMessage {
  /** The type URL. */
  readonly '@type': 'type.googleapis.com/google.rpc.LocalizedMessage';
  /** The locale of the message (BCP 47), such as `'en-US'`. */
  readonly locale: string;
  /** The message. */
  readonly message: string;
}

/** A detail of a type other than the ten of `google/rpc/error_details.proto`: the Any as it was received. */
export interface UnknownDetail extends Any {
  /** Undefined, which distinguishes it from the known types. */
  readonly '@type'?: undefined;
}

/**
 * A detail of one of the ten types of `google/rpc/error_details.proto`, in proto3 JSON form with every field present.
 */
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
 * detail always has the prefix `type.googleapis.com/`, whatever the service sent.
 */
export type StatusDetail = KnownStatusDetail | UnknownDetail;

/** The short name of a known type of detail, such as `'QuotaFailure'`. */
export type DetailName = KnownStatusDetail['@type'] extends `type.googleapis.com/google.rpc.${infer N}` ? N : never;

/** The known type of detail with a short name: `DetailNamed<'QuotaFailure'>` is {@link QuotaFailure}. */
export type DetailNamed<N extends DetailName> = Extract<
  KnownStatusDetail,
  {
    /** The type URL. */
    readonly '@type': `type.googleapis.com/google.rpc.${N}`;
  }
>;

/**
 * Finds the first detail of a known type.
 *
 * @param status - the status, such as `error.status`.
 * @param name - the short name of the type.
 * @returns the detail; undefined if there is none of that type.
 *
 * @example
 * ```ts
 * for (const { subject, quotaId } of findDetail(error.status, 'QuotaFailure')?.violations ?? []) console.log(subject, quotaId);
 * ```
 */
export function findDetail<N extends DetailName>(status: Status, name: N): DetailNamed<N> | undefined {
  const type = `type.googleapis.com/google.rpc.${name}`;
  // A transport in plain JavaScript may have omitted the details.
  const details = status.details as Status['details'] | undefined;
  return details?.find((detail): detail is DetailNamed<N> => detail['@type'] === type);
}
