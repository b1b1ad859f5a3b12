import { describe, expect, it } from '@jest/globals';
import { anyType, operationInfo, type Any, type AnyDecoder } from '../src/any.js';
import { MalformedOperationError, UnpackError } from '../src/decode-errors.js';
import { emptyType, jsonType } from '../src/decoders.js';
import { isLROError } from '../src/errors.js';
import { anyInfo, sameState, toOperation } from '../src/operation.js';
import { Code, type Status, type StatusDetail } from '../src/status.js';
import type { RawOperation } from '../src/transport.js';
import { fc } from './support/fast-check.js';

const name = 'projects/p/operations/1';
const info = operationInfo({ response: jsonType<object>('test.Book'), metadata: jsonType<object>('test.Progress') });
const thing = (type: string, fields = {}, prefix = 'type.googleapis.com'): Any & { json: object } => {
  const typeUrl = `${prefix}/${type}`;
  return { typeUrl, json: { '@type': typeUrl, ...fields } };
};
const failed = (code: number): Status => ({ code: code as Code, message: 'no', details: [] });

/** The error that `run` throws. */
function thrownBy(run: () => unknown): unknown {
  try {
    run();
  } catch (error) {
    return error;
  }
  throw new Error('nothing was thrown');
}

describe('toOperation()', () => {
  it('returns a running operation with its metadata', () => {
    const raw = { name, done: false, metadata: thing('test.Progress', { percent: 5 }) };
    expect(toOperation(raw, info)).toEqual({ name, done: false, metadata: raw.metadata.json, raw });
  });

  it('returns a succeeded operation with its response', () => {
    const raw = { name, done: true, response: thing('test.Book', { title: 'T' }) };
    expect(toOperation(raw, info)).toEqual({
      name,
      done: true,
      metadata: undefined,
      result: 'response',
      response: raw.response.json,
      raw,
    });
  });

  it('returns a failed operation with its error and its metadata', () => {
    const raw = { name, done: true, error: failed(9), metadata: thing('test.Progress', { commits: 2 }) };
    expect(toOperation(raw, info)).toEqual({
      name,
      done: true,
      metadata: raw.metadata.json,
      result: 'error',
      error: raw.error,
      cancelled: false,
      raw,
    });
  });

  it.each([false, undefined, null, 'true', 1, {}, []])('treats done: %j as running', (done) => {
    const raw = { name, done: done as boolean, response: thing('test.Other'), error: failed(13) };
    const operation = toOperation(raw, info);
    expect(operation).toMatchObject({ done: false, name });
    expect(operation.result).toBeUndefined();
    expect(operation).not.toHaveProperty('response');
    expect(operation).not.toHaveProperty('error');
  });

  it('treats a done operation with neither response nor error as a success with the default instance', () => {
    expect(toOperation({ name, done: true }, info)).toMatchObject({ result: 'response', response: {} });
    expect(toOperation({ name, done: true, response: { typeUrl: '' } }, info)).toMatchObject({ response: {} });
    expect(toOperation({ name, done: true, response: {} as Any }, info)).toMatchObject({ response: {} });
    for (const nothing of [{ json: {} }, { value: new Uint8Array() }]) {
      const response = { typeUrl: '', ...nothing };
      expect(toOperation({ name, done: true, response }, info)).toMatchObject({ response: {} });
    }
    expect(toOperation({ name, done: true }, anyInfo)).toMatchObject({ response: { typeUrl: '' } });
    expect(toOperation({ name, done: true }, operationInfo({ response: emptyType }))).toMatchObject({
      result: 'response',
      response: undefined,
    });
  });

  it('decodes an Empty in place of the declared type as the default instance, with or without a value', () => {
    for (const fields of [{}, { value: {} }]) {
      const raw = { name, done: true, response: thing('google.protobuf.Empty', fields) };
      expect(toOperation(raw, info)).toMatchObject({ result: 'response', response: {} });
      expect(toOperation(raw, anyInfo)).toMatchObject({ response: raw.response });
    }
    const response = { typeUrl: 'type.googleapis.com/google.protobuf.Empty', value: new Uint8Array() };
    expect(toOperation({ name, done: true, response }, info)).toMatchObject({ response: {} });
  });

  it('rejects another type than the declared one, and names both', () => {
    const response = thing('test.Film', { title: 'T' });
    const error = thrownBy(() => toOperation({ name, done: true, response }, info));
    expect(error).toBeInstanceOf(UnpackError);
    expect(error).toMatchObject({
      code: 'LRO_UNPACK_FAILED',
      field: 'response',
      expected: 'test.Book',
      actual: 'test.Film',
      any: response,
      operationName: name,
      message: `The response of operation '${name}' cannot be read as a test.Book: it is test.Film`,
    });
  });

  it('rejects another type if an Empty was declared', () => {
    const raw = { name, done: true, response: thing('test.Film') };
    expect(() => toOperation(raw, operationInfo({ response: emptyType }))).toThrow(
      'cannot be read as a google.protobuf.Empty: it is test.Film',
    );
  });

  it('wraps the error of a decoder, with the field and the cause', () => {
    const cause = new RangeError('index out of range');
    const broken: AnyDecoder<object> = {
      typeName: 'test.Book',
      decode: () => {
        throw cause;
      },
    };
    const error = thrownBy(() =>
      toOperation({ name, done: true, response: thing('test.Book') }, operationInfo({ response: broken })),
    );
    expect(error).toBeInstanceOf(UnpackError);
    expect(error).toMatchObject({ field: 'response', expected: 'test.Book', actual: 'test.Book', cause });
    expect((error as Error).message).toBe(
      `The response of operation '${name}' cannot be read as a test.Book: index out of range`,
    );
  });

  it.each(['type.googleapis.com', 'types.example.org/a/b', '', 'https://x'])(
    'compares the name of the type, whatever the prefix: %j',
    (prefix) => {
      expect(toOperation({ name, done: true, response: thing('test.Book', {}, prefix) }, info)).toMatchObject({
        result: 'response',
      });
    },
  );

  it('accepts a type URL without a slash', () => {
    expect(toOperation({ name, done: true, response: { typeUrl: 'test.Book', json: {} } }, info)).toMatchObject({
      result: 'response',
    });
  });

  it('treats an error with code 0 as a success', () => {
    const response = thing('test.Book');
    const ok: Status = { code: Code.OK, message: '', details: [] };
    expect(toOperation({ name, done: true, error: ok }, info)).toMatchObject({ result: 'response' });
    expect(toOperation({ name, done: true, error: ok, response: { typeUrl: '' } }, info)).toMatchObject({
      result: 'response',
    });
    expect(toOperation({ name, done: true, error: failed(0), response }, info)).toMatchObject({
      response: response.json,
    });
  });

  it('treats an error with code 0 and content as a failure, unless there is a response', () => {
    const detail: StatusDetail = { typeUrl: 'type.googleapis.com/test.Detail' };
    for (const error of [failed(0), { code: Code.OK, message: '', details: [detail] }]) {
      for (const response of [undefined, { typeUrl: '' }]) {
        expect(toOperation({ name, done: true, error, ...(response && { response }) }, info)).toMatchObject({
          result: 'error',
          error: { ...error, code: Code.UNKNOWN },
          cancelled: false,
        });
      }
    }
    const response = { typeUrl: 'type.googleapis.com/google.protobuf.Empty' };
    expect(toOperation({ name, done: true, error: failed(0), response }, info)).toMatchObject({ result: 'response' });
    expect(toOperation({ name, done: false, error: failed(0) }, info)).toMatchObject({ done: false });
  });

  it('prefers an error to a response', () => {
    const raw = { name, done: true, error: failed(13), response: thing('test.Film') };
    expect(toOperation(raw, info)).toMatchObject({ result: 'error', error: { code: Code.INTERNAL } });
  });

  it.each([17, -1, 2.5, 999, NaN])('converts the error code %p to UNKNOWN', (code) =>
    expect(toOperation({ name, done: true, error: failed(code) }, info)).toMatchObject({
      result: 'error',
      error: { code: Code.UNKNOWN, message: 'no' },
    }),
  );

  it('fills in the missing fields of an error', () => {
    expect(toOperation({ name, done: true, error: { code: 5 } as Status }, info)).toMatchObject({
      error: { code: Code.NOT_FOUND, message: '', details: [] },
    });
    expect(toOperation({ name, done: true, error: {} as Status }, info)).toMatchObject({
      error: { code: Code.UNKNOWN, message: '', details: [] },
    });
  });

  it.each(Object.entries(Code).filter(([, code]) => code !== Code.OK))(
    'marks a cancelled operation only for code 1: %s',
    (_, code) =>
      expect(toOperation({ name, done: true, error: failed(code) }, info)).toMatchObject({
        result: 'error',
        error: { code },
        cancelled: code === 1,
      }),
  );

  it('returns a metadataError for metadata of another type', () => {
    const metadata = thing('test.Other');
    for (const raw of [
      { name, done: false, metadata },
      { name, done: true, metadata, response: thing('test.Book') },
      { name, done: true, metadata, error: failed(3) },
    ]) {
      const operation = toOperation(raw, info);
      expect(operation.done).toBe(raw.done);
      expect(operation.metadata).toBeUndefined();
      expect(operation.metadataError).toBeInstanceOf(UnpackError);
      expect(operation.metadataError).toMatchObject({
        field: 'metadata',
        expected: 'test.Progress',
        actual: 'test.Other',
        any: metadata,
      });
    }
  });

  it('returns a metadataError for metadata that cannot be decoded', () => {
    const metadata = { typeUrl: 'x/test.Progress', value: new Uint8Array([1]) };
    const operation = toOperation({ name, done: false, metadata }, info);
    expect(operation.metadata).toBeUndefined();
    expect(operation.metadataError?.message).toContain('the message was sent as bytes, not as JSON');
  });

  it.each([undefined, null, { typeUrl: '' }])('treats %j as no metadata', (metadata) => {
    const operation = toOperation({ name, done: false, metadata: metadata as Any | undefined }, info);
    expect(operation.metadata).toBeUndefined();
    expect(operation).not.toHaveProperty('metadataError');
  });

  it('rejects content without a type if a type was declared', () => {
    const raw = { name, done: true, response: { '@type': 'type.googleapis.com/test.Thing', ok: true } };
    expect(thrownBy(() => toOperation(raw as never, info))).toMatchObject({ code: 'LRO_UNPACK_FAILED', actual: '' });
    expect((thrownBy(() => toOperation(raw as never, info)) as Error).message).toBe(
      `The response of operation '${name}' cannot be read as a test.Book: it has no type`,
    );
    const untyped = { name, done: true, response: { typeUrl: '', json: { ok: true } } };
    expect(thrownBy(() => toOperation(untyped, info))).toMatchObject({
      code: 'LRO_UNPACK_FAILED',
      any: untyped.response,
    });
    expect(toOperation(untyped, anyInfo)).toMatchObject({ response: untyped.response });
  });

  it('names the declared type if the decoder throws for a message that was not sent', () => {
    const strict: AnyDecoder<object> = {
      typeName: 'test.Book',
      decode() {
        throw new TypeError('no message');
      },
    };
    const error = thrownBy(() => toOperation({ name, done: true }, operationInfo({ response: strict })));
    expect((error as Error).message).toBe(
      `The response of operation '${name}' cannot be read as a test.Book: no message`,
    );
  });

  it('treats null in an error as unset', () => {
    const error = { code: 5, message: null, details: null };
    expect(toOperation({ name, done: true, error } as never, anyInfo)).toMatchObject({
      error: { code: Code.NOT_FOUND, message: '', details: [] },
    });
  });

  it('falls back to the requested name', () => {
    const unnamed = { name: '', done: false, metadata: { typeUrl: 'x/test.Thing' } };
    expect(toOperation(unnamed, info, 'operations/requested').name).toBe('operations/requested');
    expect(toOperation({ done: true } as RawOperation, info, 'operations/requested').name).toBe('operations/requested');
    expect(toOperation({ name, done: false }, info, 'operations/requested').name).toBe(name);
  });

  it('accepts a completed operation without a name', () => {
    expect(toOperation({ name: '', done: true }, info)).toMatchObject({ name: '', done: true });
  });

  it('rejects an operation that is neither done nor named', () => {
    const error = thrownBy(() => toOperation({ name: '', done: false }, info));
    expect(error).toBeInstanceOf(MalformedOperationError);
    expect((error as Error).message).toBe(
      "Malformed operation '': it is neither done nor named: its fields are 'name', 'done'",
    );
  });

  it.each([undefined, null, 'done', 7, true])('rejects %j', (raw) => {
    const error = thrownBy(() => toOperation(raw as never, info, 'operations/requested'));
    expect(error).toBeInstanceOf(MalformedOperationError);
    expect((error as Error).message).toBe("Malformed operation 'operations/requested': it is not an object");
  });

  it('rejects a name that is not a string', () =>
    expect(() => toOperation({ name: 7 as never, done: true }, info)).toThrow('its name is not a string'));

  it('uses the requested name in the errors of an unnamed operation', () => {
    const raw = { name: '', done: true, response: thing('test.Film') };
    expect(() => toOperation(raw, info, 'operations/requested')).toThrow("operation 'operations/requested'");
  });

  describe('is total', () => {
    const json = fc.jsonValue({ maxDepth: 2 });
    const typeUrl = fc.oneof(
      fc.constantFrom('', 'x/test.Book', 'x/test.Progress', 'x/google.protobuf.Empty', 'x/test.Film', '/', 'x/'),
      fc.string(),
    );
    const any = fc.oneof(
      fc.record({ typeUrl, value: fc.uint8Array(), json }, { requiredKeys: ['typeUrl'] }),
      fc.constantFrom(undefined, null, {}),
      fc.record({ typeUrl: fc.anything() }),
      fc.anything(),
    );
    const status = fc.oneof(
      fc.record({ code: fc.oneof(fc.integer(), fc.constantFrom(0, 1, 9)), message: fc.string() }, { requiredKeys: [] }),
      fc.constantFrom(undefined, null),
      fc.anything(),
    );
    const raws = fc.oneof(
      fc.record(
        {
          name: fc.oneof(fc.string(), fc.constantFrom(name, '', undefined, null), fc.anything()),
          done: fc.oneof(fc.boolean(), fc.constantFrom(undefined, null, 'true', 1)),
          metadata: any,
          response: any,
          error: status,
        },
        { requiredKeys: [] },
      ),
      fc.anything(),
    );

    it.each([
      ['declared types', info],
      ['no types', anyInfo],
      ['Empty', operationInfo({ response: emptyType, metadata: emptyType })],
    ])('over any raw operation, with %s', (_, types) => {
      fc.assert(
        fc.property(raws, fc.constantFrom(undefined, '', 'operations/requested'), (raw, requestedName) => {
          try {
            const operation = toOperation(raw as RawOperation, types, requestedName);
            expect(operation.done).toBe((raw as { done: unknown }).done === true);
            expect(operation.raw).toBe(raw);
            expect([undefined, 'response', 'error'].indexOf(operation.result) > 0).toBe(operation.done);
            expect(typeof operation.name).toBe('string');
            if (!operation.done) expect(operation.name).not.toBe('');
            if (operation.metadataError) expect(operation.metadata).toBeUndefined();
          } catch (error) {
            if (!isLROError(error)) throw error;
            expect(['LRO_MALFORMED_OPERATION', 'LRO_UNPACK_FAILED']).toContain(error.code);
          }
        }),
        { numRuns: 500 },
      );
    });
  });
});

describe('sameState()', () => {
  const raw = (metadata?: Any, done = false): RawOperation => ({ name, done, metadata });
  const bytes = (...value: number[]): Any => ({ typeUrl: 'x/test.Progress', value: new Uint8Array(value) });

  it.each([
    ['no previous state', undefined, raw(), false],
    ['no metadata', raw(), raw(), true],
    ['done', raw(), raw(undefined, true), false],
    ['metadata that were added', raw(), raw(bytes(1)), false],
    ['metadata that were removed', raw(bytes(1)), raw(), false],
    ['the same bytes', raw(bytes(1, 2)), raw(bytes(1, 2)), true],
    ['other bytes', raw(bytes(1, 2)), raw(bytes(1, 3)), false],
    ['more bytes', raw(bytes(1, 2)), raw(bytes(1, 2, 3)), false],
    ['fewer bytes', raw(bytes(1, 2, 3)), raw(bytes(1, 2)), false],
    ['the same JSON', raw(thing('test.A', { a: [1] })), raw(thing('test.A', { a: [1] })), true],
    ['other JSON', raw(thing('test.A', { a: [1] })), raw(thing('test.A', { a: [2] })), false],
    [
      'another type',
      raw({ typeUrl: 'x/a', value: new Uint8Array() }),
      raw({ typeUrl: 'x/b', value: new Uint8Array() }),
      false,
    ],
  ])('compares %s', (_, a, b, expected) => expect(sameState(a, b)).toBe(expected));

  it('ignores names, results and retry delays', () => {
    expect(sameState(raw(bytes(1)), { ...raw(bytes(1)), name: 'other', retryAfterMs: 7, response: bytes(2) })).toBe(
      true,
    );
  });

  it('treats an unset done as false', () => {
    const unset = { name } as RawOperation;
    expect(sameState(undefined, unset)).toBe(false);
    expect(sameState(unset, raw())).toBe(true);
    expect(sameState(raw(), unset)).toBe(true);
  });

  it('treats metadata with and without bytes as different', () => {
    expect(sameState(raw({ typeUrl: 'x/a' }), raw({ typeUrl: 'x/a', value: new Uint8Array([1]) }))).toBe(false);
  });
});

describe('anyType', () => {
  it('returns an Any unchanged', () => {
    const any = thing('test.Book');
    expect(anyType.decode(any)).toBe(any);
    expect(anyType.decode(undefined)).toEqual({ typeUrl: '' });
  });
});
