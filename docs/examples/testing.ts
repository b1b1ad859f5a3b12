// The tests of the guide, in the form in which a project would have them. They run with the package's own tests.
// #region imports
import { afterEach, beforeEach, expect, it, jest } from '@jest/globals';
import { Code, jsonType, operationInfo, OperationsClient } from 'longrunning';
import { OperationsEmulator, packStruct } from 'longrunning/testing';
// #endregion imports
import { restTransport } from 'longrunning/rest';
import { grpcTransport } from 'longrunning/grpc';

// #region subject
/** The code under test: waits for a backup and says what to tell the user. */
export async function report(client: OperationsClient, name: string): Promise<string> {
  const done = await client.poller(name, backup).pollUntilDone({ totalTimeoutMs: 6 * 3_600_000 });
  return done.result === 'response' ? `saved ${done.response.value.bytes} bytes` : `failed: ${done.error.message}`;
}
const backup = operationInfo({ response: jsonType<{ value: { bytes: number } }>('google.protobuf.Struct') });
// #endregion subject

// #region time
beforeEach(() => {
  jest.useFakeTimers();
});
afterEach(() => {
  jest.useRealTimers();
});

it('waits two hours in a few milliseconds', async () => {
  await using emulator = new OperationsEmulator(); // after useFakeTimers(): the operations run on the faked time
  const { name } = emulator.start({ durationMs: 7_200_000, response: packStruct({ bytes: 42 }) });
  await using client = new OperationsClient({ transport: emulator.transport() });

  const message = report(client, name);
  await jest.advanceTimersByTimeAsync(7_300_000);

  await expect(message).resolves.toBe('saved 42 bytes');
});
// #endregion time

// #region outcomes
it('says why the operation failed', async () => {
  await using emulator = new OperationsEmulator();
  const error = { code: Code.FAILED_PRECONDITION, message: 'the disk is full' };
  const { name } = emulator.start({ durationMs: 1000, error });
  await using client = new OperationsClient({ transport: emulator.transport() });

  const message = report(client, name);
  await jest.advanceTimersByTimeAsync(10_000);

  await expect(message).resolves.toBe('failed: the disk is full');
});
// #endregion outcomes

// #region faults
it('retries through a minute without service', async () => {
  await using emulator = new OperationsEmulator();
  const { name } = emulator.start({ durationMs: 5000, response: packStruct({ bytes: 42 }) });
  for (const method of ['getOperation', 'waitOperation']) {
    emulator.injectFault({ method, times: 10, status: { code: Code.UNAVAILABLE, message: 'try later' } });
    emulator.injectFault({ method, reset: true }); // what happens to the eleventh
  }
  await using client = new OperationsClient({ transport: emulator.transport() });

  const message = report(client, name);
  await jest.advanceTimersByTimeAsync(600_000);

  await expect(message).resolves.toBe('saved 42 bytes');
});

it('fails when the service is gone for more than ten minutes', async () => {
  await using emulator = new OperationsEmulator();
  const { name } = emulator.start({ durationMs: 5000 });
  for (const method of ['getOperation', 'waitOperation']) {
    emulator.injectFault({ method, times: Infinity, status: { code: Code.UNAVAILABLE } });
  }
  await using client = new OperationsClient({ transport: emulator.transport() });

  const message = report(client, name);
  const refused = expect(message).rejects.toMatchObject({ code: 'LRO_REQUEST_FAILED', rpcCode: Code.UNAVAILABLE });
  await jest.advanceTimersByTimeAsync(900_000);

  await refused;
});
// #endregion faults

// #region cancel
it('gets the response if the cancellation came too late', async () => {
  await using emulator = new OperationsEmulator();
  const { name } = emulator.start({ durationMs: 5000, response: packStruct({ bytes: 42 }), cancel: 'ignored' });
  await using client = new OperationsClient({ transport: emulator.transport() });

  const message = report(client, name);
  await client.cancelOperation({ name });
  await jest.advanceTimersByTimeAsync(60_000);

  await expect(message).resolves.toBe('saved 42 bytes');
  expect(emulator.calls.map(({ method }) => method)).toContain('cancelOperation');
});
// #endregion cancel

// #region manual
it('shows each step of the progress', async () => {
  jest.useRealTimers();
  await using emulator = new OperationsEmulator({ clock: 'manual' });
  const { name } = emulator.start({
    durationMs: 10_000,
    metadata: (fraction) => packStruct({ progressPercent: 100 * fraction }),
  });
  await using client = new OperationsClient({ transport: emulator.transport() });

  await emulator.advance(2500);

  const operation = await client.getOperation({ name });
  expect(operation.metadata?.json).toMatchObject({ value: { progressPercent: 25 } });
});
// #endregion manual

// #region http
it('works over HTTP', async () => {
  jest.useRealTimers();
  await using emulator = new OperationsEmulator();
  const { name } = emulator.start({ durationMs: 20, response: packStruct({ bytes: 42 }) });
  const apiEndpoint = `http://127.0.0.1:${await emulator.listenHttp()}`;
  await using client = new OperationsClient({ transport: restTransport({ apiEndpoint }) });

  await expect(report(client, name)).resolves.toBe('saved 42 bytes');
});
// #endregion http

// #region grpc
it('works over gRPC', async () => {
  jest.useRealTimers();
  const { grpc } = await import('google-gax');
  await using emulator = new OperationsEmulator();
  const { name } = emulator.start({ durationMs: 20, error: { code: Code.ABORTED, message: 'no luck' } });
  const apiEndpoint = `127.0.0.1:${await emulator.listenGrpc()}`;
  const transport = grpcTransport({ apiEndpoint, sslCreds: grpc.credentials.createInsecure() });
  await using client = new OperationsClient({ transport });

  await expect(report(client, name)).resolves.toBe('failed: no luck');
});
// #endregion grpc
