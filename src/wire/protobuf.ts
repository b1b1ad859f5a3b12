import { MalformedOperationError } from '../decode-errors.js';

/** Node's Buffer, which is much faster with short strings than TextEncoder and TextDecoder; undefined elsewhere. */
export const NodeBuffer = globalThis.Buffer as typeof Buffer | undefined;
// Created when needed: jsdom, which has Node's Buffer, has no TextEncoder.
let encoder: InstanceType<typeof TextEncoder> | undefined;
let decoder: InstanceType<typeof TextDecoder> | undefined;

const utf8 = (text: string): Uint8Array => NodeBuffer?.from(text) ?? (encoder ??= new TextEncoder()).encode(text);
const textOf = (bytes: Uint8Array): string => (decoder ??= new TextDecoder('utf-8', { ignoreBOM: true })).decode(bytes);

/** Allocates bytes; a small array comes from Node's pool, which is much cheaper than an ArrayBuffer of its own. */
function allocate(length: number): Uint8Array {
  if (NodeBuffer === undefined || length > 1024) return new Uint8Array(length);
  const { buffer, byteOffset } = NodeBuffer.allocUnsafe(length);
  return new Uint8Array(buffer, byteOffset, length);
}

const wireTypes = { varint: 0, fixed64: 1, lengthDelimited: 2, fixed32: 5 } as const;

/** How the value of a field is encoded. */
export type WireType = keyof typeof wireTypes;

/** The tag before a field's value in the wire format. */
export function tagOf(field: number, wireType: WireType): number {
  return (field << 3) | wireTypes[wireType];
}

/** The tag of an integer, a boolean or an enum. */
export const varintTag = (field: number): number => field << 3;

/** The tag of a string, bytes or a message. */
export const lengthDelimitedTag = (field: number): number => (field << 3) | 2;

function fail(problem: string): never {
  throw new MalformedOperationError('', `not a protobuf message: ${problem}`);
}

/**
 * Decodes the protobuf wire format. Every method throws a {@link MalformedOperationError} for bytes that are not a
 * message, and never reads beyond the end of the current message.
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
   * The next tag ({@link tagOf}), or 0 at the end of the message. Compare complete tags: a known field with another
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
    return fail('varint longer than ten bytes');
  }

  /** An int64. */
  int64(): bigint {
    let value = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = this.#byte();
      value |= BigInt(byte & 127) << shift;
      if (byte < 128) return BigInt.asIntN(64, value);
    }
    return fail('varint longer than ten bytes');
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

  /** A string; invalid UTF-8 becomes U+FFFD. */
  string(): string {
    const end = this.#readLength();
    const start = this.#position;
    this.#position = end;
    return NodeBuffer === undefined
      ? textOf(this.#bytes.subarray(start, end))
      : (this.#bytes as Buffer).toString('utf8', start, end);
  }

  /**
   * Bytes: a view if they make up at least half of the underlying buffer, else a copy, so that a small message does not
   * retain a large network buffer.
   */
  bytes(): Uint8Array {
    const end = this.#readLength();
    const { buffer, byteOffset } = this.#bytes;
    const start = this.#position;
    this.#position = end;
    const view = new Uint8Array(buffer, byteOffset + start, end - start);
    if (view.length * 2 >= buffer.byteLength) return view;
    const copy = allocate(view.length);
    copy.set(view);
    return copy;
  }

  /** A nested message; `read` must read until {@link Reader.tag} returns 0. */
  message<T>(read: (reader: this) => T): T {
    const outer = this.#end;
    this.#end = this.#readLength();
    const value = read(this);
    this.#end = outer;
    return value;
  }

  /** Skips the value of an unknown field. */
  skip(tag: number): void {
    const wireType = tag & 7;
    if (wireType === wireTypes.varint) this.varint();
    else if (wireType === wireTypes.fixed64) this.#advance(8);
    else if (wireType === wireTypes.lengthDelimited) this.#position = this.#readLength();
    else if (wireType === wireTypes.fixed32) this.#advance(4);
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

  /** Reads a length and returns the position after the value of that length. */
  #readLength(): number {
    const length = this.varint();
    if (length > this.#end - this.#position) fail('truncated');
    return this.#position + length;
  }
}

/** Encodes the protobuf wire format. Scalars and strings with their default value are omitted, as in proto3. */
export class Writer {
  readonly #chunks: ArrayLike<number>[] = [];

  /** An integer or a boolean, unless it is 0. */
  varint(field: number, value: bigint | number | boolean): this {
    return BigInt(value) === 0n ? this : this.varintField(field, value);
  }

  /** An integer or a boolean of a field with presence: 0 is written, too. */
  varintField(field: number, value: bigint | number | boolean): this {
    this.#chunks.push(varint(varintTag(field)), varint(value));
    return this;
  }

  /** A string, unless it is empty. */
  string(field: number, value: string): this {
    return value === '' ? this : this.message(field, value);
  }

  /** A message, bytes, or an element of a repeated field: written even if it is empty. */
  message(field: number, value: Uint8Array | Writer | string): this {
    const bytes = typeof value === 'string' ? utf8(value) : value instanceof Writer ? value.finish() : value;
    this.#chunks.push(varint(lengthDelimitedTag(field)), varint(bytes.length), bytes);
    return this;
  }

  /** The encoded message. */
  finish(): Uint8Array {
    const bytes = allocate(this.#chunks.reduce((length, chunk) => length + chunk.length, 0));
    let position = 0;
    for (const chunk of this.#chunks) {
      bytes.set(chunk, position);
      position += chunk.length;
    }
    return bytes;
  }
}

function varint(value: bigint | number | boolean): number[] {
  if (typeof value === 'number' && value >= 0 && value < 128) return [value];
  const bytes: number[] = [];
  // A negative number is encoded as its 64-bit two's complement.
  let rest = BigInt.asUintN(64, BigInt(value));
  for (; rest > 127n; rest >>= 7n) bytes.push(Number(rest & 127n) | 128);
  bytes.push(Number(rest));
  return bytes;
}
