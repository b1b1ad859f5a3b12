// Measures durable waits on BullMQ with worker processes of which one is killed every five seconds, and the plain way of one job
// per operation beside it: `npm run bench:fleet`. With `-- --check` it fails if a promised figure is missed. With
// `-- --million` it keeps up with 10^6 operations. `--operations=10000 --seconds=60` scale it; `--no-kills` and `--no-plain` leave
// something out, to find out what a delay is due to. `--burst` has most operations end early: 40 % in the first sixth of the time.
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { OperationsQueue } from 'longrunning/bullmq';
import { nextPollDelayMs } from 'longrunning/schedule';
import { startRedis, type RedisServer } from '../test/support/redis.js';
import { messageOf, startProgram } from './support/fleet-processes.js';
import { usage } from './support/fleet-usage.js';

const check = process.argv.includes('--check');
const option = (name: string, standard: number): number =>
  Number(process.argv.find((arg) => arg.startsWith(`--${name}=`))?.split('=')[1] ?? standard);
const parents = 20;
const [withKills, withPlain] = ['--no-kills', '--no-plain'].map((arg) => !process.argv.includes(arg));
const isBurst = process.argv.includes('--burst');
const failures: string[] = [];
const format = (value: number, digits = 0): string => value.toLocaleString('en', { maximumFractionDigits: digits });

/** Prints a figure, and records whether it meets its limit. */
function report(name: string, value: number, limit = Infinity, digits = 0): void {
  const isMissed = !(value <= limit);
  if (isMissed) failures.push(`${name}: ${format(value, digits)}, at most ${format(limit, digits)}`);
  console.log(
    `${name.padEnd(58)} ${format(value, digits).padStart(12)}${limit < Infinity ? `  (at most ${format(limit, digits)})` : ''}`,
  );
}

/** The bytes that Redis uses, without the list in which the bench notes what was handled. */
async function memoryOf({ client }: RedisServer): Promise<number> {
  const usedBytes = Number(/used_memory:(\d+)/.exec(await client.info('memory'))![1]);
  return usedBytes - (await sizeOf(client, 'handled'));
}

/** The bytes of a key. */
async function sizeOf(client: RedisServer['client'], key: string): Promise<number> {
  return (await client.memory('USAGE', key)) ?? 0;
}

/** The bytes of BullMQ's streams of events: it keeps about 10,000 events of a queue, however many operations there are. */
async function streamBytesOf({ client }: RedisServer): Promise<number> {
  return (await sizeOf(client, 'bull:fleet:events')) + (await sizeOf(client, 'bull:fleet-done:events'));
}

/** The time of the processor that Redis has used, in seconds. */
async function redisCpuS({ client }: RedisServer): Promise<number> {
  const times = (await client.info('cpu')).matchAll(/used_cpu_(?:sys|user):([\d.]+)/g);
  return [...times].reduce((sum, [, seconds]) => sum + Number(seconds), 0);
}

const quantile = (values: readonly number[], share: number): number =>
  [...values].sort((a, b) => a - b)[Math.min(values.length - 1, Math.floor(share * values.length))] ?? NaN;

/** What a handler has noted: how long the operation took, and how long after its end it was found and handled. */
type Handled = [name: string, durationMs: number, foundMs: number, handledMs: number];

/** The schedule's own delay at an operation's end. */
const scheduledMs = ([name, durationMs]: Handled): number =>
  nextPollDelayMs({ name, startedAtMs: 0 }, { nowMs: durationMs, activeWaits: 200 });

/** A heap of which 40 MB are in use would grow to 130 MB before it is collected. The second option has its default without the first. */
const memoryLimits = ['--max-old-space-size=256', '--max-semi-space-size=16'];

/** The worker processes. */
class Workers {
  maxRssMb = 0;
  #cpuS = new Map<ChildProcess, number>();
  readonly #running: ChildProcess[] = [];
  readonly #args: readonly number[];

  constructor(...args: readonly number[]) {
    this.#args = args;
  }

  /** Starts one, and waits until it is connected. */
  async start(): Promise<void> {
    const worker = await startProgram('fleet-worker', this.#args, memoryLimits);
    worker.on('message', ({ rssMb, cpuS }: { rssMb: number; cpuS: number }) => {
      this.maxRssMb = Math.max(this.maxRssMb, rssMb);
      this.#cpuS.set(worker, cpuS);
    });
    this.#running.push(worker);
    await messageOf(worker);
  }

  /** Kills the oldest. */
  async kill(): Promise<void> {
    const victim = this.#running.shift()!;
    const exited = once(victim, 'exit');
    victim.kill('SIGKILL');
    await exited;
  }

  async killAll(): Promise<void> {
    while (this.#running.length > 0) await this.kill();
  }

  /** The time of the processor that all have used, in seconds. */
  get cpuS(): number {
    return [...this.#cpuS.values()].reduce((sum, one) => sum + one, 0);
  }
}

async function fleet(): Promise<void> {
  const [operations, seconds] = [option('operations', 100_000), option('seconds', 120)];
  const redis = await startRedis();
  const service = await startProgram('fleet-service', [operations, parents, seconds, Number(isBurst)]);
  const { port = 0 } = await messageOf(service);
  const queue = new OperationsQueue('fleet', { connection: redis.connection });
  const workers = new Workers(redis.port, port, 5000);
  await Promise.all(Array.from({ length: 4 }, () => workers.start()));
  // Redis has all connections and scripts before an operation is added.
  await queue.add({ version: 1, name: 'warm-up', startedAtMs: Date.now(), apiEndpoint: '127.0.0.1' });
  await queue.remove('warm-up');
  const emptyBytes = await memoryOf(redis);
  service.send('start');
  await messageOf(service);
  const startedAtMs = Date.now();
  await queue.addBulk(
    Array.from({ length: operations }, (_, i) => ({
      poller: {
        version: 1 as const,
        name: `projects/p${i % parents}/operations/operation-${i}`,
        startedAtMs,
        apiEndpoint: '127.0.0.1',
      },
      data: { orderId: i },
    })),
  );
  console.log(`added in ${format((Date.now() - startedAtMs) / 1000, 1)} s`);
  report('Redis, bytes an operation, after adding', ((await memoryOf(redis)) - emptyBytes) / operations, 450);
  let [kills, maxBytes, streamBytes] = [0, 0, 0];
  /** What a killed worker was handling: its handler has ended, but that was not recorded. */
  const interrupted = new Set<string>();
  const kill = async (): Promise<void> => {
    await workers.kill();
    kills++;
    const last = await redis.client.lrange('handled', -500, -1);
    const note = async (text: string): Promise<void> => {
      const [name] = JSON.parse(text) as Handled;
      if ((await queue.get(name))?.state !== 'handled') interrupted.add(name);
    };
    // All at once: before another worker takes their jobs.
    await Promise.all(last.map(note));
    // On a busy machine a start may take longer than five seconds: three workers run at any time.
    await workers.start();
  };
  /** Prints how far it is. @returns how many operations are left. */
  const progress = async (): Promise<number> => {
    const { running, ended } = await queue.counts();
    const atS = format((Date.now() - startedAtMs) / 1000);
    console.log(`  ${atS} s: ${running} run, ${ended} wait for a handler, ${kills} kills`);
    streamBytes = Math.max(streamBytes, await streamBytesOf(redis));
    maxBytes = Math.max(maxBytes, (await memoryOf(redis)) - emptyBytes);
    return running + ended;
  };
  for (let atMs = 5000; atMs <= 1000 * seconds; atMs += 5000) {
    await sleep(Math.max(0, startedAtMs + atMs - Date.now()));
    await progress();
    if (withKills) await kill();
  }
  const endMs = Date.now() + 120_000;
  while ((await progress()) > 0 && Date.now() < endMs) await sleep(2000);
  const handled = (await redis.client.lrange('handled', 0, -1)).map((text) => JSON.parse(text) as Handled);
  const counts = new Map<string, number>();
  for (const [name] of handled) counts.set(name, (counts.get(name) ?? 0) + 1);
  const again = [...counts].filter(([, count]) => count > 1).map(([name]) => name);
  service.send('count');
  const { gets = 0, lists = 0, cpuS: serviceCpuS = 0 } = await messageOf(service);
  const single = handled.reduce((sum, [name, durationMs]) => sum + pollsOf(name, durationMs), 0);
  report('operations', operations);
  report('workers killed', kills);
  report('lost', operations - counts.size, 0);
  report('handled again after it was recorded', again.filter((name) => !interrupted.has(name)).length, 0);
  report("handled again since the handler's process died", again.filter((name) => interrupted.has(name)).length);
  // The schedule's own delay at that age, and two seconds.
  const found = handled.map((one) => one[2] - scheduledMs(one));
  const late = handled.map((one) => one[3] - scheduledMs(one));
  report('found beyond the schedule, p50, ms', quantile(found, 0.5));
  report('found beyond the schedule, p99, ms', quantile(found, 0.99), 2000);
  report('handled beyond the schedule, p50, ms', quantile(late, 0.5));
  report('handled beyond the schedule, p99, ms', quantile(late, 0.99), 2000);
  const waits = handled.map(([, , foundMs, handledMs]) => handledMs - foundMs);
  report('of that in the queue of ended operations, p99, ms', quantile(waits, 0.99));
  report('requests', gets + lists);
  report('requests one by one', single);
  report('share of requests one by one, %', (100 * (gets + lists)) / single, 5, 2);
  report("Redis, most bytes of BullMQ's events, whatever the operations", streamBytes);
  // With few operations they are most of it.
  const fixedBytes = operations < 100_000 ? streamBytes : 0;
  report('Redis, most bytes an operation', (maxBytes - fixedBytes) / operations, 450);
  report('most memory of a worker, MB', workers.maxRssMb, 200);
  report('CPU of the workers, s', workers.cpuS, Infinity, 1);
  report('CPU of Redis, s', await redisCpuS(redis), Infinity, 1);
  report('CPU of the service, s', serviceCpuS, Infinity, 1);
  report('CPU of this process, s', usage().cpuS, Infinity, 1);
  await workers.killAll();
  service.kill();
  if (withPlain) await plain(redis, Math.round(operations / 10), seconds / 4);
  await queue.close();
  await redis.close();
}

/** How many polls a poller of its own sends for an operation. */
function pollsOf(name: string, durationMs: number): number {
  let [ageMs, polls] = [0, 0];
  while (ageMs < durationMs) {
    ageMs += nextPollDelayMs({ name, startedAtMs: 0 }, { nowMs: ageMs, activeWaits: 200 });
    polls++;
  }
  return polls;
}

/** One job of BullMQ for each operation, for comparison. */
async function plain(redis: RedisServer, operations: number, seconds: number): Promise<void> {
  await redis.client.flushall();
  const service = await startProgram('fleet-service', [operations, parents, 4 * seconds]);
  const { port = 0 } = await messageOf(service);
  const emptyBytes = await memoryOf(redis);
  service.send('start');
  await messageOf(service);
  const worker = await startProgram('fleet-plain', [redis.port, port, operations, parents]);
  await messageOf(worker);
  report('one job per operation: Redis, bytes an operation', ((await memoryOf(redis)) - emptyBytes) / operations);
  let last: Record<string, number> = {};
  worker.on('message', (message) => (last = message as Record<string, number>));
  await sleep(1000 * seconds);
  report('one job per operation: operations', operations);
  report('one job per operation: moves a second', (last.moves ?? 0) / seconds);
  report('one job per operation: requests of one worker', last.requests ?? 0);
  worker.kill('SIGKILL');
  service.kill();
}

/** 10^6 operations of an hour, which are due every 60 seconds, with a transport that responds at once. */
async function million(): Promise<void> {
  const [operations, seconds] = [option('operations', 1_000_000), option('seconds', 300)];
  const redis = await startRedis();
  const queue = new OperationsQueue('fleet', { connection: redis.connection });
  const emptyBytes = await memoryOf(redis);
  const workers = await Promise.all(Array.from({ length: 2 }, () => startProgram('fleet-million', [redis.port])));
  const addedAtMs = Date.now();
  const startedAtMs = addedAtMs - 3_600_000;
  const chunk = Math.ceil(operations / 100);
  // Over the time between two polls, so that as many are due in each second.
  for (let i = 0; i < 100; i++) {
    await sleep(Math.max(0, addedAtMs + 605 * i - Date.now()));
    await queue.addBulk(
      Array.from({ length: chunk }, (_, j) => ({
        poller: {
          version: 1 as const,
          name: `projects/p${Math.floor(i / 5)}/operations/operation-${i * chunk + j}`,
          startedAtMs,
          apiEndpoint: 'fleet.example.com',
        },
      })),
    );
    if (i % 10 === 9) console.log(`  ${format((Date.now() - addedAtMs) / 1000)} s: added ${format((i + 1) * chunk)}`);
  }
  const intervals: number[] = [];
  let [polls, cpuS, maxRssMb] = [0, 0, 0];
  let isMeasured = false;
  for (const worker of workers) {
    let lastCpuS = 0;
    worker.on('message', (message: Record<string, number>) => {
      if (message.intervalMs !== undefined) return isMeasured && intervals.push(message.intervalMs);
      maxRssMb = Math.max(maxRssMb, message.rssMb ?? 0);
      if (isMeasured) {
        polls += message.polls ?? 0;
        cpuS += (message.cpuS ?? 0) - lastCpuS;
      }
      return (lastCpuS = message.cpuS ?? 0);
    });
  }
  // Until each was polled twice.
  await sleep(65_000);
  isMeasured = true;
  for (let atS = 0; atS < seconds; atS += 30) {
    await sleep(1000 * Math.min(30, seconds - atS));
    console.log(
      `  ${atS + 30} s: ${format(polls)} polls, p99 of their lag ${format(quantile(intervals, 0.99) - 60_500)} ms`,
    );
  }
  const { batches } = await queue.counts();
  report('operations', operations);
  report('batches', batches);
  report('polls a second', polls / seconds);
  report('CPU of the workers a poll, µs', (1e6 * cpuS) / polls, Infinity, 1);
  report('lag p50, ms', Math.max(0, quantile(intervals, 0.5) - 60_500));
  report('lag p99, ms', Math.max(0, quantile(intervals, 0.99) - 60_500), 2000);
  report('Redis, bytes an operation', ((await memoryOf(redis)) - emptyBytes) / operations, 450);
  report('most memory of a worker, MB', maxRssMb);
  for (const worker of workers) worker.kill('SIGKILL');
  await queue.close();
  await redis.close();
}

await (process.argv.includes('--million') ? million() : fleet());
for (const failure of failures) console.error(`fleet: ${failure}`);
if (check && failures.length > 0) process.exitCode = 1;
if (check && failures.length === 0) console.log('\nAll promised figures are met.');
process.exit();
