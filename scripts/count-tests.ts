// Prints the tests that failed, and the totals of test runs as `412 passed, 0 failed, 3 skipped`, from the files that Jest
// wrote with `--json --outputFile`. A run without a passed test has failed.
import { readFileSync } from 'node:fs';
import { relative } from 'node:path';

type Total = 'numPassedTests' | 'numFailedTests' | 'numPendingTests' | 'numTodoTests' | 'numRuntimeErrorTestSuites';

interface TestFile {
  readonly name: string;
  readonly message: string;
  readonly assertionResults: readonly {
    readonly status: string;
    readonly fullName: string;
    readonly failureMessages: readonly string[];
  }[];
}

type Results = Record<Total, number> & { readonly testResults: readonly TestFile[] };

const totals = { passed: 0, failed: 0, skipped: 0 };
for (const file of process.argv.slice(2)) {
  const results = readResults(file);
  if (results === undefined || results.numPassedTests === 0) {
    console.log('FAILED: a run of Jest ended without a passed test\n');
    process.exitCode = 1;
  }
  if (results === undefined) continue;
  printFailures(results.testResults);
  totals.passed += results.numPassedTests;
  totals.failed += results.numFailedTests + results.numRuntimeErrorTestSuites; // a file that fails to load has no tests
  totals.skipped += results.numPendingTests + results.numTodoTests;
}
console.log(`${totals.passed} passed, ${totals.failed} failed, ${totals.skipped} skipped`);
if (totals.failed > 0 || totals.passed === 0) process.exitCode = 1;

/** Undefined if the run ended before Jest wrote them. */
function readResults(file: string): Results | undefined {
  const text = readFileSync(file, 'utf8');
  return text === '' ? undefined : (JSON.parse(text) as Results);
}

/** Prints the first lines of each failure: the output of the run is long. */
function printFailures(files: readonly TestFile[]): void {
  for (const { name, message, assertionResults } of files) {
    const failures = assertionResults.filter(({ status }) => status === 'failed');
    const fileName = relative(process.cwd(), name);
    for (const { fullName, failureMessages } of failures) {
      console.log(`FAILED ${fileName}: ${fullName}\n${firstLines(failureMessages.join('\n'))}\n`);
    }
    if (assertionResults.length === 0 && message) console.log(`FAILED ${fileName}\n${firstLines(message)}\n`);
  }
}

function firstLines(failure: string): string {
  return failure.split('\n').slice(0, 12).join('\n');
}
