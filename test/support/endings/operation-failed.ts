import { describe, expect, it } from '@jest/globals';
import { Code, isLROError, OperationFailedError, type Status } from '../../../src/index.js';
import { until } from '../grpc-server.js';
import { exported, later, rejection, stage, type World } from '../wires.js';

const denied: Status = {
  code: Code.PERMISSION_DENIED,
  message: 'The bucket gs://bücket cannot be written ',
  details: [
    {
      '@type': 'type.googleapis.com/google.rpc.ErrorInfo',
      reason: 'IAM_PERMISSION_DENIED',
      domain: 'storage.googleapis.com',
      metadata: { permission: 'storage.objects.create' },
    },
    { '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay: '2.463586755s' },
    {
      '@type': 'type.googleapis.com/google.rpc.BadRequest',
      fieldViolations: [
        {
          field: 'agent_uri',
          description: 'no such bucket',
          reason: 'NOT_FOUND',
          localizedMessage: { locale: 'de', message: 'kein solcher Eimer' },
        },
      ],
    },
  ],
};

/** The first ending: the operation failed, or was cancelled. */
export function operationFailed(world: () => World): void {
  describe('an operation that fails', () => {
    it('resolves pollUntilDone(), with its typed details and its metadata', async () => {
      const poller = world().start({ durationMs: 20, error: denied, metadata: stage('half of it') });
      const done = await poller.pollUntilDone();
      expect(done).toMatchObject({ name: poller.name, done: true, result: 'error', cancelled: false, error: denied });
      expect(done.metadata?.version).toBe('half of it');
    });

    it('rejects promise() with an OperationFailedError with the same details and metadata', async () => {
      const poller = world().start({ durationMs: 20, error: denied, metadata: stage('half of it') });
      const error = await rejection(poller.promise());
      expect(error).toBeInstanceOf(OperationFailedError);
      if (!isLROError(error) || error.code !== 'LRO_OPERATION_FAILED') throw error;
      expect(error.status).toEqual(denied);
      expect(error.metadata).toMatchObject({ version: 'half of it' });
      expect(error.cancelled).toBe(false);
      expect(error.operationName).toBe(poller.name);
      expect(error.errorInfo?.metadata).toEqual({ permission: 'storage.objects.create' });
      expect(error.retryInfo?.retryDelay).toBe('2.463586755s');
      const because = '(IAM_PERMISSION_DENIED, storage.googleapis.com)';
      expect(error.message).toBe(`Operation '${poller.name}' failed: PERMISSION_DENIED: ${denied.message} ${because}`);
    });

    it.each([Code.UNAVAILABLE, Code.DEADLINE_EXCEEDED, Code.NOT_FOUND])(
      'is not retried, whatever its code (%i)',
      async (code) => {
        const poller = world().start({ durationMs: 0, error: { code } });
        expect(await poller.pollUntilDone()).toMatchObject({ result: 'error', error: { code } });
        expect(world().methods).toEqual(['getOperation']);
      },
    );
  });

  describe('cancel()', () => {
    it('settles the waits with the outcome: CANCELLED', async () => {
      const poller = world().start({ durationMs: Infinity, metadata: stage('half of it') });
      const [value, failure] = [later(poller.pollUntilDone()), later(rejection(poller.promise()))];
      await until(() => poller.operation !== undefined);
      await poller.cancel();
      expect(await value).toMatchObject({ result: 'error', cancelled: true, error: { code: Code.CANCELLED } });
      expect(await failure).toMatchObject({
        code: 'LRO_OPERATION_FAILED',
        cancelled: true,
        metadata: { version: 'half of it' },
      });
    });

    it('settles them with the response if it came too late', async () => {
      const { emulator, start } = world();
      const poller = start({ durationMs: Infinity, cancelDelayMs: 60_000 });
      const waiting = later(poller.promise());
      await poller.cancel();
      emulator.complete(poller.name, { response: exported });
      expect((await waiting).agentUri).toBe('gs://bucket/agent');
      expect(world().methods).toContain('cancelOperation');
    });

    it('rejects with a RequestError if the service cannot cancel, and the wait continues', async () => {
      const cancel = { code: Code.UNIMPLEMENTED, message: 'cannot be cancelled' } as const;
      const { emulator, start } = world();
      const poller = start({ durationMs: Infinity, cancel });
      const waiting = later(poller.promise());
      expect(await rejection(poller.cancel())).toMatchObject({
        code: 'LRO_REQUEST_FAILED',
        method: 'CancelOperation',
        rpcCode: Code.UNIMPLEMENTED,
        origin: 'service',
        attempts: 1,
      });
      emulator.complete(poller.name, { response: exported });
      expect((await waiting).agentUri).toBe('gs://bucket/agent');
    });
  });
}
