// Counts how many of 2,000 waits end right, wrong and not at all within the limit through a proxy that breaks connections, over gRPC, over REST and
// with google-gax: `npm run bench:chaos`. With `-- --check` it runs this package alone, without the last scenario, and fails
// unless all end right. Takes about seven minutes.
import { OperationsEmulator } from 'longrunning/testing';
import { FaultProxy, type FaultProxyOptions } from '../test/support/fault-proxy.js';
import { clients, listen, type ClientName, type Wait } from './support/chaos-clients.js';

interface Scenario {
  readonly title: string;
  readonly faults: FaultProxyOptions;
  /** The waits are divided among so many clients. */
  readonly clients: number;
  /** All connections go silent this often. */
  readonly silenceEveryMs?: number;
  /** Not part of the promise: a connection that is shared by many calls loses all of them. */
  readonly isPromised: boolean;
}

type Outcome = 'right' | 'wrong' | 'lost';

// With this seed the first connection goes silent, so that a client with one connection meets the fault too.
const [count, durationMs, limitMs, seed, silenceMs] = [2000, 12_000, 60_000, 20260126, 8000];
const scenarios: readonly Scenario[] = [
  {
    title: 'One new connection in ten goes silent within a second, for 8 s, then is reset; 20 clients of 100 waits',
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
const check = process.argv.includes('--check');
const names = (Object.keys(clients) as ClientName[]).filter((name) => !check || name.startsWith('longrunning'));

console.log(`${count} waits for operations of ${durationMs / 1000} s, a poll every 2 s, limit ${limitMs / 1000} s`);
for (const scenario of scenarios.filter(({ isPromised }) => isPromised || !check)) {
  console.log(`\n${scenario.title}:\n`);
  console.log('client               right  wrong   lost  last after  connections');
  for (const name of names) {
    const isRight = await run(name, scenario);
    if (check && !isRight) process.exitCode = 1;
  }
}

/** Runs one scenario with one client and prints the row. Returns whether all waits ended right. */
async function run(name: ClientName, scenario: Scenario): Promise<boolean> {
  const emulator = new OperationsEmulator();
  const proxy = await FaultProxy.start(await listen[name](emulator), scenario.faults);
  const timer = setInterval(() => proxy.breakConnections('silence'), scenario.silenceEveryMs ?? 2 ** 31 - 1);
  const connected = Array.from({ length: scenario.clients }, () => clients[name](proxy.port));
  const startMs = performance.now();
  const waits = Array.from({ length: count }, (_, id) =>
    outcomeOf(emulator, connected[id % connected.length]!.wait, id),
  );
  const outcomes = await Promise.all(waits);
  const lastSeconds = (performance.now() - startMs) / 1000;
  const numbers = (['right', 'wrong', 'lost'] as const).map(
    (it) => outcomes.filter((outcome) => outcome === it).length,
  );
  const columns = numbers.map((number) => String(number).padStart(7)).join('');
  console.log(
    `${name.padEnd(19)}${columns}${`${lastSeconds.toFixed(1)} s`.padStart(12)}${String(proxy.accepted).padStart(13)}`,
  );
  clearInterval(timer);
  for (const { close } of connected) await close();
  proxy.close();
  await emulator.close();
  return numbers[0] === count;
}

async function outcomeOf(emulator: OperationsEmulator, wait: Wait, id: number): Promise<Outcome> {
  // The name is in the response, so that a wrong one is noticed.
  const typeUrl = `type.googleapis.com/operations/${id}`;
  const response = { typeUrl, value: new Uint8Array(), json: { '@type': typeUrl } };
  const { name } = emulator.start({ name: `operations/${id}`, durationMs, response });
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<Outcome>((resolve) => (timer = setTimeout(() => resolve('lost'), limitMs)));
  const outcome = wait(name, limitMs).then(
    (actual): Outcome => (actual === typeUrl ? 'right' : 'wrong'),
    (): Outcome => 'lost',
  );
  return Promise.race([outcome, limit]).finally(() => clearTimeout(timer));
}
