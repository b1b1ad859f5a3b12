// The code of docs/types.md at work.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { create, createFileRegistry } from '@bufbuild/protobuf';
import { FieldDescriptorProto_Type, FileDescriptorSetSchema } from '@bufbuild/protobuf/wkt';
import { protos } from '@google-cloud/dialogflow-cx';
import { expect, it, jest } from '@jest/globals';
import { isLROError, OperationsClient } from 'longrunning';
import { OperationsEmulator, packAny, packEmpty, packStruct } from 'longrunning/testing';
import * as examples from '../docs/examples/decoders.js';
import { ChildSchema } from './fixtures/protos/protobuf-es/fidelity_pb.js';
import { rejection } from './support/wires.js';

const { ExportAgentResponse } = protos.google.cloud.dialogflow.cx.v3;
const response = packAny(ExportAgentResponse, { agentUri: 'gs://bucket/agent' });

const field = { name: 'agent_uri', jsonName: 'agentUri', number: 1, type: FieldDescriptorProto_Type.STRING };
const descriptors = create(FileDescriptorSetSchema, {
  file: [
    {
      name: 'agent.proto',
      package: 'google.cloud.dialogflow.cx.v3',
      syntax: 'proto3',
      messageType: [{ name: 'ExportAgentResponse', field: [field] }],
    },
  ],
});
const proto = `
  syntax = "proto3";
  package google.cloud.dialogflow.cx.v3;
  message ExportAgentResponse { string agent_uri = 1; }`;

it('reads a response by every library', async () => {
  await using emulator = new OperationsEmulator();
  await using client = new OperationsClient({ transport: emulator.transport() });
  const { name } = emulator.start({ durationMs: 0, response, metadata: () => packStruct({ progressPercent: 100 }) });
  const folder = mkdtempSync(join(tmpdir(), 'longrunning-proto-'));
  try {
    writeFileSync(join(folder, 'agent.proto'), proto);
    const schema = createFileRegistry(descriptors).getMessage('google.cloud.dialogflow.cx.v3.ExportAgentResponse')!;
    const decode = (bytes: Uint8Array) => ({ agentUri: ExportAgentResponse.decode(bytes).agentUri ?? '' });
    const { byProtobufEs, byTsProto } = examples.generated(schema, ChildSchema, { decode });
    const infos = [byProtobufEs, byTsProto, examples.reflected(join(folder, 'agent.proto')), examples.importing];
    for (const info of infos) {
      const done = await client.poller<object, unknown>(name, info).pollUntilDone();
      expect(done).toMatchObject({ response: { agentUri: 'gs://bucket/agent' } });
      expect(done.metadataError).toBeUndefined();
    }
    expect(examples.loaded(descriptors).decode(response)).toMatchObject({ agentUri: 'gs://bucket/agent' });
  } finally {
    rmSync(folder, { recursive: true });
  }
});

it('has no metadata where a schema refuses them, and no response', async () => {
  await using emulator = new OperationsEmulator();
  await using client = new OperationsClient({ transport: emulator.transport() });
  const wrong = packAny(ExportAgentResponse, { agentUri: 'nowhere' });
  const metadata = () => packStruct({ progressPercent: 101 });
  const good = emulator.start({ durationMs: 0, response, metadata });
  const bad = emulator.start({ durationMs: 0, response: wrong });
  const done = await client.poller(good.name, examples.importing).pollUntilDone();
  expect(done.metadata).toBeUndefined();
  expect(done.metadataError?.message).toMatch(/progressPercent: Too big/);
  const error = await rejection(client.poller(bad.name, examples.importing).promise());
  expect(isLROError(error) && error.code).toBe('LRO_UNPACK_FAILED');
});

it('reports operations of all types', async () => {
  const log = jest.spyOn(console, 'log').mockImplementation(() => {});
  await using emulator = new OperationsEmulator();
  await using client = new OperationsClient({ transport: emulator.transport() });
  const thing = { typeUrl: 'x/some.Thing', json: {} };
  const pages = { typeUrl: 'x/example.Report', json: { '@type': 'x/example.Report', pages: 3 } };
  [response, pages, packEmpty(), thing].forEach((message, i) =>
    emulator.start({ name: `shelves/1/operations/${i}`, durationMs: 0, response: message }),
  );
  await examples.report(client, 'shelves/1');
  expect(log.mock.calls).toEqual([
    ['gs://bucket/agent'],
    [3],
    ['google.protobuf.Empty', undefined],
    ['what is a some.Thing?'],
  ]);
  log.mockRestore();
});
