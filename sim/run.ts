import { createHash } from 'node:crypto';
import { makeScript } from './generate/script.js';
import type { History } from './history.js';
import { invariants } from './invariants/index.js';
import { play } from './play.js';
import type { Script } from './script.js';

/** Something that did not hold in a run. */
export interface Violation {
  readonly invariant: string;
  readonly problems: readonly string[];
}

/** A run and what did not hold in it. */
export interface Run {
  readonly history: History;
  readonly violations: readonly Violation[];
}

/** What many runs had in them. */
export interface Totals {
  runs: number;
  operations: number;
  waits: number;
  requests: number;
  faults: number;
  virtualMs: number;
}

export const noTotals: Totals = { runs: 0, operations: 0, waits: 0, requests: 0, faults: 0, virtualMs: 0 };

/** Plays a script and checks all invariants. */
export async function runScript(script: Script): Promise<Run> {
  const history = await play(script);
  const violations = invariants
    .map(({ name, check }) => ({ invariant: name, problems: check(history) }))
    .filter(({ problems }) => problems.length > 0);
  return { history, violations };
}

export function runSeed(seed: number): Promise<Run> {
  return runScript(makeScript(seed));
}

/** Adds a run to totals. */
export function addRun(totals: Totals, { script, requests, waits, groups, batches, endMs }: History): void {
  totals.runs++;
  totals.operations += script.operations.length;
  totals.waits +=
    waits.length +
    [...groups.map((group) => group.script), ...batches].reduce((sum, { operations }) => sum + operations.length, 0);
  totals.requests += requests.length;
  totals.faults += requests.filter(({ fault }) => fault !== undefined).length;
  totals.virtualMs += endMs;
}

/** A fingerprint of all that happened: two runs of one script have the same. */
export function fingerprintOf({ trace }: History): string {
  return createHash('sha256').update(trace.join('\n')).digest('hex').slice(0, 12);
}
