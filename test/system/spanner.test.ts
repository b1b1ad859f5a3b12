// Against operations that we did not write: those of the Cloud Spanner emulator, where this machine has one.
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { fileURLToPath } from 'node:url';
import { createRegistry } from '@bufbuild/protobuf';
import gax from 'google-gax';
import protobuf from 'protobufjs';
import { z } from 'zod';
import {
  reflectionType,
  registryType,
  schemaType,
  timestampType,
  tsProtoType,
  wellKnownTypes,
  type TsProtoMessage,
} from '../../src/decoders/index.js';
import { grpcTransport } from '../../src/grpc/index.js';
import {
  Code,
  emptyType,
  isLROError,
  jsonType,
  operationInfo,
  OperationsClient,
  protobufType,
  typeNameOf,
  type AnyDecoder,
  type LROPoller,
  type OperationsTransport,
  type PollingEvent,
  type ProtobufStaticClass,
  type SucceededOperation,
} from '../../src/index.js';
import { protobufEsType } from '../../src/protobuf-es/index.js';
import { restTransport } from '../../src/rest/index.js';
import { operationFromJson } from '../../src/wire/json.js';
import { Writer } from '../../src/wire/protobuf.js';
import { file_google_spanner_admin_database_v1_database as file_database } from '../fixtures/protos/protobuf-es/google/spanner/admin/database/v1/database_pb.js';
import { file_google_spanner_admin_instance_v1_instance as file_instance } from '../fixtures/protos/protobuf-es/google/spanner/admin/instance/v1/instance_pb.js';
import * as tsDatabase from '../fixtures/protos/ts-proto/google/spanner/admin/database/v1/database.js';
import * as tsInstance from '../fixtures/protos/ts-proto/google/spanner/admin/instance/v1/instance.js';
import { findSpannerEmulator, startSpannerEmulator, type SpannerEmulator } from '../support/spanner.js';
import { rejection } from '../support/wires.js';

interface Named {
  name: string;
}
interface DdlMetadata {
  database: string;
  statements: string[];
  commitTimestamps: unknown[];
}

// As much of google/spanner/admin as is looked at.
const { root } = protobuf.parse(`
  syntax = "proto3";
  message Timestamp { int64 seconds = 1; int32 nanos = 2; }
  message Instance { string name = 1; }
  message Database { string name = 1; }
  message CreateInstanceMetadata { Instance instance = 1; }
  message CreateDatabaseMetadata { string database = 1; }
  message UpdateDatabaseDdlMetadata {
    string database = 1;
    repeated string statements = 2;
    repeated Timestamp commit_timestamps = 3;
  }
`);
const admin = 'google.spanner.admin';
const bytesOf = <T extends object>(type: string, typeName: string): AnyDecoder<T> =>
  protobufType(root.lookupType(type) as unknown as ProtobufStaticClass<T>, typeName);
const jsonOf = <T>(_: string, typeName: string): AnyDecoder<T> => jsonType<T>(typeName);

/** Each library with what it has for a type. */
const libraries: readonly { library: string; of: (typeName: string) => AnyDecoder<object> }[] = [
  {
    library: 'protobuf-es',
    of: (typeName) => protobufEsType(esTypes.getMessage(typeName)!),
  },
  {
    library: 'protobufjs reflection',
    of: (typeName) => reflectionType(reflected.lookupType(typeName)),
  },
  {
    library: 'ts-proto',
    of: (typeName) => tsProtoType(tsTypes.find(({ $type }) => $type === typeName)!),
  },
];
const esTypes = createRegistry(file_instance, file_database);
const tsTypes: TsProtoMessage<object>[] = [
  tsInstance.Instance,
  tsInstance.CreateInstanceMetadata,
  tsDatabase.Database,
  tsDatabase.UpdateDatabaseDdlMetadata,
];
const protos = fileURLToPath(new URL('../fixtures/protos/google/spanner/admin/', import.meta.url));
const reflected = protobuf.loadSync([`${protos}instance/v1/instance.proto`, `${protos}database/v1/database.proto`]);

/** A Timestamp as JSON have it, of what a library makes of one. */
function textOf(timestamp: unknown): string {
  const { seconds, nanos } = timestamp as { seconds: bigint | { toString(): string }; nanos: number };
  const value = new Writer().varint(1, BigInt(seconds.toString())).varint(2, nanos).finish();
  return timestampType.decode({ typeUrl: '', value });
}

async function succeeded<M>(poller: LROPoller<unknown, M>): Promise<SucceededOperation<unknown, M>> {
  const done = await poller.pollUntilDone();
  if (done.result !== 'response') throw new Error(done.error.message);
  expect(done.metadataError).toBeUndefined();
  return done;
}

const rule = 'google.longrunning.Operations';
const instance = 'projects/p/instances/i1';
const database = `${instance}/databases/d1`;

interface Wire {
  readonly wire: string;
  readonly connect: (emulator: SpannerEmulator) => OperationsTransport;
  readonly read: <T extends object>(type: string, typeName: string) => AnyDecoder<T>;
  readonly httpStatus: { readonly unimplemented?: number; readonly notFound?: number };
}

const wires: readonly Wire[] = [
  {
    wire: 'gRPC',
    connect: ({ grpcPort }) =>
      grpcTransport({ apiEndpoint: `127.0.0.1:${grpcPort}`, sslCreds: gax.grpc.credentials.createInsecure() }),
    read: bytesOf,
    httpStatus: {},
  },
  {
    wire: 'REST',
    connect: ({ httpPort }) =>
      restTransport({ service: 'spanner.googleapis.com', apiEndpoint: `http://127.0.0.1:${httpPort}` }),
    read: jsonOf,
    httpStatus: { unimplemented: 501, notFound: 404 },
  },
];

const folder = findSpannerEmulator();
if (folder === undefined) {
  console.warn(
    'Skipped: there is no Cloud Spanner emulator here, by SPANNER_EMULATOR_BIN or of the gcloud on the PATH',
  );
}

(folder === undefined ? describe.skip : describe)('the Cloud Spanner emulator', () => {
  let emulator: SpannerEmulator;
  /** The operations as the calls that started them gave them. */
  const started: Record<'instance' | 'database' | 'ddl' | 'failed', Named> = Object.create(null) as never;

  const send = async <T = Named>(method: string, path: string, body?: object): Promise<T> => {
    const url = `http://127.0.0.1:${emulator.httpPort}/v1/${path}`;
    const answer = await fetch(url, { method, ...(body && { body: JSON.stringify(body) }) });
    if (!answer.ok) throw new Error(`${method} ${path}: ${await answer.text()}`);
    return (await answer.json()) as T;
  };

  beforeAll(async () => {
    emulator = await startSpannerEmulator(folder!);
    started.instance = await send('POST', 'projects/p/instances', {
      instanceId: 'i1',
      instance: { config: 'projects/p/instanceConfigs/emulator-config', displayName: 'i1', nodeCount: 1 },
    });
    started.database = await send('POST', `${instance}/databases`, { createStatement: 'CREATE DATABASE d1' });
    started.ddl = await send('PATCH', `${database}/ddl`, {
      operationId: 'good',
      statements: ['CREATE TABLE T (K INT64, V INT64) PRIMARY KEY (K)'],
    });
    const session = await send('POST', `${database}/sessions`, {});
    await send('POST', `${session.name}:commit`, {
      singleUseTransaction: { readWrite: {} },
      mutations: [
        {
          insert: {
            table: 'T',
            columns: ['K', 'V'],
            values: [
              ['1', '7'],
              ['2', '7'],
            ],
          },
        },
      ],
    });
    started.failed = await send('PATCH', `${database}/ddl`, {
      operationId: 'bad',
      statements: ['CREATE TABLE U (K INT64) PRIMARY KEY (K)', 'CREATE UNIQUE INDEX UV ON T(V)'],
    });
  }, 30_000);
  afterAll(() => emulator.stop());

  it('returns completed operations, which are not polled', async () => {
    const transport = restTransport({
      apiEndpoint: 'longrunning.example.com',
      fetch: () => Promise.reject(new Error()),
    });
    const info = operationInfo({ response: jsonType<Named>(`${admin}.instance.v1.Instance`) });
    await using client = new OperationsClient({ transport });
    const response = await client.poller(operationFromJson(started.instance), info).promise();
    expect(response.name).toBe(instance);
  });

  describe.each(wires)('over $wire', ({ connect, read, httpStatus }) => {
    let client: OperationsClient;
    let events: PollingEvent[];

    const updateDdl = operationInfo({
      response: emptyType,
      metadata: read<DdlMetadata>('UpdateDatabaseDdlMetadata', `${admin}.database.v1.UpdateDatabaseDdlMetadata`),
    });

    beforeEach(() => {
      events = [];
      client = new OperationsClient({
        transport: connect(emulator),
        polling: { onEvent: (event) => events.push(event) },
      });
    });
    afterEach(() => client.close());

    it('creates an instance', async () => {
      const info = operationInfo({
        response: read<Named>('Instance', `${admin}.instance.v1.Instance`),
        metadata: read<{ instance: Named }>('CreateInstanceMetadata', `${admin}.instance.v1.CreateInstanceMetadata`),
      });
      const done = await client.poller(started.instance.name, info).pollUntilDone();
      expect(done).toMatchObject({ name: started.instance.name, result: 'response', response: { name: instance } });
      expect(done.metadata?.instance.name).toBe(instance);
      expect(done.metadataError).toBeUndefined();
    });

    it('creates a database', async () => {
      const info = operationInfo({
        response: read<Named>('Database', `${admin}.database.v1.Database`),
        metadata: read<{ database: string }>('CreateDatabaseMetadata', `${admin}.database.v1.CreateDatabaseMetadata`),
      });
      const poller = client.poller(started.database.name, info);
      expect((await poller.promise()).name).toBe(database);
      expect(poller.operation?.metadata?.database).toBe(database);
    });

    it('changes a schema, with an Empty as the response', async () => {
      const done = await client.poller(started.ddl.name, updateDdl).pollUntilDone();
      expect(done).toMatchObject({ result: 'response', response: undefined });
      expect(done.metadata?.statements).toEqual(['CREATE TABLE T (K INT64, V INT64) PRIMARY KEY (K)']);
      expect(done.raw.response?.typeUrl).toBe('type.googleapis.com/google.protobuf.Empty');
    });

    it('fails to change a schema, with the completed part in the metadata', async () => {
      const poller = client.poller(started.failed.name, updateDdl);
      const done = await poller.pollUntilDone();
      expect(done).toMatchObject({
        name: `${database}/operations/bad`,
        result: 'error',
        cancelled: false,
        error: { code: Code.FAILED_PRECONDITION, details: [] },
      });
      expect(done.metadata).toMatchObject({ database, statements: [expect.anything(), expect.anything()] });
      expect(done.metadata?.commitTimestamps).toHaveLength(1); // of two statements

      const error = await rejection(poller.promise());
      if (!isLROError(error) || error.code !== 'LRO_OPERATION_FAILED') throw error;
      expect(error.status.code).toBe(Code.FAILED_PRECONDITION);
      expect(error.message).toMatch(/failed: FAILED_PRECONDITION: Found uniqueness violation on index UV/);
      expect(error.metadata).toBe(done.metadata);
    });

    it('lists the operations of a database', async () => {
      const names: string[] = [];
      for await (const { name, done } of client.listOperations({ name: `${database}/operations` })) {
        expect(done).toBe(true);
        names.push(name);
      }
      expect(names.sort()).toEqual([started.database, started.ddl, started.failed].map(({ name }) => name).sort());
    });

    it.each(libraries)('is decoded by $library', async ({ of }) => {
      const created = operationInfo({
        response: of(`${admin}.instance.v1.Instance`),
        metadata: of(`${admin}.instance.v1.CreateInstanceMetadata`),
      });
      const { response, metadata } = await succeeded(client.poller(started.instance.name, created));
      expect(response).toMatchObject({ name: instance, displayName: 'i1', nodeCount: 1 });
      expect(metadata).toMatchObject({ instance: { name: instance, displayName: 'i1' } });

      const ddl = operationInfo({
        response: emptyType,
        metadata: of(`${admin}.database.v1.UpdateDatabaseDdlMetadata`),
      });
      const changed = await succeeded(client.poller(started.ddl.name, ddl));
      expect(changed.metadata).toMatchObject({ database, statements: [expect.stringContaining('CREATE TABLE T')] });
      // To the microsecond, as the emulator has it: the same over both wires.
      const json = await send<{ metadata: { commitTimestamps: string[] } }>('GET', started.ddl.name);
      const [committed] = (changed.metadata as { commitTimestamps: unknown[] }).commitTimestamps;
      const text = json.metadata.commitTimestamps[0]!;
      if (committed instanceof Date)
        expect(committed).toEqual(new Date(text)); // ts-proto's keep the milliseconds
      else expect(textOf(committed)).toBe(text);
    });

    it('is validated by a schema over REST, and rejected over gRPC, as a schema needs JSON', async () => {
      const info = operationInfo({
        response: schemaType(z.object({ name: z.string(), nodeCount: z.int() }), `${admin}.instance.v1.Instance`),
      });
      const poller = client.poller(started.instance.name, info);
      if (httpStatus.notFound === undefined)
        await expect(poller.promise()).rejects.toThrow(/the message was sent as bytes/);
      else expect(await poller.promise()).toEqual({ name: instance, nodeCount: 1 });
    });

    it('is decoded by a registry, whatever the type of each operation', async () => {
      const of = libraries[0]!.of;
      const known = (name: string) => ({ [name]: of(name) });
      const registry = registryType({
        ...wellKnownTypes,
        ...known(`${admin}.database.v1.Database`),
        ...known(`${admin}.database.v1.UpdateDatabaseDdlMetadata`),
      });
      const type = operationInfo({ response: registry, metadata: registry });
      const seen: string[] = [];
      for await (const operation of client.listOperations({ name: `${database}/operations` }, { type })) {
        const { metadata } = operation;
        const response = operation.result === 'response' ? operation.response.typeName : operation.result;
        seen.push(`${response ?? 'unknown'}, ${metadata?.typeName ?? typeNameOf(metadata!.any)}`);
      }
      expect(seen.sort()).toEqual([
        `error, ${admin}.database.v1.UpdateDatabaseDdlMetadata`,
        `google.protobuf.Empty, ${admin}.database.v1.UpdateDatabaseDdlMetadata`,
        `${admin}.database.v1.Database, ${admin}.database.v1.CreateDatabaseMetadata`, // the last is not known
      ]);
    });

    it('rejects cancel() and delete() with UNIMPLEMENTED, as a RequestError', async () => {
      const poller = client.poller(started.ddl.name, updateDdl);
      for (const [method, call] of [
        ['CancelOperation', poller.cancel()],
        ['DeleteOperation', poller.delete()],
      ] as const) {
        const error = await rejection(call);
        expect(error).toMatchObject({
          name: 'RequestError',
          code: 'LRO_REQUEST_FAILED',
          method,
          operationName: started.ddl.name,
          rpcCode: Code.UNIMPLEMENTED,
          origin: 'service',
          attempts: 1,
          status: { code: Code.UNIMPLEMENTED, message: '', details: [] },
        });
        expect((error as { httpStatus?: number }).httpStatus).toBe(httpStatus.unimplemented);
      }
      expect(await poller.poll()).toMatchObject({ result: 'response' });
    });

    it('rejects an unknown operation with NOT_FOUND and its own message', async () => {
      const name = `${database}/operations/nope`;
      const error = await rejection(client.poller(name, updateDdl).promise());
      expect(error).toMatchObject({
        rpcCode: Code.NOT_FOUND,
        origin: 'service',
        status: { message: `Operation not found: ${name}` },
      });
      expect((error as { httpStatus?: number }).httpStatus).toBe(httpStatus.notFound);
    });

    it('has no WaitOperation, which the client tries once', async () => {
      const failure = await rejection(client.waitOperation({ name: started.ddl.name }));
      expect(failure).toMatchObject({ method: 'WaitOperation', rpcCode: Code.UNIMPLEMENTED });
      for (const { name } of [started.ddl, started.failed]) await client.poller(name, updateDdl).pollUntilDone();
      const seen = events.map(({ type }) => type);
      // The default rules of REST have none to try.
      const tried = httpStatus.unimplemented === undefined ? ['wait-failed'] : [];
      expect(seen).toEqual([...tried, 'poll', 'done', 'poll', 'done']);
    });
  });

  it('has no WaitOperation over REST either, though a rule binds it', async () => {
    const events: string[] = [];
    const transport = restTransport({
      apiEndpoint: `http://127.0.0.1:${emulator.httpPort}`,
      httpRules: [
        { selector: `${rule}.GetOperation`, get: '/v1/{name=projects/**}' },
        { selector: `${rule}.WaitOperation`, post: '/v1/{name=projects/**}:wait', body: '*' },
      ],
    });
    const polling = { onEvent: ({ type }: PollingEvent) => events.push(type) };
    await using client = new OperationsClient({ transport, polling });
    await client.poller(started.ddl.name).promise();
    await client.poller(started.ddl.name).promise();
    expect(events).toEqual(['wait-failed', 'poll', 'done', 'poll', 'done']);
  });
});
