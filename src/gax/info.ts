import { typeNameOf, type AnyDecoder, type OperationInfo } from '../any.js';
import { anyType, operationInfo } from '../operation.js';
import { asRecord } from '../transports/as-record.js';
import type { LongrunningDescriptorLike } from './types.js';

type Decode = (bytes: Uint8Array) => object;

const infoCache = new WeakMap<LongrunningDescriptorLike, OperationInfo<unknown, unknown>>();

/**
 * The types of an operation, from the two decoders that a generated client has for the method that starts it. They return
 * what google-gax's own `operation.promise()` returns: messages of protobufjs.
 */
export function infoFrom<R, M>(descriptor: LongrunningDescriptorLike): OperationInfo<R, M> {
  let info = infoCache.get(descriptor);
  if (!info) {
    info = operationInfo({
      response: decoderFrom(descriptor.responseDecoder),
      metadata: decoderFrom(descriptor.metadataDecoder),
    });
    infoCache.set(descriptor, info);
  }
  // Only the declarations of the generated client know the two types.
  return info as OperationInfo<R, M>;
}

function decoderFrom(decode: Decode | undefined): AnyDecoder<unknown> {
  if (typeof decode !== 'function') return anyType;
  // protobufjs returns bytes fields in the class of its input. google-gax passes a Buffer.
  const decodeBytes = ({ buffer, byteOffset, byteLength }: Uint8Array = new Uint8Array(0)): object =>
    decode(Buffer.from(buffer, byteOffset, byteLength));
  const typeName = nameOfType(decodeBytes);
  // Some services declare an Any and send a message of some type: the declared type is then the Any around it.
  if (typeName === 'google.protobuf.Any') {
    return { decode: (any) => Object.assign(decodeBytes(), any && { type_url: any.typeUrl, value: any.value }) };
  }
  return {
    typeName,
    decode(any) {
      if (any && !any.value) throw new TypeError(`google-gax cannot read this JSON as ${any.typeUrl}`);
      return decodeBytes(any?.value);
    },
  };
}

/** A descriptor does not name its types, but the messages that its decoders return do. */
function nameOfType(decode: () => object): string | undefined {
  try {
    const message = decode();
    const { fullName } = asRecord(asRecord(message).$type);
    if (typeof fullName === 'string') return fullName.replace(/^\./, '');
    const { getTypeUrl } = message.constructor as { getTypeUrl?: () => string };
    return getTypeUrl ? typeNameOf({ typeUrl: getTypeUrl.call(message.constructor) }) : undefined;
  } catch {
    // For example a proto2 message with required fields. The type is then not checked.
    return undefined;
  }
}
