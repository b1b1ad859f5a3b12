import { describe, expect, it } from '@jest/globals';
import gaxModule from 'google-gax';
import protobuf from 'protobufjs';
import { packAny, packEmpty, packStruct } from '../../src/testing/index.js';

const { google } = gaxModule.operationsProtos;

describe('packAny()', () => {
  it('packs the bytes and the JSON of a static class', () => {
    const typeUrl = 'type.googleapis.com/google.longrunning.ListOperationsRequest';
    class Request extends google.longrunning.ListOperationsRequest {
      static getTypeUrl = (): string => typeUrl;
    }
    const any = packAny(Request, { name: 'operations', pageSize: 7 });
    expect(any.typeUrl).toBe(typeUrl);
    expect(any.json).toEqual({ '@type': typeUrl, name: 'operations', pageSize: 7 });
    expect(Request.decode(any.value!)).toMatchObject({ name: 'operations', pageSize: 7 });
    expect(Buffer.isBuffer(any.value)).toBe(false);
  });

  it('accepts JSON that protobufjs cannot write, and the name of a class without getTypeUrl()', () => {
    const { WaitOperationRequest } = google.longrunning;
    const json = { name: 'a', timeout: '3s' };
    const typeName = 'google.longrunning.WaitOperationRequest';
    const any = packAny(WaitOperationRequest, { name: 'a', timeout: { seconds: 3 } }, { typeName, json });
    expect(any).toMatchObject({ typeUrl: `type.googleapis.com/${typeName}`, json: { '@type': any.typeUrl, ...json } });
    expect(() => packAny(WaitOperationRequest, { name: 'a' })).toThrow(TypeError);
  });

  it('writes 64-bit numbers, enums and bytes in proto3 JSON', () => {
    const { Any, Duration } = google.protobuf;
    expect(packAny(Any, { value: Uint8Array.of(1, 2) }, { typeName: 'x.Y' }).json).toMatchObject({ value: 'AQI=' });
    expect(packAny(Duration, { seconds: 3 }, { typeName: 'x.Y' }).json).toMatchObject({ seconds: '3' });
  });

  it('type-checks the fields of the class', () => {
    // @ts-expect-error there is no such field
    packAny(google.longrunning.GetOperationRequest, { nam: 'a' }, { typeName: 'x.Y' });
  });
});

describe('packStruct()', () => {
  it('writes bytes that protobufjs reads', () => {
    const { nested } = protobuf.common.get('google/protobuf/struct.proto')!;
    const root = protobuf.Root.fromJSON({ nested: nested! });
    const fields = { a: 1.5, b: 'x', c: true, d: null, e: [1, 'two', [false]], f: { g: -0.25, h: {} }, i: '', j: 0 };
    const any = packStruct(fields);
    expect(any.typeUrl).toBe('type.googleapis.com/google.protobuf.Struct');
    expect(any.json).toEqual({ '@type': any.typeUrl, value: fields });
    const Struct = root.lookupType('google.protobuf.Struct');
    const read = Struct.toObject(Struct.decode(any.value!), { arrays: true, objects: true }) as ProtoStruct;
    expect(fromStruct(read)).toEqual(fields);
  });
});

describe('packEmpty()', () => {
  it('is an Empty in bytes and in JSON', () => {
    const typeUrl = 'type.googleapis.com/google.protobuf.Empty';
    expect(packEmpty()).toEqual({ typeUrl, value: new Uint8Array(0), json: { '@type': typeUrl } });
  });
});

interface ProtoStruct {
  fields: Record<string, ProtoValue>;
}
interface ProtoValue {
  nullValue?: number;
  numberValue?: number;
  stringValue?: string;
  boolValue?: boolean;
  structValue?: ProtoStruct;
  listValue?: { values: ProtoValue[] };
}

function fromStruct({ fields }: ProtoStruct): unknown {
  return Object.fromEntries(Object.entries(fields).map(([key, value]) => [key, fromValue(value)]));
}

function fromValue(value: ProtoValue): unknown {
  if (value.nullValue !== undefined) return null;
  if (value.structValue) return fromStruct(value.structValue);
  if (value.listValue) return value.listValue.values.map(fromValue);
  return value.numberValue ?? value.stringValue ?? value.boolValue;
}
