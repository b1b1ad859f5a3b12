// Breaks the sources in small ways, one at a time in a copy of the tree, and counts how many the tests notice:
//
//   npm run mutants -- --sample 100                      a hundred of all mutants, chosen by the seed
//   npm run mutants -- --file coalescing/ --seed 7       all of one folder
//
// A mutant whose source and tests are as in an earlier run is not run again (`--cache`).
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { Random } from '../sim/random.js';
import { sourceFiles, testsOf } from './areas.js';
import { hashOf, keyOf, OutcomeCache, type Outcome } from './cache.js';
import { TreeCopy } from './copy.js';
import { applyMutant, mutantsOf, type Mutant } from './operators.js';

const { values } = parseArgs({
  options: {
    sample: { type: 'string' },
    seed: { type: 'string', default: '1' },
    file: { type: 'string', default: '' },
    cache: { type: 'string', default: 'node_modules/.cache/longrunning/mutants.json' },
    seconds: { type: 'string', default: 'Infinity' },
  },
});

interface Candidate {
  readonly file: string;
  readonly source: string;
  readonly mutant: Mutant;
}

/** How long tests may take without a mutant. */
const maxGreenMs = 900_000;
const root = fileURLToPath(new URL('..', import.meta.url));

/** The mutants to try, in the order in which the seed draws them. */
function candidates(): Candidate[] {
  const all = sourceFiles(root)
    .filter((file) => file.includes(values.file))
    .flatMap((file) => {
      const source = readFileSync(join(root, file), 'utf8');
      return mutantsOf(source).map((mutant) => ({ file, source, mutant }));
    });
  const random = new Random(Number(values.seed));
  for (let i = all.length - 1; i > 0; i--) {
    const other = random.whole(0, i);
    [all[i], all[other]] = [all[other]!, all[i]!];
  }
  console.log(`${all.length} mutants`);
  return all.slice(0, Number(values.sample ?? all.length));
}

/** Whether tests pass in the copy. Those that do not end in time fail. */
function passes(copy: TreeCopy, tests: readonly string[], timeout: number): boolean {
  const jest = ['--experimental-vm-modules', 'node_modules/jest/bin/jest.js', '--runInBand', '--bail', '--silent'];
  const { status } = spawnSync(process.execPath, [...jest, ...tests], {
    cwd: copy.root,
    timeout,
    killSignal: 'SIGKILL',
    stdio: 'ignore',
  });
  return status === 0;
}

function tryMutant(copy: TreeCopy, { file, source, mutant }: Candidate): Outcome {
  // A mutant that never ends is noticed too. The machine may be slower by now.
  const groups = testsOf(root, file).map((tests) => ({
    tests,
    timeout: Math.round(20_000 + 3 * greenMs(copy, tests)),
  }));
  const path = join(copy.root, file);
  writeFileSync(path, applyMutant(source, mutant));
  try {
    return groups.every(({ tests, timeout }) => passes(copy, tests, timeout)) ? 'survived' : 'killed';
  } finally {
    writeFileSync(path, source);
  }
}

const greens = new Map<string, number>();

/** How long tests take without a mutant. If they failed, they would notice each one. */
function greenMs(copy: TreeCopy, tests: readonly string[]): number {
  const key = tests.join(' ');
  const known = greens.get(key);
  if (known !== undefined) return known;
  const startMs = performance.now();
  if (!passes(copy, tests, maxGreenMs)) throw new Error(`Tests fail without a mutant: ${key}`);
  const tookMs = performance.now() - startMs;
  greens.set(key, tookMs);
  return tookMs;
}

function describe({ file, source, mutant: { start, end, replacement } }: Candidate): string {
  const line = source.slice(0, start).split('\n').length;
  const shorten = (text: string): string => text.replaceAll(/\s+/g, ' ').slice(0, 70);
  return `${file}:${line}  ${shorten(source.slice(start, end))}  →  ${shorten(replacement)}`;
}

const cache = new OutcomeCache(resolve(root, values.cache));
const chosen = candidates();
using copy = new TreeCopy(root);
const untilMs = performance.now() + Number(values.seconds) * 1000;
const survivors: Candidate[] = [];
let tried = 0;
for (const candidate of chosen) {
  if (performance.now() > untilMs) break;
  const key = keyOf(candidate.source, candidate.mutant, hashOf(root, testsOf(root, candidate.file).flat()));
  let outcome = cache.get(key);
  if (!outcome) {
    outcome = tryMutant(copy, candidate);
    cache.set(key, outcome);
  }
  tried++;
  if (outcome === 'survived') survivors.push(candidate);
  console.log(`${outcome}  ${describe(candidate)}`);
}
const killed = tried - survivors.length;
console.log(`\n${killed} of ${tried} killed: ${((100 * killed) / tried).toFixed(1)} %`);
for (const survivor of survivors) console.log(`survived  ${describe(survivor)}`);
