// Simulates the client against a hostile service in virtual time, a run for each seed, and checks the invariants:
//
//   npm run sim -- --seeds 0..1999      a run for each of these seeds
//   npm run sim -- --seed 17            one run, with all that happens in it
//   npm run sim -- --invariants         the invariants
//   npm run sim -- --defects            which invariant notices each of some defects, and with which seed
//
// A seed that fails is shrunk to a short script, which is printed. `--seconds 100` stops after that time.
import { parseArgs } from 'node:util';
import { bundleSimulation } from './bundle.js';
import { reportDefects } from './defects.js';
import { reportRuns, reportSeed } from './report.js';

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '0..1999' },
    seed: { type: 'string' },
    invariants: { type: 'boolean', default: false },
    defects: { type: 'boolean', default: false },
    seconds: { type: 'string' },
  },
});

function range(text: string): [first: number, last: number] {
  const [first, last = first] = text.split('..').map(Number);
  if (!Number.isInteger(first) || !Number.isInteger(last))
    throw new TypeError(`--seeds must be like 0..1999, not '${text}'`);
  return [first!, last!];
}

async function main(): Promise<boolean> {
  const seeds = range(values.seeds);
  if (values.defects) return reportDefects(seeds);
  const simulation = await bundleSimulation();
  if (values.seed !== undefined) return reportSeed(simulation, Number(values.seed));
  if (!values.invariants) return reportRuns(simulation, seeds, Number(values.seconds ?? Infinity));
  for (const { name, promise } of simulation.invariants) console.log(`${name.padEnd(28)}${promise}`);
  return true;
}

if (!(await main())) process.exitCode = 1;
