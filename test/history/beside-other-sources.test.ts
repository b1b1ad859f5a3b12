import { describe, expect, it } from '@jest/globals';
import {
  OperationsClient,
  type ListOperationsResponse,
  type OperationsTransport,
  type PollingEvent,
  type PollingOptions,
  type RawOperation,
} from '../../src/index.js';
import { durationHistory, type LearnedHistory } from '../../src/history/index.js';
import { advance } from '../polling/scenario.js';
import { AgedService } from '../support/aged-service.js';
import { json, running, succeeded } from '../support/scripted.js';
import { track } from '../support/virtual-time.js';

const minute = 60_000;

/** A history of operations of three minutes. */
function threeMinutes(): LearnedHistory {
  const history = durationHistory();
  for (let i = 0; i < 20; i++) {
    history.record('export', { beganAtMs: i, runningAtMs: 176_000 + 300 * i, doneAtMs: 178_000 + 300 * i });
  }
  return history;
}

/** A client with that history, and what its polls were placed by. */
function clientOf(transport: OperationsTransport, polling: PollingOptions = {}) {
  const placements: string[] = [];
  const onEvent = (event: PollingEvent): void => {
    if (event.type === 'poll') placements.push(event.placedBy);
  };
  const options = { history: threeMinutes(), historyKey: 'export', onEvent, ...polling };
  return { client: new OperationsClient({ transport, polling: options }), placements };
}

describe('beside a history', () => {
  it('progress in the metadata comes first', async () => {
    // By its progress it takes 100 seconds, where the history leaves up to 17 seconds between two polls.
    const service = new AgedService((ageMs) => ({
      ...(ageMs < 100_000 ? running : succeeded),
      metadata: json({ progressPercent: Math.min(100, ageMs / 1000) }),
    }));
    const { client, placements } = clientOf(service);
    const seen = track(client.poller(running).promise());
    await advance(3 * minute);
    expect(seen.value).toBeDefined();
    expect(placements).toContain('history');
    expect(placements.at(-1)).toBe('progress');
    expect(service.ages.at(-1)! - 100_000).toBeLessThan(2000);
  });

  it('an estimate is by the history alone, whatever the progress', async () => {
    const metadata = json({ progressPercent: 99 });
    const { client } = clientOf(new AgedService(() => ({ ...running, metadata })));
    const poller = client.poller(running);
    const controller = new AbortController();
    const seen = track(poller.promise({ signal: controller.signal }));
    await advance(2 * minute);
    expect(Math.abs(poller.estimate()!.remainingMs - minute)).toBeLessThan(5000);
    controller.abort('enough');
    await advance(0);
    expect(seen.error).toBe('enough');
  });

  it('what the server asks for comes first, and the last poll before the deadline', async () => {
    const service = new AgedService((_, request) => ({ ...running, ...(request === 1 && { retryAfterMs: 30_000 }) }));
    const { client, placements } = clientOf(service);
    const seen = track(client.poller(running).promise({ totalTimeoutMs: 100_000 }));
    await advance(2 * minute);
    expect(seen.error).toMatchObject({ code: 'LRO_POLLING_TIMEOUT' });
    expect(service.gaps[1]).toBeGreaterThanOrEqual(30_000);
    expect(placements.slice(0, 4)).toEqual(['history', 'history', 'hint', 'history']);
    expect(placements.at(-1)).toBe('deadline');
  });

  it('a server-side wait is held as ever, and its end is exact', async () => {
    const service = new AgedService(() => running);
    const waits: number[] = [];
    const waitOperation = ({ timeoutMs }: { timeoutMs: number }): Promise<RawOperation> => {
      waits.push(timeoutMs);
      return new Promise((resolve) => setTimeout(() => resolve(succeeded), 15_000));
    };
    const history = durationHistory();
    const { client } = clientOf(Object.assign(service, { waitOperation }), { history });
    const seen = track(client.poller(running).promise());
    await advance(minute);
    expect(seen.value).toBeDefined();
    expect([waits.length, service.ages.length]).toEqual([1, 0]);
    expect(history.toJSON().kinds[0]!.ends.map(([, ...ages]) => ages)).toEqual([[15_000, 15_000]]);
  });

  it('a cancel comes first: the operation may end at any time', async () => {
    const { client, placements } = clientOf(new AgedService((ageMs) => (ageMs < 40_000 ? running : succeeded)));
    const poller = client.poller(running);
    const seen = track(poller.promise());
    await advance(10_000);
    expect(placements.splice(0)).toContain('history');
    await poller.cancel();
    await advance(minute);
    expect(seen.value).toBeDefined();
    expect(placements.length).toBeGreaterThan(3);
    expect(placements.slice(1)).not.toContain('history');
  });

  it('a coalescing client polls when it is likely, and learns from its lists', async () => {
    const names = Array.from({ length: 30 }, (_, i) => `projects/p/operations/${i}`);
    const startMs = performance.now();
    const ageMs = (): number => performance.now() - startMs;
    const state = (name: string): RawOperation => ({ ...(ageMs() < 180_000 ? running : succeeded), name });
    const lists: number[] = [];
    const transport: OperationsTransport = Object.assign(new AgedService(() => running), {
      getOperation: ({ name }: { name: string }) => Promise.resolve(state(name)),
      listOperations: (): Promise<ListOperationsResponse> => {
        lists.push(ageMs());
        return Promise.resolve({ operations: names.map(state), nextPageToken: '', unreachable: [] });
      },
    });
    const history = threeMinutes();
    const placements: string[] = [];
    const onEvent = (event: PollingEvent): void => {
      if (event.type === 'poll') placements.push(event.placedBy);
    };
    const polling = { history, historyKey: 'export', onEvent };
    const client = new OperationsClient({ transport, coalesce: true, polling });
    const waits = names.map((name) => track(client.poller({ ...running, name }).promise()));
    await advance(4 * minute);
    expect(waits.map(({ value }) => value)).not.toContain(undefined);
    expect(lists.length).toBeGreaterThan(0);
    expect(placements).toContain('history');
    expect(history.toJSON().kinds[0]!.ends).toHaveLength(20 + 30);
  });
});

describe('one history of two clients', () => {
  it('learns from both, each with its own price of a request', async () => {
    const history = durationHistory();
    const requests = async (requestPriceMs: number): Promise<number> => {
      const service = new AgedService((ageMs) => (ageMs < 90_000 ? running : succeeded));
      const client = new OperationsClient({ transport: service, polling: { history, requestPriceMs } });
      const seen = track(client.poller(running).promise());
      await advance(3 * minute);
      expect(seen.value).toBeDefined();
      return service.ages.length;
    };
    let [cheap, dear] = [0, 0];
    for (let i = 0; i < 8; i++) [cheap, dear] = [await requests(250), await requests(4000)];
    expect(history.toJSON().kinds.map(({ ends }) => ends.length)).toEqual([16]);
    expect(dear).toBeLessThan(0.7 * cheap);
  });
});

describe('a poller that resumes', () => {
  it('goes on with the schedule of its age', async () => {
    const history = threeMinutes();
    const service = new AgedService((ageMs) => (ageMs < minute ? running : succeeded));
    const { client, placements } = clientOf(service, { history });
    const startedAtMs = Date.now() - 120_000;
    const token = { version: 1, name: running.name, startedAtMs } as const;
    const seen = track(client.resume(token).promise());
    await advance(2 * minute);
    expect(seen.value).toBeDefined();
    expect(placements.slice(1)).toContain('history');
    expect(service.ages.at(-1)! - minute).toBeLessThan(4000);
    const [, runningAtMs, doneAtMs] = history.toJSON().kinds[0]!.ends.at(-1)!;
    expect(runningAtMs).toBeLessThanOrEqual(180_000);
    expect(doneAtMs).toBeGreaterThanOrEqual(180_000);
  });
});
