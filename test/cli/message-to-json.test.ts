import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { create, createRegistry, fromJson, toBinary, toJson, type JsonObject } from '@bufbuild/protobuf';
import { file_google_protobuf_duration, FileDescriptorSetSchema } from '@bufbuild/protobuf/wkt';
import { afterAll, describe, expect, it } from '@jest/globals';
import { readDescriptors } from '../../src/cli/descriptors.js';
import { jsonInfo } from '../../src/cli/types.js';
import { file_fidelity, RowSchema } from '../fixtures/protos/protobuf-es/fidelity_pb.js';

const folder = mkdtempSync(join(tmpdir(), 'longrunning-cli-'));
afterAll(() => rmSync(folder, { recursive: true }));

const files = [file_fidelity.proto, ...file_fidelity.dependencies.map(({ proto }) => proto)];
const path = join(folder, 'set.binpb');
writeFileSync(path, toBinary(FileDescriptorSetSchema, create(FileDescriptorSetSchema, { file: files })));
const decode = readDescriptors(path);
const registry = createRegistry(file_fidelity, file_google_protobuf_duration);

/** A message with every kind of field. */
const json: JsonObject = {
  i64: '-5',
  u64: '18446744073709551615',
  s64: '-3',
  ratio: 'NaN',
  single: 1.5,
  flag: true,
  text: 'x',
  data: 'AQI=',
  color: 'RED',
  colors: ['RED', 77],
  counts: { a: '1', '': '0' },
  byId: { '-7': 'seven' },
  byFlag: { true: {}, false: {} },
  at: '2026-01-02T03:04:05.600Z',
  took: '-1.500s',
  mask: 'aB,c',
  struct: { a: [1, null, { b: 'c' }] },
  value: null,
  list: [1],
  doubleValue: 2,
  int64Value: '9',
  bytesValue: 'AQI=',
  any: { '@type': 'type.googleapis.com/google.protobuf.Duration', value: '3s' },
  anys: [{ '@type': 'type.googleapis.com/test.fidelity.Row', text: 'inner', counts: { b: '2' } }],
  maybeNumber: '0',
  maybeText: '',
  numbers: ['1', '2'],
  nested: { i32: 4, counts: { c: '3' } },
  anotherName: 'json_name',
  empty: {},
  aBC: 'underscores',
  name: 'oneof',
};

describe('a message of a descriptor set', () => {
  it('becomes the same JSON as by protobuf-es', () => {
    const row = fromJson(RowSchema, json, { registry });
    expect(decode('test.fidelity.Row', toBinary(RowSchema, row))).toEqual(toJson(RowSchema, row, { registry }));
  });

  it('has the default key and value of an entry of a map that holds neither', () => {
    expect(decode('test.fidelity.Row', Uint8Array.of((14 << 3) | 2, 0))).toEqual({ counts: { '': '0' } });
  });

  it('is undefined for a type that is not in the set', () => {
    expect(decode('test.Unknown', new Uint8Array())).toBeUndefined();
  });

  it('keeps its bytes if they cannot be decoded', () => {
    const any = { typeUrl: 'type.googleapis.com/test.fidelity.Row', value: Uint8Array.of(255) };
    expect(jsonInfo(decode).response.decode(any)).toBe('/w==');
  });
});
