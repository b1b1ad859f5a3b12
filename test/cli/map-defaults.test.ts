// The default key and value of an entry of a map whose bytes hold neither, for each kind of map.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { create, toBinary } from '@bufbuild/protobuf';
import { FileDescriptorSetSchema } from '@bufbuild/protobuf/wkt';
import { afterAll, expect, it } from '@jest/globals';
import { readDescriptors } from '../../src/cli/descriptors.js';
import { file_fidelity } from '../fixtures/protos/protobuf-es/fidelity_pb.js';

const folder = mkdtempSync(join(tmpdir(), 'longrunning-cli-'));
afterAll(() => rmSync(folder, { recursive: true }));

it.each([
  ['counts', 14, { '': '0' }],
  ['byId', 15, { 0: '' }],
  ['byFlag', 16, { false: {} }],
  ['palette', 17, { '': 'COLOR_UNSPECIFIED' }],
])('%s', (field, number, entries) => {
  const path = join(folder, 'set.binpb');
  const file = [file_fidelity.proto, ...file_fidelity.dependencies.map(({ proto }) => proto)];
  writeFileSync(path, toBinary(FileDescriptorSetSchema, create(FileDescriptorSetSchema, { file })));
  const tag = (number << 3) | 2;
  const bytes = tag < 128 ? [tag, 0] : [(tag & 127) | 128, tag >> 7, 0];
  expect(readDescriptors(path)('test.fidelity.Row', Uint8Array.from(bytes))).toEqual({ [field]: entries });
});
