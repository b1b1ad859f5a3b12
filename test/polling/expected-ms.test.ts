import { describe, expect, it } from '@jest/globals';
import { OperationsClient, type PollingEvent, type PollingOptions } from '../../src/index.js';
import { startAll, type StartAllOptions } from '../../src/many/index.js';
import { AgedService } from '../support/aged-service.js';
import { json, running, succeeded } from '../support/scripted.js';
import { track } from '../support/virtual-time.js';
import { advance, minute, runScenario } from './scenario.js';

/** As every poller of 90 s polls that expects 90 s. */
const agesOf90 = [1600, ...Array.from({ length: 11 }, (_, i) => 45_000 + 4500 * i)];

describe('expectedMs', () => {
  it('of a poller: one early look, none before half of it, then one every 5 %', async () => {
    const { ages } = await runScenario({ durationMs: 90_000, polling: { expectedMs: 90_000 } });
    expect(ages).toEqual(agesOf90);
  });

  it('of a client is that of its pollers, unless they have their own', async () => {
    for (const [polling, ages] of [
      [undefined, agesOf90],
      [{ expectedMs: 45_000 }, [1600, 22_500]],
    ] as const) {
      const service = new AgedService((ageMs) => (ageMs < 90_000 ? running : succeeded));
      const client = new OperationsClient({ transport: service, polling: { expectedMs: 90_000 } });
      const seen = track(client.poller(running, undefined, polling).promise());
      await advance(2 * minute);
      expect(seen.value).toBeDefined();
      expect(service.ages.slice(0, ages.length)).toEqual(ages);
    }
  });

  it.each<[string, PollingOptions, number[]]>([
    ['is that of its pollers', {}, agesOf90],
    ['does not replace that of a poller or its client', { expectedMs: 45_000 }, [1600, 22_500]],
  ])('of startAll() %s', async (_, polling, ages) => {
    const service = new AgedService((ageMs) => (ageMs < 90_000 ? running : succeeded));
    const client = new OperationsClient({ transport: service, polling });
    const start = () => client.poller(running);
    const seen = track(startAll(['a'], start, { expectedMs: 90_000 })[Symbol.asyncIterator]().next());
    await advance(2 * minute);
    expect(seen.value).toMatchObject({ value: { operation: { result: 'response' } } });
    expect(service.ages.slice(0, ages.length)).toEqual(ages);
  });

  it('of startAll() holds also for operations that are resumed', async () => {
    const service = new AgedService((ageMs) => (ageMs < 90_000 ? running : succeeded));
    const client = new OperationsClient({ transport: service });
    const token = client.poller(running).toJSON();
    const options: StartAllOptions<string, unknown, unknown> = {
      expectedMs: 90_000,
      load: (key) => ({ key, requestId: '1', token }),
      resume: (saved) => client.resume(saved),
    };
    const start = () => Promise.reject(new Error('started twice'));
    const seen = track(startAll(['a'], start, options)[Symbol.asyncIterator]().next());
    await advance(2 * minute);
    expect(seen.value).toMatchObject({ value: { operation: { result: 'response' } } });
    expect(service.ages).toEqual([0, ...agesOf90]);
  });

  it('ends with a cancel: the operation may end at any time', async () => {
    const service = new AgedService((ageMs) => (ageMs < 14_000 ? running : succeeded));
    const poller = new OperationsClient({ transport: service, polling: { expectedMs: 90_000 } }).poller(running);
    const seen = track(poller.promise());
    await advance(10_000);
    expect(service.ages).toEqual([1600]);
    await poller.cancel();
    await advance(6000);
    expect(seen.value).toBeDefined();
    expect(service.ages.at(-1)).toBeLessThan(16_000);
  });

  it.each([
    [{ expectedMs: 0 }, "'expectedMs' must be a number of at least 1: current value is 0"],
    [{ expectedMs: NaN }, "'expectedMs' must be a number of at least 1: current value is NaN"],
    [{ expectedMs: Infinity }, "'expectedMs' must be finite: current value is Infinity"],
    [{ requestPriceMs: 0 }, "'requestPriceMs' must be a number of at least 1: current value is 0"],
    [{ requestPriceMs: Infinity }, "'requestPriceMs' must be finite: current value is Infinity"],
  ])('and requestPriceMs: %j is refused', (options, message) => {
    const client = new OperationsClient({ transport: new AgedService(() => running) });
    const error = new RangeError(`Cannot poll as ${message}`);
    expect(() => client.poller(running, undefined, options)).toThrow(error);
    expect(() => new OperationsClient({ transport: new AgedService(() => running), polling: options })).toThrow(error);
    if (!('expectedMs' in options)) return;
    expect(() => startAll([], () => client.poller(running), options)).toThrow(
      new RangeError(`Cannot start as ${message}`),
    );
  });

  it('and requestPriceMs of another type are refused', () => {
    const client = new OperationsClient({ transport: new AgedService(() => running) });
    for (const option of ['expectedMs', 'requestPriceMs']) {
      expect(() => client.poller(running, undefined, { [option]: '5' })).toThrow(
        new TypeError(`Cannot poll as '${option}' must be a number of at least 1: current value is 5`),
      );
    }
  });
});

describe('the placement in the event of a poll', () => {
  async function placements(polling: PollingOptions, { percent = NaN, totalTimeoutMs = Infinity } = {}) {
    const events: PollingEvent[] = [];
    const state = (ageMs: number) => ({
      ...(ageMs < 30_000 ? running : succeeded),
      ...(percent > 0 && { metadata: json({ progressPercent: Math.min(100, Math.floor(ageMs / percent)) }) }),
    });
    const service = new AgedService(state);
    const onEvent = (event: PollingEvent): unknown => events.push(event);
    const client = new OperationsClient({ transport: service, polling: { ...polling, onEvent } });
    const seen = track(client.poller(running).promise({ totalTimeoutMs }));
    await advance(minute);
    expect(seen.settledAtMs).toBeDefined();
    return events.flatMap((event) => (event.type === 'poll' ? [event.placedBy] : []));
  }

  it('is the age by default, and with a custom backoff', async () => {
    expect(new Set(await placements({}))).toEqual(new Set(['age']));
    expect(new Set(await placements({ backoff: () => 5000, expectedMs: 30_000 }))).toEqual(new Set(['age']));
  });

  it('is the expectation after the first look, up to twice of it', async () => {
    const placed = await placements({ expectedMs: 30_000 });
    expect(placed[0]).toBe('age');
    expect(new Set(placed.slice(1))).toEqual(new Set(['expectation']));
    expect(new Set((await placements({ expectedMs: 4000 })).slice(-4))).toEqual(new Set(['age']));
  });

  it('is the progress where the end is predicted', async () => {
    const placed = await placements({}, { percent: 300 });
    expect(placed.at(-1)).toBe('progress');
    expect(placed[0]).toBe('age');
  });

  it('is the deadline for the last poll before the end of the wait', async () => {
    const placed = await placements({ backoff: () => 20_000 }, { totalTimeoutMs: 15_000 });
    expect(placed).toEqual(['deadline']);
  });
});
