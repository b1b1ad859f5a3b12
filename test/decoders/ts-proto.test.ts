import { describe, expect, it } from '@jest/globals';
import { tsProtoType, type TsProtoMessage } from '../../src/decoders/index.js';
import { Child, Row } from '../fixtures/protos/ts-proto/fidelity.js';
import { Duration } from '../fixtures/protos/ts-proto/google/protobuf/duration.js';
import { Empty } from '../fixtures/protos/ts-proto/google/protobuf/empty.js';

const typeUrl = 'type.googleapis.com/test.fidelity.Child';
const decoder = tsProtoType(Child);

describe('tsProtoType()', () => {
  it('reads bytes and JSON to the same message, and nothing to the default one', () => {
    const expected = { $type: 'test.fidelity.Child', name: 'a', size: 3n };
    expect(decoder.typeName).toBe('test.fidelity.Child');
    expect(decoder.decode({ typeUrl, value: Uint8Array.of(10, 1, 97, 16, 3) })).toEqual(expected);
    expect(decoder.decode({ typeUrl, json: { '@type': typeUrl, name: 'a', size: '3' } })).toEqual(expected);
    for (const any of [undefined, { typeUrl }, { typeUrl, json: { '@type': typeUrl } }]) {
      expect(decoder.decode(any)).toEqual({ ...expected, name: '', size: 0n });
    }
  });

  it('leaves it to ts-proto what a name of an enum value is that it does not know', () => {
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

  it('refuses a whole message from JSON that it would misread', () => {
    const [json, value] = [{ '@type': 'x/google.protobuf.Duration', value: '3s' }, Uint8Array.of(8, 3)];
    expect(() => tsProtoType(Duration).decode({ typeUrl: 'x', json })).toThrow(
      new TypeError('ts-proto cannot read a google.protobuf.Duration from JSON'),
    );
    expect(tsProtoType(Duration).decode({ typeUrl: 'x', value })).toMatchObject({ seconds: 3n });
    expect(tsProtoType(Empty).decode({ typeUrl: 'x', json: { '@type': 'x', value: {} } })).toMatchObject({});
  });

  it('refuses what it would misread in a Map too', () => {
    const misread = new Map([['a', { $type: 'google.protobuf.Duration' }]]);
    const mapped: TsProtoMessage<object> = { decode: () => ({}), fromJSON: () => ({ misread }) };
    expect(() => tsProtoType(mapped, 'test.Mapped').decode({ typeUrl: 'x/test.Mapped', json: {} })).toThrow(
      new TypeError('ts-proto cannot read a google.protobuf.Duration from JSON'),
    );
  });

  it('takes a name, and needs one where the object has none', () => {
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

  it.each([undefined, null, {}, 'Child'])('refuses what is no message object: %p', (given) => {
    expect(() => tsProtoType(given as never)).toThrow(/^Cannot decode as 'type' must be a ts-proto message object/);
  });
});
