// Passes odd input to all that takes input from outside, and checks what comes back:
//
//   npm run fuzz                          500 inputs for each target, from the seed 1
//   npm run fuzz -- --runs 100000 --seed 7 --target 'HTTP'
//
// Never a crash, an unhandled rejection, an error of another kind than the documented ones, a credential in an error, a
// polluted prototype, or more than linear time. A failing input is shrunk and printed, with the seed that repeats it.
import { parseArgs } from 'node:util';
import fc from 'fast-check';
import { isPolluted, problemOf } from './oracle.js';
import type { Target } from './target.js';
import { clientTargets } from './targets/client.js';
import { httpTargets } from './targets/http.js';
import { wireTargets } from './targets/wire.js';

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '500' },
    seed: { type: 'string', default: '1' },
    target: { type: 'string', default: '' },
  },
});

/** The length of a long input, and how long it may take: a thousand times what linear time needs, less than quadratic. */
const longLength = 200_000;
const maxLongMs = 3000;

const strays: unknown[] = [];
process.on('unhandledRejection', (error) => strays.push(error)).on('uncaughtException', (error) => strays.push(error));

/** Runs one input, and throws what is wrong with how it ends. */
async function check(target: Target, input: unknown): Promise<void> {
  let problem: string | undefined;
  try {
    await target.run(input as never);
  } catch (error) {
    problem = problemOf(error);
  }
  // Rejections are reported after the microtasks.
  await new Promise((resolve) => setImmediate(resolve));
  if (strays.length > 0) problem = `not handled: ${String(strays.splice(0)[0])}`;
  if (isPolluted()) problem = 'a polluted prototype';
  if (problem !== undefined) throw new Error(problem);
}

async function checkLong(target: Target, makeInput: (length: number) => unknown): Promise<void> {
  const input = makeInput(longLength);
  const startMs = performance.now();
  await check(target, input);
  const tookMs = performance.now() - startMs;
  if (tookMs > maxLongMs) throw new Error(`an input of ${longLength} characters took ${Math.round(tookMs)} ms`);
}

async function fuzz(target: Target): Promise<boolean> {
  const parameters = { numRuns: Number(values.runs), seed: Number(values.seed) };
  const property = fc.asyncProperty(target.input, (input) => check(target, input));
  try {
    await fc.assert(property, parameters);
    for (const makeInput of target.long ?? []) await checkLong(target, makeInput);
    console.log(`${target.name}: ${values.runs} inputs`);
    return true;
  } catch (error) {
    const { message, cause } = error as Error;
    console.log(`${target.name}: FAILED\n${message}\n${cause instanceof Error ? cause.message : ''}`);
    return false;
  }
}

const targets = [...wireTargets, ...httpTargets, ...clientTargets].filter(({ name }) => name.includes(values.target));
let failed = 0;
for (const one of targets) if (!(await fuzz(one))) failed++;
console.log(failed === 0 ? `${targets.length} targets: nothing found` : `${failed} targets FAILED`);
process.exit(failed === 0 ? 0 : 1);
