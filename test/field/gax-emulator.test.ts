import { protos } from '@google-cloud/dialogflow-cx';
import { describe, expect, test } from '@jest/globals';
import { expectTypeOf } from 'expect-type';
import { Code, type Any, type LROPoller } from 'longrunning';
import { pollerFrom } from 'longrunning/gax';
import { OperationsEmulator, packAny, packStruct } from 'longrunning/testing';

const { ExportAgentResponse } = protos.google.cloud.dialogflow.cx.v3;
const { Struct } = protos.google.protobuf;
const response = packAny(ExportAgentResponse, { agentUri: 'gs://b/o' });
const quick = { backoff: () => 1, retry: { initialDelayMs: 1 } };

describe("an emulator's operation for the stub of a starting method", () => {
  test('is waited for by pollerFrom() without a port, with types', async () => {
    await using emulator = new OperationsEmulator();
    const raw = emulator.start({ durationMs: 10, metadata: packStruct({ progressPercent: 50 }), response });
    const operation = emulator.gaxOperation(raw, { response: ExportAgentResponse, metadata: Struct });
    const poller = pollerFrom(operation, quick);
    expectTypeOf(poller).toEqualTypeOf<
      LROPoller<InstanceType<typeof ExportAgentResponse>, InstanceType<typeof Struct>>
    >();
    expect((await poller.promise()).agentUri).toBe('gs://b/o');
    expect(poller.operation?.metadata?.fields.progressPercent?.numberValue).toBe(50);
    expect(emulator.calls.length).toBeGreaterThan(0);
  });

  test('has undecoded values without types', async () => {
    await using emulator = new OperationsEmulator();
    const poller = pollerFrom(emulator.gaxOperation(emulator.start({ durationMs: 0, response })));
    expectTypeOf(poller).toEqualTypeOf<LROPoller<Any, Any>>();
    expect(await poller.promise()).toMatchObject({ typeUrl: response.typeUrl });
  });

  test('fails as scripted, with details, and through faults', async () => {
    await using emulator = new OperationsEmulator();
    const info = {
      '@type': 'type.googleapis.com/google.rpc.ErrorInfo',
      reason: 'R',
      domain: 'd',
      metadata: {},
    } as const;
    const error = { code: Code.FAILED_PRECONDITION, message: 'no', details: [info] };
    emulator.injectFault({ method: 'getOperation', status: { code: Code.UNAVAILABLE } });
    emulator.injectFault({ method: 'getOperation', reset: true });
    const poller = pollerFrom(emulator.gaxOperation(emulator.start({ durationMs: 10, error })), quick);
    await expect(poller.promise()).rejects.toMatchObject({ code: 'LRO_OPERATION_FAILED', errorInfo: info });
  });

  test('is cancelled, and reports a request that is refused', async () => {
    await using emulator = new OperationsEmulator();
    const poller = pollerFrom(emulator.gaxOperation(emulator.start({ durationMs: Infinity })), quick);
    const outcome = poller.pollUntilDone();
    await poller.cancel();
    expect(await outcome).toMatchObject({ result: 'error', cancelled: true });
    emulator.injectFault({ method: 'deleteOperation', status: { code: Code.PERMISSION_DENIED, message: 'not you' } });
    await expect(poller.delete()).rejects.toMatchObject({ rpcCode: Code.PERMISSION_DENIED, origin: 'service' });
  });
});
