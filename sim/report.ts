import type { Simulation } from './bundle.js';
import type { Run, Totals } from './run.js';
import type { Script } from './script.js';

const yearMs = 365.25 * 86_400_000;

/** Runs seeds and prints what was found. @returns whether all invariants held. */
export async function reportRuns(
  simulation: Simulation,
  [first, last]: readonly [number, number],
  maxSeconds: number,
): Promise<boolean> {
  const totals = { ...simulation.noTotals };
  const startMs = performance.now();
  const failed: Run[] = [];
  for (let seed = first; seed <= last && performance.now() - startMs < maxSeconds * 1000; seed++) {
    const run = await simulation.runSeed(seed);
    simulation.addRun(totals, run.history);
    if (run.violations.length === 0) continue;
    failed.push(run);
    console.log(
      `seed ${seed}: ${run.violations.map(({ invariant, problems }) => `${invariant}: ${problems[0]}`).join('; ')}`,
    );
  }
  printTotals(totals, (performance.now() - startMs) / 1000, failed.length);
  if (failed[0]) await reportShrunk(simulation, failed[0]);
  return failed.length === 0;
}

function printTotals(
  { runs, operations, waits, requests, faults, virtualMs }: Totals,
  seconds: number,
  failed: number,
): void {
  const count = (value: number): string => value.toLocaleString('en-US');
  console.log(`${count(runs)} runs in ${seconds.toFixed(1)} s: ${count(failed)} failed`);
  console.log(
    `${count(operations)} operations, ${count(waits)} waits, ${count(requests)} requests, ${count(faults)} of them with a fault, ${(virtualMs / yearMs).toFixed(2)} simulated years`,
  );
}

/** Runs one seed and prints all that happened. @returns whether all invariants held. */
export async function reportSeed(simulation: Simulation, seed: number): Promise<boolean> {
  const run = await simulation.runSeed(seed);
  console.log(simulation.printScript(run.history.script));
  console.log(run.history.trace.join('\n'));
  console.log(`fingerprint ${simulation.fingerprintOf(run.history)}`);
  printViolations(run);
  if (run.violations.length > 0) await reportShrunk(simulation, run);
  return run.violations.length === 0;
}

function printViolations({ violations }: Run): void {
  for (const { invariant, problems } of violations)
    for (const problem of problems) console.log(`${invariant}: ${problem}`);
}

/** Shrinks a failing run to a short script, and prints it with all that happens in it. */
async function reportShrunk(simulation: Simulation, { history, violations }: Run): Promise<void> {
  const shrunk = await shrinkRun(simulation, history.script, violations[0]!.invariant);
  const run = await simulation.runScript(shrunk);
  console.log(
    `\nThe script of seed ${history.script.seed}, shrunk:\n\n${simulation.printScript(shrunk)}\n\n${run.history.trace.join('\n')}`,
  );
  printViolations(run);
}

/** The shortest script that still violates an invariant. */
export function shrinkRun(simulation: Simulation, script: Script, invariant: string): Promise<Script> {
  return simulation.shrink(script, async (candidate) =>
    (await simulation.runScript(candidate)).violations.some((one) => one.invariant === invariant),
  );
}
