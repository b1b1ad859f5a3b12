// A child process of bench/many.ts: waits for all jobs with the given library, over a real gRPC connection, in virtual
// time. It sends the cost to the parent.
import http2 from 'node:http2';
import gax from 'google-gax';
import { OperationsClient, type OperationsTransport, type RawOperation } from 'longrunning';
import { grpcTransport } from 'longrunning/grpc';
import { jobs, warmUp, type Job } from './many-jobs.js';
import { random } from './scripted-operations.js';
import { writableTime } from './shared-time.js';
import { flushMicrotasks, VirtualClock } from './virtual-clock.js';

export type Library = 'google-gax' | 'longrunning' | 'longrunning, coalesced';

/** The cost of waiting for all operations. */
export interface Cost {
  readonly requests: number;
  readonly meanDelayMs: number;
  readonly p95DelayMs: number;
  readonly cpuSeconds: number;
  readonly peakRssMb: number;
}

/** The round-trip time in virtual time, half of it each way. The real connection takes no virtual time. */
const rttMs = 50;
/** The step of the virtual time, and so the resolution of the delays. Steps keep a run down to minutes. */
const resolutionMs = 25;
const [library, countText, port, path] = process.argv.slice(2) as [Library, string, string, string];
const requestCounts = countRequests();
let virtual = false;
const setTime = writableTime(path);
const clock = new VirtualClock(async () => {
  do {
    await requestCounts.quiet();
    // google-gax needs a few more turns of the event loop between a response and its next step.
    for (let turn = 0; turn < 3; turn++) await flushMicrotasks();
  } while (requestCounts.open > 0);
}, resolutionMs);
const { grpc } = gax;
const sslCreds = grpc.credentials.createInsecure();

const startWaiting: Record<Library, () => (name: string) => Promise<unknown>> = {
  longrunning: () => longrunning(false),
  'longrunning, coalesced': () => longrunning(true),
  'google-gax': googleGax,
};

function longrunning(coalesce: boolean): (name: string) => Promise<unknown> {
  const grpcOnly = grpcTransport({ apiEndpoint: `127.0.0.1:${port}`, sslCreds });
  const transport: OperationsTransport = {
    ...grpcOnly,
    getOperation: (request, options) => withRoundTrip(() => grpcOnly.getOperation(request, options)),
    listOperations: (request, options) => withRoundTrip(() => grpcOnly.listOperations(request, options)),
  };
  // The benchmark compares polling: 32 server waits would hide a part of it.
  const client = new OperationsClient({ transport, coalesce, polling: { serverWait: 'never' } });
  return (name) => client.poller({ name, done: false } satisfies RawOperation).promise();
}

function googleGax(): (name: string) => Promise<unknown> {
  const { GoogleAuth, PassThroughClient } = gax.googleAuthLibrary;
  const auth = new GoogleAuth({ authClient: new PassThroughClient() }) as never;
  const options = { servicePath: '127.0.0.1', port: Number(port), sslCreds, auth };
  const { operationsClient } = gax.lro(options);
  const client = operationsClient(options);
  const delayedClient = {
    getOperationInternal: (request: never, callOptions: never) =>
      withRoundTrip(() => client.getOperationInternal(request, callOptions)),
  };
  const decode = (): never => ({}) as never;
  const descriptor = new gax.LongrunningDescriptor(delayedClient as never, decode, decode);
  const backoff = gax.createDefaultBackoffSettings();
  return (name) => gax.operation({ name, done: false } as never, descriptor, backoff).promise();
}

async function withRoundTrip<T>(send: () => Promise<T>): Promise<T> {
  if (!virtual) return send();
  await clock.sleep(rttMs / 2);
  setTime(clock.nowMs);
  const response = await send();
  await clock.sleep(rttMs / 2);
  return response;
}

/** Counts the HTTP/2 requests of this process: all that were sent, and those without a response yet. */
function countRequests(): { sent: number; open: number; quiet: () => Promise<void> } {
  let notify = (): void => undefined;
  const counts = {
    sent: 0,
    open: 0,
    // Must not spin: the CPU of this process is measured.
    quiet: async () => (counts.open === 0 ? undefined : new Promise<void>((resolve) => (notify = resolve))),
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
        if (--counts.open === 0) notify();
      });
      return stream;
    };
    return session;
  }) as typeof connect;
  return counts;
}

async function run(all: readonly Job[]): Promise<Cost> {
  const waitFor = startWaiting[library]();
  // Warm-up in real time: opens the connection and loads the code.
  await Promise.all([waitFor(warmUp.name), waitFor(warmUp.name)]);
  requestCounts.sent = 0;
  virtual = true;
  const delays: number[] = [];
  let left = all.length;
  Math.random = random(7);
  const before = process.cpuUsage();
  const uninstall = clock.install();
  for (const { name, startMs, endMs } of all) {
    void clock.sleep(startMs + rttMs / 2).then(async () => {
      await waitFor(name);
      delays.push(clock.nowMs - endMs);
      left--;
    });
  }
  while (left > 0) await clock.run(() => left === 0);
  uninstall();
  const { user, system } = process.cpuUsage(before);
  delays.sort((a, b) => a - b);
  return {
    requests: requestCounts.sent,
    meanDelayMs: delays.reduce((sum, ms) => sum + ms, 0) / delays.length,
    p95DelayMs: delays[Math.ceil(0.95 * delays.length) - 1]!,
    cpuSeconds: (user + system) / 1e6,
    peakRssMb: process.resourceUsage().maxRSS / 1024,
  };
}

const cost = await run(jobs(Number(countText)));
process.send!(cost, () => process.exit());
