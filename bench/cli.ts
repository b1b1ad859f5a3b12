// Measures the start time of the command line beside bare Node, and its size: `npm run bench:cli`. With `-- --check` it
// fails above the limit.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { programs } from '../scripts/entries.js';
import { median } from './support/statistics.js';

const rounds = 15;
const limitMs = 120;
/** The limit applies to machines that start bare Node in this time. It grows with the time on slower ones. */
const referenceBareMs = 50;

const program = fileURLToPath(new URL(`../${programs()[0]!}`, import.meta.url));
// The operation has no service, so that the second one ends after it has read its arguments.
const commands = {
  'node -e 0': ['-e', '0'],
  'longrunning --help': [program, '--help'],
  'longrunning wait': [program, 'wait', 'operations/1'],
};
const names = Object.keys(commands) as (keyof typeof commands)[];

// Interleaved, so that other load on the machine affects all of them equally.
const times = new Map(names.map((name) => [name, [] as number[]]));
for (const name of names) timeOf(commands[name]); // fills the file cache
for (let round = 0; round < rounds; round += 1) {
  for (const name of names) times.get(name)!.push(timeOf(commands[name]));
}

const medians = new Map(names.map((name) => [name, median(times.get(name)!)]));
for (const [name, ms] of medians) console.log(`${name.padEnd(20)} ${ms.toFixed(1).padStart(7)} ms`);
const limit = limitMs * Math.max(1, medians.get('node -e 0')! / referenceBareMs);
console.log(`${'limit'.padEnd(20)} ${limit.toFixed(1).padStart(7)} ms`);
const code = readFileSync(program);
const gzipped = gzipSync(code, { level: 9 }).length;
console.log(`${'size'.padEnd(20)} ${(code.length / 1000).toFixed(0)} kB, gzipped ${(gzipped / 1000).toFixed(0)} kB`);
const slow = [...medians].filter(([, ms]) => ms > limit);
for (const [name, ms] of slow) console.error(`cli: '${name}' takes ${ms.toFixed(1)} ms`);
if (process.argv.includes('--check') && slow.length > 0) process.exitCode = 1;

/** The wall time of one process, in milliseconds. */
function timeOf(args: readonly string[]): number {
  const start = performance.now();
  const { error } = spawnSync(process.execPath, args);
  if (error) throw error;
  return performance.now() - start;
}
