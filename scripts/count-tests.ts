// Prints what Jest counted, from the file that its `--json --outputFile` wrote: `412 passed, 0 failed`.
// A run in which nothing was tested has failed.
import { readFileSync } from 'node:fs';

const file = process.argv[2] ?? '';
const text = readFileSync(file, 'utf8');
if (text === '') throw new Error('Jest did not get as far as a result');

const counts = JSON.parse(text) as Record<'numPassedTests' | 'numFailedTests' | 'numRuntimeErrorTestSuites', number>;
const passed = counts.numPassedTests;
const failed = counts.numFailedTests + counts.numRuntimeErrorTestSuites; // a file that did not load has no tests
console.log(`${passed} passed, ${failed} failed`);
if (failed > 0 || passed === 0) process.exitCode = 1;
