import { afterEach, beforeEach } from '@jest/globals';
import gax from 'google-gax';
import { grpcTransport } from '../../src/grpc/index.js';
import {
  constantBackoff,
  operationInfo,
  OperationsClient,
  protobufType,
  type Any,
  type LROPoller,
  type OperationsTransport,
} from '../../src/index.js';
import { restTransport } from '../../src/rest/index.js';
import { OperationsEmulator, packAny, type OperationScript } from '../../src/testing/index.js';
import { google } from '../fixtures/protos/static/agents.js';

const { CreateVersionOperationMetadata, ExportAgentResponse } = google.cloud.dialogflow.cx.v3;

/** A way from a client to an emulator. */
export interface Wire {
  readonly name: string;
  /** As the emulator's log has it. */
  readonly via: 'transport' | 'grpc' | 'http';
  connect(emulator: OperationsEmulator): Promise<OperationsTransport>;
}

const name = '{name=**}';

/** Inside the process, over gRPC, and over HTTP with rules that also bind WaitOperation. */
export const wires: readonly Wire[] = [
  {
    name: 'the in-process transport',
    via: 'transport',
    connect: (emulator) => Promise.resolve(emulator.transport()),
  },
  {
    name: 'gRPC',
    via: 'grpc',
    async connect(emulator) {
      const sslCreds = gax.grpc.credentials.createInsecure();
      return grpcTransport({ apiEndpoint: `127.0.0.1:${await emulator.listenGrpc()}`, sslCreds, routingHeader: true });
    },
  },
  {
    name: 'HTTP',
    via: 'http',
    async connect(emulator) {
      return restTransport({
        apiEndpoint: `http://127.0.0.1:${await emulator.listenHttp()}`,
        routingHeader: true,
        httpRules: [
          { selector: 'google.longrunning.Operations.GetOperation', get: `/v3/${name}` },
          { selector: 'google.longrunning.Operations.ListOperations', get: `/v3/${name}/operations` },
          { selector: 'google.longrunning.Operations.CancelOperation', post: `/v3/${name}:cancel` },
          { selector: 'google.longrunning.Operations.DeleteOperation', delete: `/v3/${name}` },
          { selector: 'google.longrunning.Operations.WaitOperation', post: `/v3/${name}:wait`, body: '*' },
        ],
      });
    },
  },
];

/** An agent's export, as a generated client's classes have it: typed alike over every wire. */
export const exportAgent = operationInfo({
  response: protobufType(ExportAgentResponse),
  metadata: protobufType(CreateVersionOperationMetadata),
});

/** The response of an export. */
export const exported: Any = packAny(ExportAgentResponse, { agentUri: 'gs://bucket/agent' });

/** Metadata that say where an operation is. */
export function stage(version: string): Any {
  return packAny(CreateVersionOperationMetadata, { version });
}

/** An emulator and a client of it, made for one test. */
export interface World {
  readonly wire: Wire;
  readonly emulator: OperationsEmulator;
  readonly transport: OperationsTransport;
  /** Polls every 10 ms and tries again after about 1 ms, so that real time is short. */
  readonly client: OperationsClient;
  /** Starts an operation under a name that needs percent-encoding. */
  readonly start: (
    script: OperationScript,
  ) => LROPoller<InstanceType<typeof ExportAgentResponse>, InstanceType<typeof CreateVersionOperationMetadata>>;
  /** The methods that were called, one after the other. */
  readonly methods: readonly string[];
}

/** The client's pace where time is real. */
export const pace = {
  polling: { backoff: constantBackoff(10), serverWait: 'never' },
  retry: { initialDelayMs: 1, maxDelayMs: 2 },
} as const;

/** Makes a world for each test of the block, and demands that the client can be closed at its end, nothing open. */
export function useWorld(wire: Wire): () => World {
  let world: World;
  let count = 0;
  beforeEach(async () => {
    const emulator = new OperationsEmulator({
      unreachable: ['projects/p/locations/mars'],
      filter: (filter, { done }) => filter === `done=${done}`,
    });
    const transport = await wire.connect(emulator);
    const client = new OperationsClient({ transport, ...pace });
    world = {
      wire,
      emulator,
      transport,
      client,
      start: (script) => {
        const name = `projects/p%2F1/operations/ü ${++count}`;
        emulator.start({ name, ...script });
        return client.poller(name, exportAgent);
      },
      get methods() {
        return emulator.calls.map(({ method }) => method);
      },
    };
  });
  afterEach(async () => {
    await world.client.close();
    await world.emulator.close();
  });
  return () => world;
}

/** Waits in real time. */
export function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** A promise that is awaited later: a test that fails before that must not take its process down. */
export function later<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => undefined);
  return promise;
}

/** What a promise rejects with. */
export async function rejection(promise: Promise<unknown>): Promise<unknown> {
  let value: unknown;
  try {
    value = await promise;
  } catch (error) {
    return error;
  }
  throw new Error(`It resolved with ${String(value)}`);
}
