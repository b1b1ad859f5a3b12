// How late each client notices that an operation is done, and how many requests that costs, in virtual time:
// `npm run bench:detection`; with `-- --check` it fails where a promise does not hold. Takes about eight minutes.
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
// Those that are compared closely see ten sets of draws: one set leaves four percent to luck at the long durations.
const sets = 10;
const compared = new Set(['longrunning', 'longrunning, progress told', 'google-gax']);
const medians = { '2 s': 2_000, '30 s': 30_000, '5 min': 300_000, '1 h': 3_600_000, '10 h': 36_000_000 };
type Median = keyof typeof medians;

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
  for (let set = 0; set < (compared.has(client) ? sets : 1); set++) {
    seen.push(...(await observe(waitFor, duration, progress, set)));
  }
  observations.set(`${client} ${duration}`, seen);
  figures.push(summarise(client, duration, seen));
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
      waits.push(waitFor(operation).then(() => operation.noticed()));
      return operation;
    });
    await clock.run();
    await Promise.all(waits);
    return operations.map(({ observation }) => observation);
  } finally {
    uninstall();
  }
}

function summarise(client: string, duration: Median, seen: readonly Observation[]): Figures {
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

const only = process.argv.includes('--ours') ? 'longrunning' : '';
const realRandom = Math.random;
const chosen = process.argv.find((arg) => arg.startsWith('--durations='))?.slice('--durations='.length);
const measured = (Object.keys(medians) as Median[]).filter((one) => chosen?.split(',').includes(one) ?? true);
for (const duration of measured) {
  for (const [client, waitFor] of Object.entries<WaitFor>(clients)) {
    if (client.startsWith(only) || client === 'google-gax') await measure(client, waitFor, duration, false);
  }
  await measure('longrunning, progress told', clients.longrunning, duration, true);
}
Math.random = realRandom;

console.log(
  `Durations T·e^U(−0.35, 0.35), ${draws} draws (ten times where it is close); round trip ${rttMs} ms; delay in % of the duration.\n`,
);
console.log(`${'client'.padEnd(28)}${'T'.padStart(7)}${'requests'.padStart(11)}   mean %    p95 %    max %`);
for (const { client, duration, requests, meanPercent, p95Percent, maxPercent } of figures) {
  const columns = [
    requests.toFixed(1).padStart(11),
    ...[meanPercent, p95Percent, maxPercent].map((n) => n.toFixed(2).padStart(9)),
  ];
  console.log(client.padEnd(28) + duration.padStart(7) + columns.join(''));
}

const problems = check();
for (const problem of problems) console.error(`detection: ${problem}`);
if (process.argv.includes('--check')) {
  console.log(problems.length === 0 ? '\nAll that is promised holds.' : '');
  if (problems.length > 0) process.exitCode = 1;
}
if (only === '' && !process.argv.includes('--check')) {
  mkdirSync(new URL('../docs/figures/', import.meta.url), { recursive: true });
  writeFileSync(new URL('../docs/figures/detection.json', import.meta.url), `${JSON.stringify(figures, null, 2)}\n`);
  writeFileSync(new URL('../docs/figures/detection.svg', import.meta.url), drawChart(figures));
}

function of(client: string, duration: Median): Figures | undefined {
  return figures.find((one) => one.client === client && one.duration === duration);
}

/** What does not hold. */
function check(): string[] {
  const failed: string[] = [];
  const hold = (holds: boolean, what: string): void => {
    if (!holds) failed.push(what);
  };
  for (const duration of measured) {
    const plain = of('longrunning', duration)!;
    for (const client of ['google-gax', '@azure/core-lro', '@smithy/util-waiter']) {
      const peer = of(client, duration);
      if (!peer) continue;
      const beaten = peer.requests < plain.requests && peer.meanPercent < plain.meanPercent;
      hold(!beaten, `${duration}: ${client} has both fewer requests and less delay`);
    }
    const gax = of('google-gax', duration)!;
    hold(plain.requests <= gax.requests, `${duration}: ${plain.requests} requests, google-gax ${gax.requests}`);
    const share = medians[duration] <= 30_000 ? 0.8 : 1.05;
    const ratio = plain.meanPercent / gax.meanPercent;
    hold(ratio <= share, `${duration}: mean delay is ${ratio.toFixed(3)} of google-gax's, more than ${share}`);

    for (const { durationMs, delayMs, requests } of observations.get(`longrunning, uncapped 10 % ${duration}`)!) {
      const limitMs = Math.max(1000, 0.1 * durationMs) + rttMs;
      hold(delayMs <= limitMs, `${duration}, uncapped: ${durationMs} ms noticed ${delayMs} ms late`);
      const limit = 13 + 24.2 * Math.log10(durationMs / 10_000);
      if (durationMs >= 10_000)
        hold(requests <= limit, `${duration}, uncapped: ${requests} requests for ${durationMs} ms`);
    }

    const waiting = of('longrunning, server waits', duration)!;
    hold(waiting.meanDelayMs <= rttMs, `${duration}, server waits: mean delay ${waiting.meanDelayMs} ms`);
    for (const { durationMs, requests } of observations.get(`longrunning, server waits ${duration}`)!) {
      hold(requests <= 2 + durationMs / 30_000, `${duration}, server waits: ${requests} requests for ${durationMs} ms`);
    }

    const told = of('longrunning, progress told', duration)!;
    if (medians[duration] >= 30_000) {
      hold(told.meanPercent <= 2, `${duration}, progress told: mean delay ${told.meanPercent.toFixed(2)} %`);
    }
    hold(
      told.requests <= plain.requests,
      `${duration}, progress told: ${told.requests} requests, plain ${plain.requests}`,
    );
  }
  return failed;
}
