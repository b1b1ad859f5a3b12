import { describe, expect, it } from '@jest/globals';
import { Code, OperationsClient, RequestError, type Status } from '../../../src/index.js';
import { until } from '../grpc-server.js';
import { exported, pace, rejection, stage, type World } from '../wires.js';

const disabled: Status = {
  code: Code.PERMISSION_DENIED,
  message: 'The API is disabled',
  details: [
    {
      '@type': 'type.googleapis.com/google.rpc.ErrorInfo',
      reason: 'SERVICE_DISABLED',
      domain: 'googleapis.com',
      metadata: { service: 'dialogflow.googleapis.com' },
    },
    {
      '@type': 'type.googleapis.com/google.rpc.Help',
      links: [{ description: 'Switch it on', url: 'https://example.com/on' }],
    },
  ],
};

/** The second ending: asking about the operation failed. */
export function requestFailed(world: () => World): void {
  describe('a request that fails', () => {
    it('rejects with a RequestError with the details, and the operation continues', async () => {
      const { emulator, wire, start } = world();
      const poller = start({ durationMs: Infinity });
      emulator.injectFault({ method: 'getOperation', after: 1, status: disabled });
      const error = await rejection(poller.promise());
      expect(error).toBeInstanceOf(RequestError);
      expect(error).toMatchObject({
        code: 'LRO_REQUEST_FAILED',
        method: 'GetOperation',
        operationName: poller.name,
        rpcCode: Code.PERMISSION_DENIED,
        status: disabled,
        origin: 'service',
        attempts: 1,
        errorInfo: { reason: 'SERVICE_DISABLED' },
      });
      expect((error as RequestError).httpStatus).toBe(wire.via === 'http' ? 403 : undefined);
      emulator.complete(poller.name, { response: exported });
      expect((await poller.promise()).agentUri).toBe('gs://bucket/agent');
    });

    it('is NOT_FOUND for an unknown name', async () => {
      const poller = world().client.poller('operations/unknown');
      expect(await rejection(poller.pollUntilDone())).toMatchObject({
        code: 'LRO_REQUEST_FAILED',
        rpcCode: Code.NOT_FOUND,
        operationName: 'operations/unknown',
        origin: 'service',
        status: { message: 'Operation not found: operations/unknown' },
      });
      expect(world().methods).toEqual(['getOperation']);
    });

    it('is NOT_FOUND once the operation is deleted', async () => {
      const poller = world().start({ durationMs: 0, expiresAfterMs: 0 });
      expect(await rejection(poller.promise())).toMatchObject({ rpcCode: Code.NOT_FOUND });
    });

    it.each([
      ['UNAVAILABLE', { status: { code: Code.UNAVAILABLE } }],
      ['INTERNAL', { status: { code: Code.INTERNAL } }],
      ['RESOURCE_EXHAUSTED', { status: { code: Code.RESOURCE_EXHAUSTED } }],
      ['a broken connection', { reset: true }],
    ])('is retried if it was %s, and the wait resolves', async (_, fault) => {
      const { emulator, start } = world();
      const poller = start({ durationMs: 0, response: exported });
      emulator.injectFault({ method: 'getOperation', times: 2, ...fault });
      expect((await poller.promise()).agentUri).toBe('gs://bucket/agent');
      expect(world().methods).toEqual(['getOperation', 'getOperation', 'getOperation']);
    });

    it('rejects with the last error when it fails too often', async () => {
      const { emulator, transport } = world();
      const client = new OperationsClient({ transport, ...pace, retry: { ...pace.retry, maxAttempts: 3 } });
      const { name } = emulator.start({ durationMs: 0 });
      emulator.injectFault({ method: 'getOperation', times: 2, status: { code: Code.INTERNAL } });
      emulator.injectFault({ method: 'getOperation', times: Infinity, reset: true });
      expect(await rejection(client.poller(name).promise())).toMatchObject({
        code: 'LRO_REQUEST_FAILED',
        rpcCode: Code.UNAVAILABLE,
        origin: 'transport',
        attempts: 3,
      });
      expect(emulator.calls).toHaveLength(3);
    });

    it('is DEADLINE_EXCEEDED if no response comes in time, and the call is cancelled', async () => {
      const { emulator, client } = world();
      const { name } = emulator.start({ durationMs: 0 });
      await client.getOperation({ name }); // connects
      emulator.injectFault({ method: 'getOperation', hang: true });
      const failing = client.getOperation({ name }, { timeoutMs: 100, retry: { maxAttempts: 1 } });
      expect(await rejection(failing)).toMatchObject({ rpcCode: Code.DEADLINE_EXCEEDED, origin: 'transport' });
      await until(() => emulator.calls.at(-1)?.aborted === true);
      await expect(client.getOperation({ name })).resolves.toMatchObject({ done: true });
    });

    it('is retried after the Retry-After of the server', async () => {
      const { emulator, start, wire } = world();
      const poller = start({ durationMs: 0, response: exported });
      const retryAfterMs = wire.via === 'http' ? 1000 : 100; // `Retry-After` has whole seconds
      const code = Code.RESOURCE_EXHAUSTED;
      emulator.injectFault({ method: 'getOperation', status: { code }, retryAfterMs });
      await poller.promise();
      const [first, second] = emulator.calls.map(({ atMs }) => atMs);
      expect(second! - first!).toBeGreaterThanOrEqual(retryAfterMs - 1);
    });

    it('has no effect once the operation is done', async () => {
      const { emulator, start } = world();
      const poller = start({ durationMs: 0, error: { code: Code.ABORTED }, metadata: stage('1') });
      await poller.poll();
      emulator.injectFault({ method: 'getOperation', times: Infinity, status: disabled });
      expect(await poller.pollUntilDone()).toMatchObject({ result: 'error', error: { code: Code.ABORTED } });
    });
  });
}
