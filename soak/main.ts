// Waits for very many operations in virtual time, with a service in this process whose network fails:
//
//   npm run soak -- --operations 1000000              plain, coalesced and rate-limited, in minutes
//   npm run soak -- --mode coalesced --faults 0.5     one of them, with another share of faults
//
// or in real time over a wire, with a service in another process, behind a proxy that breaks connections:
//
//   npm run soak -- --wire grpc --operations 100000   or rest; --client: another client; --seconds: for how
//                                                     long; --rpc-timeout: the deadline of a request, in ms
//
// It fails unless each wait ends right, at the right time, and the heap stays flat.
import { parseArgs } from 'node:util';
import { modes, soak, type Mode, type SoakResult } from './run.js';
import type { Slope } from './slope.js';
import { soakWire, type WireSoakResult } from './wire.js';
import { wireClients, type Wire } from './wire-clients.js';

const { values } = parseArgs({
  options: {
    operations: { type: 'string', default: '100000' },
    concurrency: { type: 'string', default: '5000' },
    faults: { type: 'string', default: '0.3' },
    seed: { type: 'string', default: '1' },
    mode: { type: 'string' },
    wire: { type: 'string' },
    client: { type: 'string', default: 'longrunning' },
    seconds: { type: 'string', default: 'Infinity' },
    'rpc-timeout': { type: 'string' },
  },
});

/** The slope that counts as a leak, in bytes an operation: less than any object that could be kept of one. */
const maxHeapSlope = 16;

/** How many operations a run over a wire must have for its slope to count. */
const minOperations = 50_000;

function numberOf(option: 'operations' | 'concurrency' | 'faults' | 'seed' | 'seconds'): number {
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
  return [...problems, ...growthOf(heapSlope)];
}

function growthOf({ slope, error }: Slope): string[] {
  return slope - 3 * error > maxHeapSlope ? ['the heap grows'] : [];
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

function printWire(name: string, { right, wrong, lost, ...rest }: WireSoakResult): void {
  const { requests, connections, seconds, cpuMs, heapBytes, heapSlope } = rest;
  const operations = right + wrong + lost;
  const count = (value: number): string => value.toLocaleString('en-US');
  console.log(`${name}: ${count(operations)} operations: ${count(right)} right, ${wrong} wrong, ${count(lost)} lost`);
  console.log(
    `  ${count(requests)} requests over ${count(connections)} connections in ${seconds.toFixed(0)} s; ${(cpuMs / operations).toFixed(3)} ms of CPU an operation`,
  );
  console.log(
    `  heap ${(heapBytes / 2 ** 20).toFixed(1)} MB, ${heapSlope.slope.toFixed(1)} ± ${heapSlope.error.toFixed(1)} bytes an operation`,
  );
}

function fail(problems: readonly string[]): void {
  for (const problem of problems) {
    console.log(`  FAILED: ${problem}`);
    process.exitCode = 1;
  }
}

async function runWire(wire: string): Promise<void> {
  const { client } = values;
  const rpcTimeoutMs = values['rpc-timeout'] === undefined ? undefined : Number(values['rpc-timeout']);
  const known = wireClients[client];
  if (!['grpc', 'rest'].includes(wire) || !known || (known.wire ?? wire) !== wire)
    throw new TypeError(`there is no client '${client}' over '${wire}'`);
  const result = await soakWire({ wire: wire as Wire, client, ...options, rpcTimeoutMs, seconds: numberOf('seconds') });
  printWire(`${client} over ${wire}`, result);
  // In a short run the heap grows by what is compiled and pooled.
  const growth = options.operations < minOperations ? [] : growthOf(result.heapSlope);
  fail([...(result.wrong + result.lost > 0 ? result.examples : []), ...growth]);
  // The waits of other clients may not end.
  process.exit();
}

async function runModes(mode: string | undefined): Promise<void> {
  if (mode !== undefined && !(mode in modes))
    throw new TypeError(`--mode must be one of ${Object.keys(modes).join(', ')}, not '${mode}'`);
  for (const one of mode === undefined ? (Object.keys(modes) as Mode[]) : [mode as Mode]) {
    const result = await soak(one, options);
    print(one, options.operations, result);
    fail(problemsOf(one, result));
  }
}

const options = {
  operations: numberOf('operations'),
  concurrency: numberOf('concurrency'),
  faults: numberOf('faults'),
  seed: numberOf('seed'),
};
await (values.wire === undefined ? runModes(values.mode) : runWire(values.wire));
