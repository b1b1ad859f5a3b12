import type { JsonValue } from '../any.js';
import type { RequestErrorOptions } from '../errors.js';
import { Code, toCode, type Status } from '../status.js';
import { bytesFromBase64 } from '../wire/base64.js';
import { isObject } from '../wire/json-object.js';
import { codeFromHttp, httpFromCode } from '../wire/http-status.js';
import { statusFromJson } from '../wire/json.js';
import { decodeStatus } from '../wire/messages.js';
import type { HttpResponse } from './fetch.js';
import { parseJson } from './json.js';
import type { Redactor } from './redact.js';

/** The meaning of a response that is not a success: a status, and whether the service itself wrote it. */
export type ErrorResponse = Pick<RequestErrorOptions, 'status' | 'origin'>;

/**
 * Reads a response that is not a success. These bodies occur in practice:
 *
 * - `{"error":{"code":404,"message":…,"status":"NOT_FOUND","details":[…]}}`, the form of AIP-193, where `code` is HTTP's;
 * - the same without a `status` (Compute), or in an array (streaming endpoints);
 * - `{"code":5,"message":…}` (grpc-gateway), where `code` is that of the status and matches the HTTP status;
 * - HTML, text, other JSON or nothing, from a proxy: the HTTP status then gives the code.
 *
 * Credentials of the request that the response repeats are redacted, since some proxies echo the request in error pages.
 *
 * What the body lacks is taken from the header `grpc-status-details-bin`, a serialized `google.rpc.Status`.
 */
export function readErrorResponse(response: HttpResponse): ErrorResponse {
  const { status: httpStatus, text = '', redactor } = response;
  const inBody = statusFromBody(parseJson(text), httpStatus);
  const inHeader = statusFromHeader(response.headers.get('grpc-status-details-bin'));
  if (inBody === undefined && inHeader === undefined) {
    const status = { code: codeFromHttp(httpStatus), message: summarizeBody(httpStatus, text, redactor), details: [] };
    return { status, origin: 'transport' };
  }
  return { status: redactor.status(merge(inBody, inHeader)), origin: 'service' };
}

/** Summarizes a body that the service did not write in one line: the title of a page, or the beginning of a text. */
export function summarizeBody(httpStatus: number, body: string, redactor: Redactor): string {
  const text = redactor.beginning(body, maxSummarizedLength);
  const isHtml = /^\s*<(?:!doctype|html|head|body)\b/i.test(text);
  const summary = truncate(messageIn(body, redactor) ?? (isHtml ? htmlSummary(text) : text));
  if (summary === '') return `HTTP ${httpStatus} without a message`;
  return isHtml ? `HTTP ${httpStatus} with an HTML page: ${summary}` : `HTTP ${httpStatus}: ${summary}`;
}

// Enough for a line, and short enough for the regular expressions.
const maxSummarizedLength = 10_000;

function messageIn(body: string, redactor: Redactor): string | undefined {
  const json = parseJson(body);
  const message = isObject(json) ? (json.error_description ?? json.message ?? json.error) : undefined;
  return typeof message === 'string' ? redactor.beginning(message, maxSummarizedLength) : undefined;
}

function htmlSummary(html: string): string {
  const title = /<title[^>]*>([^<]+)</i.exec(html)?.[1];
  return title ?? html.replace(/<(script|style)\b[^]*?<\/\1>|<[^>]*>/gi, ' ');
}

function truncate(text: string): string {
  const line = text.replace(/[\s\p{Cc}]+/gu, ' ').trim();
  return line.length > 200 ? `${line.slice(0, 200)}…` : line;
}

function statusFromBody(body: JsonValue | undefined, httpStatus: number): Status | undefined {
  const json = Array.isArray(body) ? body[0] : body;
  if (!isObject(json)) return undefined;
  const { error } = json;
  if (isObject(error)) return statusFromJson({ ...error, code: codeInError(error, httpStatus) });
  const code = json.code;
  if (typeof code !== 'number' || code === 0 || toCode(code) !== code) return undefined;
  // A small number alone is ambiguous: it must match the HTTP status.
  return httpFromCode(code) === httpStatus || codeFromHttp(httpStatus) === code ? statusFromJson(json) : undefined;
}

function codeInError({ status, code }: Record<string, JsonValue>, httpStatus: number): Code {
  if (typeof status === 'string' && Object.hasOwn(Code, status) && status !== 'OK') {
    return Code[status as keyof typeof Code];
  }
  return codeFromHttp(typeof code === 'number' && code >= 300 && code < 600 ? code : httpStatus);
}

function statusFromHeader(header: string | null): Status | undefined {
  const bytes = bytesFromBase64(header?.split(',')[0]?.trim() ?? '');
  if (bytes === undefined || bytes.length === 0) return undefined;
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
