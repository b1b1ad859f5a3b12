// Measures, in simulated time, what `longrunning/history` gains and costs, against the best schedule that knows the
// distribution: `npm run bench:history`. With `-- --check` it fails if a promised figure is missed. Takes about two minutes.
import { durationHistory } from 'longrunning/history';
import { defaultLaw } from '../src/polling/default-law.js';
import { boundedOracle } from './support/bounded-oracle.js';
import {
  exponential,
  lognormal,
  mixture,
  pareto,
  sampleOfLaw,
  uniform,
  type Quantile,
} from './support/duration-laws.js';
import { measureCost } from './support/history-cost.js';
import { figuresOf, kind, Sequence, type Figures } from './support/history-simulation.js';
import { random } from './support/scripted-operations.js';

const replications = 60;
const law = defaultLaw();
/** The bounds of src/history/bounds.ts. */
const bounds = { maxDelayMs: (ageMs: number) => 1.75 * law.delayMs(ageMs) };

const failures: string[] = [];
/** Prints a figure beside its bar. */
function report(name: string, figure: number, bar?: number, digits = 3): void {
  const isMissed = bar !== undefined && !(figure <= bar);
  const text = bar === undefined ? '' : `   at most ${bar}${isMissed ? '   MISSED' : ''}`;
  console.log(`${name.padEnd(64)}${figure.toFixed(digits).padStart(9)}${text}`);
  if (isMissed) failures.push(`${name}: ${figure.toFixed(digits)}, at most ${bar}`);
}

/** A distribution with the default's figures and, when it is needed, the bounded oracle's lateness. */
class World {
  readonly quantile: Quantile;
  readonly sample: readonly number[];
  readonly default: Figures;

  constructor(quantile: Quantile) {
    this.quantile = quantile;
    this.sample = sampleOfLaw(quantile, 10_000);
    this.default = figuresOf(law, undefined, this.sample, 16);
  }

  get oracleLateness(): number {
    return boundedOracle(law, this.sample, this.default.requests, bounds).lateness;
  }

  /** The figures of new pollers that follow the history, as shares of the default's. */
  shares({ history }: Sequence): Figures {
    const { requests, lateness } = figuresOf(law, history.begin(kind), this.sample, 4);
    return { requests: requests / this.default.requests, lateness: lateness / this.default.lateness };
  }
}

/** Runs a scenario several times, each with other draws, and returns the mean of each of its figures. */
function average(scenario: (sequence: Sequence) => readonly Figures[]): readonly Figures[] {
  const runs = Array.from({ length: replications }, (_, seed) =>
    scenario(new Sequence(durationHistory(), law, random(1000 + 77 * seed))),
  );
  const mean = (index: number, field: keyof Figures): number =>
    runs.reduce((sum, figures) => sum + figures[index]![field], 0) / runs.length;
  return runs[0]!.map((_, index) => ({ requests: mean(index, 'requests'), lateness: mean(index, 'lateness') }));
}

/** The figures after numbers of ends. */
function after(world: World, counts: readonly number[], abortedShare = 0): readonly Figures[] {
  return average((sequence) =>
    counts.map((count, index) => {
      sequence.run(world.quantile, count - (counts[index - 1] ?? 0), abortedShare);
      return world.shares(sequence);
    }),
  );
}

const medians = { '5 s': 5_000, '30 s': 30_000, '5 min': 300_000, '1 h': 3_600_000 };
const barsBySigma = {
  0.1: { 20: 1.4, 100: 1.3 },
  0.35: { 20: 1.25, 100: 1.2 },
  0.7: { 20: 1.2, 100: 1.15 },
  1: { 20: 1.2, 100: 1.15 },
};
const early = [1, 2, 3, 5] as const;

function checkLognormal(median: keyof typeof medians, sigma: keyof typeof barsBySigma): void {
  const world = new World(lognormal(medians[median], sigma));
  const name = `${median}, sigma ${sigma}`;
  const isLearned = median === '30 s' || median === '5 min';
  const figures = after(world, isLearned ? [...early, 20, 100] : early);
  early.forEach((count, index) => {
    report(`${name}: lateness / default's after ${count}`, figures[index]!.lateness, 1.05);
  });
  if (!isLearned) return;
  report(`${name}: requests / default's after 5`, figures[3]!.requests, 1.03);
  const oracle = world.oracleLateness / world.default.lateness;
  report(`${name}: bounded oracle's lateness / default's`, oracle);
  ([20, 100] as const).forEach((count, index) => {
    const { lateness, requests } = figures[4 + index]!;
    report(`${name}: lateness / bounded oracle's after ${count}`, lateness / oracle, barsBySigma[sigma][count]);
    report(`${name}: requests / default's after ${count}`, requests, 1);
  });
}

function checkBimodal(): void {
  const world = new World(mixture([0.2, lognormal(5_000, 0.2)], [0.8, lognormal(300_000, 0.2)]));
  const [figures] = after(world, [20]);
  report("bimodal: lateness / default's after 20", figures!.lateness, 0.45);
  report("bimodal: requests / default's after 20", figures!.requests, 1);
}

/** The durations change by a factor after twenty ends. */
function checkShift(median: keyof typeof medians, sigma: number, factor: number): void {
  const before = lognormal(medians[median], sigma);
  const world = new World(lognormal(medians[median] * factor, sigma));
  const [first, later] = average((sequence) => {
    sequence.run(before, 20);
    const first = world.shares(sequence);
    sequence.run(world.quantile, 4);
    return [first, world.shares(sequence)];
  });
  const name = `${median}, sigma ${sigma}, then × ${factor}`;
  report(`${name}: lateness / default's of the first`, first!.lateness, 1.9);
  report(`${name}: requests / default's of the first`, first!.requests, 1.75);
  report(`${name}: lateness / default's after four`, later!.lateness, 1);
  report(`${name}: requests / default's after four`, later!.requests, 1.03);
}

function checkBatch(median: keyof typeof medians): void {
  const world = new World(lognormal(medians[median], 0.35));
  const [first, next] = average((sequence) => {
    const first = world.shares(sequence);
    sequence.runTogether(world.quantile, 50);
    return [first, world.shares(sequence)];
  });
  report(`batch of 50, ${median}: lateness / default's of the first batch`, first!.lateness, 1.01);
  report(`batch of 50, ${median}: lateness / default's of the next`, next!.lateness, 0.6);
  report(`batch of 50, ${median}: requests / default's of the next`, next!.requests, 1.05);
}

/** Laws that the constants were not tuned on. */
const heldOut: Readonly<Record<string, Quantile>> = {
  'uniform 1 to 30 s': uniform(1_000, 30_000),
  'uniform 1 to 10 min': uniform(60_000, 600_000),
  'exponential 30 s': exponential(30_000),
  'exponential 5 min': exponential(300_000),
  'Pareto 1.5 from 10 s': pareto(10_000, 1.5),
  'Pareto 1.5 from 1 min': pareto(60_000, 1.5),
  'three modes': mixture(
    [0.3, lognormal(10_000, 0.15)],
    [0.4, lognormal(60_000, 0.15)],
    [0.3, lognormal(400_000, 0.15)],
  ),
};

function checkHeldOut(name: string, quantile: Quantile): void {
  const world = new World(quantile);
  const [figures] = after(world, [20]);
  const oracle = world.oracleLateness / world.default.lateness;
  report(`${name}: lateness / bounded oracle's after 20`, figures!.lateness / oracle, 1.45);
  report(`${name}: requests / default's after 20`, figures!.requests);
}

function checkAborts(median: keyof typeof medians, sigma: number): void {
  const world = new World(lognormal(medians[median], sigma));
  after(world, [20, 100], 0.3).forEach(({ requests, lateness }, index) => {
    const name = `30 % aborted, ${median}, sigma ${sigma}, after ${[20, 100][index]!}`;
    report(`${name}: requests / default's`, requests, 1.03);
    report(`${name}: lateness / default's`, lateness);
  });
}

async function checkCost(): Promise<void> {
  const collectGarbage = (globalThis as { gc?: () => void }).gc;
  if (!collectGarbage) throw new Error('Run it with node --expose-gc');
  const { decisionUs, endUs, tableMs, kindBytes } = await measureCost(collectGarbage);
  report('a decision, in microseconds', decisionUs, 1);
  report('an end, in microseconds', endUs, 50, 1);
  report('a table, in milliseconds', tableMs, 5);
  report('a kind, in bytes', kindBytes, 4000, 0);
}

console.log(`Shares of the default's figures, or of the bounded oracle's; ${replications} replications; seeded.\n`);
for (const median of Object.keys(medians) as (keyof typeof medians)[]) {
  for (const sigma of [0.1, 0.35, 0.7, 1] as const) checkLognormal(median, sigma);
}
checkBimodal();
for (const sigma of [0.1, 0.35, 0.7]) {
  checkShift('30 s', sigma, 10);
  checkShift('5 min', sigma, 10);
  checkShift('30 s', sigma, 0.1);
  checkShift('5 min', sigma, 0.1);
}
checkBatch('30 s');
checkBatch('5 min');
for (const [name, quantile] of Object.entries(heldOut)) checkHeldOut(name, quantile);
checkAborts('30 s', 0.35);
checkAborts('5 min', 0.7);
await checkCost();

for (const failure of failures) console.error(`history: ${failure}`);
if (process.argv.includes('--check')) {
  console.log(failures.length === 0 ? '\nAll promised figures are met.' : '');
  if (failures.length > 0) process.exitCode = 1;
}
