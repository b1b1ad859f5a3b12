import { create, createRegistry, type DescMessage } from '@bufbuild/protobuf';
import { anyUnpack, DurationSchema } from '@bufbuild/protobuf/wkt';
import { describe, expect, it } from '@jest/globals';
import { isLROError, operationInfo, OperationsClient } from '../../src/index.js';
import { protobufEsType } from '../../src/protobuf-es/index.js';
import { OperationsEmulator } from '../../src/testing/index.js';
import { ChildSchema, file_fidelity, RowSchema } from '../fixtures/protos/protobuf-es/fidelity_pb.js';
import { rejection } from '../support/wires.js';

const typeUrl = 'type.googleapis.com/test.fidelity.Row';
const any = (fields: object) => ({ typeUrl, json: { '@type': typeUrl, ...fields } });
const child = { '@type': 'type.googleapis.com/test.fidelity.Child', name: 'c' };

describe('protobufEsType()', () => {
  it('takes the type name from the schema, and returns the default message if there is none', () => {
    expect(protobufEsType(RowSchema).typeName).toBe('test.fidelity.Row');
    for (const empty of [undefined, { typeUrl }, any({})]) {
      expect(protobufEsType(RowSchema).decode(empty)).toEqual(create(RowSchema));
    }
  });

  it('keeps unknown fields of bytes, and ignores unknown fields and enum names in JSON', () => {
    const value = Uint8Array.of(82, 1, 97, 0x98, 0x3f, 1); // field 1011
    const decoder = protobufEsType(RowSchema);
    const message = decoder.decode({ typeUrl, value });
    expect(message.text).toBe('a');
    expect(message.$unknown).toMatchObject([{ no: 1011 }]);
    expect(decoder.decode(any({ text: 'a', nope: 1, color: 'BLUE' }))).toEqual(create(RowSchema, { text: 'a' }));
  });

  it('decodes a nested Any in JSON with the registry, which may be of a file', () => {
    const decoder = protobufEsType(RowSchema, { registry: createRegistry(file_fidelity) });
    const { any: inner } = decoder.decode(any({ any: child }));
    expect(inner && anyUnpack(inner, ChildSchema)?.name).toBe('c');
  });

  it('causes an UnpackError of the client if the registry does not contain the type of an Any', async () => {
    await using emulator = new OperationsEmulator();
    await using client = new OperationsClient({ transport: emulator.transport() });
    const { name } = emulator.start({ durationMs: 0, response: any({ any: child }) });
    const info = operationInfo({ response: protobufEsType(RowSchema) });
    const error = await rejection(client.poller(name, info).promise());
    expect(isLROError(error) && error.code).toBe('LRO_UNPACK_FAILED');
    expect((error as Error).message).toMatch(/test\.fidelity\.Child.* is not in the type registry/);
  });

  it('decodes messages of well-known types', () => {
    const [url, decoder] = ['x/google.protobuf.Duration', protobufEsType(DurationSchema)];
    expect(decoder.decode({ typeUrl: url, json: { '@type': url, value: '1.5s' } })).toEqual(
      create(DurationSchema, { seconds: 1n, nanos: 500_000_000 }),
    );
    expect(decoder.decode({ typeUrl: url, json: { '@type': url } })).toEqual(create(DurationSchema));
  });

  it.each([undefined, null, {}, 'Row', file_fidelity])('rejects a value that is not a schema', (given) => {
    expect(() => protobufEsType(given as DescMessage)).toThrow(
      /^Cannot decode as 'schema' must be a message schema of protobuf-es/,
    );
  });
});
