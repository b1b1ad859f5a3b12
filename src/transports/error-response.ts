import type { RequestErrorOptions } from '../errors.js';
import { Code, type Status } from '../status.js';
import { bytesFromBase64 } from '../wire/base64.js';
import { codeFromHttp } from '../wire/http-status.js';
import { decodeStatus } from '../wire/messages.js';
import { summarizeBody } from './body-summary.js';
import { statusFromBody } from './error-body.js';
import type { HttpResponse } from './fetch.js';
import { parseJson } from './json.js';
import { statusFromGrpcHeaders } from './grpc-headers.js';
import { codeOfLimit, codeOfPage, isQuotaStatus } from './quota.js';

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
    const code = codeOfPage(httpStatus, headers);
    return { status: { code, message: summarizeBody(httpStatus, text, redactor), details: [] }, origin: 'transport' };
  }
  const status = redactor.status(merge(inBody, inHeaders));
  return { status: { ...status, code: moreExactCode(status, httpStatus) }, origin: 'service' };
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
