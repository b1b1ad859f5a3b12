// Every kind of field, over gRPC and REST, with every library: both result in the same message, or in the difference that
// the guide documents.
import { fileURLToPath } from 'node:url';
import { isDeepStrictEqual } from 'node:util';
import { create, createRegistry, fromBinary, toBinary, toJsonString, type MessageShape } from '@bufbuild/protobuf';
import { DurationSchema, EmptySchema, Int64ValueSchema, StructSchema, TimestampSchema } from '@bufbuild/protobuf/wkt';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import gax from 'google-gax';
import protobuf from 'protobufjs';
import { reflectionType, tsProtoType } from '../../src/decoders/index.js';
import { grpcTransport } from '../../src/grpc/index.js';
import { OperationsClient, protobufType, type Any, type AnyDecoder } from '../../src/index.js';
import { protobufEsType } from '../../src/protobuf-es/index.js';
import { restTransport } from '../../src/rest/index.js';
import { OperationsEmulator } from '../../src/testing/index.js';
import { ChildSchema, RowSchema } from '../fixtures/protos/protobuf-es/fidelity_pb.js';
import { test as statics } from '../fixtures/protos/static/fidelity.js';
import { Row as TsProtoRow } from '../fixtures/protos/ts-proto/fidelity.js';
import { rows, type Outcome, type Row } from './fidelity.rows.js';

const typeUrl = 'type.googleapis.com/test.fidelity.Row';
const folder = fileURLToPath(new URL('../fixtures/protos/', import.meta.url));
const reflected = protobuf.loadSync(`${folder}fidelity.proto`).lookupType('test.fidelity.Row');
// With the field names of the proto, as @grpc/proto-loader's keepCase loads them.
const keepCase = new protobuf.Root()
  .loadSync(`${folder}fidelity.proto`, { keepCase: true })
  .lookupType('test.fidelity.Row');
const registry = createRegistry(
  RowSchema,
  ChildSchema,
  DurationSchema,
  EmptySchema,
  Int64ValueSchema,
  StructSchema,
  TimestampSchema,
);
const { Row: StaticRow } = statics.fidelity;

interface Library {
  readonly library: string;
  readonly decoder: AnyDecoder<object>;
  /** Encodes a message with the library. */
  readonly encode: (message: never) => Uint8Array;
  /** The expected outcome of a row over each protocol; `same` by default. */
  readonly grpc: (row: Row) => Outcome | undefined;
  readonly rest: (row: Row) => Outcome | undefined;
}

const sameOutcome = { grpc: () => undefined, rest: () => undefined };

const libraries: readonly Library[] = [
  {
    library: 'protobuf-es',
    decoder: protobufEsType(RowSchema, { registry }),
    encode: (message) => toBinary(RowSchema, message),
    ...sameOutcome,
  },
  {
    library: 'protobufjs reflection',
    decoder: reflectionType(reflected),
    encode: (message) => reflected.encode(message).finish(),
    ...sameOutcome,
  },
  {
    library: 'protobufjs reflection with the names of the proto',
    decoder: reflectionType(keepCase),
    encode: (message) => keepCase.encode(message).finish(),
    ...sameOutcome,
  },
  {
    library: 'protobufjs static classes',
    decoder: protobufType(StaticRow),
    encode: (message) => StaticRow.encode(message).finish(),
    grpc: () => 'same',
    rest: (row) => row.static,
  },
  {
    library: 'ts-proto',
    decoder: tsProtoType(TsProtoRow),
    encode: (message) => TsProtoRow.encode(message).finish(),
    grpc: (row) => row.tsProtoBytes,
    rest: (row) => row.tsProto,
  },
];

/** Each row as received over both protocols. */
const sent = new Map<string, { grpc: Any; rest: Any }>();
let emulator: OperationsEmulator;
let clients: { grpc: OperationsClient; rest: OperationsClient };

beforeAll(async () => {
  emulator = new OperationsEmulator();
  const sslCreds = gax.grpc.credentials.createInsecure();
  clients = {
    grpc: new OperationsClient({
      transport: grpcTransport({ apiEndpoint: `127.0.0.1:${await emulator.listenGrpc()}`, sslCreds }),
    }),
    rest: new OperationsClient({
      transport: restTransport({ apiEndpoint: `http://127.0.0.1:${await emulator.listenHttp()}` }),
    }),
  };
  for (const { row, message, json } of rows) {
    const value = toBinary(RowSchema, create(RowSchema, message));
    sent.set(row, await send({ typeUrl, value, json: { '@type': typeUrl, ...json } }));
  }
});
afterAll(async () => {
  await clients.grpc.close();
  await clients.rest.close();
  await emulator.close();
});

async function send(response: Any): Promise<{ grpc: Any; rest: Any }> {
  const { name } = emulator.start({ durationMs: 0, response });
  const [grpc, rest] = await Promise.all([clients.grpc.getOperation({ name }), clients.rest.getOperation({ name })]);
  expect([grpc.raw.response?.json, rest.raw.response?.value]).toEqual([undefined, undefined]);
  return { grpc: grpc.raw.response!, rest: rest.raw.response! };
}

/** Compares the message that a library decodes with the message that was sent. */
function outcome({ library, decoder, encode }: Library, wire: 'grpc' | 'rest', row: Row): Outcome {
  const { [wire]: any, grpc } = sent.get(row.row)!;
  let decoded: object;
  try {
    decoded = decoder.decode(any);
  } catch (error) {
    return new RegExp((error as Error).message.replace(/[^\w ]/g, '.'));
  }
  if (row.protobufjsWritesOther && library.startsWith('protobufjs')) {
    // structuredClone() makes a Buffer and a Uint8Array comparable.
    return isDeepStrictEqual(structuredClone(decoded), structuredClone(decoder.decode(grpc))) ? 'same' : 'another';
  }
  return jsonOf(fromBinary(RowSchema, encode(decoded as never))) === jsonOf(create(RowSchema, row.message))
    ? 'same'
    : 'another';
}

/** The JSON of a message, which distinguishes NaN and omits unknown fields. */
function jsonOf(message: MessageShape<typeof RowSchema>): string {
  try {
    return toJsonString(RowSchema, message, { registry });
  } catch (error) {
    return String(error); // ts-proto encodes an invalid Timestamp before 1970
  }
}

describe.each(libraries)('$library', (library) => {
  it.each(['grpc', 'rest'] as const)('decodes every row of %s as documented', (wire) => {
    const expected = rows.map((row) => {
      const documented = library[wire](row) ?? 'same';
      return [row.row, typeof documented === 'string' ? documented : expect.stringMatching(documented)];
    });
    expect(rows.map((row) => [row.row, String(outcome(library, wire, row))])).toEqual(expected);
  });
});

describe.each(libraries.slice(0, 3))('$library', ({ decoder }) => {
  it.each(rows)('decodes the same value from both protocols: $row', ({ row }) => {
    const { grpc, rest } = sent.get(row)!;
    // Not toEqual(), which would print the complete reflection tree on failure.
    expect(isDeepStrictEqual(decoder.decode(rest), decoder.decode(grpc))).toBe(true);
  });
});
