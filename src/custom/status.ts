import type { JsonValue } from '../any.js';
import { Code, toCode, type Status, type StatusDetail } from '../status.js';
import { detailFromAny } from '../wire/details.js';
import { codeFromHttp } from '../wire/http-status.js';
import { isObject } from '../wire/json-object.js';

/**
 * What went wrong, as services put it: a `google.rpc.Status`, a code of HTTP's or a word of the service's own, or, as
 * Compute Engine and Cloud SQL have it, a list of errors.
 */
export interface CustomError {
  /**
   * A code of `google.rpc.Code`, as its number (below 100) or name, where 0 is no error; an HTTP status; or any other
   * word, which becomes the reason of an ErrorInfo.
   */
  readonly code?: number | string | null | undefined;
  /** An HTTP status, which gives the code where `code` does not. */
  readonly httpStatus?: number | null | undefined;
  /** What went wrong, in words. Those of `errors` where it is absent. */
  readonly message?: string | null | undefined;
  /** The errors, the first of which counts most. */
  readonly errors?: readonly CustomErrorItem[] | null | undefined;
  /** Messages of `google.rpc` and others in JSON form, each with its `'@type'`, or as an `Any`. */
  readonly details?: readonly object[] | null | undefined;
}

/** One of several errors. */
export interface CustomErrorItem {
  /** The reason, such as `'RESOURCE_IN_USE_BY_ANOTHER_RESOURCE'`. */
  readonly code?: string | null | undefined;
  /** The reason, where there is no `code`: what the older APIs of Google have. */
  readonly reason?: string | null | undefined;
  /** What the reason belongs to. */
  readonly domain?: string | null | undefined;
  /** What went wrong, in words. */
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

/** A status of whatever a service says instead. */
export function statusFrom(error: CustomError): Status {
  const errors = error.errors ?? [];
  const texts = errors.map(({ message }) => message).filter((text) => typeof text === 'string' && text !== '');
  const own = reasonOf(error.code);
  return {
    code: codeOf(error),
    message: error.message ?? texts.join('; '),
    details: [
      ...(error.details ?? []).map(detailFrom),
      ...(own === undefined ? [] : [typedDetail('ErrorInfo', { reason: own })]),
      ...errors.flatMap(detailsOf),
    ],
  };
}

function codeOf({ code, httpStatus, errors }: CustomError): Code {
  const codes = [code, httpStatus, ...(errors ?? []).map((item) => item.code)].map(asCode);
  return codes.find((one) => one !== undefined) ?? Code.UNKNOWN;
}

/** Undefined for what is no code. */
function asCode(given: unknown): Code | undefined {
  if (typeof given === 'string' && Object.hasOwn(Code, given)) return Code[given as keyof typeof Code];
  const number = typeof given === 'string' && given !== '' ? Number(given) : given;
  if (typeof number !== 'number') return undefined;
  // No success is what went wrong.
  if (number >= 300 && number < 600) return codeFromHttp(number);
  return toCode(number) === number ? number : undefined;
}

/** A code that is a word of the service's own. */
function reasonOf(code: unknown): string | undefined {
  return typeof code === 'string' && code !== '' && asCode(code) === undefined ? code : undefined;
}

function detailsOf({ code, reason, domain, message, errorDetails }: CustomErrorItem): StatusDetail[] {
  const details = (errorDetails ?? []).flatMap((detail) => fromCompute(detail, message ?? ''));
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

function detailFrom(detail: object): StatusDetail {
  const { '@type': type } = detail as { readonly '@type'?: unknown };
  return typeof type === 'string'
    ? detailFromAny({ typeUrl: type, json: detail as Record<string, JsonValue> })
    : (detail as StatusDetail);
}

function typedDetail(name: string, json: Record<string, JsonValue>): StatusDetail {
  return detailFromAny({ typeUrl: `type.googleapis.com/google.rpc.${name}`, json });
}
