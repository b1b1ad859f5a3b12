// Measures the cost of waiting for 1, 100 and 10,000 operations under one parent, and of 100,000 pending waits on one client:
// `npm run bench:many`. With `-- --check` it measures only what has a promised figure, and fails if one is missed. Takes
// about seven minutes.
import { fork } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Cost, Library } from './support/many-client.js';
import { drawGrowth } from './support/many-chart.js';
import type { ParentsCost } from './support/many-parents.js';
import type { Pending } from './support/many-pending.js';
import { messageOf } from './support/processes.js';

/** A row of the table. */
export interface Row extends Cost {
  readonly client: Library;
  readonly count: number;
}

const check = process.argv.includes('--check');
const libraries: readonly Library[] = ['longrunning', 'longrunning, coalesced', 'google-gax'];
const counts = check ? [10_000] : [1, 100, 10_000];
// Those of polls at 1.24 times the age before, at most 60.5 s apart: the load must not grow with the price of promptness.
const maxRequests = 223_240;
const folder = mkdtempSync(join(tmpdir(), 'many-'));
const rows: Row[] = [];

console.log(`${'client'.padEnd(24)}  operations  requests  mean delay  p95 delay     CPU  peak RSS`);
for (const count of counts) {
  for (const client of libraries) {
    const row = { client, count, ...(await costOf(client, count)) };
    rows.push(row);
    const { requests, meanDelayMs, p95DelayMs, cpuSeconds, peakRssMb } = row;
    const columns = [
      count.toLocaleString('en').padStart(12),
      requests.toLocaleString('en').padStart(10),
      `${(meanDelayMs / 1000).toFixed(1)} s`.padStart(12),
      `${(p95DelayMs / 1000).toFixed(1)} s`.padStart(11),
      `${cpuSeconds.toFixed(1)} s`.padStart(8),
      `${peakRssMb.toFixed(0)} MB`.padStart(10),
    ];
    console.log(client.padEnd(24) + columns.join(''));
  }
}
const pending = await messageOf<Pending>(
  fork(new URL('support/many-pending.ts', import.meta.url), { execArgv: [...process.execArgv, '--expose-gc'] }),
);
const { bytesPerWait, loopDelayP99Ms, loopDelayMaxMs, requests, seconds, wrong, left } = pending;
console.log(
  `\n100,000 waits pending on one client: ${bytesPerWait.toFixed(0)} bytes each; event loop p99 ${loopDelayP99Ms.toFixed(1)} ms, ` +
    `at most ${loopDelayMaxMs.toFixed(0)} ms; ${requests.toLocaleString('en')} requests in ${seconds.toFixed(0)} s; ` +
    `${wrong} wrong outcomes, ${left} requests and timers left`,
);
const parents = { local: await parentsCosts('local', 3), grpc: await parentsCosts('grpc', 1) };
for (const [wire, costs] of Object.entries(parents)) {
  for (const [name, cost] of Object.entries(costs)) {
    console.log(
      `20,000 operations under 1,000 parents, ${wire}, ${name}: ${cost.requests.toLocaleString('en')} requests, ${cost.cpuSeconds.toFixed(1)} s CPU`,
    );
  }
}
rmSync(folder, { recursive: true });

const failures = findFailures();
for (const failure of failures) console.error(`many: ${failure}`);
if (check) {
  if (failures.length === 0) console.log('\nAll promised figures are met.');
  else process.exitCode = 1;
} else {
  const figures = new URL('../docs/figures/', import.meta.url);
  mkdirSync(figures, { recursive: true });
  writeFileSync(new URL('many.json', figures), `${JSON.stringify({ rows, pending, parents }, null, 2)}\n`);
  writeFileSync(new URL('many.svg', figures), drawGrowth(rows, 3));
  writeFileSync(new URL('many-narrow.svg', figures), drawGrowth(rows, 1));
}

/** The medians of some runs by their CPU. Alternated, since what else the machine does changes from minute to minute. */
async function parentsCosts(
  wire: 'local' | 'grpc',
  runs: number,
): Promise<Readonly<Record<'plain' | 'coalesced', ParentsCost>>> {
  const costs: Record<'plain' | 'coalesced', ParentsCost[]> = { plain: [], coalesced: [] };
  for (let round = 0; round < runs; round++) {
    for (const kind of ['plain', 'coalesced'] as const) {
      const child = fork(new URL('support/many-parents.ts', import.meta.url), [kind, wire]);
      costs[kind].push(await messageOf<ParentsCost>(child));
    }
  }
  const median = (runs: ParentsCost[]): ParentsCost =>
    runs.sort((a, b) => a.cpuSeconds - b.cpuSeconds)[Math.floor(runs.length / 2)]!;
  return { plain: median(costs.plain), coalesced: median(costs.coalesced) };
}

/** Measures one client, with the server and the client in their own processes. */
async function costOf(client: Library, count: number): Promise<Cost> {
  const time = join(folder, `${rows.length}.time`);
  writeFileSync(time, '');
  const server = fork(new URL('support/many-server.ts', import.meta.url), [time, String(count)]);
  const port = await messageOf<number>(server);
  const args = [client, String(count), String(port), time];
  const cost = await messageOf<Cost>(fork(new URL('support/many-client.ts', import.meta.url), args));
  server.disconnect();
  return cost;
}

/** The expectations that do not hold. */
function findFailures(): string[] {
  const failures: string[] = [];
  const expect = (condition: boolean, message: string): void => {
    if (!condition) failures.push(message);
  };
  const rowOf = (client: Library): Row => rows.find((row) => row.client === client && row.count === 10_000)!;
  const [plain, coalesced, gax] = [rowOf('longrunning'), rowOf('longrunning, coalesced'), rowOf('google-gax')];
  const ratio = (value: number, other: number): string => (value / other).toFixed(3);
  expect(
    plain.requests <= 1.05 * maxRequests,
    `10,000 waits take ${plain.requests} requests, more than 1.05 of ${maxRequests}`,
  );
  expect(
    coalesced.requests <= gax.requests / 40,
    `coalesced takes ${ratio(coalesced.requests, gax.requests)} of google-gax's requests, more than a fortieth`,
  );
  expect(
    coalesced.meanDelayMs <= 1.05 * plain.meanDelayMs,
    `the mean delay is ${ratio(coalesced.meanDelayMs, plain.meanDelayMs)} of that without coalescing, more than 1.05`,
  );
  expect(
    coalesced.cpuSeconds <= gax.cpuSeconds / 2,
    `coalesced takes ${ratio(coalesced.cpuSeconds, gax.cpuSeconds)} of google-gax's CPU, more than half`,
  );
  expect(
    coalesced.peakRssMb <= gax.peakRssMb / 2,
    `coalesced takes ${ratio(coalesced.peakRssMb, gax.peakRssMb)} of google-gax's memory, more than half`,
  );
  expect(loopDelayP99Ms < 20, `the event loop delay is ${loopDelayP99Ms.toFixed(1)} ms (p99), 20 or more`);
  expect(
    wrong === 0 && left === 0,
    `${wrong} of 100,000 waits had the wrong outcome, and ${left} requests and timers are left`,
  );
  // In process a GetOperation costs a few microseconds; over a network the requests that are saved cost far more.
  for (const [wire, limit] of [
    ['local', 2],
    ['grpc', 0.5],
  ] as const) {
    const { plain: get, coalesced: list } = parents[wire];
    expect(
      list.cpuSeconds <= limit * get.cpuSeconds,
      `with 1,000 parents (${wire}) coalescing takes ${ratio(list.cpuSeconds, get.cpuSeconds)} of the CPU without it, more than ${limit}`,
    );
  }
  return failures;
}
