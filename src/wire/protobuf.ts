import { MalformedOperationError } from '../decode-errors.js';

// Buffer is several times faster with short strings than TextEncoder and TextDecoder, which are all there is elsewhere
// than in Node.
export const NodeBuffer = globalThis.Buffer as typeof Buffer | undefined;
const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

const utf8 = (text: string): Uint8Array => NodeBuffer?.from(text) ?? encoder.encode(text);

/** Memory; for a small piece from Node's pool, which costs far less than an ArrayBuffer for each. */
function allocate(length: number): Uint8Array {
  if (NodeBuffer === undefined || length > 1024) return new Uint8Array(length);
  const { buffer, byteOffset } = NodeBuffer.allocUnsafe(length);
  return new Uint8Array(buffer, byteOffset, length);
}

/** A tag of the wire format whose field is length-delimited: a string, bytes, or a message. */
export const lengthDelimitedTag = (field: number): number => (field << 3) | 2;

function fail(problem: string): never {
  throw new MalformedOperationError('', `not a protobuf message: ${problem}`);
}

/**
 * Reads the protobuf wire format. Every method throws a {@link MalformedOperationError} on bytes that are not a message,
 * and reads no further than the message that it is in.
 */
export class Reader {
  readonly #bytes: Uint8Array;
  #position = 0;
  #end: number;

  constructor(bytes: Uint8Array) {
    this.#bytes =
      NodeBuffer === undefined || NodeBuffer.isBuffer(bytes)
        ? bytes
        : NodeBuffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#end = bytes.length;
  }

  /**
   * The next tag, `field << 3 | wireType`, or 0 at the end of the message. Switch on whole tags: a known field of another
   * wire type is an unknown field.
   */
  tag(): number {
    if (this.#position >= this.#end) return 0;
    const tag = this.varint();
    return tag > 7 && tag <= 0xffffffff ? tag : fail('illegal tag');
  }

  /** A varint as a number, exact up to 2^53: for tags, lengths and booleans. */
  varint(): number {
    let value = 0;
    for (let scale = 1; scale < 2 ** 70; scale *= 128) {
      const byte = this.#byte();
      value += (byte & 127) * scale;
      if (byte < 128) return value;
    }
    return fail('varint of more than ten bytes');
  }

  /** An int64. */
  int64(): bigint {
    let value = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = this.#byte();
      value |= BigInt(byte & 127) << shift;
      if (byte < 128) return BigInt.asIntN(64, value);
    }
    return fail('varint of more than ten bytes');
  }

  /** An int32. */
  int32(): number {
    return Number(BigInt.asIntN(32, this.int64()));
  }

  /** A double. */
  double(): number {
    return this.#view(8).getFloat64(0, true);
  }

  /** A float. */
  float(): number {
    return this.#view(4).getFloat32(0, true);
  }

  /** A string; what is not UTF-8 in it becomes U+FFFD. */
  string(): string {
    const end = this.#readLength();
    const start = this.#position;
    this.#position = end;
    return NodeBuffer === undefined
      ? decoder.decode(this.#bytes.subarray(start, end))
      : (this.#bytes as Buffer).toString('utf8', start, end);
  }

  /**
   * Bytes: a view where they make up most of the memory underneath, else a copy, so that a small piece that is kept does
   * not keep a large network buffer.
   */
  bytes(): Uint8Array {
    const end = this.#readLength();
    const { buffer, byteOffset } = this.#bytes;
    const start = this.#position;
    this.#position = end;
    const small = (end - start) * 2 < buffer.byteLength;
    const view = new Uint8Array(buffer, byteOffset + start, end - start);
    if (!small) return view;
    const copy = allocate(view.length);
    copy.set(view);
    return copy;
  }

  /** A message within this one; `read` is to go on until {@link Reader.tag} gives 0. */
  message<T>(read: (reader: this) => T): T {
    const outer = this.#end;
    this.#end = this.#readLength();
    const value = read(this);
    this.#end = outer;
    return value;
  }

  /** Passes over the value of a field that is not known. */
  skip(tag: number): void {
    const wireType = tag & 7;
    if (wireType === 0) this.varint();
    else if (wireType === 1) this.#advance(8);
    else if (wireType === 2) this.#position = this.#readLength();
    else if (wireType === 5) this.#advance(4);
    else fail(`wire type ${wireType}`);
  }

  #byte(): number {
    const byte = this.#position < this.#end ? this.#bytes[this.#position++] : undefined;
    return byte ?? fail('truncated');
  }

  #view(length: number): DataView {
    const end = this.#advance(length);
    return new DataView(this.#bytes.buffer, this.#bytes.byteOffset + end - length, length);
  }

  #advance(length: number): number {
    if (length > this.#end - this.#position) fail('truncated');
    return (this.#position += length);
  }

  /** Reads a length; gives where the value after it ends. */
  #readLength(): number {
    const length = this.varint();
    if (length > this.#end - this.#position) fail('truncated');
    return this.#position + length;
  }
}

/** Writes the protobuf wire format. Scalars and strings of default value are left out, as proto3 has it. */
export class Writer {
  readonly #chunks: ArrayLike<number>[] = [];

  /** An integer or a boolean, unless it is 0. */
  varint(field: number, value: bigint | number | boolean): this {
    return BigInt(value) === 0n ? this : this.varintField(field, value);
  }

  /** An integer or a boolean of a field that tells 0 from unset. */
  varintField(field: number, value: bigint | number | boolean): this {
    this.#chunks.push(varint(field << 3), varint(value));
    return this;
  }

  /** A string, unless it is empty. */
  string(field: number, value: string): this {
    return value === '' ? this : this.message(field, value);
  }

  /** A message, bytes, or an element of a repeated field: written even where it is empty. */
  message(field: number, value: Uint8Array | Writer | string): this {
    const bytes = typeof value === 'string' ? utf8(value) : value instanceof Writer ? value.finish() : value;
    this.#chunks.push(varint(lengthDelimitedTag(field)), varint(bytes.length), bytes);
    return this;
  }

  /** Everything that was written. */
  finish(): Uint8Array {
    const bytes = allocate(this.#chunks.reduce((length, part) => length + part.length, 0));
    let position = 0;
    for (const part of this.#chunks) {
      bytes.set(part, position);
      position += part.length;
    }
    return bytes;
  }
}

function varint(value: bigint | number | boolean): number[] {
  if (typeof value === 'number' && value >= 0 && value < 128) return [value];
  const bytes: number[] = [];
  // A negative number is written as the 64-bit two's complement that it is.
  let rest = BigInt.asUintN(64, BigInt(value));
  for (; rest > 127n; rest >>= 7n) bytes.push(Number(rest & 127n) | 128);
  bytes.push(Number(rest));
  return bytes;
}
