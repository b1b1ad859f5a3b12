// Waits for very many operations in virtual time, with a service in this process whose network fails:
//
//   npm run soak -- --operations 1000000              plain, coalesced and rate-limited, in minutes
//   npm run soak -- --mode coalesced --faults 0.5     one of them, with another share of faults
//
// It fails unless each wait ends right, at the right time, and the heap stays flat.
import { parseArgs } from 'node:util';
import { modes, soak, type Mode, type SoakResult } from './run.js';

const { values } = parseArgs({
  options: {
    operations: { type: 'string', default: '100000' },
    concurrency: { type: 'string', default: '5000' },
    faults: { type: 'string', default: '0.3' },
    seed: { type: 'string', default: '1' },
    mode: { type: 'string' },
  },
});

/** The slope that counts as a leak, in bytes an operation: less than any object that could be kept of one. */
const maxHeapSlope = 16;

function numberOf(option: 'operations' | 'concurrency' | 'faults' | 'seed'): number {
  const value = Number(values[option]);
  if (!(value >= 0)) throw new TypeError(`--${option} must be a number, not '${values[option]}'`);
  return value;
}

/** What is wrong with a run. */
function problemsOf(mode: Mode, result: SoakResult): string[] {
  const { endings, lost, heapSlope, timersLeft, maxRequestsPerSecond } = result;
  const limit = mode === 'rate-limited' ? modes[mode].maxRequestsPerSecond : Infinity;
  const problems: string[] = [];
  if (lost > 0) problems.push(`${lost} waits have not ended`);
  if (endings.wrong > 0) problems.push(`${endings.wrong} waits ended wrong, such as`, ...endings.examples);
  if (timersLeft > 0) problems.push(`${timersLeft} timers are left`);
  if (maxRequestsPerSecond > limit) problems.push(`${maxRequestsPerSecond} requests in a second, of at most ${limit}`);
  if (heapSlope.slope - 3 * heapSlope.error > maxHeapSlope) problems.push('the heap grows');
  return problems;
}

function print(mode: Mode, operations: number, result: SoakResult): void {
  const { endings, lost, requests, faults, virtualMs, cpuMs, heapSlope, heapBytes } = result;
  const count = (value: number): string => value.toLocaleString('en-US');
  const share = ((100 * faults) / requests).toFixed(1);
  console.log(
    `${mode}: ${count(operations)} operations: ${count(endings.outcome)} outcomes, ${count(endings.timeout)} time limits, ${count(endings.abort)} aborts, ${lost} lost, ${endings.wrong} wrong`,
  );
  console.log(
    `  ${count(requests)} requests, ${share} % with a fault, in ${(virtualMs / 3_600_000).toFixed(1)} virtual hours; at most ${result.maxRequestsPerSecond} in a second`,
  );
  console.log(
    `  ${(cpuMs / 1000).toFixed(1)} s of CPU: ${(cpuMs / operations).toFixed(3)} ms an operation, ${((1000 * cpuMs) / requests).toFixed(1)} µs a request`,
  );
  console.log(
    `  heap ${(heapBytes / 2 ** 20).toFixed(1)} MB, ${heapSlope.slope.toFixed(1)} ± ${heapSlope.error.toFixed(1)} bytes an operation`,
  );
}

const operations = numberOf('operations');
const options = {
  operations,
  concurrency: numberOf('concurrency'),
  faults: numberOf('faults'),
  seed: numberOf('seed'),
};
if (values.mode !== undefined && !(values.mode in modes))
  throw new TypeError(`--mode must be one of ${Object.keys(modes).join(', ')}, not '${values.mode}'`);
for (const mode of values.mode === undefined ? (Object.keys(modes) as Mode[]) : [values.mode as Mode]) {
  const result = await soak(mode, options);
  print(mode, operations, result);
  for (const problem of problemsOf(mode, result)) {
    console.log(`  FAILED: ${problem}`);
    process.exitCode = 1;
  }
}
