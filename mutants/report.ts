import type { OutcomeCache } from './cache.js';
import { Equivalents } from './equivalent.js';
import type { Mutant } from './instrument.js';

interface Score {
  killed: number;
  equivalent: number;
  tried: number;
  all: number;
}

/** Prints the score of each area, and the mutants that no test noticed. Returns whether all is as reviewed. */
export function report(areas: ReadonlyMap<string, readonly Mutant[]>, cache: OutcomeCache, isWhole: boolean): boolean {
  const equivalents = new Equivalents();
  const survivors: Mutant[] = [];
  const wrong: string[] = [];
  const scores = new Map<string, Score>();
  for (const [area, mutants] of areas) {
    const score = { killed: 0, equivalent: 0, tried: 0, all: mutants.length };
    scores.set(area, score);
    for (const mutant of mutants) {
      const isEquivalent = equivalents.reasonFor(mutant) !== undefined;
      const { killedBy, passed } = cache.get(mutant);
      const isKilled = killedBy !== undefined;
      if (!isKilled && passed.length === 0) continue;
      score.tried++;
      if (isKilled) score.killed++;
      else if (isEquivalent) score.equivalent++;
      else survivors.push(mutant);
      if (isKilled && isEquivalent) wrong.push(`listed as equivalent, but killed: ${describe(mutant)}`);
    }
  }
  for (const mutant of survivors) console.log(`survived  ${describe(mutant)}`);
  if (isWhole)
    wrong.push(...equivalents.unused.map((entry) => `listed as equivalent, but there is no such mutant: ${entry}`));
  for (const problem of wrong) console.log(problem);
  printScores(scores);
  return wrong.length === 0;
}

function describe({ file, line, key }: Mutant): string {
  return `${file}:${line}  ${key}`;
}

function printScores(scores: ReadonlyMap<string, Score>): void {
  const total = { killed: 0, equivalent: 0, tried: 0, all: 0 };
  console.log('\n| part | mutants | tried | equivalent | killed | score |\n| --- | --- | --- | --- | --- | --- |');
  for (const [area, score] of scores) {
    console.log(rowOf(area, score));
    for (const key of ['killed', 'equivalent', 'tried', 'all'] as const) total[key] += score[key];
  }
  console.log(rowOf('all', total));
}

function rowOf(area: string, { killed, equivalent, tried, all }: Score): string {
  const percent = ((100 * killed) / Math.max(1, tried - equivalent)).toFixed(1);
  return `| ${area} | ${all} | ${tried} | ${equivalent} | ${killed} | ${percent} % |`;
}
