import type { JsonValue } from '../any.js';
import { Code, type Status, type StatusDetail } from '../status.js';
import { anyFrom } from '../transports/any-forms.js';
import { asRecord } from '../transports/as-record.js';
import { Redactor } from '../transports/redact.js';
import { readCode, readCodeName } from '../wire/code.js';
import { detailFromAny } from '../wire/details.js';
import { isObject } from '../wire/json-object.js';

/**
 * The error of an operation, in the forms that services use: a `google.rpc.Status`, an HTTP status, an error code of the
 * service itself, or a list of errors, as in Compute Engine and Cloud SQL.
 */
export interface CustomError {
  /**
   * A code of `google.rpc.Code`, by number (below 100; 0 is not an error) or name; an HTTP status; or any other string, which
   * becomes the reason of an ErrorInfo.
   */
  readonly code?: number | string | null | undefined;
  /**
   * The name of a code of `google.rpc.Code`, as in the JSON of an HTTP error, which is preferred to `code`; or an HTTP status,
   * used if `code` is not a code.
   */
  readonly status?: number | string | null | undefined;
  /** An HTTP status, used if `code` is not a code. */
  readonly httpStatus?: number | null | undefined;
  /** The message; if absent, the messages of `errors`. */
  readonly message?: string | null | undefined;
  /** The errors; the first one with a code decides. */
  readonly errors?: readonly CustomErrorItem[] | null | undefined;
  /** Details in JSON form, each with its `'@type'`, or as an `Any` in bytes, with `typeUrl` or `type_url`. */
  readonly details?: readonly object[] | null | undefined;
}

/** One of several errors. */
export interface CustomErrorItem {
  /** The reason, such as `'RESOURCE_IN_USE_BY_ANOTHER_RESOURCE'`. */
  readonly code?: string | null | undefined;
  /** The reason, in older Google APIs; used if there is no `code`. */
  readonly reason?: string | null | undefined;
  /** The domain of the reason. */
  readonly domain?: string | null | undefined;
  /** The message. */
  readonly message?: string | null | undefined;
  /** Details in Compute Engine's form. */
  readonly errorDetails?: readonly CustomErrorDetail[] | null | undefined;
}

/** A detail in Compute Engine's form: one of its fields is set. */
export interface CustomErrorDetail {
  /** The ErrorInfo, with `metadatas` for `metadata`. */
  readonly errorInfo?: object | null | undefined;
  /** The quota: `metricName`, `limitName`, `dimensions`, `limit`, `futureLimit`. */
  readonly quotaInfo?: object | null | undefined;
  /** The Help. */
  readonly help?: object | null | undefined;
  /** The LocalizedMessage. */
  readonly localizedMessage?: object | null | undefined;
}

/** Converts the error of a service to a status. What is not of the declared type is left out: an error must not be lost. */
export function statusFrom(error: CustomError): Status {
  const errors = listOf(error.errors).map((item): CustomErrorItem =>
    typeof item === 'string' ? { message: item } : asRecord(item),
  );
  const texts = errors.map(({ message }) => message).filter((text) => typeof text === 'string' && text !== '');
  const reason = reasonOf(error.code);
  return {
    code: codeOf(error, errors),
    // No credential of the request, which another library sent, is known: what looks like one is removed.
    message: new Redactor().text(typeof error.message === 'string' ? error.message : texts.join('; ')),
    details: [
      ...listOf(error.details).map(detailFrom),
      ...(reason === undefined ? [] : [typedDetail('ErrorInfo', { reason })]),
      ...errors.flatMap(detailsOf),
    ],
  };
}

function codeOf({ code, status, httpStatus }: CustomError, errors: readonly CustomErrorItem[]): Code {
  const codes = [code, httpStatus, status, ...errors.map((item) => item.code)].map(readCode);
  return readCodeName(status) ?? codes.find((known) => known !== undefined) ?? Code.UNKNOWN;
}

/** A list; one item in place of a list is a list of one. */
const listOf = (value: unknown): unknown[] => [value ?? []].flat();

/** The error code, if it is the service's own. */
function reasonOf(code: unknown): string | undefined {
  return typeof code === 'string' && code !== '' && readCode(code) === undefined ? code : undefined;
}

function detailsOf({ code, reason, domain, message, errorDetails }: CustomErrorItem): StatusDetail[] {
  const details = listOf(errorDetails).flatMap((detail) => fromCompute(asRecord(detail), message ?? ''));
  const errorReason = code ?? reason ?? '';
  if (errorReason === '' || details.some((detail) => detail['@type']?.endsWith('.ErrorInfo'))) return details;
  return [typedDetail('ErrorInfo', { reason: errorReason, domain: domain ?? '' }), ...details];
}

/** @see `compute.v1.ErrorDetails` */
function fromCompute(detail: CustomErrorDetail, description: string): StatusDetail[] {
  const { errorInfo, quotaInfo, help, localizedMessage } = detail as Readonly<Record<string, JsonValue | undefined>>;
  const details: StatusDetail[] = [];
  if (isObject(errorInfo)) {
    details.push(
      typedDetail('ErrorInfo', { ...errorInfo, metadata: errorInfo.metadata ?? errorInfo.metadatas ?? null }),
    );
  }
  if (isObject(quotaInfo)) {
    const { metricName, limitName, dimensions, limit, futureLimit } = quotaInfo;
    const fields = { quotaMetric: metricName, quotaId: limitName, quotaDimensions: dimensions };
    const violation = { description, ...fields, quotaValue: limit, futureQuotaValue: futureLimit };
    details.push(typedDetail('QuotaFailure', { violations: [violation as Record<string, JsonValue>] }));
  }
  if (isObject(help)) details.push(typedDetail('Help', help));
  if (isObject(localizedMessage)) details.push(typedDetail('LocalizedMessage', localizedMessage));
  return details;
}

function detailFrom(detail: unknown): StatusDetail {
  const any = anyFrom(detail);
  return any ? detailFromAny(any) : (detail as StatusDetail);
}

function typedDetail(name: string, json: Record<string, JsonValue>): StatusDetail {
  return detailFromAny({ typeUrl: `type.googleapis.com/google.rpc.${name}`, json });
}
