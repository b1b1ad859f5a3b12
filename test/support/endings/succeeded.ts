import { describe, expect, it } from '@jest/globals';
import { packEmpty, packStruct } from '../../../src/testing/index.js';
import { google } from '../../fixtures/protos/static/agents.js';
import { until } from '../grpc-server.js';
import { exported, later, rejection, stage, type World } from '../wires.js';

const { ExportAgentResponse } = google.cloud.dialogflow.cx.v3;

/** The operation ended well. */
export function succeeded(world: () => World): void {
  describe('an operation that succeeds', () => {
    it('resolves with an instance of the declared class, and reports each state', async () => {
      const { emulator, start } = world();
      const poller = start({ durationMs: Infinity, metadata: stage('exporting') });
      const seen: (string | undefined)[] = [];
      const response = await poller.promise({
        onProgress({ name, done, metadata }) {
          seen.push(metadata?.version);
          if (done) return;
          emulator.update(name, { metadata: stage('exported') });
          emulator.complete(name, { response: exported });
        },
      });
      expect(response).toBeInstanceOf(ExportAgentResponse);
      expect(response.agentUri).toBe('gs://bucket/agent');
      expect(seen).toEqual(['exporting', 'exported']);
      const asked = world().methods.length;
      expect(await poller.promise()).toBe(response);
      expect(world().methods).toHaveLength(asked);
    });

    it('resolves pollUntilDone() with the complete operation, raw included', async () => {
      const poller = world().start({ durationMs: 0, response: exported, metadata: stage('exported') });
      const done = await poller.pollUntilDone();
      expect(done).toMatchObject({ name: poller.name, done: true, result: 'response' });
      expect(done).toHaveProperty('response.agentUri', 'gs://bucket/agent');
      expect(done.metadata?.version).toBe('exported');
      expect(done.metadataError).toBeUndefined();
      expect(done.raw.response).toMatchObject({ typeUrl: exported.typeUrl });
    });

    it('yields each change once, the completed one last', async () => {
      const { emulator, start } = world();
      const poller = start({ durationMs: Infinity, metadata: stage('preparing') });
      const next: Record<string, string> = { preparing: 'exporting', exporting: 'exported' };
      const seen: unknown[] = [];
      for await (const { name, done, metadata } of poller) {
        seen.push([done, metadata?.version]);
        const version = next[metadata?.version ?? ''];
        if (version !== undefined) emulator.update(name, { metadata: stage(version) });
        if (version === 'exported') emulator.complete(name, { response: exported });
      }
      expect(seen).toEqual([
        [false, 'preparing'],
        [false, 'exporting'],
        [true, 'exported'],
      ]);
    });

    it('resolves with the default instance if it is done with neither response nor error', async () => {
      const response = await world().start({ durationMs: 0 }).promise();
      expect(response).toBeInstanceOf(ExportAgentResponse);
      expect(response.toJSON()).toEqual({});
    });

    it('resolves with the default instance if an Empty came in place of the declared type', async () => {
      const response = await world().start({ durationMs: 0, response: packEmpty() }).promise();
      expect(response).toBeInstanceOf(ExportAgentResponse);
      expect(response.toJSON()).toEqual({});
    });

    it('completes only when it is done, not when it has a response', async () => {
      const { emulator, start } = world();
      const poller = start({ durationMs: Infinity, response: exported, exposeResponseEarly: true });
      expect(await poller.poll()).toMatchObject({ done: false, raw: { response: { typeUrl: exported.typeUrl } } });
      const waiting = later(poller.promise());
      await until(() => emulator.calls.length >= 3);
      emulator.complete(poller.name, { response: exported });
      expect((await waiting).agentUri).toBe('gs://bucket/agent');
    });

    it('rejects with an UnpackError that names both types if the response has another', async () => {
      const poller = world().start({ durationMs: 0, response: stage('1') });
      expect(await rejection(poller.promise())).toMatchObject({
        name: 'UnpackError',
        code: 'LRO_UNPACK_FAILED',
        field: 'response',
        operationName: poller.name,
        expected: 'google.cloud.dialogflow.cx.v3.ExportAgentResponse',
        actual: 'google.cloud.dialogflow.cx.v3.CreateVersionOperationMetadata',
        any: { typeUrl: stage('1').typeUrl },
      });
    });

    it('ignores metadata of another type, with the reason in metadataError', async () => {
      const poller = world().start({ durationMs: 0, response: exported, metadata: packStruct({ percent: 100 }) });
      const done = await poller.pollUntilDone();
      expect(done).toMatchObject({ result: 'response', metadata: undefined });
      expect(done.metadataError).toMatchObject({ field: 'metadata', actual: 'google.protobuf.Struct' });
    });

    it('completes although the responses omit the name', async () => {
      const poller = world().start({ durationMs: 20, response: exported, omitName: true });
      expect(await poller.pollUntilDone()).toMatchObject({ name: poller.name, result: 'response', raw: { name: '' } });
    });
  });
}
