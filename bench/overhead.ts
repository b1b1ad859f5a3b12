// What a poll costs over a bare call of grpc-js, and what a wait holds and takes, side by side with the peers:
// `npm run bench:overhead`; with `-- --check` it fails where a promise does not hold, and leaves out the peers that none
// is about. Takes a minute and a half, or more on a machine that is busy with other things.
import { fork } from 'node:child_process';
import { waysToAsk, type Way } from './support/asking.js';
import type { Library, SleeperCost } from './support/sleeping.js';
import { messageOf } from './support/processes.js';
import { median } from './support/statistics.js';

const check = process.argv.includes('--check');
const problems: string[] = [];
const hold = (holds: boolean, what: string): void => {
  if (!holds) problems.push(what);
};

await comparePolls();
await compareSleepers();
for (const problem of problems) console.error(`overhead: ${problem}`);
if (check && problems.length === 0) console.log('\nAll that is promised holds.');
if (check && problems.length > 0) process.exitCode = 1;

async function comparePolls(): Promise<void> {
  const [calls, inFlight, rounds] = [1000, 8, 20];
  const server = fork(new URL('support/asking-server.ts', import.meta.url));
  const ways = waysToAsk(await messageOf<number>(server));
  const names = Object.keys(ways) as (keyof typeof ways)[];
  const costs = await interleaved(names, rounds + 1, (name) => cpuPerCall(ways[name], calls, inFlight));
  for (const way of Object.values(ways)) await way.close();
  server.disconnect();

  console.log(`CPU of one poll over gRPC on this machine, ${inFlight} at a time, ${rounds} rounds of ${calls}:\n`);
  const warm = costs.slice(1);
  const micros = (name: keyof typeof ways): number => median(warm.map((round) => round[name]));
  const ratio = (a: keyof typeof ways, b: keyof typeof ways): number =>
    median(warm.map((round) => round[a] / round[b]));
  const titles = {
    bare: 'grpc-js, a bare call',
    transport: 'longrunning, transport.getOperation()',
    client: 'longrunning, client.getOperation()',
    poller: 'longrunning, poller.poll()',
    pollerFrom: 'longrunning, pollerFrom().poll()',
    'google-gax': 'google-gax, client.getOperation()',
  };
  for (const name of names) {
    const columns = [
      `${micros(name).toFixed(0).padStart(6)} µs`,
      `${ratio(name, 'bare').toFixed(2).padStart(6)} of bare`,
    ];
    console.log(titles[name].padEnd(40) + columns.join(''));
  }
  const ofBare = ratio('client', 'bare');
  hold(ofBare <= 1.25, `a poll takes ${ofBare.toFixed(2)} of a bare call's CPU, more than 1.25`);
  const ofGrpc = ratio('pollerFrom', 'poller');
  hold(ofGrpc <= 1.1, `a poll of pollerFrom() takes ${ofGrpc.toFixed(2)} of grpcTransport's CPU, more than 1.1`);
  const ofGax = ratio('client', 'google-gax');
  hold(ofGax < 1, `a poll takes ${ofGax.toFixed(2)} of google-gax's CPU`);
}

async function compareSleepers(): Promise<void> {
  const rounds = 5;
  const peers: Library[] = check ? ['google-gax'] : ['google-gax', '@azure/core-lro', '@smithy/util-waiter'];
  const names: Library[] = ['longrunning', ...peers];
  const costs = await interleaved(names, rounds, async (library) => {
    const execArgv = [...process.execArgv, '--expose-gc'];
    return messageOf<SleeperCost>(fork(new URL('support/sleeping.ts', import.meta.url), [library], { execArgv }));
  });

  console.log(`\nOne of 20,000 waits: heap while it sleeps; CPU from its begin over two polls to its end:\n`);
  const bytes = (name: Library): number => median(costs.map((round) => round[name].bytes));
  const ofGax = (name: Library): number =>
    median(costs.map((round) => round[name].micros / round['google-gax'].micros));
  for (const name of names) {
    const micros = median(costs.map((round) => round[name].micros));
    const columns = [
      `${bytes(name).toFixed(0).padStart(6)} B`,
      `${micros.toFixed(0).padStart(6)} µs`,
      `${ofGax(name).toFixed(2).padStart(6)} of google-gax`,
    ];
    console.log(name.padEnd(40) + columns.join(''));
  }
  hold(bytes('longrunning') <= 1200, `a wait holds ${bytes('longrunning').toFixed(0)} bytes, more than 1200`);
  const ratio = ofGax('longrunning');
  hold(ratio <= 1, `a wait takes ${ratio.toFixed(2)} of google-gax's CPU`);
}

/** Measures all of them in each round, so that whatever else the machine does hits all of them alike. */
async function interleaved<Name extends string, T>(
  names: readonly Name[],
  rounds: number,
  measure: (name: Name) => Promise<T>,
): Promise<Record<Name, T>[]> {
  const results: Record<Name, T>[] = [];
  for (let round = 0; round < rounds; round++) {
    const result = {} as Record<Name, T>;
    for (const name of names) result[name] = await measure(name);
    results.push(result);
  }
  return results;
}

/** The CPU that this process takes for a call, in microseconds. */
async function cpuPerCall({ ask }: Way, calls: number, inFlight: number): Promise<number> {
  const start = process.cpuUsage();
  let left = calls;
  const askAll = async (): Promise<void> => {
    while (left-- > 0) await ask();
  };
  await Promise.all(Array.from({ length: inFlight }, askAll));
  const { user, system } = process.cpuUsage(start);
  return (user + system) / calls;
}
