import { ignoreRejection, shorten } from '../arguments.js';
import { MalformedOperationError } from '../decode-errors.js';
import type { RawOperation } from '../transport.js';
import { operationFromJson } from './json.js';
import { isObject, parseJsonText } from './json-object.js';
import { decodeOperation } from './messages.js';

/**
 * Decodes a `google.longrunning.Operation` that was received other than through a transport, for instance from Pub/Sub.
 * Pass the result to {@link longrunning.LROPoller.applyUpdate | LROPoller.applyUpdate}.
 *
 * @param source - the operation in wire format (bytes or an `ArrayBuffer`), or in proto3 JSON form: an object, a string, or the UTF-8 bytes of a
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
export function parseOperation(source: string | Uint8Array | ArrayBuffer | object): RawOperation {
  if (typeof source === 'string') return parseText(source);
  const bytes = bytesOf(source);
  if (!bytes) return operationFromJson(plainObject(source));
  // In wire format a brace would start a group, which proto3 does not have. But a line feed, which JSON may begin with, is
  // the tag of the name, and a brace the length of a name.
  const first = bytes.find((byte) => !jsonPrefix.includes(byte));
  if (first !== brace) return decodeOperation(bytes);
  try {
    return parseText(new TextDecoder().decode(bytes));
  } catch (error) {
    if (bytes[0] !== lineFeed) throw error;
    return decodeOperation(bytes);
  }
}

const brace = 0x7b;
const lineFeed = 0x0a;
/** White space, and the bytes of a byte order mark. */
const jsonPrefix = [0x20, 0x09, 0x0d, lineFeed, 0xef, 0xbb, 0xbf];

/** The bytes of a buffer or a view of one, of whatever realm; undefined for other objects. */
function bytesOf(source: object): Uint8Array | undefined {
  if (ArrayBuffer.isView(source)) return new Uint8Array(source.buffer, source.byteOffset, source.byteLength);
  const isBuffer = /^\[object (?:Shared)?ArrayBuffer\]$/.test(Object.prototype.toString.call(source));
  return isBuffer ? new Uint8Array(source as ArrayBuffer) : undefined;
}

/**
 * Returns an object, unless its content is not in fields, as that of a promise, a Map or a Response. It would be an operation
 * without a name.
 */
function plainObject(source: object): object {
  const { then, constructor } = Object(source) as { then?: unknown; constructor?: { name?: unknown } };
  if (typeof then === 'function') {
    ignoreRejection(source);
    throw new MalformedOperationError('', 'it is a promise, which must be awaited');
  }
  const name = constructor?.name;
  const isEmpty = isObject(source) && Object.keys(source).length === 0;
  if (isEmpty && typeof name === 'string' && name !== 'Object') {
    throw new MalformedOperationError('', `it is of the class ${shorten(name)}, and has no fields`);
  }
  return source;
}

function parseText(text: string): RawOperation {
  let value: unknown;
  try {
    value = parseJsonText(text.replace(/^\ufeff/, ''));
  } catch (cause) {
    throw new MalformedOperationError('', 'not JSON', cause);
  }
  return operationFromJson(value);
}
