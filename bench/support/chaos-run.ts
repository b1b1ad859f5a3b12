// A child process of bench/chaos.ts: one client under the faults of one scenario. It sends the result to the parent.
import { fork } from 'node:child_process';
import { clients, type ClientName, type Wait } from './chaos-clients.js';
import { responseOf, type ChaosRun } from './chaos-run-options.js';
import { messageOf } from './processes.js';

/** How many waits ended with the right response, with a wrong one, and with neither within the limit. */
export interface ChaosResult extends Record<Outcome, number> {
  readonly lastSeconds: number;
  readonly connections: number;
  /** The share of the time in which the event loop was not idle: near 1, the process was short of CPU. */
  readonly busy: number;
}

type Outcome = 'right' | 'wrong' | 'lost';

const [name, text] = process.argv.slice(2) as [ClientName, string];
const result = await run(JSON.parse(text) as ChaosRun);
process.send!(result, () => process.exit());

async function run({ clients: clientCount, count, limitMs }: ChaosRun): Promise<ChaosResult> {
  const service = fork(new URL('chaos-service.ts', import.meta.url), [name, text]);
  const port = await messageOf<number>(service);
  const connected = Array.from({ length: clientCount }, () => clients[name](port));
  service.send('start');
  await messageOf(service);
  const startMs = performance.now();
  const startUse = performance.eventLoopUtilization();
  const waits = Array.from({ length: count }, (_, id) => outcomeOf(connected[id % clientCount]!.wait, id, limitMs));
  const outcomes = await Promise.all(waits);
  const lastSeconds = (performance.now() - startMs) / 1000;
  const { utilization: busy } = performance.eventLoopUtilization(startUse);
  service.send('end');
  const connections = await messageOf<number>(service);
  const numberOf = (it: Outcome): number => outcomes.filter((outcome) => outcome === it).length;
  return { right: numberOf('right'), wrong: numberOf('wrong'), lost: numberOf('lost'), lastSeconds, connections, busy };
}

async function outcomeOf(wait: Wait, id: number, limitMs: number): Promise<Outcome> {
  const limit = new Promise<Outcome>((resolve) => void setTimeout(() => resolve('lost'), limitMs));
  const outcome = wait(`operations/${id}`, limitMs).then(
    (typeUrl): Outcome => (typeUrl === responseOf(id).typeUrl ? 'right' : 'wrong'),
    (): Outcome => 'lost',
  );
  return Promise.race([outcome, limit]);
}
