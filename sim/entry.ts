// What is bundled: the simulation with the client, in one file, so that nothing is loaded while time is virtual.
export { invariants } from './invariants/index.js';
export { printScript } from './print.js';
export { addRun, fingerprintOf, noTotals, runScript, runSeed } from './run.js';
export { makeScript } from './generate/script.js';
export { shrink } from './shrink.js';
