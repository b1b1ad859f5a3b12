import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { serializer } from 'google-gax';
import protobuf from 'protobufjs';
import { reflectionType } from '../../src/decoders/index.js';
import { isLROError, operationInfo, OperationsClient, type Any, type JsonValue } from '../../src/index.js';
import { OperationsEmulator } from '../../src/testing/index.js';
import { test as statics } from '../fixtures/protos/static/fidelity.js';
import { rejection } from '../support/wires.js';
import { rows } from './fidelity.rows.js';

const file = fileURLToPath(new URL('../fixtures/protos/fidelity.proto', import.meta.url));
const type = protobuf.loadSync(file).lookupType('test.fidelity.Row');
const decoder = reflectionType(type);
const typeUrl = 'type.googleapis.com/test.fidelity.Row';
const ofJson = (fields: Readonly<Record<string, JsonValue>>): Any => ({
  typeUrl,
  json: { '@type': typeUrl, ...fields },
});
const plain = (message: object): unknown =>
  type.toObject(message as protobuf.Message, { longs: String, bytes: String });

describe('reflectionType()', () => {
  it('takes the type name from the type', () => expect(decoder.typeName).toBe('test.fidelity.Row'));

  it('returns a message of the type from bytes and JSON, and the default message if there is none', () => {
    for (const any of [{ typeUrl, value: Uint8Array.of(82, 1, 97) }, ofJson({ text: 'a' })]) {
      const message = decoder.decode(any);
      expect(message).toBeInstanceOf(type.ctor);
      expect(message.text).toBe('a');
    }
    for (const any of [undefined, { typeUrl }, ofJson({})]) expect(plain(decoder.decode(any))).toEqual({});
  });

  it('keeps the string "0", in wrappers too', () => {
    for (const json of [{ text: '0' }, { stringValue: '0' }, { any: { '@type': typeUrl, text: '0' } }]) {
      const [message, none] = [json, {}].map((fields) => type.encode(decoder.decode(ofJson(fields))).finish());
      expect(message).not.toEqual(none);
    }
    expect(decoder.decode(ofJson({ stringValue: '0' }))).toMatchObject({ stringValue: { value: '0' } });
  });

  it('keeps the sign of a zero', () => {
    const sent = type.encode(decoder.decode(ofJson({ ratio: -0 }))).finish();
    expect(type.decode(sent)).toMatchObject({ ratio: -0 });
  });

  it('treats null as an unset list or map, even if its items may be null', () => {
    const source = `syntax = "proto3"; import "google/protobuf/struct.proto";
      message M { repeated google.protobuf.Value values = 1; map<string, google.protobuf.Value> named = 2;
        repeated google.protobuf.NullValue nulls = 3; }`;
    const { root } = protobuf.parse(source);
    root.addJSON(protobuf.common.get('google/protobuf/struct.proto')?.nested ?? {});
    const nullable = reflectionType(root.lookupType('M'));
    const unset = { typeUrl: 'x/M', json: { values: null, named: null, nulls: null } };
    expect(nullable.decode(unset)).toEqual(nullable.decode(undefined));
    expect(
      nullable.decode({ typeUrl: 'x/M', json: { values: [null], named: { a: null }, nulls: [null] } }),
    ).toMatchObject({
      values: [{ nullValue: 0 }],
      named: { a: { nullValue: 0 } },
      nulls: [0],
    });
  });

  it('prefers bytes', () =>
    expect(decoder.decode({ ...ofJson({ text: 'b' }), value: Uint8Array.of(82, 1, 97) }).text).toBe('a'));

  it('ignores unknown fields and unknown names of enum values', () => {
    const json = {
      nope: { a: 1 },
      color: 'BLUE',
      colors: ['RED', 'BLUE'],
      palette: { a: 'BLUE', b: 'GREEN' },
      constructor: 1,
    };
    expect(plain(decoder.decode(ofJson(json)))).toEqual({ colors: [1], palette: { b: 2 } });
    expect(plain(decoder.decode({ typeUrl, value: Uint8Array.of(82, 1, 97, 0x98, 0x3f, 1) }))).toEqual({ text: 'a' });
  });

  it('decodes messages of well-known types', () => {
    const of = (name: string): { decode(any: Any): object } =>
      reflectionType(type.root.lookupType(`google.protobuf.${name}`));
    const any = (name: string, value: JsonValue): Any => ({ typeUrl: name, json: { '@type': name, value } });
    const read = (name: string, value: JsonValue): string =>
      JSON.stringify(of(name).decode(any(`x/google.protobuf.${name}`, value)));
    expect(read('Duration', '-1.5s')).toBe('{"seconds":"-1","nanos":-500000000}');
    expect(read('Struct', { a: [null] })).toBe(
      '{"fields":{"a":{"listValue":{"values":[{"nullValue":"NULL_VALUE"}]}}}}',
    );
    expect(read('Value', null)).toBe('{"nullValue":"NULL_VALUE"}');
    expect(read('UInt32Value', 7)).toBe('{"value":7}');
    expect(read('Empty', {})).toBe('{}');
  });

  it.each<[Readonly<Record<string, JsonValue>>, string]>([
    [{ i64: '9223372036854775808' }, 'i64: "9223372036854775808" is not a int64'],
    [{ u32: -1 }, 'u32: -1 is not a uint32'],
    [{ nested: { numbers: [1, 'x'] } }, 'nested: numbers: "x" is not a int64'],
    [{ counts: [] }, '[] is not the map of counts'],
    [{ counts: { a: {} } }, 'counts: {} is not a int64'],
    [{ colors: 'RED' }, '"RED" is not the list of colors'],
    [{ color: true }, 'color: true is not a int32'],
    [{ child: 'c' }, 'child: "c" is not a test.fidelity.Child'],
    [{ at: 7 }, 'at: 7 is not a Timestamp'],
    [{ struct: [] }, 'struct: [] is not a Struct'],
    [{ any: [] }, 'any: [] is not an Any'],
    [{ any: { '@type': 'x/some.Thing' } }, 'any: the root does not contain the type some.Thing of an Any'],
  ])('rejects %j', (fields, message) => {
    expect(() => decoder.decode(ofJson(fields))).toThrow(message);
  });

  it('decodes an Any without content, and a key __proto__', () => {
    expect(plain(decoder.decode(ofJson({ any: {} })))).toEqual({ any: {} });
    const json = JSON.parse('{ "__proto__": { "text": "x" }, "struct": { "__proto__": 1 } }') as Record<
      string,
      JsonValue
    >;
    const message = decoder.decode(ofJson(json));
    expect(message.text).toBe('');
    expect(({} as Record<string, unknown>).text).toBeUndefined();
  });

  it('causes an UnpackError of the client that names the field', async () => {
    await using emulator = new OperationsEmulator();
    await using client = new OperationsClient({ transport: emulator.transport() });
    const { name } = emulator.start({ durationMs: 0, response: ofJson({ nested: { i32: 1.5 } }) });
    const error = await rejection(client.poller(name, operationInfo({ response: decoder })).promise());
    expect(isLROError(error) && error.code).toBe('LRO_UNPACK_FAILED');
    expect((error as Error).message).toMatch(/cannot be read as a test.fidelity.Row: nested: i32: 1.5 is not a int32$/);
  });

  it.each([undefined, null, {}, 'test.fidelity.Row', statics.fidelity.Row, type.root])(
    'rejects a value that is not a type',
    (given) => {
      expect(() => reflectionType(given as never)).toThrow(TypeError);
    },
  );

  // The decoder that google-gax depends on. Both agree on every row that it decodes correctly.
  it('agrees with proto3-json-serializer except where that is wrong', () => {
    const jsonOf = (message: object): string =>
      JSON.stringify(type.toObject(message as protobuf.Message, { longs: String, bytes: String, defaults: true }));
    const wrong = rows.filter(({ json }) => {
      try {
        const theirs = serializer.fromProto3JSON(type, json);
        return jsonOf(theirs!) !== jsonOf(decoder.decode(ofJson(json)));
      } catch {
        return true;
      }
    });
    expect(wrong.map(({ row }) => row)).toEqual([
      '64-bit integers', // sint64
      'a float that is not exact in JSON',
      'maps with 64-bit keys',
      'a Timestamp before 1970, with an offset',
      'a negative Duration',
      'a FieldMask',
      'an empty FieldMask',
      'Anys of types with a special JSON form',
      'null for unset fields',
      'names as in the proto, and other names',
    ]);
  });
});
