import { typeNameOf } from '../any.js';
import type { StatusDetail } from '../status.js';
import { detailFromAny } from '../wire/details.js';
import { asRecord } from './as-record.js';

/** The part of a message of protobufjs that is used. */
interface ReflectedMessage {
  readonly $type: { readonly fullName: string; encode(message: unknown): { finish(): Uint8Array } };
}

/** The details of an error of google-gax over REST, which has decoded them: `statusDetails`. */
export function gaxDetails(error: unknown): StatusDetail[] {
  const { statusDetails } = asRecord(error);
  if (!Array.isArray(statusDetails)) return [];
  return statusDetails.filter(isReflected).map((message) => {
    const typeUrl = `type.googleapis.com/${typeNameOf({ typeUrl: message.$type.fullName }).replace(/^\./, '')}`;
    return detailFromAny({ typeUrl, value: message.$type.encode(message).finish() });
  });
}

function isReflected(value: unknown): value is ReflectedMessage {
  const { fullName, encode } = asRecord(asRecord(value).$type);
  return typeof fullName === 'string' && typeof encode === 'function';
}
