// A child process of bench/chaos.ts: one client under the faults of one scenario. It sends the result to the parent.
import { OperationsEmulator } from 'longrunning/testing';
import { FaultProxy, type FaultProxyOptions } from '../../test/support/fault-proxy.js';
import { clients, listen, type ClientName, type Wait } from './chaos-clients.js';

/** What a client meets. */
export interface Faults {
  readonly faults: FaultProxyOptions;
  /** The waits are divided among so many clients. */
  readonly clients: number;
  /** All connections go silent this often. */
  readonly silenceEveryMs?: number;
}

/** How many waits ended with the right response, with a wrong one, and with neither within the limit. */
export interface ChaosResult extends Record<Outcome, number> {
  readonly lastSeconds: number;
  readonly connections: number;
  /** The share of the time in which the event loop was not idle: near 1, the process was short of CPU. */
  readonly busy: number;
}

type Outcome = 'right' | 'wrong' | 'lost';

interface Run extends Faults {
  readonly count: number;
  readonly durationMs: number;
  readonly limitMs: number;
}

const [name, text] = process.argv.slice(2) as [ClientName, string];
const result = await run(JSON.parse(text) as Run);
process.send!(result, () => process.exit());

async function run({ faults, clients: clientCount, silenceEveryMs, ...wait }: Run): Promise<ChaosResult> {
  const emulator = new OperationsEmulator();
  const proxy = await FaultProxy.start(await listen[name](emulator), faults);
  if (silenceEveryMs !== undefined) setInterval(() => proxy.breakConnections('silence'), silenceEveryMs);
  const connected = Array.from({ length: clientCount }, () => clients[name](proxy.port));
  const startMs = performance.now();
  const waits = Array.from({ length: wait.count }, (_, id) =>
    outcomeOf(emulator, connected[id % clientCount]!.wait, id, wait),
  );
  const outcomes = await Promise.all(waits);
  const lastSeconds = (performance.now() - startMs) / 1000;
  const numberOf = (it: Outcome): number => outcomes.filter((outcome) => outcome === it).length;
  const [right, wrong, lost] = [numberOf('right'), numberOf('wrong'), numberOf('lost')];
  const { utilization: busy } = performance.eventLoopUtilization();
  return { right, wrong, lost, lastSeconds, connections: proxy.accepted, busy };
}

async function outcomeOf(
  emulator: OperationsEmulator,
  wait: Wait,
  id: number,
  { durationMs, limitMs }: { readonly durationMs: number; readonly limitMs: number },
): Promise<Outcome> {
  // The name is in the response, so that a wrong one is noticed.
  const typeUrl = `type.googleapis.com/operations/${id}`;
  const response = { typeUrl, value: new Uint8Array(), json: { '@type': typeUrl } };
  const { name } = emulator.start({ name: `operations/${id}`, durationMs, response });
  const limit = new Promise<Outcome>((resolve) => void setTimeout(() => resolve('lost'), limitMs));
  const outcome = wait(name, limitMs).then(
    (actual): Outcome => (actual === typeUrl ? 'right' : 'wrong'),
    (): Outcome => 'lost',
  );
  return Promise.race([outcome, limit]);
}
