import { typeNameOf, type Any } from '../any.js';
import { findDetail, type Status, type StatusDetail } from '../status.js';
import { readMessage, writeMessage } from './detail-bytes.js';
import { normalizeMessage } from './detail-json.js';
import { detailSchema } from './detail-schema.js';
import { durationFromJson } from './duration.js';
import { isObject, type JsonObject } from './json-object.js';
import { Reader } from './protobuf.js';

/**
 * The public form of a detail. One of the ten types of `google/rpc/error_details.proto` has every field present, except
 * `futureQuotaValue` and `localizedMessage`, which may be absent. A detail of another type, or one that cannot be
 * decoded, is the Any as it was received. Never throws.
 */
export function detailFromAny(any: Any): StatusDetail {
  const typeName = typeNameOf(any);
  const schema = detailSchema(typeName);
  if (schema === undefined) return any;
  try {
    if (any.value !== undefined) return typedDetail(typeName, readMessage(new Reader(any.value), schema));
    return isObject(any.json) ? typedDetail(typeName, normalizeMessage(any.json, schema)) : any;
  } catch {
    return any;
  }
}

/** A detail as an Any: one of the ten known types both as bytes and as JSON, any other unchanged. */
export function detailToAny(detail: StatusDetail): Any {
  const typeUrl = detail['@type'];
  if (typeUrl === undefined) return detail;
  const json = detail as unknown as JsonObject;
  const schema = detailSchema(typeNameOf({ typeUrl }));
  if (schema === undefined) return { typeUrl, json };
  const fields = normalizeMessage(json, schema);
  return { typeUrl, value: writeMessage(fields, schema).finish(), json: { '@type': typeUrl, ...fields } };
}

/** The delay that a status requests (RetryInfo), in milliseconds; undefined if it requests none. */
export function retryDelayMs(status: Status): number | undefined {
  const ms = durationFromJson(findDetail(status, 'RetryInfo')?.retryDelay);
  return ms !== undefined && ms > 0 ? ms : undefined;
}

function typedDetail(typeName: string, fields: JsonObject): StatusDetail {
  return { '@type': `type.googleapis.com/${typeName}`, ...fields } as unknown as StatusDetail;
}
