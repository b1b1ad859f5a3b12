import { describe, expect, it } from '@jest/globals';
import { Code, OperationsClient, type PollingEvent, type PollingOptions, type RawOperation } from '../../src/index.js';
import { durationHistory, type LearnedHistory, type SavedEnd } from '../../src/history/index.js';
import { startAll } from '../../src/many/index.js';
import { AgedService } from '../support/aged-service.js';
import { failure, name, running, succeeded } from '../support/scripted.js';
import { track } from '../support/virtual-time.js';
import { advance } from '../polling/scenario.js';

const minute = 60_000;

/** A client of a service whose operation takes `durationMs` from now on. */
function world(durationMs: number, history: LearnedHistory, polling: PollingOptions = {}) {
  const service = new AgedService((ageMs) => (ageMs < durationMs ? running : succeeded));
  const events: PollingEvent[] = [];
  const onEvent = (event: PollingEvent): unknown => events.push(event);
  const client = new OperationsClient({ transport: service, polling: { history, onEvent, ...polling } });
  const placements = () => events.flatMap((event) => (event.type === 'poll' ? [event.placedBy] : []));
  return { service, client, placements };
}

async function runOne(durationMs: number, history: LearnedHistory, polling: PollingOptions = {}) {
  const { service, client, placements } = world(durationMs, history, polling);
  const seen = track(client.poller(running).promise());
  await advance(2 * durationMs + minute);
  expect(seen.value).toBeDefined();
  return { ages: service.ages, placements: placements(), delayMs: service.ages.at(-1)! - durationMs };
}

const endsOf = (history: LearnedHistory): readonly SavedEnd[] => history.toJSON().kinds.flatMap(({ ends }) => ends);

describe('a client with a history', () => {
  it('learns from each end, and then polls when it is likely', async () => {
    const history = durationHistory();
    const first = await runOne(90_000, history);
    expect(new Set(first.placements)).toEqual(new Set(['age']));
    for (let i = 0; i < 12; i++) await runOne(88_000 + 400 * i, history);
    const learned = await runOne(90_000, history);
    expect(learned.placements).toContain('history');
    expect(learned.delayMs).toBeLessThan(first.delayMs);
    expect(learned.ages.length).toBeLessThanOrEqual(first.ages.length);
    expect(endsOf(history)).toHaveLength(14);
  });

  it('gets the response although the history cannot record the end', async () => {
    const record = (): never => {
      throw new Error('disk full');
    };
    const history = { begin: () => undefined, estimate: () => undefined, record };
    const service = new AgedService((ageMs) => (ageMs < 10_000 ? running : succeeded));
    const seen = track(new OperationsClient({ transport: service, polling: { history } }).poller(running).promise());
    await advance(20_000);
    expect(seen.value).toBeDefined();
  });

  it('records the interval from the last poll that said running to the one that said done', async () => {
    const history = durationHistory();
    const { ages } = await runOne(30_000, history);
    expect(endsOf(history).map(([, ...agesMs]) => agesMs)).toEqual([ages.slice(-2).map(Math.round)]);
  });

  it('records an exact end for a pushed state, and for one with its times in the metadata', async () => {
    const history = durationHistory();
    const { client } = world(minute, history);
    const poller = client.poller(running);
    const seen = track(poller.promise());
    await advance(20_000);
    poller.applyUpdate(succeeded);
    await advance(0);
    expect(seen.value).toBeDefined();
    expect(endsOf(history).map(([, ...ages]) => ages)).toEqual([[20_000, 20_000]]);

    const other = durationHistory();
    const createTime = new Date().toISOString();
    const endTime = new Date(Date.now() + 29_123).toISOString();
    const metadata = { typeUrl: 'x/test.ThingMetadata', json: { createTime, endTime } };
    const service = new AgedService((ageMs) => (ageMs < 29_123 ? running : { ...succeeded, metadata }));
    const again = track(
      new OperationsClient({ transport: service, polling: { history: other } }).poller(running).promise(),
    );
    await advance(minute);
    expect(again.value).toBeDefined();
    expect(endsOf(other).map(([, ...ages]) => ages)).toEqual([[29_123, 29_123]]);
  });

  it('does not learn after a cancel, from NOT_FOUND, or from operations that are first seen done', async () => {
    const history = durationHistory();
    const { client } = world(30_000, history);
    const poller = client.poller(running);
    const seen = track(poller.promise());
    await advance(10_000);
    await poller.cancel();
    await advance(minute);
    expect(seen.value).toBeDefined();

    await client.poller(succeeded).promise();
    expect(await client.poller(name).promise()).toBeDefined();

    const missing = new AgedService((ageMs) => (ageMs < 5000 ? running : failure(Code.NOT_FOUND)));
    const lost = track(new OperationsClient({ transport: missing, polling: { history } }).poller(running).promise());
    await advance(minute);
    expect(lost.error).toMatchObject({ rpcCode: Code.NOT_FOUND });
    expect(endsOf(history)).toEqual([]);
  });

  it('learns from an aborted wait that the operation takes longer, until the end is known', async () => {
    const history = durationHistory();
    const { client, service } = world(50_000, history);
    const poller = client.poller(running);
    for (let i = 0; i < 3; i++) {
      const seen = track(poller.promise({ totalTimeoutMs: 10_000 }));
      await advance(10_000);
      expect(seen.error).toMatchObject({ code: 'LRO_POLLING_TIMEOUT' });
      expect(endsOf(history).map(([, , doneAtMs]) => doneAtMs)).toEqual([null]);
    }
    const seen = track(poller.promise());
    await advance(minute);
    expect(seen.value).toBeDefined();
    expect(endsOf(history).map(([, , doneAtMs]) => doneAtMs)).toEqual([Math.round(service.ages.at(-1)!)]);
  });

  it('keeps the table that a poller began with', async () => {
    const history = durationHistory();
    const { client, placements } = world(90_000, history);
    const seen = track(client.poller(running).promise());
    for (let i = 0; i < 12; i++) history.record(kind, { beganAtMs: i, runningAtMs: 89_000, doneAtMs: 90_000 });
    await advance(3 * minute);
    expect(seen.value).toBeDefined();
    expect(placements()).not.toContain('history');
  });

  it('keeps kinds apart by historyKey', async () => {
    const history = durationHistory();
    await runOne(30_000, history, { historyKey: 'small' });
    await runOne(300_000, history, { historyKey: 'large' });
    expect(history.toJSON().kinds.map(({ kind }) => kind)).toEqual(['large', 'small']);
    expect(history.quantile(0.5, 'small')).toBeLessThan(60_000);
    expect(history.quantile(0.5, 'large')).toBeGreaterThan(200_000);
  });

  it('estimates what is left', async () => {
    const history = durationHistory();
    const { client } = world(90_000, history, { historyKey: 'x' });
    const poller = client.poller(running);
    expect(poller.estimate()).toBeUndefined();
    for (let i = 0; i < 20; i++) {
      history.record('x', { beganAtMs: i, runningAtMs: 85_000 + 500 * i, doneAtMs: 85_500 + 500 * i });
    }
    const seen = track(poller.promise());
    await advance(30_000);
    const { remainingMs, lowMs, highMs } = poller.estimate()!;
    expect(Math.abs(remainingMs - 60_000)).toBeLessThan(5000);
    expect(lowMs).toBeLessThanOrEqual(remainingMs);
    expect(highMs).toBeGreaterThanOrEqual(remainingMs);
    await advance(2 * minute);
    expect(seen.value).toBeDefined();
    expect(poller.estimate()).toBeUndefined();
  });

  it('serves startAll()', async () => {
    const history = durationHistory();
    const { client } = world(30_000, history);
    const results = startAll(['a'], () => client.poller(running));
    const seen = track(results[Symbol.asyncIterator]().next());
    await advance(minute);
    expect(seen.value).toMatchObject({ value: { operation: { result: 'response' } } });
    expect(endsOf(history)).toHaveLength(1);
  });

  it('leaves a custom backoff and a cancelled operation to their own delays', async () => {
    const history = durationHistory();
    for (let i = 0; i < 20; i++) history.record('x', { beganAtMs: i, runningAtMs: 89_000, doneAtMs: 90_000 });
    const custom = await runOne(90_000, history, { historyKey: 'x', backoff: () => 10_000 });
    expect(custom.ages).toEqual(Array.from({ length: 9 }, (_, i) => 10_000 * (i + 1)));
    expect(new Set(custom.placements)).toEqual(new Set(['age']));
    const { client, service } = world(12_000, history, { historyKey: 'x' });
    const poller = client.poller(running);
    const seen = track(poller.promise());
    await advance(10_000);
    await poller.cancel();
    await advance(5000);
    expect(seen.value).toBeDefined();
    expect(service.ages.at(-1)).toBeLessThan(14_000);
  });

  it.each([
    [{ history: {} as never }, "'history' must be by durationHistory(): current value is an object"],
    [{ historyKey: 7 as never }, "'historyKey' must be a string: current value is 7"],
  ])('refuses %j', (polling, message) => {
    const client = new OperationsClient({ transport: new AgedService((): RawOperation => running) });
    expect(() => client.poller(running, undefined, polling)).toThrow(new TypeError(`Cannot poll as ${message}`));
  });
});

const kind = { responseType: undefined };
