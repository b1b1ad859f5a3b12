import { describe, expect, it } from '@jest/globals';
import { tsProtoType, type TsProtoMessage } from '../../src/decoders/index.js';
import { Child, Row } from '../fixtures/protos/ts-proto/fidelity.js';
import { Duration } from '../fixtures/protos/ts-proto/google/protobuf/duration.js';
import { Empty } from '../fixtures/protos/ts-proto/google/protobuf/empty.js';

const typeUrl = 'type.googleapis.com/test.fidelity.Child';
const decoder = tsProtoType(Child);

describe('tsProtoType()', () => {
  it('decodes bytes and JSON to the same message, and no message to the default', () => {
    const expected = { $type: 'test.fidelity.Child', name: 'a', size: 3n };
    expect(decoder.typeName).toBe('test.fidelity.Child');
    expect(decoder.decode({ typeUrl, value: Uint8Array.of(10, 1, 97, 16, 3) })).toEqual(expected);
    expect(decoder.decode({ typeUrl, json: { '@type': typeUrl, name: 'a', size: '3' } })).toEqual(expected);
    for (const any of [undefined, { typeUrl }, { typeUrl, json: { '@type': typeUrl } }]) {
      expect(decoder.decode(any)).toEqual({ ...expected, name: '', size: 0n });
    }
  });

  it('leaves unknown names of enum values to ts-proto', () => {
    const json = { '@type': 'x/test.fidelity.Row', color: 'BLUE' };
    expect(tsProtoType(Row).decode({ typeUrl: 'x', json }).color).toBe(-1);
  });

  it.each([{ took: '1s' }, { nested: { took: '1s' } }, { any: { '@type': 'x/y' } }])(
    'refuses a message from JSON with what it would misread: %j',
    (fields) => {
      const json = { '@type': 'x/test.fidelity.Row', ...fields };
      expect(() => tsProtoType(Row).decode({ typeUrl: 'x/test.fidelity.Row', json })).toThrow(
        /^ts-proto cannot read a google.protobuf.(Duration|Any) from JSON$/,
      );
    },
  );

  it('rejects a message whose JSON ts-proto would misread', () => {
    const [json, value] = [{ '@type': 'x/google.protobuf.Duration', value: '3s' }, Uint8Array.of(8, 3)];
    expect(() => tsProtoType(Duration).decode({ typeUrl: 'x', json })).toThrow(
      new TypeError('ts-proto cannot read a google.protobuf.Duration from JSON'),
    );
    expect(tsProtoType(Duration).decode({ typeUrl: 'x', value })).toMatchObject({ seconds: 3n });
    expect(tsProtoType(Empty).decode({ typeUrl: 'x', json: { '@type': 'x', value: {} } })).toMatchObject({});
  });

  it('rejects a message in a Map that ts-proto would misread', () => {
    const misread = new Map([['a', { $type: 'google.protobuf.Duration' }]]);
    const mapped: TsProtoMessage<object> = { decode: () => ({}), fromJSON: () => ({ misread }) };
    expect(() => tsProtoType(mapped, 'test.Mapped').decode({ typeUrl: 'x/test.Mapped', json: {} })).toThrow(
      new TypeError('ts-proto cannot read a google.protobuf.Duration from JSON'),
    );
  });

  it('accepts a type name, and requires one if the object has none', () => {
    const bare: TsProtoMessage<object> = { decode: (bytes) => ({ length: bytes.length }) };
    expect(tsProtoType(bare, 'test.Bare').typeName).toBe('test.Bare');
    expect(tsProtoType(Child, 'test.Other').typeName).toBe('test.Other');
    expect(() => tsProtoType(bare, 'test.Bare').decode({ typeUrl, json: {} })).toThrow(
      new TypeError('test.Bare has no fromJSON(), and the message was sent as JSON'),
    );
    expect(() => tsProtoType(bare)).toThrow(
      "Cannot decode as 'typeName' must be given for a message without $type: current value is undefined",
    );
  });

  it.each([undefined, null, {}, 'Child'])('rejects a value that is not a message object: %p', (given) => {
    expect(() => tsProtoType(given as never)).toThrow(/^Cannot decode as 'type' must be a ts-proto message object/);
  });
});
