import { describe, expect, it } from '@jest/globals';
import { Code, constantBackoff, OperationsClient } from '../../src/index.js';
import { failure, name, running, ScriptedTransport, succeeded } from '../support/scripted.js';
import { useVirtualTime, track } from '../support/virtual-time.js';

const advance = useVirtualTime();

describe('a waiter with a deadline', () => {
  it('does not fail the other waiters by the short deadline of its last poll', async () => {
    for (const retry of [{ maxAttempts: 1 }, { codes: [Code.UNAVAILABLE] }]) {
      const transport = new ScriptedTransport(['hang', succeeded]);
      const client = new OperationsClient({ transport, retry, polling: { backoff: constantBackoff(1000) } });
      const poller = client.poller(name);
      const short = track(poller.promise({ totalTimeoutMs: 500 }));
      const long = track(poller.promise());
      await advance(1000);
      expect(short).toMatchObject({ error: { code: 'LRO_POLLING_TIMEOUT' }, settledAtMs: 500 });
      expect(long.value).toBeDefined();
      expect(transport.times).toEqual([0, 1000]);
    }
  });

  it('has a last poll three round trips before its deadline, at most a second', async () => {
    for (const [latencyMs, lastMs] of [
      [1, 9950],
      [200, 9400],
      [900, 9000],
    ] as const) {
      const transport = new ScriptedTransport([running], { latencyMs });
      const client = new OperationsClient({ transport, polling: { backoff: constantBackoff(60_000) } });
      const seen = track(client.poller(name).promise({ totalTimeoutMs: 10_000 }));
      await advance(10_000);
      expect(seen.error).toMatchObject({ code: 'LRO_POLLING_TIMEOUT' });
      expect(transport.times.slice(0, 2)).toEqual([0, lastMs]);
    }
  });

  it('fails by a DEADLINE_EXCEEDED of the service as by any other failure', async () => {
    const transport = new ScriptedTransport([failure(Code.DEADLINE_EXCEEDED)]);
    const client = new OperationsClient({ transport, retry: { maxAttempts: 1 } });
    const seen = track(client.poller(name).promise({ totalTimeoutMs: 5000 }));
    await advance(0);
    expect(seen.error).toMatchObject({ rpcCode: Code.DEADLINE_EXCEEDED });
  });

  it('fails by a poll that exceeded its full deadline', async () => {
    const transport = new ScriptedTransport(['hang']);
    const client = new OperationsClient({ transport, retry: { maxAttempts: 1 }, polling: { rpcTimeoutMs: 1000 } });
    const seen = track(client.poller(name).promise({ totalTimeoutMs: 5000 }));
    await advance(1000);
    expect(seen.error).toMatchObject({ rpcCode: Code.DEADLINE_EXCEEDED });
  });
});

describe('the deadline of a poll', () => {
  it('that was shortened is not taken for the 504 of a proxy', async () => {
    const gatewayTimeout = failure(Code.DEADLINE_EXCEEDED, { httpStatus: 504, origin: 'transport' });
    const transport = new ScriptedTransport([gatewayTimeout, gatewayTimeout, gatewayTimeout, succeeded]);
    const client = new OperationsClient({ transport, retry: { maxAttempts: 3 } });
    const seen = track(client.poller(name).promise({ totalTimeoutMs: 30_000 }));
    await advance(20_000);
    expect(seen.error).toMatchObject({ code: 'LRO_REQUEST_FAILED', httpStatus: 504, attempts: 3 });
  });

  it('is shortened to the last deadline of all waiters, whatever their order', async () => {
    for (const [budgets, timeoutMs] of [
      [[5000], 5000],
      [[5000, 12_000, 1500], 12_000],
      [[1500, Infinity, 5000], 15_500],
      [[100_000, 5000], 15_500],
    ] as const) {
      const transport = new ScriptedTransport([running, 'hang']);
      const client = new OperationsClient({ transport, polling: { backoff: constantBackoff(500) } });
      const poller = client.poller(running);
      const waits = budgets.map((totalTimeoutMs) => track(poller.promise({ totalTimeoutMs })));
      await advance(500);
      expect(transport.requests[0]?.options.timeoutMs).toBe(timeoutMs - 500);
      poller.applyUpdate(succeeded);
      await advance(0);
      for (const seen of waits) expect(seen.value).toBeDefined();
    }
  });
});
