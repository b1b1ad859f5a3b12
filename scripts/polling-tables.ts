// The tables of docs/polling.md and docs/coalescing.md: calculated from the backoffs, or read from docs/figures, which the
// benchmarks write.
import { readFileSync } from 'node:fs';
import { constantBackoff, defaultBackoff, exponentialBackoff, type PollingBackoff } from 'longrunning';
import { table } from './markdown-table.js';
import { scheduleCost } from './schedule-cost.js';

const backoffs: readonly (readonly [label: string, backoff: PollingBackoff])[] = [
  ['default', defaultBackoff],
  ['price 2,000', (state) => defaultBackoff({ ...state, requestPriceMs: 2000 })],
  ['×1.1 up to 5 min', exponentialBackoff({ multiplier: 1.1, maxDelayMs: 300_000 })],
  ['uncapped 10 %', exponentialBackoff({ initialDelayMs: 1000, multiplier: 1.1, maxDelayMs: Infinity })],
  ['every 5 s', constantBackoff(5000)],
];

const [second, minute, hour] = [1000, 60_000, 3_600_000];

/** The delay until the next poll, by the age of the operation. */
export function delayTable(): string {
  const ages = [second, 3 * second, 10 * second, minute, 4 * minute, hour, 10 * hour];
  return table(
    ['age of the operation', ...backoffs.map(([label]) => label)],
    ages.map((ageMs) => [
      time(ageMs),
      ...backoffs.map(([, backoff]) => time(backoff({ ageMs, attempt: 9, jitter: 0 }))),
    ]),
  );
}

/** The number of polls and the detection delay, by the duration of the operation. */
export function costTable(): string {
  const durations = [2 * second, 30 * second, 90 * second, 5 * minute, hour, 10 * hour];
  return table(
    ['duration', ...backoffs.map(([label]) => label)],
    durations.map((durationMs) => [time(durationMs), ...backoffs.map(([, backoff]) => cost(backoff, durationMs))]),
  );
}

function cost(backoff: PollingBackoff, aroundMs: number): string {
  const { polls, lateMs } = scheduleCost(backoff, aroundMs);
  return `${Math.round(polls)} / ${time(lateMs)}`;
}

const clients: Readonly<Record<string, string>> = {
  longrunning: 'default',
  'longrunning, expects T': '`expectedMs: T`',
  'longrunning, expects T / 2': '`expectedMs: T / 2`',
  'longrunning, expects 3 T': '`expectedMs: 3 × T`',
  'longrunning, with history': 'history of 20',
  'longrunning, with progress': 'with progress',
  'longrunning, server waits': 'server waits',
  'longrunning, uncapped 10 %': 'uncapped 10 %',
  'every 2 s': 'every 2 s',
  'every 5 s': 'every 5 s',
  'every 10 s': 'every 10 s',
  'google-gax': 'google-gax 6.17.0',
  '@azure/core-lro': '@azure/core-lro 3.4.2',
  '@smithy/util-waiter': '@smithy/util-waiter 4.6.2',
  'the limit': 'the limit',
};

const shownDurations = ['2 s', '10 s', '30 s', '90 s', '3 min', '5 min', '1 h', '10 h'];

/** The measurements of each client: requests and mean delay, by the duration of the operation. */
export function detectionTable(): string {
  const figures = readFigures();
  const durations = shownDurations;
  return table(
    ['client', ...durations],
    Object.entries(clients).map(([client, label]) => [
      label,
      ...durations.map((duration) => {
        const one = figures.find((figure) => figure.client === client && figure.duration === duration);
        if (!one) return '–';
        const requests = one.requests.toLocaleString('en', { maximumFractionDigits: one.requests < 10 ? 1 : 0 });
        return `${requests} / ${time(one.meanDelayMs)}`;
      }),
    ]),
  );
}

/** The mean delay of each client as a multiple of the limit for its number of requests. */
export function limitTable(): string {
  const figures = readFigures();
  const durations = ['10 s', '30 s', '90 s', '3 min', '5 min', '1 h'];
  const shown = Object.entries(clients).filter(([client]) => client !== 'longrunning, server waits');
  return table(
    ['client', ...durations],
    shown.map(([client, label]) => [
      label,
      ...durations.map((duration) => {
        const one = figures.find((figure) => figure.client === client && figure.duration === duration);
        return one?.ofLimit ? one.ofLimit.toPrecision(2) : '–';
      }),
    ]),
  );
}

function readFigures(): readonly Figures[] {
  const file = new URL('../docs/figures/detection.json', import.meta.url);
  return JSON.parse(readFileSync(file, 'utf8')) as readonly Figures[];
}

interface Figures {
  readonly client: string;
  readonly duration: string;
  readonly requests: number;
  readonly meanDelayMs: number;
  readonly ofLimit?: number;
}

/** The measured cost of waiting for many operations. */
export function manyTable(): string {
  const file = new URL('../docs/figures/many.json', import.meta.url);
  const { rows } = JSON.parse(readFileSync(file, 'utf8')) as { rows: readonly ManyFigures[] };
  return table(
    ['client', 'operations', 'requests', 'mean delay', 'p95 delay', 'CPU', 'peak RSS'],
    rows.map(({ client, count, requests, meanDelayMs, p95DelayMs, cpuSeconds, peakRssMb }) => [
      client,
      count.toLocaleString('en'),
      requests.toLocaleString('en'),
      `${(meanDelayMs / second).toFixed(1)} s`,
      `${(p95DelayMs / second).toFixed(1)} s`,
      `${cpuSeconds.toFixed(1)} s`,
      `${Math.round(peakRssMb).toLocaleString('en')} MB`,
    ]),
  );
}

interface ManyFigures {
  readonly client: string;
  readonly count: number;
  readonly requests: number;
  readonly meanDelayMs: number;
  readonly p95DelayMs: number;
  readonly cpuSeconds: number;
  readonly peakRssMb: number;
}

function time(ms: number): string {
  const [value, unit] = ms >= hour ? [ms / hour, 'h'] : ms >= 2 * minute ? [ms / minute, 'min'] : [ms / second, 's'];
  return `${Number(value.toPrecision(2))} ${unit}`;
}
