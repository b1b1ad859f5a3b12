// What a history costs: time and memory.
import { setTimeout } from 'node:timers/promises';
import { durationHistory, type LearnedHistory } from 'longrunning/history';
import { lognormal, type Quantile } from './duration-laws.js';
import { random } from './scripted-operations.js';

/** The cost of a history: the least of several measurements, since other programs only add to it. */
export interface HistoryCost {
  readonly decisionUs: number;
  readonly endUs: number;
  readonly tableMs: number;
  /** That of the larger of two kinds. */
  readonly kindBytes: number;
}

const quantile = lognormal(300_000, 0.7);
const wide = lognormal(3_600_000, 1);

/** @param collectGarbage - `globalThis.gc` of `node --expose-gc`. */
export async function measureCost(collectGarbage: () => void): Promise<HistoryCost> {
  const draw = random(3);
  const history = filled(durationHistory(), 'kind', draw);
  return {
    decisionUs: leastOf(9, () => timeDecisions(history, draw)) * 1000,
    endUs: leastOf(20, () => timeEnds(draw)) * 1000,
    tableMs: leastOf(30, () => timeTables(history, draw)),
    kindBytes: Math.max(
      await bytesOfKind(collectGarbage, draw, quantile),
      await bytesOfKind(collectGarbage, draw, wide),
    ),
  };
}

function leastOf(times: number, measure: () => number): number {
  return Math.min(...Array.from({ length: times }, measure));
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
function timeTables(history: LearnedHistory, draw: () => number): number {
  let tookMs = 0;
  for (let table = 0; table < 10; table++) {
    for (let i = 0; i < 8; i++) recordOne(history, 'kind', quantile(draw()), 1e6);
    const start = performance.now();
    history.begin('kind');
    tookMs += performance.now() - start;
  }
  return tookMs / 10;
}

async function bytesOfKind(collectGarbage: () => void, draw: () => number, law: Quantile): Promise<number> {
  const kinds = 200;
  const history = durationHistory();
  const before = await memoryAfter(collectGarbage);
  for (let i = 0; i < kinds; i++) {
    filled(history, `kind ${i}`, draw, law);
    history.begin(`kind ${i}`);
  }
  const bytes = ((await memoryAfter(collectGarbage)) - before) / kinds;
  history.begin('kind 0'); // keeps it
  return bytes;
}

async function memoryAfter(collectGarbage: () => void): Promise<number> {
  // Buffers are freed some time after their arrays.
  for (let i = 0; i < 3; i++) {
    collectGarbage();
    await setTimeout(50);
  }
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}
