import type { JsonValue } from '../any.js';
import { Code, findDetail, toCode, type Status, type StatusDetail } from '../status.js';
import { bytesFromBase64 } from '../wire/base64.js';
import { readCodeName } from '../wire/code.js';
import { detailFromAny } from '../wire/details.js';
import { codeFromHttp, httpFromCode } from '../wire/http-status.js';
import { statusFromJson } from '../wire/json.js';
import { isObject, type JsonObject } from '../wire/json-object.js';
import { isQuotaReason } from '../wire/quota-reason.js';

/** The status in the JSON body of a response that is not a success; undefined if it has none. */
export function statusFromBody(body: JsonValue | undefined, httpStatus: number): Status | undefined {
  const json = Array.isArray(body) ? body[0] : body;
  if (!isObject(json)) return undefined;
  if (isObject(json.error)) return fromErrorObject(json.error, httpStatus);
  const code = readCodeName(json.code);
  if (code !== undefined) return fromCodeName(json, code);
  if (oldErrors(json).length > 0) return fromErrorObject(json, httpStatus);
  return fromNumber(json, httpStatus);
}

/** The form of AIP-193, and of older Google APIs, where `errors` has the reason. */
function fromErrorObject(error: JsonObject, httpStatus: number): Status {
  const status = statusFromJson({ ...error, code: codeInError(error, httpStatus) });
  const errors = oldErrors(error);
  if (findDetail(status, 'ErrorInfo') !== undefined) {
    const isQuota = status.code === Code.PERMISSION_DENIED && errors.some(({ reason }) => isQuotaReason(reason));
    return isQuota ? { ...status, code: Code.RESOURCE_EXHAUSTED } : status;
  }
  return { ...status, details: [...status.details, ...reasonIn(errors)] };
}

function codeInError({ status, code }: JsonObject, httpStatus: number): Code {
  const named = readCodeName(status) ?? readCodeName(code);
  return named ?? codeFromHttp(typeof code === 'number' && code >= 300 && code < 600 ? code : httpStatus);
}

/** The `errors` of older Google APIs that have a reason. */
function oldErrors({ errors }: JsonObject): JsonObject[] {
  return [errors ?? []]
    .flat()
    .filter(isObject)
    .filter(({ reason }) => typeof reason === 'string');
}

function reasonIn(errors: readonly JsonObject[]): StatusDetail[] {
  const error = errors.find(({ reason }) => isQuotaReason(reason)) ?? errors[0];
  if (error === undefined) return [];
  const { reason = null, domain = null } = error;
  return [detailFromAny({ typeUrl: 'type.googleapis.com/google.rpc.ErrorInfo', json: { reason, domain } })];
}

/** The form of Connect, and of Twirp, whose message is `msg`. */
function fromCodeName(json: JsonObject, code: Code): Status {
  const given = Array.isArray(json.details) ? json.details.filter(isObject) : [];
  const inConnectForm = given.flatMap(connectDetail);
  const details = inConnectForm.length > 0 ? [] : given;
  const status = statusFromJson({ ...json, message: json.message ?? json.msg ?? null, code, details });
  return { ...status, details: [...status.details, ...inConnectForm] };
}

/** A detail in Connect's form: the name of the type, and bytes in base64. */
function connectDetail({ type, value }: JsonObject): StatusDetail[] {
  const bytes = typeof type === 'string' && typeof value === 'string' ? bytesFromBase64(value) : undefined;
  return bytes === undefined ? [] : [detailFromAny({ typeUrl: `type.googleapis.com/${String(type)}`, value: bytes })];
}

/** The form of grpc-gateway. A small number alone is ambiguous: it must match the HTTP status. */
function fromNumber(json: JsonObject, httpStatus: number): Status | undefined {
  const { code } = json;
  if (typeof code !== 'number' || code === 0 || toCode(code) !== code) return undefined;
  return httpFromCode(code) === httpStatus || codeFromHttp(httpStatus) === code ? statusFromJson(json) : undefined;
}
