import { describe, expect, it } from '@jest/globals';
import { isLROError, OperationsClient, PollingTimeoutError, type ResumeToken } from '../../../src/index.js';
import { until } from '../grpc-server.js';
import { exportAgent, exported, later, pace, rejection, sleep, stage, wires, type World } from '../wires.js';

/** The third ending: we stopped waiting, and the operation goes on. */
export function stoppedWaiting(world: () => World): void {
  describe('a wait that times out', () => {
    it('rejects with a PollingTimeoutError with the last state, and sends nothing more', async () => {
      const poller = world().start({ durationMs: Infinity, metadata: stage('half of it') });
      await poller.poll(); // connects, so that the time is enough for more
      const error = await rejection(poller.promise({ totalTimeoutMs: 80 }));
      expect(error).toBeInstanceOf(PollingTimeoutError);
      if (!isLROError(error) || error.code !== 'LRO_POLLING_TIMEOUT') throw error;
      expect(error.elapsedMs).toBeGreaterThanOrEqual(79);
      expect(error.polls).toBeGreaterThan(0);
      expect(error.operation).toBe(poller.operation);
      expect(error.operation).toMatchObject({ name: poller.name, done: false, metadata: { version: 'half of it' } });
      await expectQuiet(world(), 1);
      expect(world().emulator.operation(poller.name)).toMatchObject({ done: false });
    });

    it('times out exactly if no response comes, and cancels the call', async () => {
      const { emulator, start } = world();
      const poller = start({ durationMs: Infinity });
      emulator.injectFault({ method: 'getOperation', times: Infinity, hang: true });
      const error = await rejection(poller.pollUntilDone({ totalTimeoutMs: 80 }));
      expect(error).toMatchObject({ code: 'LRO_POLLING_TIMEOUT', polls: 0, operation: undefined });
      await expectQuiet(world(), 1);
      await until(() => emulator.calls.every(({ aborted }) => aborted === true));
    });

    it('does not end the other waits', async () => {
      const { emulator, start } = world();
      const poller = start({ durationMs: Infinity });
      const patient = later(poller.promise());
      expect(await rejection(poller.promise({ totalTimeoutMs: 30 }))).toBeInstanceOf(PollingTimeoutError);
      emulator.complete(poller.name, { response: exported });
      expect((await patient).agentUri).toBe('gs://bucket/agent');
    });

    it.each(wires)('is resumed from the token over $name', async (other) => {
      const { emulator, start } = world();
      const poller = start({ durationMs: Infinity });
      const error = await rejection(poller.promise({ totalTimeoutMs: 30 }));
      const token = JSON.parse(JSON.stringify((error as PollingTimeoutError).token)) as ResumeToken;
      expect(token).toEqual(JSON.parse(JSON.stringify(poller)));
      expect(token).toMatchObject({ version: 1, name: poller.name });

      await using client = new OperationsClient({ transport: await other.connect(emulator), ...pace });
      const waiting = later(client.resume(token, exportAgent).promise());
      emulator.complete(poller.name, { response: exported });
      expect((await waiting).agentUri).toBe('gs://bucket/agent');
      expect(emulator.calls.at(-1)?.via).toBe(other.via);
    });
  });
}

/**
 * Demands that nothing more is asked, for as long as four polls would take.
 *
 * @param underWay - how many requests may have been on their way to the server before.
 */
export async function expectQuiet({ emulator }: World, underWay = 0): Promise<void> {
  const asked = emulator.calls.length;
  await sleep(40);
  expect(emulator.calls.slice(asked + underWay)).toEqual([]);
}
