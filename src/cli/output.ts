import type { JsonValue } from '../any.js';
import type { Operation } from '../operation.js';
import { codeName, type StatusDetail } from '../status.js';
import { printable } from './printable.js';
import { anyToJson } from './types.js';
import { readProgress } from '../polling/metadata.js';

/** A state of an operation with JSON for its response and metadata. */
export type JsonOperation = Operation<JsonValue, JsonValue>;

/** An operation as one JSON object. */
export function operationToJson(operation: JsonOperation): Record<string, JsonValue> {
  const { name, raw, metadata, done } = operation;
  return {
    name,
    ...(metadata !== undefined && { metadata: anyToJson(raw.metadata, metadata) }),
    done,
    ...(operation.result === 'response' && { response: anyToJson(raw.response, operation.response) }),
    ...(operation.result === 'error' && { error: statusToJson(operation.error) }),
  };
}

function statusToJson({
  code,
  message,
  details,
}: {
  code: number;
  message: string;
  details: readonly StatusDetail[];
}): JsonValue {
  return { code, message, details: details.map(detailToJson) };
}

function detailToJson(detail: StatusDetail): JsonValue {
  if (detail['@type'] !== undefined) return detail as unknown as JsonValue;
  return anyToJson(detail, Buffer.from(detail.value ?? []).toString('base64'));
}

/** The response of an operation that succeeded, for a reader: over several lines. */
export function responseText(operation: JsonOperation): string | undefined {
  const response = responseJson(operation);
  return response === undefined ? undefined : jsonText(response);
}

/** The name and the response in one line, with a tab between them. */
export function responseLine(operation: JsonOperation): string | undefined {
  const response = responseJson(operation);
  return response === undefined ? undefined : `${printable(operation.name)}\t${jsonLine(response)}`;
}

function responseJson(operation: JsonOperation): JsonValue | undefined {
  return operation.result === 'response' ? anyToJson(operation.raw.response, operation.response) : undefined;
}

/** The state of an operation in one line: the name, the state and, while it runs, its progress. */
export function stateLine(operation: JsonOperation): string {
  return `${printable(operation.name)}\t${stateText(operation)}\n`;
}

function stateText(operation: JsonOperation): string {
  if (operation.result === 'response') return 'succeeded';
  if (operation.result === 'error')
    return operation.cancelled ? 'cancelled' : `failed\t${codeName(operation.error.code)}`;
  const progress = readProgress(operation, undefined);
  return Number.isNaN(progress) ? 'running' : `running\t${percentText(progress)}`;
}

/** A fraction as a percentage. 100 % is reached by 1 only. */
export function percentText(fraction: number): string {
  return `${Math.floor(fraction * 100 + 1e-9)} %`;
}

/** One JSON value over several lines. */
export function jsonText(value: JsonValue): string {
  return `${escapeControls(JSON.stringify(value, undefined, 2))}\n`;
}

/** One JSON value in a line. */
export function jsonLine(value: JsonValue): string {
  return `${escapeControls(JSON.stringify(value))}\n`;
}

/** Escapes what JSON allows in strings but a terminal may interpret: DEL, C1 and bidirectional controls. */
function escapeControls(json: string): string {
  return json.replace(
    /[\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
