// Counts how many of 2,000 waits end right, wrong and not at all within the limit while a proxy breaks connections, over
// gRPC, over REST and with google-gax: `npm run bench:chaos`. With `-- --check` it runs this package alone, without the last
// scenario, and fails unless all end right. Takes about seven minutes. `--waits 200` takes fewer: a process that is busy all
// the time is short of CPU, which costs waits that the network did not.
import { fork } from 'node:child_process';
import { parseArgs } from 'node:util';
import { clients, type ClientName } from './support/chaos-clients.js';
import type { Faults } from './support/chaos-run-options.js';
import type { ChaosResult } from './support/chaos-run.js';
import { messageOf } from './support/processes.js';

interface Scenario extends Faults {
  readonly title: string;
  /** Not part of the promise: a connection that is shared by many calls loses all of them. */
  readonly isPromised: boolean;
}

// With this seed the first connection goes silent, so that a client with one connection meets the fault too.
const [seed, silenceMs] = [20260126, 8000];
const { values } = parseArgs({
  options: { check: { type: 'boolean', default: false }, waits: { type: 'string', default: '2000' } },
});
const limits = { count: Number(values.waits), durationMs: 12_000, limitMs: 60_000 };
const { count, durationMs, limitMs } = limits;
const scenarios: readonly Scenario[] = [
  {
    title: 'One new connection in ten goes silent within a second, for 8 s, then is reset; 20 clients',
    faults: { silentShare: 0.1, silenceMs, seed },
    clients: 20,
    isPromised: true,
  },
  {
    title: 'All connections go silent every 10 s, for 8 s, then are reset; one chunk in ten is delayed by up to 0.5 s',
    faults: { faultRate: 0.1, faults: ['delay'], delayMs: 500, silenceMs, seed },
    clients: 1,
    silenceEveryMs: 10_000,
    isPromised: true,
  },
  {
    title: 'One chunk of bytes in ten cuts, resets, silences (8 s) or delays its connection',
    faults: { faultRate: 0.1, faults: ['cut', 'reset', 'silence', 'delay'], delayMs: 500, silenceMs, seed },
    clients: 1,
    isPromised: false,
  },
];
const { check } = values;
const names = (Object.keys(clients) as ClientName[]).filter((name) => !check || name.startsWith('longrunning'));

console.log(`${count} waits for operations of ${durationMs / 1000} s, a poll every 2 s, limit ${limitMs / 1000} s`);
for (const scenario of scenarios.filter(({ isPromised }) => isPromised || !check)) {
  console.log(`\n${scenario.title}:\n`);
  console.log('client               right  wrong   lost  last after  connections  busy');
  for (const name of names) {
    // In a process of its own: the waits of google-gax cannot be stopped, and would go on during the next run.
    const child = fork(new URL('support/chaos-run.ts', import.meta.url), [
      name,
      JSON.stringify({ ...limits, ...scenario }),
    ]);
    const { right, wrong, lost, lastSeconds, connections, busy } = await messageOf<ChaosResult>(child);
    const columns = [right, wrong, lost].map((number) => String(number).padStart(7)).join('');
    console.log(
      `${name.padEnd(19)}${columns}${`${lastSeconds.toFixed(1)} s`.padStart(12)}${String(connections).padStart(13)}${busy.toFixed(2).padStart(6)}`,
    );
    if (check && right !== count) process.exitCode = 1;
  }
}
