import type { RequestErrorOptions } from '../errors.js';
import { Code, toCode, type Status } from '../status.js';
import { bytesFromBase64 } from '../wire/base64.js';
import { codeFromHttp } from '../wire/http-status.js';
import { decodeStatus } from '../wire/messages.js';
import { summarizeBody } from './body-summary.js';
import { statusFromBody } from './error-body.js';
import type { HttpResponse } from './fetch.js';
import { parseJson } from './json.js';
import { codeOfLimit, isQuotaStatus } from './quota.js';
import { parseRetryAfter } from './retry-after.js';

/** The meaning of a response that is not a success: a status, and whether the service itself wrote it. */
export type ErrorResponse = Pick<RequestErrorOptions, 'status' | 'origin'>;

/**
 * Reads a response that is not a success. These bodies occur in practice:
 *
 * - `{"error":{"code":404,"message":…,"status":"NOT_FOUND","details":[…]}}`, the form of AIP-193, where `code` is HTTP's;
 * - the same without a `status`, with the reason in `errors` (Compute, BigQuery), or in an array (streaming endpoints);
 * - `{"code":5,"message":…}` (grpc-gateway), where `code` is that of the status and matches the HTTP status;
 * - `{"code":"not_found","message":…}` (Connect);
 * - HTML, text, other JSON or nothing, from a proxy: the HTTP status then gives the code.
 *
 * What the body lacks is taken from headers: `grpc-status-details-bin`, a serialized `google.rpc.Status`, and `grpc-status`
 * and `grpc-message`, which Envoy's transcoder leaves with an empty body.
 *
 * Credentials of the request that the response repeats are redacted, since some proxies echo the request in error pages.
 */
export function readErrorResponse(response: HttpResponse): ErrorResponse {
  const { status: httpStatus, text = '', redactor, headers } = response;
  const inBody = statusFromBody(parseJson(text), httpStatus);
  const inHeaders = statusFromDetailsHeader(headers.get('grpc-status-details-bin')) ?? statusFromGrpcHeaders(headers);
  if (inBody === undefined && inHeaders === undefined) {
    const code = isDeferred(response) ? Code.RESOURCE_EXHAUSTED : codeFromHttp(httpStatus);
    return { status: { code, message: summarizeBody(httpStatus, text, redactor), details: [] }, origin: 'transport' };
  }
  const status = redactor.status(merge(inBody, inHeaders));
  return { status: { ...status, code: moreExactCode(status, httpStatus) }, origin: 'service' };
}

// Those of GitHub and GitLab, and of the draft of the IETF.
const remainingHeaders = ['x-ratelimit-remaining', 'x-rate-limit-remaining', 'ratelimit-remaining'];

/**
 * Whether a 403 says by its headers that a rate was exceeded: when to come back, or that nothing remains. Not read beside a
 * status of the service: its PERMISSION_DENIED is final.
 */
function isDeferred({ status, headers }: HttpResponse): boolean {
  if (status !== 403) return false;
  const isRateUsedUp = remainingHeaders.some((name) => headers.get(name)?.trim() === '0');
  return isRateUsedUp || parseRetryAfter(headers.get('retry-after'), 0) !== undefined;
}

/** The status in the headers of gRPC; undefined if they have none, or OK. */
export function statusFromGrpcHeaders(headers: HttpResponse['headers']): Status | undefined {
  // In the headers and in the trailers it is joined.
  const text = headers.get('grpc-status')?.split(',')[0]?.trim() ?? '';
  const code = /^\d{1,2}$/.test(text) ? Number(text) : Code.OK;
  if (code === 0 || toCode(code) !== code) return undefined;
  return { code, message: percentDecode(headers.get('grpc-message') ?? ''), details: [] };
}

/** Decodes `grpc-message`. A text that is not well encoded is kept, as gRPC demands. */
function percentDecode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function statusFromDetailsHeader(header: string | null): Status | undefined {
  const bytes = bytesFromBase64(header?.split(',')[0]?.trim() ?? '') ?? new Uint8Array();
  try {
    const status = decodeStatus(bytes);
    return status.code === Code.OK ? undefined : status;
  } catch {
    return undefined; // any server may send a header of that name
  }
}

function merge(inBody: Status | undefined, inHeader: Status | undefined): Status {
  const { code = Code.UNKNOWN, message = '', details = [] } = inBody ?? inHeader ?? {};
  return {
    code,
    message: message === '' ? (inHeader?.message ?? '') : message,
    details: details.length === 0 ? (inHeader?.details ?? []) : details,
  };
}

/**
 * A used-up quota is RESOURCE_EXHAUSTED whatever the status, unless a size limit is meant, and UNKNOWN says less than any HTTP
 * status but its own, 500.
 */
function moreExactCode(status: Status, httpStatus: number): Code {
  const isRefused = status.code === Code.PERMISSION_DENIED;
  if (httpStatus === 429 && isRefused) return Code.RESOURCE_EXHAUSTED;
  if ((isRefused || (httpStatus >= 400 && httpStatus < 500)) && isQuotaStatus(status)) return Code.RESOURCE_EXHAUSTED;
  const isVague = status.code === Code.UNKNOWN && httpStatus >= 400 && httpStatus !== 500;
  return isVague ? codeFromHttp(httpStatus) : codeOfLimit(status);
}
