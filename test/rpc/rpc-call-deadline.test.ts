import { describe, expect, it, jest } from '@jest/globals';
import { defaultRetryPolicy } from '../../src/rpc/retry.js';
import { Code } from '../../src/status.js';
import { failure } from '../support/scripted.js';
import { useVirtualTime } from '../support/virtual-time.js';
import { expectNothingLeft, scriptedSend, startCall } from './scripted-call.js';

useVirtualTime();

describe('a call whose transport hangs', () => {
  it('enforces the deadline itself, cancels the request, and retries', async () => {
    const { send, sent, times } = scriptedSend('hang', 'done');
    const state = startCall(send, { timeoutMs: () => 5000 });
    await jest.advanceTimersByTimeAsync(4999);
    expect(sent[0]!.options.signal!.aborted).toBe(false);
    await jest.advanceTimersByTimeAsync(1);
    expect(sent[0]!.options.signal!.aborted).toBe(true);
    expect(sent[0]!.options.signal!.reason).toMatchObject({ rpcCode: Code.DEADLINE_EXCEEDED });
    await jest.advanceTimersByTimeAsync(500);
    expect(times()).toEqual([0, 5500]);
    expect(state.settled).toEqual({ value: 'done', afterMs: 5500 });
    expectNothingLeft();
  });

  it('fails with DEADLINE_EXCEEDED when no time remains', async () => {
    const state = startCall(scriptedSend('hang').send, { timeoutMs: () => 30_000 });
    await jest.advanceTimersByTimeAsync(200_000);
    expect(state.settled).toMatchObject({
      error: {
        rpcCode: Code.DEADLINE_EXCEEDED,
        origin: 'transport',
        attempts: 2,
        status: { message: 'no response within 30000 ms' },
      },
      afterMs: 60_500, // the second attempt began before the window of 60 s was used up
    });
    expectNothingLeft();
  });

  it('ignores a response or a failure after the deadline', async () => {
    const late = (act: (resolve: (value: string) => void, reject: (error: Error) => void) => void) => () =>
      new Promise<string>((resolve, reject) => void setTimeout(() => act(resolve, reject), 7000));
    const { send } = scriptedSend(
      late((resolve) => resolve('too late')),
      late((_, reject) => reject(new Error('too late'))),
      'done',
    );
    const state = startCall(send, { timeoutMs: () => 5000 });
    await jest.advanceTimersByTimeAsync(30_000);
    expect(state.settled).toMatchObject({ value: 'done' });
  });

  it('ignores a late failure while the next attempt runs', async () => {
    const late = (): Promise<string> =>
      new Promise((_, reject) => setTimeout(() => reject(failure(Code.PERMISSION_DENIED)), 2000));
    const slow = (): Promise<string> => new Promise((resolve) => setTimeout(() => resolve('done'), 900));
    const state = startCall(scriptedSend(late, slow).send, { timeoutMs: () => 1000 });
    await jest.advanceTimersByTimeAsync(60_000);
    expect(state.settled).toEqual({ value: 'done', afterMs: 2400 });
    expectNothingLeft();
  });

  it('can have a deadline beyond the range of timers', async () => {
    const ms = 2 ** 31 + 5000;
    const state = startCall(scriptedSend('hang').send, {
      timeoutMs: () => ms,
      retry: { ...defaultRetryPolicy, maxAttempts: 1 },
    });
    await jest.advanceTimersByTimeAsync(ms - 1);
    expect(state.settled).toBeUndefined();
    await jest.advanceTimersByTimeAsync(1);
    expect(state.settled).toMatchObject({ error: { rpcCode: Code.DEADLINE_EXCEEDED }, afterMs: ms });
  });
});
