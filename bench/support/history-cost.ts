// What a history costs: time and memory.
import { durationHistory, type LearnedHistory } from 'longrunning/history';
import { lognormal, type Quantile } from './duration-laws.js';
import { random } from './scripted-operations.js';
import { median } from './statistics.js';

/** The cost of a history: of time the median of several measurements, of memory that of the largest kind. */
export interface HistoryCost {
  readonly decisionUs: number;
  readonly endUs: number;
  readonly tableMs: number;
  readonly kindBytes: number;
}

const quantile = lognormal(300_000, 0.7);

/** @param collectGarbage - `globalThis.gc` of `node --expose-gc`. */
export function measureCost(collectGarbage: () => void): HistoryCost {
  const draw = random(3);
  const history = filled(durationHistory(), 'kind', draw);
  return {
    decisionUs: median(repeat(9, () => timeDecisions(history, draw))) * 1000,
    endUs: median(repeat(9, () => timeEnds(draw))) * 1000,
    tableMs: median(repeat(101, () => timeTable(history, draw))),
    kindBytes: Math.max(...[quantile, lognormal(3_600_000, 1)].map((law) => bytesOfKind(collectGarbage, draw, law))),
  };
}

function repeat(times: number, measure: () => number): readonly number[] {
  return Array.from({ length: times }, measure);
}

function filled(history: LearnedHistory, kind: string, draw: () => number, law: Quantile = quantile): LearnedHistory {
  for (let i = 0; i < 64; i++) recordOne(history, kind, law(draw()), i);
  return history;
}

function recordOne(history: LearnedHistory, kind: string, durationMs: number, beganAtMs: number): void {
  history.record(kind, { beganAtMs, runningAtMs: durationMs * 0.99, doneAtMs: durationMs * 1.01 });
}

/** Milliseconds of one decision. */
function timeDecisions(history: LearnedHistory, draw: () => number): number {
  const table = history.begin('kind')!;
  const agesMs = Array.from({ length: 1000 }, () => quantile(draw()));
  const start = performance.now();
  for (let i = 0; i < 100_000; i++) table.nextAgeMs(agesMs[i % 1000]!, 0.5);
  return (performance.now() - start) / 100_000;
}

/** Milliseconds of one end. */
function timeEnds(draw: () => number): number {
  const history = filled(durationHistory(), 'kind', draw);
  history.begin('kind');
  const start = performance.now();
  for (let i = 0; i < 2000; i++) recordOne(history, 'kind', quantile(draw()), 100 + i);
  return (performance.now() - start) / 2000;
}

/** Milliseconds of one table. */
function timeTable(history: LearnedHistory, draw: () => number): number {
  for (let i = 0; i < 8; i++) recordOne(history, 'kind', quantile(draw()), 1e6);
  const start = performance.now();
  history.begin('kind');
  return performance.now() - start;
}

function bytesOfKind(collectGarbage: () => void, draw: () => number, law: Quantile): number {
  const kinds = 200;
  const history = durationHistory();
  collectGarbage();
  const before = memory();
  for (let i = 0; i < kinds; i++) {
    filled(history, `kind ${i}`, draw, law);
    history.begin(`kind ${i}`);
  }
  collectGarbage();
  const bytes = (memory() - before) / kinds;
  history.begin('kind 0'); // keeps it
  return bytes;
}

function memory(): number {
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}
