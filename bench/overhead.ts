// Measures the CPU of a poll against a bare grpc-js call, and the heap and CPU of a wait, next to other libraries:
// `npm run bench:overhead`. With `-- --check` it measures only what has a promised figure, and fails if one is missed.
// Takes some three minutes, or more on a busy machine.
import { fork } from 'node:child_process';
import { createClients, type Client } from './support/grpc-clients.js';
import type { Crowd, CrowdCost } from './support/crowd.js';
import type { Library, WaitCost } from './support/waits.js';
import { messageOf } from './support/processes.js';
import { median } from './support/statistics.js';

const check = process.argv.includes('--check');
const failures: string[] = [];
const expect = (condition: boolean, message: string): void => {
  if (!condition) failures.push(message);
};

await comparePolls();
await compareWaits();
await measureCrowds();
for (const failure of failures) console.error(`overhead: ${failure}`);
if (check && failures.length === 0) console.log('\nAll promised figures are met.');
if (check && failures.length > 0) process.exitCode = 1;

async function comparePolls(): Promise<void> {
  const [calls, inFlight, rounds] = [1000, 8, 40];
  const server = fork(new URL('support/grpc-server.ts', import.meta.url));
  const clients = createClients(await messageOf<number>(server));
  const names = Object.keys(clients) as (keyof typeof clients)[];
  const costs = await interleaved(names, rounds + 1, (name) => cpuPerCall(clients[name], calls, inFlight));
  for (const client of Object.values(clients)) await client.close();
  server.disconnect();

  console.log(`CPU of one poll over gRPC on this machine, ${inFlight} at a time, ${rounds} rounds of ${calls}:\n`);
  const warm = costs.slice(1);
  const micros = (name: keyof typeof clients): number => median(warm.map((round) => round[name]));
  const ratio = (a: keyof typeof clients, b: keyof typeof clients): number =>
    median(warm.map((round) => round[a] / round[b]));
  const titles = {
    bare: 'grpc-js, bare call',
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
  expect(ofBare <= 1, `a poll takes ${ofBare.toFixed(2)} of a bare call's CPU, more than 1`);
  const ofGrpc = ratio('pollerFrom', 'poller');
  expect(ofGrpc <= 1.1, `a poll of pollerFrom() takes ${ofGrpc.toFixed(2)} of grpcTransport's CPU, more than 1.1`);
  const ofGax = ratio('client', 'google-gax');
  expect(ofGax < 1, `a poll takes ${ofGax.toFixed(2)} of google-gax's CPU`);
}

async function compareWaits(): Promise<void> {
  const rounds = 5;
  const peers: Library[] = check ? ['google-gax'] : ['google-gax', '@azure/core-lro', '@smithy/util-waiter'];
  const names: Library[] = ['longrunning', ...peers];
  const costs = await interleaved(names, rounds, async (library) => {
    const execArgv = [...process.execArgv, '--expose-gc'];
    return messageOf<WaitCost>(fork(new URL('support/waits.ts', import.meta.url), [library], { execArgv }));
  });

  console.log(`\nOne of 20,000 waits: heap between polls; CPU for the start, two polls and the outcome:\n`);
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
  expect(bytes('longrunning') <= 950, `a wait holds ${bytes('longrunning').toFixed(0)} bytes, more than 950`);
  const ratio = ofGax('longrunning');
  expect(ratio <= 1, `a wait takes ${ratio.toFixed(2)} of google-gax's CPU`);
}

/** The time for 100,000 waits on one poller, and for 100,000 polls in the rate limiter's queue, to join and to be aborted. */
async function measureCrowds(): Promise<void> {
  const [few, many, rounds] = [10_000, 100_000, 3];
  console.log(`\n${many.toLocaleString('en')} at once, and how that grows from ${few.toLocaleString('en')} on:\n`);
  for (const [crowd, title] of [
    ['shared', 'waits on one poller, one signal'],
    ['waits', 'waits on one poller, a signal each'],
    ['queued', 'polls in the queue, a signal each'],
    ['platform', 'the signals alone'],
  ] as const) {
    const costs = await interleaved([few, many], rounds, (count) => crowdCost(crowd, count));
    for (const step of ['joinMs', 'abortMs'] as const) {
      const ms = median(costs.map((round) => round[many]![step]));
      const growth = median(costs.map((round) => round[many]![step] / round[few]![step]));
      const what = `${title}, ${step === 'joinMs' ? 'join' : 'abort'}`;
      console.log(`${what.padEnd(44)}${ms.toFixed(0).padStart(6)} ms CPU${growth.toFixed(0).padStart(6)} times`);
      // Linear growth is 10 times; a quadratic one is 100 times.
      expect(growth <= 30, `${what}: ${growth.toFixed(0)} times the time for ten times as many, more than 30`);
    }
  }
}

function crowdCost(crowd: Crowd, count: number): Promise<CrowdCost> {
  return messageOf<CrowdCost>(fork(new URL('support/crowd.ts', import.meta.url), [crowd, String(count)]));
}

/** Measures all of them in each round, so that other load on the machine affects all of them equally. */
async function interleaved<Name extends string | number, T>(
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

/** The CPU of this process per call, in microseconds. */
async function cpuPerCall({ getOperation }: Client, calls: number, inFlight: number): Promise<number> {
  const start = process.cpuUsage();
  let left = calls;
  const getAll = async (): Promise<void> => {
    while (left-- > 0) await getOperation();
  };
  await Promise.all(Array.from({ length: inFlight }, getAll));
  const { user, system } = process.cpuUsage(start);
  return (user + system) / calls;
}
