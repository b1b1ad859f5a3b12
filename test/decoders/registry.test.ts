import { describe, expect, it } from '@jest/globals';
import { registryType, schemaType, wellKnownTypes } from '../../src/decoders/index.js';
import { anyType, emptyType, jsonType, operationInfo, OperationsClient, protobufType } from '../../src/index.js';
import { OperationsEmulator, packAny, packEmpty, packStruct } from '../../src/testing/index.js';
import { google } from '../fixtures/protos/static/agents.js';
import { wires } from '../support/wires.js';

const { ExportAgentResponse } = google.cloud.dialogflow.cx.v3;
const agent = 'google.cloud.dialogflow.cx.v3.ExportAgentResponse';
const types = registryType({ ...wellKnownTypes, [agent]: protobufType(ExportAgentResponse) });

describe('registryType()', () => {
  it.each(wires)(
    'decodes each operation of a list by its type over $name, and keeps other types as Anys',
    async (wire) => {
      await using emulator = new OperationsEmulator();
      await using client = new OperationsClient({ transport: await wire.connect(emulator) });
      const foreign = {
        typeUrl: 'example.com/some.Thing',
        value: Uint8Array.of(8, 1),
        json: { '@type': 'example.com/some.Thing', n: 1 },
      };
      const responses = [
        packAny(ExportAgentResponse, { agentUri: 'gs://b/o' }),
        packStruct({ a: 1 }),
        packEmpty(),
        foreign,
        undefined,
      ];
      for (const [i, response] of responses.entries()) {
        emulator.start({
          name: `shelves/1/operations/${i}`,
          durationMs: 0,
          ...(response && { response, metadata: () => response }),
        });
      }
      const found: unknown[] = [];
      const type = operationInfo({ response: types, metadata: types });
      for await (const operation of client.listOperations({ name: 'shelves/1' }, { type })) {
        if (operation.result !== 'response') throw new Error(operation.name);
        const { response, metadata } = operation;
        expect(operation.metadataError).toBeUndefined();
        expect(metadata?.typeName).toBe(response.any.typeUrl === '' ? undefined : response.typeName);
        switch (response.typeName) {
          case agent:
            found.push(response.value.agentUri);
            break;
          case 'google.protobuf.Struct':
            found.push(response.value.a);
            break;
          case 'google.protobuf.Empty':
            found.push(response.value);
            break;
          case undefined:
            expect(response.value).toBeUndefined();
            found.push(response.any.typeUrl);
            break;
          default:
            throw new Error(response.typeName);
        }
      }
      expect(found).toEqual(['gs://b/o', 1, undefined, 'example.com/some.Thing', '']);
    },
  );

  it('keeps the Any of a known message', () => {
    const any = packStruct({ a: 1 });
    expect(types.decode(any)).toEqual({ typeName: 'google.protobuf.Struct', value: { a: 1 }, any });
    expect(types.typeName).toBeUndefined();
  });

  it('ignores the inherited properties of objects', () => {
    for (const typeUrl of ['x/__proto__', 'x/toString', 'constructor', '']) {
      expect(types.decode({ typeUrl, json: {} })).toEqual({
        typeName: undefined,
        value: undefined,
        any: { typeUrl, json: {} },
      });
    }
    expect(types.decode(undefined)).toEqual({ typeName: undefined, value: undefined, any: { typeUrl: '' } });
  });

  it('rethrows the error of a decoder', () => {
    const any = { typeUrl: `x/${agent}`, value: Uint8Array.of(8) };
    expect(() => types.decode(any)).toThrow();
  });

  it('accepts decoders without a type name, and registries', () => {
    const decoder = registryType({ 'a.B': jsonType<number>(), 'c.D': registryType({ 'c.D': anyType }) });
    expect(decoder.decode({ typeUrl: 'x/a.B', json: 1 }).value).toBe(1);
    expect(decoder.decode({ typeUrl: 'x/c.D', json: 1 }).value).toMatchObject({ typeName: 'c.D', value: { json: 1 } });
  });

  it('rejects a value that is not a decoder, and a decoder under another name', () => {
    expect(() => registryType({ 'a.B': {} as never })).toThrow(
      "Cannot decode as 'a.B' must be a decoder: current value is",
    );
    expect(() => registryType({ 'a.B': null as never })).toThrow(TypeError);
    expect(() => registryType({ 'a.B': emptyType })).toThrow(
      new TypeError("Cannot decode as 'a.B' must be the decoder of that type: current value is google.protobuf.Empty"),
    );
    expect(() => registryType({ 'a.B': schemaType({ '~standard': {} } as never) })).toThrow(TypeError);
  });
});
