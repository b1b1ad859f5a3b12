import { describe, expect, it } from '@jest/globals';
import { jsonType, OperationsClient, type Any, type AnyDecoder, type JsonValue } from '../../src/index.js';
import { AgedService } from '../support/aged-service.js';
import { name, running } from '../support/scripted.js';
import { track } from '../support/virtual-time.js';
import { advance, minute, hour, year, decodedAs, runScenario, observe, latestMs } from './scenario.js';

const metadataOf = (fields: Record<string, JsonValue>): Any => ({ typeUrl: 'x/test.ThingMetadata', json: fields });

describe('the age from a token', () => {
  async function resume(startedAtMs: number) {
    const service = new AgedService(() => running);
    const poller = new OperationsClient({ transport: service }).resume({ version: 1, name, startedAtMs });
    const seen = track(poller.promise({ totalTimeoutMs: 10 * minute + 1 }));
    await advance(10 * minute + 1);
    expect(seen.error).toMatchObject({ code: 'LRO_POLLING_TIMEOUT' });
    return service;
  }

  it('continues the schedule: polls at once, then as often as an operation of that age is polled', async () => {
    expect((await resume(Date.now() - 3 * hour)).gaps.slice(0, 9)).toEqual(Array(9).fill(60_500));
    const young = await resume(Date.now() - minute);
    expect(young.gaps[0]).toBe(7746);
  });

  it('in the future, or of 1970, costs at most a poll a minute', async () => {
    const future = await resume(Date.now() + year);
    expect(future.ages.slice(0, 4)).toEqual([0, 1600, 2160, 2916]);
    const ancient = await resume(0);
    expect(ancient.gaps.slice(0, 9)).toEqual(Array(9).fill(60_500));
  });
});

describe('the age from the metadata', () => {
  const ago = (ms: number) => new Date(Date.now() - ms);
  const seconds = (date: Date) => ({
    seconds: Math.floor(date.getTime() / 1000),
    nanos: (date.getTime() % 1000) * 1e6,
  });
  const struct = 'type.googleapis.com/google.protobuf.Struct';
  /** As protobufjs has a 64-bit number. */
  const long = (value: number) => ({
    low: value | 0,
    high: Math.floor(value / 2 ** 32),
    toString: () => String(value),
  });
  const spellings: [spelling: string, of: (date: Date) => { metadata: Any; decoder?: AnyDecoder<unknown> }][] = [
    ['createTime, a text', (date) => ({ metadata: metadataOf({ createTime: date.toISOString() }) })],
    ['startTime, a text', (date) => ({ metadata: metadataOf({ startTime: date.toISOString() }) })],
    ['create_time, a text', (date) => ({ metadata: metadataOf({ create_time: date.toISOString() }) })],
    ['start_time, a text', (date) => ({ metadata: metadataOf({ start_time: date.toISOString() }) })],
    [
      'a text with nanoseconds',
      (date) => ({ metadata: metadataOf({ createTime: date.toISOString().replace('Z', '000000Z') }) }),
    ],
    [
      'JSON of a type with a decoder',
      (date) => ({ metadata: metadataOf({ createTime: date.toISOString() }), decoder: jsonType('test.ThingMetadata') }),
    ],
    [
      'JSON of another type than declared',
      (date) => ({ metadata: metadataOf({ createTime: date.toISOString() }), decoder: jsonType('test.Other') }),
    ],
    [
      'a Timestamp of a decoded message',
      (date) => ({
        metadata: { typeUrl: 'x/test.ThingMetadata', value: new Uint8Array([1]) },
        decoder: decodedAs(() => ({ createTime: seconds(date) })),
      }),
    ],
    [
      'a Timestamp with its seconds as a Long',
      (date) => ({
        metadata: { typeUrl: 'x/test.ThingMetadata', value: new Uint8Array([1]) },
        decoder: decodedAs(() => ({ startTime: { ...seconds(date), seconds: long(seconds(date).seconds) } })),
      }),
    ],
    [
      'a Date of a decoded message',
      (date) => ({
        metadata: { typeUrl: 'x/test.ThingMetadata', value: new Uint8Array([1]) },
        decoder: decodedAs(() => ({ createTime: date })),
      }),
    ],
    [
      'JSON of a Struct',
      (date) => ({
        metadata: { typeUrl: struct, json: { '@type': struct, value: { createTime: date.toISOString() } } },
      }),
    ],
    [
      'a decoded Struct',
      (date) => ({
        metadata: { typeUrl: struct, value: new Uint8Array([1]) },
        decoder: decodedAs(() => ({ fields: { createTime: { stringValue: date.toISOString() } } })),
      }),
    ],
  ];

  it.each(spellings)('is read from %s, and trusted within 24 polls', async (_, of) => {
    const { metadata, decoder } = of(ago(3 * hour));
    const { ages, gaps } = await observe(20 * minute, metadata, decoder);
    const seldom = gaps.findIndex((gapMs) => gapMs > 60_000);
    expect(seldom).toBeGreaterThanOrEqual(0);
    expect(seldom).toBeLessThanOrEqual(24);
    for (const gapMs of gaps.slice(seldom)) expect(gapMs).toBe(60_500);
    expect(ages[seldom]).toBeLessThan(13 * minute);
    // Half as often at once: the first quarter of an hour of a new operation has 60 polls.
    expect(gaps[0]).toBeGreaterThan(4000);
  });

  it.each([
    ['no time', { createTime: 'yesterday' }],
    ['a number', { createTime: 1.5e9 }],
    ['null', { createTime: null, startTime: null }],
    ['a broken Timestamp', { createTime: { seconds: 'soon' } }],
    ['seconds that are no number and not to be made one', { createTime: { seconds: { toString: 1, valueOf: 1 } } }],
    ['an empty text', { createTime: '' }],
    ['a time in the future', { createTime: '2999-01-01T00:00:00Z' }],
  ])('is not read from %s: the schedule is the default one', async (_, fields) => {
    const plain = await observe(20 * minute, metadataOf({}));
    const { ages } = await observe(20 * minute, metadataOf(fields));
    expect(ages).toEqual(plain.ages);
  });

  it('is read once, even if the time changes with each response', async () => {
    const plain = await runScenario({ durationMs: 10 * minute });
    const moving = await runScenario({
      durationMs: 10 * minute,
      metadata: () => metadataOf({ startTime: ago(0).toISOString() }),
    });
    expect(moving.ages).toEqual(plain.ages);
  });

  it('by a clock that is years behind delays a new operation by 2.4 s + 1.2 times its duration, at most a minute', async () => {
    const startTime = ago(5 * year).toISOString();
    for (const durationMs of [500, 1700, 2500, 7700, 8000, 15_000, 19_400, 44_000, 46_000, 5 * minute, 20 * minute]) {
      const plain = await runScenario({ durationMs });
      const { ages, delayMs } = await runScenario({ durationMs, metadata: () => metadataOf({ startTime }) });
      expect(delayMs).toBeLessThanOrEqual(Math.min(2400 + 1.2 * durationMs, 60_500) + 1);
      expect(ages.length).toBeLessThanOrEqual(plain.ages.length + 1);
    }
  });

  it('by a clock that is a few seconds off costs no accuracy', async () => {
    for (const skewMs of [-3000, -500, 500, 3000]) {
      for (const durationMs of [10_000, 60_000, 240_000]) {
        const startTime = ago(skewMs).toISOString();
        const { delayMs } = await runScenario({ durationMs, metadata: () => metadataOf({ startTime }) });
        expect(delayMs).toBeLessThanOrEqual(latestMs(durationMs + Math.max(0, skewMs)) + 1);
      }
    }
  });
});
