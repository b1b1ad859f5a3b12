import { describe, expect, it, jest } from '@jest/globals';
import { ActiveCall } from '../../src/transports/active-call.js';
import { CallScope } from '../../src/transports/call-scope.js';

describe('an ActiveCall', () => {
  const rpc = { method: 'GetOperation', name: 'operations/1' };

  it('does not cancel a request that has ended', async () => {
    const onStop = jest.fn();
    class TestCall extends ActiveCall<number> {
      protected override onStop(reason: unknown): void {
        onStop(reason);
      }
    }
    const result = await new Promise<number>((resolve, reject) => {
      const call = new TestCall(new CallScope(), rpc, 1000, resolve, reject);
      expect(call.start({})).toBe(true);
      call.resolve(5);
      call.stop('enough');
    });
    expect(result).toBe(5);
    expect(onStop).not.toHaveBeenCalled();
  });

  it('says after which time it ended, where the host is not known', async () => {
    jest.useFakeTimers();
    const call = new CallScope().run(rpc, { timeoutMs: 1000 }, () => new Promise<never>(() => undefined));
    jest.advanceTimersByTime(1000);
    jest.useRealTimers();
    await expect(call).rejects.toMatchObject({ status: { message: 'no response within 1000 ms' } });
  });
});
