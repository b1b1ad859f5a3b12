import type { CustomError } from '../custom/status.js';
import { Code } from '../status.js';

/** An error of a job of BigQuery. */
export interface BigQueryProblem {
  /** The reason, such as `'invalidQuery'`. */
  readonly reason?: string;
  /** Where it occurred. */
  readonly location?: string;
  /** The message. */
  readonly message?: string;
}

/** The error of a job, by the reason of its `errorResult`. */
export function errorOf(problem: BigQueryProblem | undefined): CustomError | undefined {
  if (!problem) return undefined;
  const { reason = '', message } = problem;
  return { code: codes[reason] ?? Code.UNKNOWN, message, errors: [{ reason, message }] };
}

/** @see https://cloud.google.com/bigquery/docs/error-messages */
const codes: Readonly<Record<string, Code>> = {
  accessDenied: Code.PERMISSION_DENIED,
  backendError: Code.UNAVAILABLE,
  billingNotEnabled: Code.PERMISSION_DENIED,
  billingTierLimitExceeded: Code.FAILED_PRECONDITION,
  blocked: Code.PERMISSION_DENIED,
  duplicate: Code.ALREADY_EXISTS,
  internalError: Code.INTERNAL,
  invalid: Code.INVALID_ARGUMENT,
  invalidQuery: Code.INVALID_ARGUMENT,
  invalidUser: Code.INVALID_ARGUMENT,
  jobBackendError: Code.UNAVAILABLE,
  jobInternalError: Code.INTERNAL,
  jobRateLimitExceeded: Code.RESOURCE_EXHAUSTED,
  notFound: Code.NOT_FOUND,
  notImplemented: Code.UNIMPLEMENTED,
  quotaExceeded: Code.RESOURCE_EXHAUSTED,
  rateLimitExceeded: Code.RESOURCE_EXHAUSTED,
  resourceInUse: Code.FAILED_PRECONDITION,
  resourcesExceeded: Code.RESOURCE_EXHAUSTED,
  responseTooLarge: Code.OUT_OF_RANGE,
  stopped: Code.CANCELLED, // the job was cancelled
  tableUnavailable: Code.UNAVAILABLE,
  timeout: Code.DEADLINE_EXCEEDED,
};
