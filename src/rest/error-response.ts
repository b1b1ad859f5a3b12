import type { RequestErrorOptions } from '../errors.js';
import type { JsonValue } from '../any.js';
import { Code, toCode, type Status } from '../status.js';
import { bytesFromBase64 } from '../wire/base64.js';
import { isObject } from '../wire/json-object.js';
import { statusFromJson } from '../wire/json.js';
import { decodeStatus } from '../wire/messages.js';
import { codeFromHttp, httpFromCode } from '../wire/http-status.js';
import { parseJson } from './json.js';
import type { HttpResponse } from './send.js';

/** What an answer that is no success says: a status, and whether the service itself wrote it. */
export type ErrorResponse = Pick<RequestErrorOptions, 'status' | 'origin'>;

/**
 * Reads an answer that is no success. These bodies are known, all met in practice:
 *
 * - `{"error":{"code":404,"message":…,"status":"NOT_FOUND","details":[…]}}`, the form of AIP-193, where `code` is HTTP's;
 * - the same without a `status` (Compute), or in an array (streaming endpoints);
 * - `{"code":5,"message":…}` (grpc-gateway), where `code` is that of the status and goes with the HTTP status;
 * - HTML, text, other JSON or nothing, from whatever is in between: then the HTTP status decides.
 *
 * What the body lacks is taken from the header `grpc-status-details-bin`, a serialised `google.rpc.Status`.
 */
export function readErrorResponse(answer: HttpResponse): ErrorResponse {
  const { status: http, text = '' } = answer;
  const inBody = serviceStatus(parseJson(text), http);
  const inHeader = headerStatus(answer.headers.get('grpc-status-details-bin'));
  if (inBody === undefined && inHeader === undefined) {
    const status = { code: codeFromHttp(http), message: summarizeBody(http, text), details: [] };
    return { status, origin: 'transport' };
  }
  return { status: merge(inBody, inHeader), origin: 'service' };
}

/**
 * A body that is not the service's, in a line for whoever reads the error: the title of a page, the beginning of a text.
 */
export function summarizeBody(http: number, body: string): string {
  const json = parseJson(body);
  const text = body.slice(0, 10_000); // enough for a line, and too little to keep a regular expression busy
  const message = isObject(json) ? (json.error_description ?? json.message ?? json.error) : undefined;
  const isHtml = /^\s*<(?:!doctype|html|head|body)\b/i.test(text);
  const title = isHtml ? /<title[^>]*>([^<]+)</i.exec(text)?.[1] : undefined;
  const plain = isHtml ? text.replace(/<(script|style)\b[^]*?<\/\1>|<[^>]*>/gi, ' ') : text;
  const said = truncate(typeof message === 'string' ? message : (title ?? plain));
  if (said === '') return `HTTP ${http} without a message`;
  return isHtml ? `HTTP ${http} with an HTML page: ${said}` : `HTTP ${http}: ${said}`;
}

function serviceStatus(body: JsonValue | undefined, http: number): Status | undefined {
  const json = Array.isArray(body) ? body[0] : body;
  if (!isObject(json)) return undefined;
  const { error } = json;
  if (isObject(error)) return statusFromJson({ ...error, code: codeInError(error, http) });
  const code = json.code;
  if (typeof code !== 'number' || code === 0 || toCode(code) !== code) return undefined;
  // A number of that size means nothing yet: it must go with the HTTP status.
  return httpFromCode(code) === http || codeFromHttp(http) === code ? statusFromJson(json) : undefined;
}

function codeInError({ status, code }: Record<string, JsonValue>, http: number): Code {
  if (typeof status === 'string' && Object.hasOwn(Code, status) && status !== 'OK')
    return Code[status as keyof typeof Code];
  return codeFromHttp(typeof code === 'number' && code >= 300 && code < 600 ? code : http);
}

function headerStatus(header: string | null): Status | undefined {
  const bytes = bytesFromBase64(header?.split(',')[0]?.trim() ?? '');
  if (bytes === undefined || bytes.length === 0) return undefined;
  try {
    const status = decodeStatus(bytes);
    return status.code === Code.OK ? undefined : status;
  } catch {
    return undefined; // anyone may send a header of that name
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

function truncate(text: string): string {
  const line = text.replace(/[\s\p{Cc}]+/gu, ' ').trim();
  return line.length > 200 ? `${line.slice(0, 200)}…` : line;
}
