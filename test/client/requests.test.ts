import { describe, expect, it, jest } from '@jest/globals';
import { inspect } from 'node:util';
import { OperationsClient } from '../../src/client.js';
import { RequestError } from '../../src/errors.js';
import { Code } from '../../src/status.js';
import type { CallOptions } from '../../src/transport.js';
import { recordingTransport } from '../support/recording-transport.js';
import { failure, name, running } from '../support/scripted.js';
import { useVirtualTime } from '../support/virtual-time.js';

/** The four RPCs about one operation. */
const calls: [string, string, (client: OperationsClient, name: string, options?: CallOptions) => Promise<unknown>][] = [
  ['getOperation', 'GetOperation', (client, name, options) => client.getOperation({ name }, options)],
  ['waitOperation', 'WaitOperation', (client, name, options) => client.waitOperation({ name }, options)],
  ['cancelOperation', 'CancelOperation', (client, name, options) => client.cancelOperation({ name }, options)],
  ['deleteOperation', 'DeleteOperation', (client, name, options) => client.deleteOperation({ name }, options)],
];

useVirtualTime();

describe.each(calls)('%s()', (method, rpc, run) => {
  const answers = { waitOperation: () => running };

  it('sends the name, the headers and the deadline', async () => {
    const { transport, sent } = recordingTransport(answers);
    const headers = { 'x-goog-user-project': 'p' };
    await run(new OperationsClient({ transport }), name, { timeoutMs: 5000, headers });
    expect(sent).toEqual([
      {
        method,
        request: rpc === 'WaitOperation' ? { name, timeoutMs: 60_000 } : { name },
        options: { signal: expect.any(AbortSignal), timeoutMs: 5000, headers },
      },
    ]);
  });

  it('rejects an invalid name, and sends nothing', async () => {
    const { transport, sent } = recordingTransport(answers);
    const client = new OperationsClient({ transport });
    for (const [bad, shown] of [
      ['', 'an empty string'],
      [undefined, 'undefined'],
      [5, '5'],
    ] as const) {
      await expect(run(client, bad as string)).rejects.toEqual(
        new TypeError(`Cannot request as 'name' must be a non-empty string: current value is ${shown}`),
      );
    }
    expect(sent).toEqual([]);
  });

  it('rejects invalid options, and sends nothing', async () => {
    const { transport, sent } = recordingTransport(answers);
    const client = new OperationsClient({ transport });
    await expect(run(client, name, { timeoutMs: 0 })).rejects.toEqual(
      new RangeError("Cannot request as 'timeoutMs' must be a number of at least 1: current value is 0"),
    );
    await expect(run(client, name, { timeoutMs: '5' as never })).rejects.toEqual(
      new TypeError("Cannot request as 'timeoutMs' must be a number of at least 1: current value is 5"),
    );
    await expect(run(client, name, { signal: {} as never })).rejects.toEqual(
      new TypeError("Cannot request as 'signal' must be an AbortSignal: current value is an object"),
    );
    await expect(run(client, name, { retry: { multiplier: 0 } } as never)).rejects.toThrow(RangeError);
    expect(sent).toEqual([]);
  });

  it('retries retryable failures, by the retry options of the client or the call', async () => {
    const { transport, sent } = recordingTransport({ [method]: () => Promise.reject(failure(Code.UNAVAILABLE)) });
    const client = new OperationsClient({ transport, retry: { maxAttempts: 3 } });
    const failed = run(client, name).catch((error: unknown) => error);
    await jest.advanceTimersByTimeAsync(60_000);
    expect(await failed).toMatchObject({ code: 'LRO_REQUEST_FAILED', attempts: 3 });
    expect(sent).toHaveLength(3);
    await expect(run(client, name, { retry: { maxAttempts: 1 } } as never)).rejects.toMatchObject({ attempts: 1 });
  });

  it('converts an error of the transport to a RequestError', async () => {
    const thrown = Object.assign(new Error('5 NOT_FOUND: gone'), { code: 5, details: 'gone' });
    const { transport } = recordingTransport({ [method]: () => Promise.reject(thrown) });
    const error: unknown = await run(new OperationsClient({ transport }), name).catch((error: unknown) => error);
    expect(error).toBeInstanceOf(RequestError);
    expect(error).toMatchObject({ method: rpc, operationName: name, rpcCode: Code.NOT_FOUND, cause: thrown });
    expect((error as Error).message).toBe(`${rpc} of '${name}' failed: NOT_FOUND: gone`);
  });

  it("rejects with the signal's reason, and cancels the request", async () => {
    const { transport, sent } = recordingTransport({ [method]: () => new Promise(() => {}) });
    const controller = new AbortController();
    const failed = run(new OperationsClient({ transport }), name, { signal: controller.signal }).catch(
      (error: unknown) => error,
    );
    await jest.advanceTimersByTimeAsync(10);
    const reason = { why: 'enough' };
    controller.abort(reason);
    expect(await failed).toBe(reason);
    expect(sent[0]!.options.signal?.aborted).toBe(true);
  });

  it('never shows a header in an error', async () => {
    const { transport } = recordingTransport({ [method]: () => Promise.reject(failure(Code.UNAUTHENTICATED)) });
    const headers = { authorization: 'Bearer very-secret' };
    const error: unknown = await run(new OperationsClient({ transport }), name, { headers }).catch((e: unknown) => e);
    expect(error).toBeInstanceOf(RequestError);
    expect(inspect(error, { depth: Infinity, showHidden: true })).not.toContain('very-secret');
    expect(JSON.stringify(error)).not.toContain('very-secret');
  });
});
