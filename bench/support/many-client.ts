// A process of its own for bench/many.ts: waits for all the jobs with the library that is named, over a real gRPC
// connection, in virtual time. It tells what that took.
import http2 from 'node:http2';
import gax from 'google-gax';
import { OperationsClient, type OperationsTransport, type RawOperation } from 'longrunning';
import { grpcTransport } from 'longrunning/grpc';
import { jobs, warmUp, type Job } from './many-jobs.js';
import { random } from './scripted-operations.js';
import { writableTime } from './shared-time.js';
import { settle, VirtualClock } from './virtual-clock.js';

export type Library = 'google-gax' | 'longrunning' | 'longrunning, coalesced';

/** What it took to wait for all. */
export interface Cost {
  readonly requests: number;
  readonly meanDelayMs: number;
  readonly p95DelayMs: number;
  readonly cpuSeconds: number;
  readonly peakRssMb: number;
}

/** Half of it there, half of it back, in virtual time; on the wire itself no virtual time passes. */
const rttMs = 50;
/** Virtual time goes by in steps, so that a run takes minutes and not hours. A delay is as coarse as this. */
const grainMs = 25;
const [library, countText, port, path] = process.argv.slice(2) as [Library, string, string, string];
const wire = countRequests();
let virtual = false;
const setTime = writableTime(path);
const clock = new VirtualClock(async () => {
  do {
    await wire.quiet();
    // google-gax takes a few turns more from the answer on the wire to what it does next.
    for (let turn = 0; turn < 3; turn++) await settle();
  } while (wire.open > 0);
}, grainMs);
const { grpc } = gax;
const sslCreds = grpc.credentials.createInsecure();

const ways: Record<Library, () => (name: string) => Promise<unknown>> = {
  longrunning: () => ours(false),
  'longrunning, coalesced': () => ours(true),
  'google-gax': googleGax,
};

function ours(coalesce: boolean): (name: string) => Promise<unknown> {
  const over = grpcTransport({ apiEndpoint: `127.0.0.1:${port}`, sslCreds });
  const transport: OperationsTransport = {
    ...over,
    getOperation: (request, options) => distant(() => over.getOperation(request, options)),
    listOperations: (request, options) => distant(() => over.listOperations(request, options)),
  };
  // The comparison is about asking: thirty-two waits at the server would hide a part of it.
  const client = new OperationsClient({ transport, coalesce, polling: { serverWait: 'never' } });
  return (name) => client.poller({ name, done: false } satisfies RawOperation).promise();
}

function googleGax(): (name: string) => Promise<unknown> {
  const { GoogleAuth, PassThroughClient } = gax.googleAuthLibrary;
  const auth = new GoogleAuth({ authClient: new PassThroughClient() }) as never;
  const options = { servicePath: '127.0.0.1', port: Number(port), sslCreds, auth };
  const { operationsClient } = gax.lro(options);
  const client = operationsClient(options);
  const asked = {
    getOperationInternal: (request: never, callOptions: never) =>
      distant(() => client.getOperationInternal(request, callOptions)),
  };
  const decode = (): never => ({}) as never;
  const descriptor = new gax.LongrunningDescriptor(asked as never, decode, decode);
  const backoff = gax.createDefaultBackoffSettings();
  return (name) => gax.operation({ name, done: false } as never, descriptor, backoff).promise();
}

async function distant<T>(ask: () => Promise<T>): Promise<T> {
  if (!virtual) return ask();
  await clock.sleep(rttMs / 2);
  setTime(clock.nowMs);
  const answer = await ask();
  await clock.sleep(rttMs / 2);
  return answer;
}

/** Counts the requests of this process, whoever sends them, and those that have not been answered yet. */
function countRequests(): { sent: number; open: number; quiet: () => Promise<void> } {
  let tell = (): void => undefined;
  const counts = {
    sent: 0,
    open: 0,
    // Does not spin: what is measured is the CPU of this process.
    quiet: async () => (counts.open === 0 ? undefined : new Promise<void>((resolve) => (tell = resolve))),
  };
  const { connect } = http2;
  http2.connect = ((...args: Parameters<typeof connect>) => {
    const session = connect(...args);
    const request = session.request.bind(session);
    session.request = (...given) => {
      counts.sent++;
      counts.open++;
      const stream = request(...given);
      stream.once('close', () => {
        if (--counts.open === 0) tell();
      });
      return stream;
    };
    return session;
  }) as typeof connect;
  return counts;
}

async function run(all: readonly Job[]): Promise<Cost> {
  const waitFor = ways[library]();
  // Has the connection opened and the code loaded, in real time.
  await Promise.all([waitFor(warmUp.name), waitFor(warmUp.name)]);
  wire.sent = 0;
  virtual = true;
  const late: number[] = [];
  let left = all.length;
  Math.random = random(7);
  const before = process.cpuUsage();
  const uninstall = clock.install();
  for (const { name, startMs, endMs } of all) {
    void clock.sleep(startMs + rttMs / 2).then(async () => {
      await waitFor(name);
      late.push(clock.nowMs - endMs);
      left--;
    });
  }
  while (left > 0) await clock.run(() => left === 0);
  uninstall();
  const { user, system } = process.cpuUsage(before);
  late.sort((a, b) => a - b);
  return {
    requests: wire.sent,
    meanDelayMs: late.reduce((sum, ms) => sum + ms, 0) / late.length,
    p95DelayMs: late[Math.ceil(0.95 * late.length) - 1]!,
    cpuSeconds: (user + system) / 1e6,
    peakRssMb: process.resourceUsage().maxRSS / 1024,
  };
}

const cost = await run(jobs(Number(countText)));
process.send!(cost, () => process.exit());
