import { describe, expect, it } from '@jest/globals';
import { operationInfo } from '../../src/operation.js';
import { OperationsClient } from '../../src/client.js';
import { jsonType } from '../../src/decoders.js';
import { MalformedOperationError, UnpackError } from '../../src/decode-errors.js';
import { RequestError } from '../../src/errors.js';
import { Code } from '../../src/status.js';
import { info } from '../support/create-poller.js';
import { recordingTransport, clientOver } from '../support/recording-transport.js';
import { at, failure, name, running, succeeded } from '../support/scripted.js';
import { useVirtualTime } from '../support/virtual-time.js';

useVirtualTime();

describe('getOperation()', () => {
  it('returns the operation, decoded by its type', async () => {
    const { transport } = recordingTransport({ getOperation: () => ({ ...succeeded, metadata: at(100).metadata }) });
    const operation = await new OperationsClient({ transport }).getOperation({ name }, { type: info });
    expect(operation).toMatchObject({ result: 'response', response: { ok: true }, metadata: { percent: 100 } });
  });

  it('returns Anys without a type', async () => {
    const { transport } = recordingTransport({ getOperation: () => succeeded });
    const operation = await new OperationsClient({ transport }).getOperation({ name });
    expect(operation).toMatchObject({ response: succeeded.response });
  });

  it('uses the requested name if the response has none', async () => {
    const { transport } = recordingTransport({ getOperation: () => ({ ...succeeded, name: '' }) });
    expect((await new OperationsClient({ transport }).getOperation({ name })).name).toBe(name);
  });

  it('returns a failed operation', async () => {
    const error = { code: Code.INTERNAL, message: 'broken', details: [] };
    const { transport } = recordingTransport({ getOperation: () => ({ name, done: true, error }) });
    const operation = await new OperationsClient({ transport }).getOperation({ name });
    expect(operation).toMatchObject({ done: true, result: 'error', error });
  });

  it('rejects with an UnpackError for another type, and does not retry', async () => {
    const { transport, sent } = recordingTransport({ getOperation: () => succeeded });
    const type = operationInfo({ response: jsonType('test.Other') });
    await expect(new OperationsClient({ transport }).getOperation({ name }, { type })).rejects.toBeInstanceOf(
      UnpackError,
    );
    expect(sent).toHaveLength(1);
  });

  it('rejects with a MalformedOperationError if the response is not an operation', async () => {
    const { transport } = recordingTransport({ getOperation: () => undefined });
    await expect(new OperationsClient({ transport }).getOperation({ name })).rejects.toBeInstanceOf(
      MalformedOperationError,
    );
  });

  it('has a deadline of a minute', async () => {
    const { transport, sent } = recordingTransport();
    await new OperationsClient({ transport }).getOperation({ name });
    expect(sent[0]!.options).toEqual({ signal: expect.any(AbortSignal), timeoutMs: 60_000 });
  });
});

describe('cancelOperation() and deleteOperation()', () => {
  it('do not retry a request that the service may have executed', async () => {
    const { transport, sent } = recordingTransport({
      cancelOperation: () => Promise.reject(failure(Code.INTERNAL)),
      deleteOperation: () => Promise.reject(failure(Code.DEADLINE_EXCEEDED)),
    });
    const client = new OperationsClient({ transport });
    await expect(client.cancelOperation({ name })).rejects.toMatchObject({ rpcCode: Code.INTERNAL });
    await expect(client.deleteOperation({ name })).rejects.toMatchObject({ rpcCode: Code.DEADLINE_EXCEEDED });
    expect(sent).toHaveLength(2);
  });

  it('return nothing', async () => {
    const client = clientOver(recordingTransport({ cancelOperation: () => ({}), deleteOperation: () => undefined }));
    await client.cancelOperation({ name });
    await expect(client.deleteOperation({ name })).resolves.toBeUndefined();
  });
});

describe('waitOperation()', () => {
  it('waits a minute at the server by default, and has a deadline ten seconds later', async () => {
    const { transport, sent } = recordingTransport({ waitOperation: () => succeeded });
    const client = new OperationsClient({ transport });
    await expect(client.waitOperation({ name }, { type: info })).resolves.toMatchObject({ response: { ok: true } });
    await client.waitOperation({ name, timeoutMs: 5000 });
    await client.waitOperation({ name, timeoutMs: undefined }, { timeoutMs: undefined, headers: undefined });
    await client.waitOperation({ name, timeoutMs: 0 });
    await client.waitOperation({ name, timeoutMs: 5000 }, { timeoutMs: 1000 });
    expect(sent.map(({ request, options }) => [request, options.timeoutMs])).toEqual([
      [{ name, timeoutMs: 60_000 }, 70_000],
      [{ name, timeoutMs: 5000 }, 15_000],
      [{ name, timeoutMs: 60_000 }, 70_000],
      [{ name, timeoutMs: 0 }, 10_000],
      [{ name, timeoutMs: 5000 }, 1000],
    ]);
  });

  it('returns an operation that is still running', async () => {
    const client = clientOver(recordingTransport({ waitOperation: () => running }));
    await expect(client.waitOperation({ name })).resolves.toMatchObject({ done: false });
  });

  it('rejects with UNIMPLEMENTED if the transport has no WaitOperation', async () => {
    const { transport, sent } = recordingTransport();
    const error: unknown = await new OperationsClient({ transport }).waitOperation({ name }).catch((e: unknown) => e);
    expect(error).toBeInstanceOf(RequestError);
    expect(error).toMatchObject({
      method: 'WaitOperation',
      operationName: name,
      rpcCode: Code.UNIMPLEMENTED,
      origin: 'transport',
      attempts: 1,
      message: `WaitOperation of '${name}' failed: UNIMPLEMENTED: this transport has no WaitOperation`,
    });
    expect(sent).toEqual([]);
  });

  it.each([-1, NaN])('rejects a timeout of %p ms', async (timeoutMs) => {
    const client = clientOver(recordingTransport({ waitOperation: () => running }));
    await expect(client.waitOperation({ name, timeoutMs })).rejects.toEqual(
      new RangeError(`Cannot wait as 'timeoutMs' must be a number of at least 0: current value is ${timeoutMs}`),
    );
  });
});
