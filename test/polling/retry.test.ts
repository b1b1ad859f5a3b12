import { describe, expect, it } from '@jest/globals';
import { Code, constantBackoff, type PollingOptions } from '../../src/index.js';
import { createPoller, type ClientSetup } from '../support/create-poller.js';
import { failure, name, running, succeeded, type ScriptedResponse } from '../support/scripted.js';
import { useVirtualTime, track } from '../support/virtual-time.js';

const advance = useVirtualTime();
const unavailable = failure(Code.UNAVAILABLE);

/** Polls every 20 seconds, so that retries are distinct from polls. */
function createSlowPoller(responses: ScriptedResponse[], client: ClientSetup = {}, options: PollingOptions = {}) {
  const polling = { backoff: constantBackoff(20_000), ...client.polling };
  const { transport, ...created } = createPoller(responses, { ...client, polling, options });
  return { transport, ...created, gaps: () => transport.gaps };
}

describe('the retry policy', () => {
  it('retries its codes only, per client and per poller', async () => {
    const codes = [Code.NOT_FOUND];
    const ways: [ClientSetup, PollingOptions][] = [
      [{ retry: { codes } }, {}],
      [{ polling: { retry: { codes } } }, {}],
      [{}, { retry: { codes } }],
      [{ retry: { codes: [Code.UNAVAILABLE] } }, { retry: { codes } }],
    ];
    for (const [client, poller] of ways) {
      const found = createSlowPoller([failure(Code.NOT_FOUND), succeeded], client, poller);
      const seen = track(found.poller.promise());
      await advance(500);
      expect(seen.value).toBeDefined();
      const down = createSlowPoller([unavailable, succeeded], client, poller);
      await expect(down.poller.promise()).rejects.toMatchObject({ rpcCode: Code.UNAVAILABLE, attempts: 1 });
    }
  });

  it('limits the attempts', async () => {
    for (const maxAttempts of [1, 2, 5]) {
      const { poller, transport } = createSlowPoller([unavailable], {}, { retry: { maxAttempts } });
      const seen = track(poller.promise());
      await advance(60_000);
      expect(seen.error).toMatchObject({ rpcCode: Code.UNAVAILABLE, attempts: maxAttempts });
      expect(transport.requests).toHaveLength(maxAttempts);
    }
  });

  it('counts attempts and elapsed time per poll', async () => {
    const answers = [unavailable, running, unavailable, running, unavailable, succeeded];
    const { poller, transport } = createSlowPoller(answers, {}, { retry: { maxAttempts: 2, maxElapsedMs: 1000 } });
    const seen = track(poller.promise());
    await advance(60_000);
    expect(seen.value).toBeDefined();
    expect(transport.times).toEqual([0, 500, 20_500, 21_000, 41_000, 41_500]);
  });

  it('limits the elapsed time: ten minutes for a poll, one for a single call, or maxElapsedMs', async () => {
    const polled = createSlowPoller([unavailable]);
    const waiting = track(polled.poller.promise());
    const calling = track(polled.client.getOperation({ name }));
    await advance(60_000);
    expect(calling).toMatchObject({ error: { rpcCode: Code.UNAVAILABLE }, settledAtMs: 60_000 });
    expect(waiting).toEqual({});
    await advance(540_000);
    expect(waiting).toMatchObject({ error: { rpcCode: Code.UNAVAILABLE }, settledAtMs: 600_000 });

    const set = createSlowPoller([unavailable], { retry: { maxElapsedMs: 7000 } }, {});
    const [both, one] = [track(set.poller.promise()), track(set.client.getOperation({ name }))];
    const own = track(set.client.poller(name, undefined, { retry: { maxElapsedMs: 3000 } }).promise());
    await advance(7000);
    expect(own).toMatchObject({ error: { rpcCode: Code.UNAVAILABLE }, settledAtMs: 3000 });
    for (const seen of [both, one]) {
      expect(seen).toMatchObject({ error: { rpcCode: Code.UNAVAILABLE }, settledAtMs: 7000 });
    }
  });

  it('has its own delays', async () => {
    const retry = { initialDelayMs: 100, multiplier: 3, maxDelayMs: 1000 };
    const { poller, gaps } = createSlowPoller(
      [...Array<ScriptedResponse>(6).fill(unavailable), succeeded],
      {},
      { retry },
    );
    const seen = track(poller.promise());
    await advance(10_000);
    expect(seen.value).toBeDefined();
    expect(gaps()).toEqual([100, 300, 900, 1000, 1000, 1000]);
  });

  it('of a poller overrides that of polling, which overrides that of the client, field by field', async () => {
    const { poller, gaps } = createSlowPoller(
      [unavailable],
      {
        retry: { initialDelayMs: 1, multiplier: 10, maxAttempts: 9 },
        polling: { retry: { multiplier: 2, maxAttempts: 8 } },
      },
      { retry: { maxAttempts: 4 } },
    );
    const seen = track(poller.promise());
    await advance(1000);
    expect(seen.error).toMatchObject({ attempts: 4 });
    expect(gaps()).toEqual([1, 2, 4]);
  });

  it('and the schedule are independent', async () => {
    const story = (): ScriptedResponse[] => [running, unavailable, unavailable, running, running, succeeded];
    const times = async (cadenceMs: number, initialDelayMs: number): Promise<number[]> => {
      const polling = { backoff: constantBackoff(cadenceMs), retry: { initialDelayMs } };
      const { poller, gaps } = createSlowPoller(story(), {}, polling);
      const seen = track(poller.promise());
      await advance(200_000);
      expect(seen.value).toBeDefined();
      return gaps();
    };
    for (const cadenceMs of [1000, 17_000, 45_000]) {
      for (const initialDelayMs of [10, 500, 4000]) {
        expect(await times(cadenceMs, initialDelayMs)).toEqual([
          cadenceMs,
          initialDelayMs,
          2 * initialDelayMs,
          cadenceMs,
          cadenceMs,
        ]);
      }
    }
  });

  it('does not call the backoff for failures', async () => {
    const heard: number[] = [];
    const backoff = ({ attempt }: { attempt: number }): number => {
      heard.push(attempt);
      return 1000;
    };
    const { poller } = createSlowPoller([running, unavailable, unavailable, running, succeeded], {}, { backoff });
    const seen = track(poller.promise());
    await advance(10_000);
    expect(seen.value).toBeDefined();
    // Counted by good answers alone.
    expect([...new Set(heard)]).toEqual([0, 1, 2]);
  });
});
