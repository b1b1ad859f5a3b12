import { expect, it } from '@jest/globals';
import { constantBackoff, OperationsClient, type OperationsTransport, type RawOperation } from '../../src/index.js';
import { useVirtualTime } from '../support/virtual-time.js';

const advance = useVirtualTime();
const name = 'operations/1';
const running: RawOperation = { name, done: false };

/** A service that holds a WaitOperation for so long. */
function serviceThatHolds(heldMs: number) {
  const startMs = performance.now();
  const sent = { waits: 0, polls: 0, pollsAtMs: [] as number[] };
  const unused = (): Promise<never> => Promise.reject(new Error('not part of this test'));
  const transport: OperationsTransport = {
    getOperation: () => {
      sent.polls++;
      sent.pollsAtMs.push(performance.now() - startMs);
      return Promise.resolve(running);
    },
    waitOperation: async (_, { signal }) => {
      sent.waits++;
      if (heldMs > 0)
        await new Promise((resolve, reject) => {
          const timer = setTimeout(resolve, heldMs);
          signal?.addEventListener('abort', () => {
            clearTimeout(timer);
            reject(new Error('aborted'));
          });
        });
      return running;
    },
    listOperations: unused,
    cancelOperation: unused,
    deleteOperation: unused,
    close: () => Promise.resolve(),
  };
  return { sent, transport };
}

/** What is sent in a minute for a waiter that wants progress. */
async function sentInAMinute(heldMs: number, delayMs = 1000) {
  const { sent, transport } = serviceThatHolds(heldMs);
  const polling = { serverWait: 'always', backoff: constantBackoff(delayMs) } as const;
  const client = new OperationsClient({ transport, polling });
  const wait = client.poller(name).pollUntilDone({ totalTimeoutMs: 60_000, onProgress: () => undefined });
  wait.catch(() => undefined);
  await advance(60_000);
  await expect(wait).rejects.toMatchObject({ code: 'LRO_POLLING_TIMEOUT' });
  return sent;
}

// Found by the simulation with the seed 29608.
it('sends no poll beside a WaitOperation to a server that responds to each at once', async () => {
  const { waits, polls } = await sentInAMinute(0);
  expect(waits).toBeGreaterThanOrEqual(59);
  // The first, before it is known how the server responds, and the last before the time limit.
  expect(polls).toBeLessThanOrEqual(3);
});

it('polls for progress beside a WaitOperation that the server holds', async () => {
  const { waits, polls } = await sentInAMinute(120_000);
  expect(waits).toBe(1);
  expect(polls).toBeGreaterThanOrEqual(59);
});

// Found by the simulation with the seed 43583.
it('polls a whole delay after the last poll, also where a WaitOperation that was sent before it returns', async () => {
  const { pollsAtMs } = await sentInAMinute(11_000, 10_000);
  expect(pollsAtMs.slice(0, 3)).toEqual([0, 10_000, 20_000]);
});
