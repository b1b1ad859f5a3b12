import { MalformedOperationError } from '../decode-errors.js';
import type { RawOperation } from '../transport.js';
import { operationFromJson } from './json.js';
import { decodeOperation } from './messages.js';

/**
 * Decodes a `google.longrunning.Operation` that was received other than through a transport, for instance from Pub/Sub.
 * Pass the result to {@link longrunning.LROPoller.applyUpdate | LROPoller.applyUpdate}.
 *
 * @param source - the operation in wire format, or in proto3 JSON form: an object, a string, or the UTF-8 bytes of a
 *   string.
 * @throws {@link longrunning.MalformedOperationError | MalformedOperationError} if it cannot be decoded.
 *
 * @example
 * ```ts
 * subscription.on('message', (message) => {
 *   poller.applyUpdate(parseOperation(message.data));
 *   message.ack();
 * });
 * ```
 */
export function parseOperation(source: string | Uint8Array | object): RawOperation {
  if (typeof source === 'string') return parseText(source);
  if (!(ArrayBuffer.isView(source) && 'byteLength' in source)) return operationFromJson(source);
  const bytes = source as Uint8Array;
  // Bytes that start with a brace are JSON: in the wire format it would start a group, which proto3 does not have.
  return bytes[0] === 0x7b ? parseText(new TextDecoder().decode(bytes)) : decodeOperation(bytes);
}

function parseText(text: string): RawOperation {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new MalformedOperationError('', 'not JSON', cause);
  }
  return operationFromJson(value);
}
