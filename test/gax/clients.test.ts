import * as dialogflow from '@google-cloud/dialogflow-cx';
import * as speech from '@google-cloud/speech';
import * as translate from '@google-cloud/translate';
import * as video from '@google-cloud/video-intelligence';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { expectTypeOf } from 'expect-type';
import * as gax from 'google-gax';
import { Code, jsonType, operationInfo, OperationsClient, type Any, type LROPoller } from 'longrunning';
import { pollerFrom, type LROperationLike } from 'longrunning/gax';
import { restTransport } from 'longrunning/rest';
import { OperationsEmulator, packAny, packStruct, type OperationScript } from 'longrunning/testing';
import { noAuth } from './agents.js';

// Real generated clients, four shapes of service: names with a location, a bare number for a name; metadata that is a
// Struct, a percentage, a state, a list; responses with and without types that have a JSON form of their own.

const { ExportAgentResponse } = dialogflow.protos.google.cloud.dialogflow.cx.v3;
const { LongRunningRecognizeResponse, LongRunningRecognizeMetadata } = speech.protos.google.cloud.speech.v1;
const { BatchTranslateResponse, BatchTranslateMetadata } = translate.protos.google.cloud.translation.v3;
const { AnnotateVideoResponse, AnnotateVideoProgress } = video.protos.google.cloud.videointelligence.v1;

/** A generated client and one of its methods. */
interface Shape<C, R, M> {
  readonly service: string;
  readonly apiVersion: string;
  /** The method over gRPC and over HTTP. */
  readonly paths: readonly [string, string];
  readonly name: string;
  readonly response: Any;
  readonly metadata: Any;
  readonly client: (options: never) => C;
  readonly start: (client: C) => Promise<[LROperationLike<R, M>, ...unknown[]]>;
  /** Checks the result with the types of the client's own declarations. */
  readonly check: (poller: LROPoller<R, M>) => Promise<void>;
  /** Whether the service binds CancelOperation over REST. */
  readonly cancels: boolean;
}

const shape = <C extends { close(): Promise<void> }, R, M>(given: Shape<C, R, M>): Shape<C, R, M> => given;
const location = 'projects/p/locations/us-central1';

const shapes = [
  shape({
    service: 'dialogflow.googleapis.com',
    apiVersion: 'v3',
    paths: [
      '/google.cloud.dialogflow.cx.v3.Agents/ExportAgent',
      'POST /v3/{name=projects/*/locations/*/agents/*}:export',
    ],
    name: `${location}/operations/agents-1`,
    response: packAny(ExportAgentResponse, { agentUri: 'gs://b/o' }),
    metadata: packStruct({ progressPercent: 50 }),
    client: (options) => new dialogflow.AgentsClient(options, gax),
    start: (client) => client.exportAgent({ name: `${location}/agents/a` }),
    check: async (poller) => {
      expectTypeOf(poller).toEqualTypeOf<
        LROPoller<
          dialogflow.protos.google.cloud.dialogflow.cx.v3.IExportAgentResponse,
          dialogflow.protos.google.protobuf.IStruct
        >
      >();
      expect((await poller.promise()).agentUri).toBe('gs://b/o');
      expect(poller.operation?.metadata?.fields?.progressPercent?.numberValue).toBe(50);
    },
    cancels: true,
  }),
  shape({
    service: 'speech.googleapis.com',
    apiVersion: 'v1',
    paths: ['/google.cloud.speech.v1.Speech/LongRunningRecognize', 'POST /v1/speech:longrunningrecognize'],
    name: '7612202767953098924',
    response: packAny(
      LongRunningRecognizeResponse,
      { results: [{ alternatives: [{ transcript: 'hello' }] }], totalBilledTime: { seconds: 15 }, requestId: 7 },
      { json: { results: [{ alternatives: [{ transcript: 'hello' }] }], totalBilledTime: '15s', requestId: '7' } },
    ),
    metadata: packAny(LongRunningRecognizeMetadata, { progressPercent: 50, uri: 'gs://b/audio' }),
    client: (options) => new speech.v1.SpeechClient(options, gax),
    start: (client) => client.longRunningRecognize({ config: {}, audio: { uri: 'gs://b/audio' } }),
    check: async (poller) => {
      expectTypeOf(poller).toEqualTypeOf<
        LROPoller<
          speech.protos.google.cloud.speech.v1.ILongRunningRecognizeResponse,
          speech.protos.google.cloud.speech.v1.ILongRunningRecognizeMetadata
        >
      >();
      const { results, totalBilledTime, requestId } = await poller.promise();
      expect(results?.[0]?.alternatives?.[0]?.transcript).toBe('hello');
      expect([String(totalBilledTime?.seconds), String(requestId)]).toEqual(['15', '7']);
      expect(poller.operation?.metadata?.progressPercent).toBe(50);
    },
    cancels: false,
  }),
  shape({
    service: 'translate.googleapis.com',
    apiVersion: 'v3',
    paths: [
      '/google.cloud.translation.v3.TranslationService/BatchTranslateText',
      'POST /v3/{parent=projects/*/locations/*}:batchTranslateText',
    ],
    name: `${location}/operations/20260101-translate`,
    response: packAny(
      BatchTranslateResponse,
      { totalCharacters: 9, submitTime: { seconds: 1_700_000_000 } },
      { json: { totalCharacters: '9', submitTime: '2023-11-14T22:13:20Z' } },
    ),
    metadata: packAny(BatchTranslateMetadata, { state: 'RUNNING', totalCharacters: 9 }),
    client: (options) => new translate.v3.TranslationServiceClient(options, gax),
    start: (client) => client.batchTranslateText({ parent: location }),
    check: async (poller) => {
      expectTypeOf(poller).toEqualTypeOf<
        LROPoller<
          translate.protos.google.cloud.translation.v3.IBatchTranslateResponse,
          translate.protos.google.cloud.translation.v3.IBatchTranslateMetadata
        >
      >();
      const { totalCharacters, submitTime } = await poller.promise();
      expect([String(totalCharacters), String(submitTime?.seconds)]).toEqual(['9', '1700000000']);
      // The client's reflection types decode enums as numbers, whatever its declarations say.
      expect(['RUNNING', BatchTranslateMetadata.State.RUNNING]).toContain(poller.operation?.metadata?.state);
    },
    cancels: true,
  }),
  shape({
    service: 'videointelligence.googleapis.com',
    apiVersion: 'v1',
    paths: ['/google.cloud.videointelligence.v1.VideoIntelligenceService/AnnotateVideo', 'POST /v1/videos:annotate'],
    name: `${location}/operations/123`,
    response: packAny(
      AnnotateVideoResponse,
      { annotationResults: [{ inputUri: '/b/video', segment: { endTimeOffset: { seconds: 3, nanos: 500_000_000 } } }] },
      { json: { annotationResults: [{ inputUri: '/b/video', segment: { endTimeOffset: '3.500s' } }] } },
    ),
    metadata: packAny(AnnotateVideoProgress, { annotationProgress: [{ inputUri: '/b/video', progressPercent: 50 }] }),
    client: (options) => new video.v1.VideoIntelligenceServiceClient(options, gax),
    start: (client) => client.annotateVideo({ inputUri: 'gs://b/video' }),
    check: async (poller) => {
      expectTypeOf(poller).toEqualTypeOf<
        LROPoller<
          video.protos.google.cloud.videointelligence.v1.IAnnotateVideoResponse,
          video.protos.google.cloud.videointelligence.v1.IAnnotateVideoProgress
        >
      >();
      const { annotationResults } = await poller.promise();
      expect(annotationResults?.[0]?.inputUri).toBe('/b/video');
      expect(annotationResults?.[0]?.segment?.endTimeOffset?.nanos).toBe(500_000_000);
      expect(poller.operation?.metadata?.annotationProgress?.[0]?.progressPercent).toBe(50);
    },
    cancels: true,
  }),
] as unknown as readonly Shape<{ close(): Promise<void> }, object, object>[];

const details = [
  {
    '@type': 'type.googleapis.com/google.rpc.ErrorInfo',
    reason: 'BUCKET_GONE',
    domain: 'storage.googleapis.com',
    metadata: { bucket: 'b' },
  },
  {
    '@type': 'type.googleapis.com/google.rpc.BadRequest',
    fieldViolations: [{ field: 'uri', description: 'not found', reason: '' }],
  },
] as const;
const error = { code: Code.FAILED_PRECONDITION, message: 'no bucket', details };
const quick = { backoff: () => 5, serverWait: 'never' } as const;

describe.each(shapes)('the generated client of $service', (shape) => {
  const { service, apiVersion, paths, name, response, metadata } = shape;
  const emulator = new OperationsEmulator();
  let script: Omit<OperationScript, 'name' | 'metadata'>;
  let origin: string;
  const clients: Record<string, { close(): Promise<void> }> = {};

  const start = (): ReturnType<OperationsEmulator['start']> => {
    emulator.delete(name);
    return emulator.start({ name, metadata, ...script });
  };

  beforeAll(async () => {
    for (const path of paths) emulator.handle(path, start);
    // Speech's names lack the collection that its paths have.
    if (!name.includes('/')) {
      emulator.handle('GET /v1/operations/{name=**}', ({ params }) => emulator.operation(params.name!)!);
    }
    const [port, httpPort] = await Promise.all([emulator.listenGrpc(), emulator.listenHttp()]);
    origin = `http://127.0.0.1:${httpPort}`;
    const options = { apiEndpoint: '127.0.0.1', auth: noAuth() };
    const sslCreds = gax.grpc.credentials.createInsecure();
    clients.gRPC = shape.client({ ...options, port, sslCreds } as never);
    clients.REST = shape.client({ ...options, port: httpPort, protocol: 'http', fallback: true } as never);
  });
  afterAll(async () => {
    await Promise.all(Object.values(clients).map((client) => client.close()));
    await emulator.close();
  });

  describe.each(['gRPC', 'REST'])('over %s', (wire) => {
    test('returns response and metadata as declared', async () => {
      script = { durationMs: 20, response };
      const [operation] = await shape.start(clients[wire]!);
      const poller = pollerFrom(operation, quick);
      expect(poller.name).toBe(name);
      await shape.check(poller);
      expect(poller.operation?.metadataError).toBeUndefined();
    });

    test('reports an operation that fails, with its details', async () => {
      // Not in the first response: over REST google-gax 5 cannot read the details, and the starting call would fail.
      script = { durationMs: 20, error };
      const [operation] = await shape.start(clients[wire]!);
      await expect(pollerFrom(operation, quick).promise()).rejects.toMatchObject({
        code: 'LRO_OPERATION_FAILED',
        message: `Operation '${name}' failed: FAILED_PRECONDITION: no bucket (BUCKET_GONE, storage.googleapis.com)`,
        errorInfo: details[0],
        fieldViolations: details[1].fieldViolations,
      });
    });

    test('cancels, if the service binds it', async () => {
      script = { durationMs: Infinity };
      const [operation] = await shape.start(clients[wire]!);
      const poller = pollerFrom(operation, quick);
      if (wire === 'REST' && !shape.cancels) {
        await expect(poller.cancel()).rejects.toMatchObject({ rpcCode: Code.UNIMPLEMENTED });
        emulator.complete(name, { response });
        await poller.promise();
        return;
      }
      const waiting = poller.pollUntilDone();
      await poller.cancel();
      expect(await waiting).toMatchObject({ result: 'error', cancelled: true });
    });
  });

  test("is not needed: restTransport() reads its operations by the service's own paths", async () => {
    script = { durationMs: 20, response };
    start();
    await using client = new OperationsClient({
      transport: restTransport({ service, apiVersion, apiEndpoint: origin }),
    });
    const info = operationInfo({
      response: jsonType(response.typeUrl.split('/')[1]),
      metadata: jsonType(metadata.typeUrl.split('/')[1]),
    });
    const done = await client.poller(name, info, quick).pollUntilDone();
    expect(done).toMatchObject({ name, result: 'response', response: response.json, metadata: metadata.json });
    script = { durationMs: 0, error };
    start();
    await expect(client.poller(name, info).promise()).rejects.toMatchObject({ errorInfo: details[0] });
    const cancelled = client.cancelOperation({ name });
    if (shape.cancels) await cancelled;
    else await expect(cancelled).rejects.toMatchObject({ rpcCode: Code.UNIMPLEMENTED });
  });
});
