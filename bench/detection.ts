// Measures, in virtual time, how late each client detects that an operation is done, and how many requests that takes:
// `npm run bench:detection`. With `-- --check` it fails if a promised figure is missed. Takes about eight minutes.
import { mkdirSync, writeFileSync } from 'node:fs';
import { clients, type WaitFor } from './support/clients.js';
import { drawChart } from './support/chart.js';
import {
  durations,
  random,
  ScriptedOperation,
  unevenProgress,
  type Observation,
} from './support/scripted-operations.js';
import { VirtualClock } from './support/virtual-clock.js';

const rttMs = 50;
const draws = 200;
// Clients with close figures get ten sets of draws: with one set, the error at the long durations is four percent.
const sets = 10;
const closelyCompared = new Set(['longrunning', 'longrunning, with progress', 'google-gax']);
const medians = { '2 s': 2_000, '30 s': 30_000, '5 min': 300_000, '1 h': 3_600_000, '10 h': 36_000_000 };
type Median = keyof typeof medians;
/** Records a failure unless the condition holds. */
type Expect = (condition: boolean, message: string) => void;

interface Figures {
  readonly client: string;
  readonly duration: Median;
  readonly requests: number;
  readonly meanPercent: number;
  readonly p95Percent: number;
  readonly maxPercent: number;
  readonly meanDelayMs: number;
}

const observations = new Map<string, readonly Observation[]>();
const figures: Figures[] = [];

async function measure(client: string, waitFor: WaitFor, duration: Median, progress: boolean): Promise<void> {
  const seen: Observation[] = [];
  for (let set = 0; set < (closelyCompared.has(client) ? sets : 1); set++) {
    seen.push(...(await observe(waitFor, duration, progress, set)));
  }
  observations.set(`${client} ${duration}`, seen);
  figures.push(summarize(client, duration, seen));
}

async function observe(
  waitFor: WaitFor,
  duration: Median,
  progress: boolean,
  set: number,
): Promise<readonly Observation[]> {
  const clock = new VirtualClock();
  const uninstall = clock.install();
  Math.random = random(7 + set);
  const draw = random(11 + set);
  const waits: Promise<void>[] = [];
  try {
    const operations = durations(medians[duration], draws, 42 + set).map((durationMs) => {
      const progressAt = progress ? unevenProgress(durationMs, draw) : undefined;
      const operation = new ScriptedOperation({ durationMs, progressAt }, clock, rttMs);
      waits.push(waitFor(operation).then(() => operation.recordDetection()));
      return operation;
    });
    await clock.run();
    await Promise.all(waits);
    return operations.map(({ observation }) => observation);
  } finally {
    uninstall();
  }
}

function summarize(client: string, duration: Median, seen: readonly Observation[]): Figures {
  const delays = seen.map(({ delayPercent }) => delayPercent).sort((a, b) => a - b);
  return {
    client,
    duration,
    requests: mean(seen.map(({ requests }) => requests)),
    meanPercent: mean(delays),
    p95Percent: delays[Math.ceil(0.95 * delays.length) - 1]!,
    maxPercent: delays.at(-1)!,
    meanDelayMs: mean(seen.map(({ delayMs }) => delayMs)),
  };
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

const prefix = process.argv.includes('--longrunning-only') ? 'longrunning' : '';
const realRandom = Math.random;
const chosen = process.argv.find((arg) => arg.startsWith('--durations='))?.slice('--durations='.length);
const measured = (Object.keys(medians) as Median[]).filter((one) => chosen?.split(',').includes(one) ?? true);
for (const duration of measured) {
  for (const [client, waitFor] of Object.entries<WaitFor>(clients)) {
    if (client.startsWith(prefix) || client === 'google-gax') await measure(client, waitFor, duration, false);
  }
  await measure('longrunning, with progress', clients.longrunning, duration, true);
}
Math.random = realRandom;

console.log(
  `Durations T·e^U(−0.35, 0.35), ${draws} draws (ten times as many for close figures); round trip ${rttMs} ms; delay in % of the duration.\n`,
);
console.log(`${'client'.padEnd(28)}${'T'.padStart(7)}${'requests'.padStart(11)}   mean %    p95 %    max %`);
for (const { client, duration, requests, meanPercent, p95Percent, maxPercent } of figures) {
  const columns = [
    requests.toFixed(1).padStart(11),
    ...[meanPercent, p95Percent, maxPercent].map((n) => n.toFixed(2).padStart(9)),
  ];
  console.log(client.padEnd(28) + duration.padStart(7) + columns.join(''));
}

const failures = findFailures();
for (const failure of failures) console.error(`detection: ${failure}`);
if (process.argv.includes('--check')) {
  console.log(failures.length === 0 ? '\nAll promised figures are met.' : '');
  if (failures.length > 0) process.exitCode = 1;
}
if (prefix === '' && !process.argv.includes('--check')) {
  mkdirSync(new URL('../docs/figures/', import.meta.url), { recursive: true });
  writeFileSync(new URL('../docs/figures/detection.json', import.meta.url), `${JSON.stringify(figures, null, 2)}\n`);
  writeFileSync(new URL('../docs/figures/detection.svg', import.meta.url), drawChart(figures));
}

function figuresOf(client: string, duration: Median): Figures | undefined {
  return figures.find((one) => one.client === client && one.duration === duration);
}

/** The expectations that do not hold. */
function findFailures(): string[] {
  const failures: string[] = [];
  for (const duration of measured) {
    const expect: Expect = (condition, message) => {
      if (!condition) failures.push(`${duration}${message}`);
    };
    checkAgainstPeers(duration, expect);
    checkUncapped(duration, expect);
    checkServerWaits(duration, expect);
    checkProgress(duration, expect);
  }
  return failures;
}

function checkAgainstPeers(duration: Median, expect: Expect): void {
  const plain = figuresOf('longrunning', duration)!;
  for (const client of ['google-gax', '@azure/core-lro', '@smithy/util-waiter']) {
    const peer = figuresOf(client, duration);
    if (!peer) continue;
    const isBeaten = peer.requests < plain.requests && peer.meanPercent < plain.meanPercent;
    expect(!isBeaten, `: ${client} has both fewer requests and less delay`);
  }
  const gax = figuresOf('google-gax', duration)!;
  expect(plain.requests <= gax.requests, `: ${plain.requests} requests, google-gax ${gax.requests}`);
  const maxRatio = medians[duration] <= 30_000 ? 0.8 : 1.05;
  const ratio = plain.meanPercent / gax.meanPercent;
  expect(ratio <= maxRatio, `: mean delay is ${ratio.toFixed(3)} of google-gax's, more than ${maxRatio}`);
}

function checkUncapped(duration: Median, expect: Expect): void {
  for (const { durationMs, delayMs, requests } of observations.get(`longrunning, uncapped 10 % ${duration}`)!) {
    const limitMs = Math.max(1000, 0.1 * durationMs) + rttMs;
    expect(delayMs <= limitMs, `, uncapped: the end of ${durationMs} ms was detected after ${delayMs} ms`);
    const limit = 13 + 24.2 * Math.log10(durationMs / 10_000);
    const isWithinLimit = durationMs < 10_000 || requests <= limit;
    expect(isWithinLimit, `, uncapped: ${requests} requests for ${durationMs} ms`);
  }
}

function checkServerWaits(duration: Median, expect: Expect): void {
  const { meanDelayMs } = figuresOf('longrunning, server waits', duration)!;
  expect(meanDelayMs <= rttMs, `, server waits: mean delay ${meanDelayMs} ms`);
  for (const { durationMs, requests } of observations.get(`longrunning, server waits ${duration}`)!) {
    expect(requests <= 2 + durationMs / 30_000, `, server waits: ${requests} requests for ${durationMs} ms`);
  }
}

function checkProgress(duration: Median, expect: Expect): void {
  const plain = figuresOf('longrunning', duration)!;
  const withProgress = figuresOf('longrunning, with progress', duration)!;
  const isPrecise = medians[duration] < 30_000 || withProgress.meanPercent <= 2;
  expect(isPrecise, `, with progress: mean delay ${withProgress.meanPercent.toFixed(2)} %`);
  const { requests } = withProgress;
  expect(requests <= plain.requests, `, with progress: ${requests} requests, without ${plain.requests}`);
}
