import { basename } from 'node:path';
import type { Mutant } from './instrument.js';
import type { JobResult } from './worker.js';

/** What a file of tests came by while no mutant was on. */
export interface GreenFile {
  readonly test: string;
  readonly bundle: string;
  readonly result: JobResult;
}

/** The tests of a file that may notice a mutant. */
export interface Attempt {
  readonly test: string;
  readonly bundle: string;
  readonly tests: readonly { readonly index: number; readonly limitMs: number }[];
  readonly tookMs: number;
  /** Whether no test was left out. */
  readonly isWhole: boolean;
}

/** How long a test may take with a mutant. The machine may be slower by then. */
function limitMs(tookMs: number): number {
  return 1500 + 8 * tookMs;
}

/** How long it takes to load a file of tests, in milliseconds. */
const loadMs = 50;

/** Puts those attempts first that are the most likely to notice a mutant in a given time, as learned so far. */
export class Ranking {
  readonly #tried = new Map<string, { times: number; kills: number }>();

  record(test: string, killed: boolean): void {
    const { times, kills } = this.#of(test);
    this.#tried.set(test, { times: times + 1, kills: kills + Number(killed) });
  }

  /** The attempts for a mutant of a source: files that are named after the source first. */
  attemptsFor({ id, file: source }: Mutant, files: readonly GreenFile[], maxTestMs: number): Attempt[] {
    const stem = basename(source, '.ts');
    const rank = ({ test, tookMs }: Attempt): number => {
      const { times, kills } = this.#of(test);
      const isNear = basename(test).startsWith(stem);
      return ((isNear ? 10 : 1) * (kills + 1)) / (times + 2) / (loadMs + tookMs);
    };
    return files.flatMap((file) => attemptIn(file, id, maxTestMs)).sort((a, b) => rank(b) - rank(a));
  }

  #of(test: string): { readonly times: number; readonly kills: number } {
    return this.#tried.get(test) ?? { times: 0, kills: 0 };
  }
}

function attemptIn({ test, bundle, result }: GreenFile, id: number, maxTestMs: number): Attempt[] {
  const green = result.results.filter(({ error }) => error === undefined);
  const reaching = green.filter(({ reached }) => reached.includes(id));
  // What is made while the file is loaded may matter to any of its tests.
  const chosen = reaching.length === 0 && result.reachedAtLoad.includes(id) ? green : reaching;
  if (chosen.length === 0) return [];
  const isWhole = chosen.every(({ tookMs }) => tookMs <= maxTestMs);
  const tests = chosen
    .filter(({ tookMs }) => tookMs <= maxTestMs)
    .toSorted((a, b) => a.tookMs - b.tookMs)
    .map(({ index, tookMs }) => ({ index, limitMs: limitMs(tookMs) }));
  return [{ test, bundle, tests, tookMs: chosen.reduce((sum, { tookMs }) => sum + tookMs, 0), isWhole }];
}
