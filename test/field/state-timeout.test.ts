import { describe, expect, it } from '@jest/globals';
import {
  Code,
  OperationsClient,
  PollingTimeoutError,
  type PollingOptions,
  type RawOperation,
  type WaitOptions,
} from '../../src/index.js';
import { requestError } from '../../src/errors.js';
import { failure, name, running, ScriptedTransport, type ScriptedResponse } from '../support/scripted.js';
import { track, useVirtualTime } from '../support/virtual-time.js';
import { rejection, useWorld, wires } from '../support/wires.js';

const unavailable = failure(Code.UNAVAILABLE);

describe('A PollingTimeoutError', () => {
  const advance = useVirtualTime();

  async function timeOut(transport: object, from: string | RawOperation = name, options?: PollingOptions) {
    const wait: WaitOptions = { totalTimeoutMs: 10_000 };
    const seen = track(
      new OperationsClient({ transport: transport as never }).poller(from, undefined, options).promise(wait),
    );
    await advance(10_000);
    expect(seen.error).toBeInstanceOf(PollingTimeoutError);
    return seen.error as PollingTimeoutError;
  }

  const timeOutAfter = (responses: ScriptedResponse[], from?: string | RawOperation): Promise<PollingTimeoutError> =>
    timeOut(new ScriptedTransport(responses), from);

  it('has the last failure as its cause and in its message, and does not say that the operation runs', async () => {
    const error = await timeOutAfter([failure(Code.INTERNAL), unavailable]);
    expect(error.cause).toBe(unavailable);
    expect(error.message).toBe(
      `Stopped waiting for operation '${name}' after 10000 ms and 0 polls: it may still run; ` +
        'the last request failed: GetOperation: UNAVAILABLE: as scripted (after 6 attempts); error.token resumes the wait',
    );
  });

  it('says that the operation is still running if it was last seen running', async () => {
    for (const [responses, from] of [
      [[running, unavailable], name],
      [[unavailable], running],
    ] as const) {
      const error = await timeOutAfter([...responses], from);
      expect(error.cause).toBe(unavailable);
      expect(error.message).toMatch(/polls: it is still running; the last request failed: .*UNAVAILABLE/);
    }
  });

  it('has no cause if the last request succeeded', async () => {
    const error = await timeOutAfter([unavailable, running]);
    expect(error).not.toHaveProperty('cause');
    expect(error.message).toMatch(/polls: it is still running; error\.token resumes the wait$/);
  });

  it('has no cause if nothing failed and nothing was received', async () => {
    const error = await timeOutAfter(['hang']);
    expect(error).not.toHaveProperty('cause');
    expect(error.message).toMatch(/0 polls: it may still run; error\.token resumes the wait$/);
  });

  it('has a failed WaitOperation as its cause', async () => {
    const failed = requestError({ method: 'WaitOperation', name }, Code.UNIMPLEMENTED, 'no such method');
    const transport = {
      getOperation: () => new Promise(() => undefined),
      waitOperation: () => Promise.reject(failed),
    };
    expect((await timeOut(transport)).cause).toBe(failed);
  });

  it('forgets the failures of earlier waits', async () => {
    const transport = new ScriptedTransport([unavailable]);
    const poller = new OperationsClient({ transport }).poller(name);
    const first = track(poller.promise({ totalTimeoutMs: 5000 }));
    await advance(5000);
    expect(first.error).toHaveProperty('cause', unavailable);
    transport.responses = ['hang'];
    const second = track(poller.promise({ totalTimeoutMs: 0 }));
    await advance(0);
    expect(second.error).not.toHaveProperty('cause');
  });

  it('shortens a long message of a failure', async () => {
    const status = { code: Code.UNAVAILABLE, message: 'x'.repeat(100_000), details: [] };
    const failed = requestError({ method: 'GetOperation', name }, Code.UNAVAILABLE, '', { status });
    expect((await timeOutAfter([failed])).message.length).toBeLessThan(500);
  });
});

describe.each(wires)('A PollingTimeoutError over $name', (wire) => {
  const world = useWorld(wire);

  it('has the failure of a service that is unavailable as its cause', async () => {
    const { emulator, client } = world();
    emulator.start({ name, durationMs: Infinity });
    emulator.injectFault({
      method: 'getOperation',
      times: Infinity,
      status: { code: Code.UNAVAILABLE, message: 'down' },
    });
    // Long enough for a busy machine to send the first request, with few others.
    const poller = client.poller(name, undefined, { retry: { initialDelayMs: 500, maxDelayMs: 500 } });
    const error = await rejection(poller.promise({ totalTimeoutMs: 4000 }));
    expect(error).toBeInstanceOf(PollingTimeoutError);
    expect((error as PollingTimeoutError).cause).toMatchObject({ rpcCode: Code.UNAVAILABLE });
    expect((error as PollingTimeoutError).message).toMatch(
      /it may still run; the last request failed: GetOperation: UNAVAILABLE: down.*; error\.token resumes the wait$/,
    );
  });
});
