// Measures, in virtual time, how late each client detects that an operation is done, and how many requests that takes:
// `npm run bench:detection`. With `-- --check` it fails if a promised figure is missed. Takes about three minutes.
import { mkdirSync, writeFileSync } from 'node:fs';
import { clients, expecting, withHistory, type WaitFor } from './support/clients.js';
import { drawChart } from './support/chart.js';
import { findFailures } from './support/detection-checks.js';
import { medians, rttMs, type Figures, type Median } from './support/detection-figures.js';
import { leastDelayMs, type Limit } from './support/detection-limit.js';
import {
  durations,
  random,
  ScriptedOperation,
  unevenProgress,
  type Observation,
} from './support/scripted-operations.js';
import { VirtualClock } from './support/virtual-clock.js';

// Clients with close figures get several sets of draws: with one set, the error at the long durations is four percent.
const closelyCompared = new Set(['longrunning', 'longrunning, with progress', 'google-gax']);
const observations = new Map<string, readonly Observation[]>();
const figures: Figures[] = [];

interface Run {
  readonly client: string;
  readonly duration: Median;
  readonly waitFor: WaitFor;
  readonly progress?: boolean;
}

async function measure({ client, duration, waitFor, progress = false }: Run): Promise<void> {
  const seen: Observation[] = [];
  const sets = closelyCompared.has(client) && medians[duration] < 36_000_000 ? 3 : 1;
  for (let set = 0; set < sets; set++) seen.push(...(await observe(waitFor, duration, progress, set)));
  observations.set(`${client} ${duration}`, seen);
  const one = summarize(client, duration, seen);
  const limit = leastDelayMs(duration, one.requests);
  figures.push({ ...one, ofLimit: limit && one.meanDelayMs / limit.meanDelayMs });
}

async function observe(
  waitFor: WaitFor,
  duration: Median,
  progress: boolean,
  set: number,
): Promise<readonly Observation[]> {
  const draws = medians[duration] < 3_600_000 ? 200 : 100;
  const draw = random(11 + set);
  const scripts = durations(medians[duration], draws, 42 + set).map((durationMs) => ({
    durationMs,
    progressAt: progress ? unevenProgress(durationMs, draw) : undefined,
  }));
  return runAll(scripts, waitFor, 7 + set);
}

async function runAll(
  scripts: readonly ConstructorParameters<typeof ScriptedOperation>[0][],
  waitFor: WaitFor,
  seed: number,
): Promise<readonly Observation[]> {
  const clock = new VirtualClock();
  const uninstall = clock.install();
  const realRandom = Math.random;
  Math.random = random(seed);
  const waits: Promise<void>[] = [];
  try {
    const operations = scripts.map((script) => {
      const operation = new ScriptedOperation(script, clock, rttMs);
      waits.push(waitFor(operation).then(() => operation.recordDetection()));
      return operation;
    });
    await clock.run();
    await Promise.all(waits);
    return operations.map(({ observation }) => observation);
  } finally {
    uninstall();
    Math.random = realRandom;
  }
}

function summarize(client: string, duration: Median, seen: readonly Observation[]): Omit<Figures, 'ofLimit'> {
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

/** The clients at one duration. */
function runsOf(duration: Median, prefix: string): readonly Run[] {
  const medianMs = medians[duration];
  const all: Record<string, WaitFor> = {
    ...clients,
    'longrunning, expects T': expecting(medianMs),
    'longrunning, expects T / 2': expecting(medianMs / 2),
    'longrunning, expects 3 T': expecting(3 * medianMs),
    'longrunning, with history': withHistory(durations(medianMs, 20, 5)),
  };
  return [
    ...Object.entries(all)
      .filter(([client]) => client.startsWith(prefix) || client === 'google-gax')
      .map(([client, waitFor]) => ({ client, duration, waitFor })),
    { client: 'longrunning, with progress', duration, waitFor: clients.longrunning, progress: true },
  ];
}

/** The least possible delay at the default's number of requests. */
function limitFigures(duration: Median): Figures[] {
  const plain = figures.find((one) => one.client === 'longrunning' && one.duration === duration)!;
  const limit: Limit | undefined = leastDelayMs(duration, plain.requests);
  if (!limit) return [];
  const percents = { meanPercent: limit.meanPercent, p95Percent: NaN, maxPercent: NaN };
  return [
    {
      client: 'the limit',
      duration,
      requests: limit.requests,
      ...percents,
      meanDelayMs: limit.meanDelayMs,
      ofLimit: 1,
    },
  ];
}

const check = process.argv.includes('--check');
const prefix = process.argv.includes('--longrunning-only') ? 'longrunning' : '';
const chosen = process.argv.find((arg) => arg.startsWith('--durations='))?.slice('--durations='.length);
const measured = (Object.keys(medians) as Median[]).filter((one) => chosen?.split(',').includes(one) ?? true);
console.log(
  `Durations T·e^U(−0.35, 0.35), 200 draws (three times as many for close figures, half from an hour on); round trip ${rttMs} ms.\n`,
);
console.log(
  `${'client'.padEnd(28)}${'T'.padStart(7)}${'requests'.padStart(11)}   mean s   mean %    p95 %    max %  of the limit`,
);
for (const duration of measured) {
  for (const run of runsOf(duration, prefix)) await measure(run);
  figures.push(...limitFigures(duration));
  for (const one of figures.filter((figure) => figure.duration === duration)) print(one);
}

function print({
  client,
  duration,
  requests,
  meanPercent,
  p95Percent,
  maxPercent,
  meanDelayMs,
  ofLimit,
}: Figures): void {
  const columns = [
    requests.toFixed(1).padStart(11),
    (meanDelayMs / 1000).toFixed(2).padStart(9),
    ...[meanPercent, p95Percent, maxPercent].map((n) => (Number.isNaN(n) ? '' : n.toFixed(2)).padStart(9)),
    (ofLimit === undefined ? '' : ofLimit.toFixed(2)).padStart(14),
  ];
  console.log(client.padEnd(28) + duration.padStart(7) + columns.join(''));
}

const hung = { durationMs: 22_000, hungRequest: 1 };
const [afterHang] = await runAll([hung], clients.longrunning, 7);
const knownMs = hung.durationMs + afterHang!.delayMs;
console.log(
  `\nThe first poll gets no response: the end of an operation of 22 s is detected after ${knownMs / 1000} s.`,
);

const failures = findFailures({ figures, observations, measured, knownMs });
for (const failure of failures) console.error(`detection: ${failure}`);
if (check) {
  console.log(failures.length === 0 ? '\nAll promised figures are met.' : '');
  if (failures.length > 0) process.exitCode = 1;
}
if (prefix === '' && !check && !chosen) {
  const folder = new URL('../docs/figures/', import.meta.url);
  mkdirSync(folder, { recursive: true });
  writeFileSync(new URL('detection.json', folder), `${JSON.stringify(figures, null, 2)}\n`);
  writeFileSync(new URL('detection.svg', folder), drawChart(figures, 3));
  writeFileSync(new URL('detection-narrow.svg', folder), drawChart(figures, 1));
}
