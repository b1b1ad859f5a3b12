import { describe, expect, it, jest } from '@jest/globals';
import { constantBackoff, OperationsClient } from '../src/index.js';
import { name, running, ScriptedTransport, succeeded } from './support/scripted.js';
import { CountingSignal } from './support/signals.js';
import { useVirtualTime, track } from './support/virtual-time.js';

const advance = useVirtualTime();

describe('one signal for fifty waiters and fifty calls', () => {
  it('has one listener, which is removed with the last of them', async () => {
    const transport = new ScriptedTransport(['hang', 'hang']);
    const client = new OperationsClient({ transport, polling: { backoff: constantBackoff(1000) } });
    const signal = new CountingSignal();
    const poller = client.poller(name);
    const all = Array.from({ length: 50 }, (_, i) => [
      track(i % 2 === 0 ? poller.promise({ signal }) : client.poller(`operations/${i}`).promise({ signal })),
      track(client.getOperation({ name }, { signal })),
    ]).flat();
    await advance(10);
    expect([signal.added, signal.listeners]).toEqual([1, 1]);
    signal.abort();
    await advance(0);
    for (const seen of all) expect(seen).toMatchObject({ error: { name: 'AbortError' }, settledAtMs: 10 });
    expect([signal.added, signal.listeners]).toEqual([1, 0]);
  });

  it('has one listener at a time, however often they start and end', async () => {
    const transport = new ScriptedTransport([running]);
    const client = new OperationsClient({ transport, polling: { backoff: constantBackoff(1000) } });
    const { signal } = new AbortController();
    const [add, remove] = [jest.spyOn(signal, 'addEventListener'), jest.spyOn(signal, 'removeEventListener')];
    for (let round = 1; round <= 3; round++) {
      transport.responses = [running, succeeded];
      const poller = client.poller(name);
      const all = track(
        Promise.all(Array.from({ length: 50 }, () => [poller.promise({ signal }), poller.poll({ signal })]).flat()),
      );
      await advance(1000);
      expect(all.value).toHaveLength(100);
      expect([add.mock.calls.length, remove.mock.calls.length]).toEqual([round, round]);
    }
  });
});
