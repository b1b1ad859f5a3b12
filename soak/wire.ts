import { fork } from 'node:child_process';
import { messageOf } from '../bench/support/processes.js';
import type { FaultProxyOptions } from '../test/support/fault-proxy.js';
import { usedHeap } from './heap.js';
import { endingOf } from './operations.js';
import { slopeOf, type Slope } from './slope.js';
import { wireClients, type Wire } from './wire-clients.js';

export interface WireSoakOptions {
  readonly wire: Wire;
  /** One of {@link wireClients}. */
  readonly client: string;
  readonly operations: number;
  readonly concurrency: number;
  readonly seed: number;
  /** The deadline of a request; undefined: the client's default. */
  readonly rpcTimeoutMs: number | undefined;
  /** After this time no further wait begins. */
  readonly seconds: number;
}

/** What one run came to. */
export interface WireSoakResult {
  readonly right: number;
  readonly wrong: number;
  /** Waits that failed although their operation ended. */
  readonly lost: number;
  /** What the first waits that did not end right ended with. */
  readonly examples: readonly string[];
  readonly requests: number;
  readonly connections: number;
  readonly seconds: number;
  readonly cpuMs: number;
  /** By how many bytes an ended wait raises the heap. */
  readonly heapSlope: Slope;
  readonly heapBytes: number;
}

/** One chunk in a hundred breaks, silences or delays its connection, and one new connection in ten goes silent. */
const faults: FaultProxyOptions = {
  faultRate: 0.01,
  faults: ['cut', 'reset', 'silence', 'delay'],
  delayMs: 500,
  silentShare: 0.1,
  silenceMs: 8000,
};

const samples = 40;

/** Waits for operations in real time, always the same number at once, of a service in another process. */
export async function soakWire(options: WireSoakOptions): Promise<WireSoakResult> {
  const { wire, operations, concurrency, seed } = options;
  const startMs = performance.now();
  const mayBegin = (): boolean => next < operations && performance.now() - startMs < 1000 * options.seconds;
  const server = fork(new URL('wire-server.ts', import.meta.url), [wire, JSON.stringify({ ...faults, seed })]);
  const client = wireClients[options.client]!.open(await messageOf<number>(server), wire, options.rpcTimeoutMs);
  const counts = { right: 0, wrong: 0, lost: 0 };
  const examples: string[] = [];
  const heap: [ended: number, bytes: number][] = [];
  let next = 0;
  let ended = 0;
  const waitForNext = async (): Promise<void> => {
    while (mayBegin()) {
      const index = next++;
      const { outcome, ending } = await outcomeOf(client.wait(index), index);
      counts[outcome]++;
      if (ending !== undefined && examples.length < 10) examples.push(`${index}: ${ending}`);
      ended++;
      // Not at the beginning and at the end, where the number of waits under way changes.
      if (mayBegin() && ended >= operations * (0.1 + (0.85 * heap.length) / samples)) heap.push([ended, usedHeap()]);
    }
  };
  const before = process.cpuUsage();
  await Promise.all(Array.from({ length: Math.min(concurrency, operations) }, waitForNext));
  const { user, system } = process.cpuUsage(before);
  const seconds = (performance.now() - startMs) / 1000;
  server.send('end');
  const served = await messageOf<{ requests: number; connections: number }>(server);
  server.disconnect();
  await client.close?.();
  const measured = { heapSlope: slopeOf(heap), heapBytes: heap.at(-1)?.[1] ?? 0, cpuMs: (user + system) / 1000 };
  return { ...counts, examples, ...served, seconds, ...measured };
}

interface Outcome {
  readonly outcome: 'right' | 'wrong' | 'lost';
  /** What it ended with, if not right. */
  readonly ending?: string;
}

function outcomeOf(wait: Promise<string>, index: number): Promise<Outcome> {
  return wait.then(
    (ending): Outcome => (ending === endingOf(index) ? { outcome: 'right' } : { outcome: 'wrong', ending }),
    (error: unknown): Outcome => ({ outcome: 'lost', ending: String(error) }),
  );
}
