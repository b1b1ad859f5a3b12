// Breaks the sources in small ways, one at a time, and counts how many the tests notice:
//
//   npm run mutants                              all parts
//   npm run mutants -- --file coalescing/        the sources whose path contains this
//   npm run mutants -- --report                  what is known, without trying more
//   npm run mutants -- --sample 100 --seed 7     a hundred of all, drawn by the seed
//
// `--max-test-ms 100` leaves out slower tests, for a quick first look.
// Outcomes are kept: what was tried before is not tried again, as long as the source and the tests that ran are the same.
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { Random } from '../sim/random.js';
import { AreaRun } from './area-run.js';
import { areasOf } from './areas.js';
import { bundleWorker } from './bundle.js';
import { OutcomeCache } from './cache.js';
import { instrument, type Mutant } from './instrument.js';
import { report } from './report.js';
import { TestProcess } from './test-process.js';

const { values } = parseArgs({
  options: {
    file: { type: 'string', default: '' },
    sample: { type: 'string' },
    seed: { type: 'string', default: '1' },
    report: { type: 'boolean', default: false },
    processes: { type: 'string', default: '2' },
    'max-test-ms': { type: 'string', default: 'Infinity' },
    cache: { type: 'string', default: 'node_modules/.cache/longrunning/mutants' },
  },
});

const root = fileURLToPath(new URL('..', import.meta.url)).replace(/\/$/, '');
const areas = areasOf(root);
const instrumented = new Map<string, string>();
const all: Mutant[] = [];
for (const file of areas.flatMap(({ sources }) => sources)) {
  const { code, mutants } = instrument(file, readFileSync(join(root, file), 'utf8'), all.length);
  instrumented.set(file, code);
  all.push(...mutants);
}

const isWhole = values.file === '' && values.sample === undefined;
const chosen = new Set(draw(all.filter(({ file }) => file.includes(values.file))));
const chosenIn = new Map(
  areas.map(({ name, sources }) => [name, all.filter((mutant) => sources.includes(mutant.file) && chosen.has(mutant))]),
);
const folder = resolve(root, values.cache);
const maxTestMs = Number(values['max-test-ms']);
const cache = new OutcomeCache(root, join(folder, 'outcomes.json'), maxTestMs);
const script = join(folder, 'worker.cjs');
await bundleWorker(root, script);
const processes = Array.from({ length: Number(values.processes) }, () => new TestProcess(script, root, all.length));
process.once('SIGTERM', () => {
  cache.save();
  process.exit(1);
});
const options = { root, folder, instrumented, processes, cache, maxTestMs };
const startMs = performance.now();
try {
  for (const area of values.report ? [] : areas) await new AreaRun(area, options).run(chosenIn.get(area.name)!);
} finally {
  cache.save();
  for (const runner of processes) await runner[Symbol.asyncDispose]();
}
const isAsReviewed = report(chosenIn, cache, isWhole);
console.log(`${((performance.now() - startMs) / 60_000).toFixed(1)} min`);
process.exitCode = isAsReviewed ? 0 : 1;

/** As many as `--sample` says, drawn by the seed. */
function draw(mutants: readonly Mutant[]): readonly Mutant[] {
  if (values.sample === undefined) return mutants;
  const random = new Random(Number(values.seed));
  const order = new Map(mutants.map((mutant) => [mutant, random.whole(0, 2 ** 30)]));
  return mutants.toSorted((a, b) => order.get(a)! - order.get(b)!).slice(0, Number(values.sample));
}
