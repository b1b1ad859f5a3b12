import type { Any, JsonValue } from '../any.js';
import { MalformedOperationError } from '../decode-errors.js';
import { Code, type Status } from '../status.js';
import type { RawOperation } from '../transport.js';
import { anyFrom } from '../transports/any-forms.js';
import { asRecord } from '../transports/as-record.js';
import { defaultCode, readCode, readCodeName } from '../wire/code.js';
import { detailFromAny } from '../wire/details.js';

/**
 * Converts a `google.longrunning.Operation` of protobufjs, or a plain object like it, to a raw operation.
 *
 * The virtual oneof `result` is not used: an object from JSON or a database does not have it.
 */
export function rawOperationFrom(value: unknown): RawOperation {
  const { name, done, metadata, response, error } = asRecord(value);
  const knownName = typeof name === 'string' ? name : '';
  return {
    name: knownName,
    done: done === true,
    // Metadata that cannot be read do not end a wait: they are a metadataError.
    metadata: anyFrom(metadata) ?? (typeof metadata === 'object' ? unknownAny(metadata) : undefined),
    response: responseFrom(response, knownName),
    error: statusFrom(error),
  };
}

function responseFrom(value: unknown, name: string): Any | undefined {
  const any = anyFrom(value);
  if (!any && unknownAny(value)) {
    throw new MalformedOperationError(
      name,
      "its response is not a google.protobuf.Any: it has no 'type_url', or no bytes",
    );
  }
  return any;
}

/** A value with content in no known form. */
function unknownAny(value: unknown): Any | undefined {
  // The keys of bytes are not listed: those of megabytes take seconds.
  const count = ArrayBuffer.isView(value) ? value.byteLength : Object.keys(Object(value) as object).length;
  const isEmpty = typeof value === 'object' ? count === 0 : !value;
  return isEmpty ? undefined : { typeUrl: '', json: value as JsonValue };
}

function statusFrom(value: unknown): Status | undefined {
  if (value === undefined || value === null) return undefined;
  // One from a database may have only its message.
  const fields = asRecord(typeof value === 'object' ? value : { code: Code.UNKNOWN, message: value });
  const { code, status, message, details } = fields;
  return {
    code: readCodeName(status) ?? readCode(code ?? defaultCode(fields)) ?? Code.UNKNOWN,
    message: typeof message === 'string' ? message : '',
    details: (Array.isArray(details) ? details : []).flatMap((detail) => {
      const any = anyFrom(detail);
      return any ? [detailFromAny(any)] : [];
    }),
  };
}
