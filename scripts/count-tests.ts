// Prints the tests that failed, and the totals of a test run as `412 passed, 0 failed, 3 skipped`, from the file that Jest
// wrote with `--json --outputFile`. A run without a passed test has failed.
import { readFileSync } from 'node:fs';
import { relative } from 'node:path';

type Total = 'numPassedTests' | 'numFailedTests' | 'numPendingTests' | 'numTodoTests' | 'numRuntimeErrorTestSuites';

const text = readFileSync(process.argv[2] ?? '', 'utf8');
if (text === '') throw new Error('Jest ended without a result');

interface TestFile {
  readonly name: string;
  readonly message: string;
  readonly assertionResults: readonly {
    readonly status: string;
    readonly fullName: string;
    readonly failureMessages: readonly string[];
  }[];
}
const results = JSON.parse(text) as Record<Total, number> & { readonly testResults: readonly TestFile[] };

/** Prints the first lines of each failure: the output of the run is long. */
for (const { name, message, assertionResults } of results.testResults) {
  const failures = assertionResults.filter(({ status }) => status === 'failed');
  const fileName = relative(process.cwd(), name);
  for (const { fullName, failureMessages } of failures) {
    console.log(`FAILED ${fileName}: ${fullName}\n${firstLines(failureMessages.join('\n'))}\n`);
  }
  if (assertionResults.length === 0 && message) console.log(`FAILED ${fileName}\n${firstLines(message)}\n`);
}

function firstLines(failure: string): string {
  return failure.split('\n').slice(0, 12).join('\n');
}

const totals: Record<Total, number> = results;
const passed = totals.numPassedTests;
const failed = totals.numFailedTests + totals.numRuntimeErrorTestSuites; // a file that fails to load has no tests
const skipped = totals.numPendingTests + totals.numTodoTests;
console.log(`${passed} passed, ${failed} failed, ${skipped} skipped`);
if (failed > 0 || passed === 0) process.exitCode = 1;
