// Prints the totals of a test run as `412 passed, 0 failed, 3 skipped`, from the file that Jest wrote with
// `--json --outputFile`. A run without a passed test has failed.
import { readFileSync } from 'node:fs';

type Total = 'numPassedTests' | 'numFailedTests' | 'numPendingTests' | 'numTodoTests' | 'numRuntimeErrorTestSuites';

const text = readFileSync(process.argv[2] ?? '', 'utf8');
if (text === '') throw new Error('Jest ended without a result');

const totals = JSON.parse(text) as Record<Total, number>;
const passed = totals.numPassedTests;
const failed = totals.numFailedTests + totals.numRuntimeErrorTestSuites; // a file that fails to load has no tests
const skipped = totals.numPendingTests + totals.numTodoTests;
console.log(`${passed} passed, ${failed} failed, ${skipped} skipped`);
if (failed > 0 || passed === 0) process.exitCode = 1;
