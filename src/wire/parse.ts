import { MalformedOperationError } from '../decode-errors.js';
import type { RawOperation } from '../transport.js';
import { operationFromJson } from './json.js';
import { decodeOperation } from './messages.js';

/**
 * Reads a `google.longrunning.Operation` that came another way than by asking for it, such as by Pub/Sub: in wire
 * format, or in proto3 JSON form as an object, a text or the bytes of a text. Hand it to
 * {@link longrunning.LROPoller.update | LROPoller.update}.
 *
 * @param source - the operation.
 * @throws {@link longrunning.MalformedOperationError | MalformedOperationError} if it cannot be read.
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
  if (typeof source === 'string') return fromText(source);
  if (!(ArrayBuffer.isView(source) && 'byteLength' in source)) return operationFromJson(source);
  const bytes = source as Uint8Array;
  // No message begins with a brace: that would open a group.
  return bytes[0] === 0x7b ? fromText(new TextDecoder().decode(bytes)) : decodeOperation(bytes);
}

function fromText(text: string): RawOperation {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new MalformedOperationError('', 'not JSON', cause);
  }
  return operationFromJson(value);
}
