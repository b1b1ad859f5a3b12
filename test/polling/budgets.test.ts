import { describe, expect, it, jest } from '@jest/globals';
import { Code, constantBackoff, OperationsClient } from '../../src/index.js';
import { fc } from '../support/fast-check.js';
import { failure, name, running, ScriptedTransport } from '../support/scripted.js';
import { track } from '../support/virtual-time.js';
import { advance } from './scenario.js';

describe('totalTimeoutMs', () => {
  const answers = { 'that runs': running, 'that hangs': 'hang', 'that fails': failure(Code.UNAVAILABLE) } as const;

  it.each(Object.entries(answers))(
    'is exact to the millisecond for any value, with a service %s',
    async (_, answer) => {
      const budgets = fc.sample(fc.oneof(fc.integer({ min: 0, max: 5000 }), fc.integer({ min: 0, max: 3e5 })), {
        numRuns: 120,
        seed: 4,
      });
      const seen = budgets.map((totalTimeoutMs) => {
        const client = new OperationsClient({
          transport: new ScriptedTransport([answer], { latencyMs: totalTimeoutMs % 90 }),
        });
        return { totalTimeoutMs, ...{ seen: track(client.poller(name).promise({ totalTimeoutMs })) } };
      });
      await advance(3e5);
      for (const { totalTimeoutMs, seen: one } of seen) {
        expect(one).toMatchObject({ error: { elapsedMs: totalTimeoutMs }, settledAtMs: totalTimeoutMs });
      }
      await advance(100_000);
    },
  );

  it('of weeks is exact, too, and no timer exceeds its maximum delay', async () => {
    const spy = jest.spyOn(globalThis, 'setTimeout');
    const transport = new ScriptedTransport([running]);
    const polling = { backoff: constantBackoff(40 * 86_400_000) };
    const client = new OperationsClient({ transport, polling });
    const budgets = [2 ** 31 - 1, 2 ** 31, 2 ** 31 + 1, 2 ** 32 + 7, 90 * 86_400_000];
    const seen = budgets.map((totalTimeoutMs) => track(client.poller(name).promise({ totalTimeoutMs })));
    await advance(91 * 86_400_000);
    expect(seen.map(({ settledAtMs }) => settledAtMs)).toEqual(budgets);
    for (const [, ms] of spy.mock.calls) expect(ms).toBeLessThanOrEqual(2 ** 31 - 1);
    // At once, every forty days, and just before the end.
    expect(transport.requests.length).toBeLessThanOrEqual(2 * budgets.length + 1 + 2);
  });
});
