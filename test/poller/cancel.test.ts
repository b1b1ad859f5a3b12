import { describe, expect, it } from '@jest/globals';
import { Code, OperationsClient, type RawOperation } from '../../src/index.js';
import { createPoller, info } from '../support/create-poller.js';
import { name, running, ScriptedTransport, succeeded } from '../support/scripted.js';
import { useVirtualTime, track } from '../support/virtual-time.js';

const advance = useVirtualTime();

describe('cancel()', () => {
  const cancelled: RawOperation = { name, done: true, error: { code: Code.CANCELLED, message: '', details: [] } };

  it('does not reject the waits: they settle with the outcome from the server', async () => {
    for (const [outcome, expected] of [
      [cancelled, { error: { code: 'LRO_OPERATION_FAILED', cancelled: true } }],
      [succeeded, { value: { ok: true } }],
    ] as const) {
      const { transport, poller } = createPoller([running, running, outcome]);
      const seen = track(poller.promise());
      await advance(100);
      await poller.cancel();
      await advance(0);
      expect(seen).toEqual({});
      await advance(3000);
      expect(seen).toMatchObject(expected);
      expect(transport.requests.map(({ method }) => method)).toContain('CancelOperation');
    }
  });

  it('does not cancel a request in flight', async () => {
    const { transport, poller } = createPoller([succeeded]);
    transport.latencyMs = 300;
    const seen = track(poller.promise());
    await advance(100);
    await poller.cancel();
    await advance(200);
    expect(seen.value).toMatchObject({ ok: true });
  });

  it('resets the schedule, so that the outcome of a two-hour operation is seen soon', async () => {
    const transport = new ScriptedTransport([running]);
    const client = new OperationsClient({ transport });
    const token = { version: 1, name, startedAtMs: Date.now() - 7_200_000 } as const;
    const poller = client.resume(token, info);
    const seen = track(poller.promise());
    await advance(1000);
    expect(transport.times).toEqual([0]);
    await poller.cancel();
    transport.responses = [cancelled];
    await advance(1600);
    expect(seen.error).toMatchObject({ cancelled: true });
  });
});
