import { describe, expect, it } from '@jest/globals';
import gax from 'google-gax';
import type { Any } from '../../src/any.js';
import type { Code, Status } from '../../src/status.js';
import type { RawOperation } from '../../src/transport.js';
import {
  decodeListRequest,
  decodeListResponse,
  decodeNameRequest,
  decodeOperation,
  decodeStatus,
  decodeWaitRequest,
  encodeListRequest,
  encodeListResponse,
  encodeNameRequest,
  encodeOperation,
  encodeStatus,
  encodeWaitRequest,
} from '../../src/wire/messages.js';
import { details as knownDetails, int32, text } from '../support/arbitraries.js';
import { fc } from '../support/fast-check.js';

// The independent reference: the protobufjs classes of google-gax.
const { google } = gax.operationsProtos;
const reference = google.longrunning;

const bytes = fc.uint8Array({ maxLength: 80 });
const any: fc.Arbitrary<Any> = fc.record({ typeUrl: text, value: bytes });
const status: fc.Arbitrary<Status> = fc.record({
  code: fc.integer({ min: 0, max: 16 }) as fc.Arbitrary<Code>,
  message: text,
  details: fc.array(
    fc.oneof(
      fc.record({ typeUrl: text.map((name) => `example.com/x.${name}`), value: bytes }),
      knownDetails.map(({ detail }) => detail),
    ),
    { maxLength: 3 },
  ),
});
const operation: fc.Arbitrary<RawOperation> = fc
  .record({ name: text, done: fc.boolean(), metadata: fc.option(any), result: fc.option(fc.oneof(any, status)) })
  .map(({ name, done, metadata, result }) => ({
    name,
    done,
    ...(metadata !== null && { metadata }),
    ...(result !== null && ('typeUrl' in result ? { response: result } : { error: result })),
  }));

const plainAny = (any: Any | undefined): object | undefined =>
  any && { type_url: any.typeUrl, value: Buffer.from(any.value ?? []) };
const fromReference = (any: { type_url?: string | null; value?: unknown } | null | undefined): object | undefined =>
  any ? { type_url: any.type_url, value: Buffer.from(any.value as Uint8Array) } : undefined;

describe('operations', () => {
  it('decodeOperation() inverts encodeOperation()', () => {
    fc.assert(fc.property(operation, (given) => expect(decodeOperation(encodeOperation(given))).toEqual(given)));
  });

  it('encodeOperation() encodes operations that protobufjs decodes', () => {
    fc.assert(
      fc.property(operation, (given) => {
        const read = reference.Operation.decode(encodeOperation(given));
        expect(read.name).toBe(given.name);
        expect(read.done).toBe(given.done);
        expect(fromReference(read.metadata)).toEqual(plainAny(given.metadata));
        expect(fromReference(read.response)).toEqual(plainAny(given.response));
        expect(read.error?.code).toBe(given.error?.code);
        expect(read.error?.message).toBe(given.error?.message);
        expect(read.error?.details?.length).toBe(given.error?.details.length);
      }),
    );
  });

  it('decodeOperation() decodes operations that protobufjs encodes', () => {
    fc.assert(
      fc.property(text, fc.boolean(), fc.option(any), any, (name, done, metadata, response) => {
        const written = reference.Operation.encode({
          name,
          done,
          metadata: metadata && { type_url: metadata.typeUrl, value: metadata.value! },
          response: { type_url: response.typeUrl, value: response.value! },
        }).finish();
        const expected = { name, done, ...(metadata && { metadata }), response };
        expect(decodeOperation(written)).toEqual(expected);
        expect(decodeOperation(Uint8Array.from(written))).toEqual(expected);
      }),
    );
  });

  it('decodeOperation() decodes no bytes as an operation that is neither done nor named', () => {
    expect(decodeOperation(new Uint8Array())).toEqual({ name: '', done: false });
  });

  it('decodeOperation() accepts a response without a type, as the showcase server sends it', () => {
    expect(decodeOperation(Uint8Array.of(0x18, 1, 0x2a, 0))).toEqual({
      name: '',
      done: true,
      response: { typeUrl: '', value: new Uint8Array() },
    });
  });

  it('decodeOperation() uses the last field of a oneof', () => {
    const error = encodeOperation({ name: '', done: true, error: { code: 5, message: 'x', details: [] } });
    const response = encodeOperation({ name: '', done: true, response: { typeUrl: 't', value: Uint8Array.of(1) } });
    expect(Object.keys(decodeOperation(Buffer.concat([error, response])))).toEqual(['name', 'done', 'response']);
    expect(Object.keys(decodeOperation(Buffer.concat([response, error])))).toEqual(['name', 'done', 'error']);
  });

  it('decodeOperation() uses the last value of a repeated singular message', () => {
    const first = encodeOperation({ name: 'a', done: false, metadata: { typeUrl: 't', value: Uint8Array.of(1) } });
    const second = encodeOperation({ name: 'b', done: false, metadata: { typeUrl: 'u', value: Uint8Array.of(2) } });
    expect(decodeOperation(Buffer.concat([first, second]))).toEqual({
      name: 'b',
      done: false,
      metadata: { typeUrl: 'u', value: Uint8Array.of(2) },
    });
  });

  it('decodeOperation() copies a small message out of a large buffer, and shares a large one', () => {
    const small = { typeUrl: 't', value: Uint8Array.of(1, 2, 3) };
    const large = { typeUrl: 't', value: new Uint8Array(100_000).fill(7) };
    const message = Uint8Array.from(encodeOperation({ name: 'n', done: true, metadata: small, response: large }));
    const decoded = decodeOperation(message);
    expect(decoded.metadata).toEqual(small);
    expect(decoded.metadata!.value!.buffer).not.toBe(message.buffer);
    expect(decoded.response).toEqual(large);
    expect(decoded.response!.value!.buffer).toBe(message.buffer);
  });

  it('encodeOperation() rejects an Any without bytes', () => {
    const json = (typeUrl: string): RawOperation => ({ name: '', done: true, response: { typeUrl, json: {} } });
    expect(() => encodeOperation(json('x/a.B'))).toThrow(
      new TypeError("Cannot encode an Any of type 'x/a.B' as 'value' must be bytes: current value is undefined"),
    );
    expect(decodeOperation(encodeOperation(json('x/google.protobuf.Empty'))).response).toEqual({
      typeUrl: 'x/google.protobuf.Empty',
      value: new Uint8Array(),
    });
  });
});

describe('statuses', () => {
  it('decodeStatus() inverts encodeStatus(), with typed details', () => {
    fc.assert(fc.property(status, (given) => expect(decodeStatus(encodeStatus(given))).toEqual(given)));
  });

  it('decodeStatus() decodes statuses that protobufjs encodes, and converts an unknown code to UNKNOWN', () => {
    fc.assert(
      fc.property(int32, text, (code, message) => {
        const written = google.rpc.Status.encode({ code, message }).finish();
        const known = code >= 0 && code <= 16;
        expect(decodeStatus(written)).toEqual({ code: known ? code : 2, message, details: [] });
      }),
    );
  });

  it('decodeStatus() decodes a status of the Spanner emulator', () => {
    const message = 'Operation not found: projects/p/instances/i/operations/nope';
    const trailer = Buffer.concat([Buffer.of(0x08, 0x05, 0x12, message.length), Buffer.from(message)]);
    expect(decodeStatus(trailer)).toEqual({ code: 5, message, details: [] });
    expect(decodeStatus(Buffer.of(0x08, 0x0c))).toEqual({ code: 12, message: '', details: [] });
  });
});

describe('requests', () => {
  const name = fc.record({ name: text });

  it('encodeNameRequest() and decodeNameRequest() agree with protobufjs', () => {
    fc.assert(
      fc.property(name, (given) => {
        const written = encodeNameRequest(given);
        for (const message of ['GetOperationRequest', 'CancelOperationRequest', 'DeleteOperationRequest'] as const) {
          expect(reference[message].decode(written)).toMatchObject(given);
          expect(decodeNameRequest(reference[message].encode(given).finish())).toEqual(given);
        }
      }),
    );
  });

  it('encodeListRequest() and decodeListRequest() agree with protobufjs', () => {
    const request = fc.record({ name: text, filter: text, pageSize: int32, pageToken: text });
    fc.assert(
      fc.property(request, fc.boolean(), (given, returnPartialSuccess) => {
        const whole = { ...given, returnPartialSuccess };
        expect(decodeListRequest(encodeListRequest(whole))).toEqual(whole);
        expect(reference.ListOperationsRequest.decode(encodeListRequest(whole))).toMatchObject(given);
        expect(decodeListRequest(reference.ListOperationsRequest.encode(given).finish())).toMatchObject(given);
      }),
    );
  });

  it('encodeListRequest() omits unset fields', () => {
    expect([...encodeListRequest({ name: 'a' })]).toEqual([0x22, 1, 97]);
    expect([...encodeListRequest({ name: '', returnPartialSuccess: true })]).toEqual([0x28, 1]);
  });

  it('encodeListResponse() and decodeListResponse() agree with each other and with protobufjs', () => {
    const response = fc.record({
      operations: fc.array(operation, { maxLength: 4 }),
      nextPageToken: text,
      unreachable: fc.array(text, { maxLength: 3 }),
    });
    fc.assert(
      fc.property(response, (given) => {
        const written = encodeListResponse(given);
        expect(decodeListResponse(written)).toEqual(given);
        const read = reference.ListOperationsResponse.decode(written);
        expect(read.nextPageToken).toBe(given.nextPageToken);
        expect(read.operations.map(({ name }) => name)).toEqual(given.operations.map(({ name }) => name));
      }),
    );
  });

  it('encodeWaitRequest() and decodeWaitRequest() agree with protobufjs', () => {
    fc.assert(
      fc.property(text, fc.integer({ min: 1, max: 1e12 }), (name, timeoutMs) => {
        const written = encodeWaitRequest({ name, timeoutMs });
        const { timeout } = reference.WaitOperationRequest.decode(written);
        expect(Number(timeout!.seconds) * 1000 + timeout!.nanos! / 1e6).toBe(timeoutMs);
        expect(decodeWaitRequest(written)).toEqual({ name, timeoutMs });
      }),
    );
  });

  it('encodeWaitRequest() omits a timeout of 0 and clamps an infinite one', () => {
    expect([...encodeWaitRequest({ name: 'a', timeoutMs: 0 })]).toEqual([10, 1, 97]);
    expect(decodeWaitRequest(encodeWaitRequest({ name: 'a', timeoutMs: Infinity })).timeoutMs).toBe(315_576_000_000e3);
  });
});

describe('invalid bytes', () => {
  const decoders = [
    decodeOperation,
    decodeStatus,
    decodeNameRequest,
    decodeListRequest,
    decodeListResponse,
    decodeWaitRequest,
  ];
  const tolerate = (given: Uint8Array): void => {
    for (const decode of decoders) {
      try {
        decode(given);
      } catch (error) {
        expect(error).toMatchObject({ code: 'LRO_MALFORMED_OPERATION' });
      }
    }
  };

  it('decode…() throws only MalformedOperationErrors for random bytes', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), tolerate), { numRuns: 1000 });
  });

  it('decode…() throws only MalformedOperationErrors for a damaged message', () => {
    const damaged = fc.tuple(operation, fc.nat(), fc.nat(255)).map(([given, at, byte]) => {
      const written = encodeListResponse({ operations: [given], nextPageToken: 't', unreachable: [] });
      written[at % written.length] = byte;
      return written;
    });
    fc.assert(fc.property(damaged, tolerate), { numRuns: 1000 });
  });

  it('decodeOperation() rejects every truncation inside a field', () => {
    const complete = encodeOperation({ name: 'operations/1', done: false });
    for (let length = 1; length < complete.length; length++) {
      expect(() => decodeOperation(complete.subarray(0, length))).toThrow('truncated');
    }
  });

  it('decodeOperation() does not read beyond the end of a nested message', () => {
    // metadata of 2 bytes with a type URL of 3 bytes
    expect(() => decodeOperation(Uint8Array.of(0x12, 2, 0x0a, 3, 97, 97, 97))).toThrow('truncated');
    // an error of 1 byte with its code in the following byte
    expect(() => decodeOperation(Uint8Array.of(0x22, 1, 0x08, 5))).toThrow('truncated');
  });

  it('decodeOperation() rejects groups, field 0 and endless varints', () => {
    expect(() => decodeOperation(Uint8Array.of(0x53, 0x54))).toThrow('wire type 3');
    expect(() => decodeOperation(Uint8Array.of(0x02, 0))).toThrow('illegal tag');
    expect(() => decodeOperation(new Uint8Array(11).fill(0xff))).toThrow('varint');
    expect(() => decodeOperation(Uint8Array.of(0x12, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f))).toThrow('truncated');
  });

  it('decodeOperation() skips unknown fields of every wire type, and known fields of another wire type', () => {
    const unknown = [0x50, 0xac, 2, 0x51, 1, 2, 3, 4, 5, 6, 7, 8, 0x52, 2, 9, 9, 0x55, 1, 2, 3, 4, 0x08, 1, 0x1a, 1, 1];
    const given = Uint8Array.of(...unknown, ...encodeOperation({ name: 'n', done: true }), ...unknown);
    expect(decodeOperation(given)).toEqual({ name: 'n', done: true });
  });
});
