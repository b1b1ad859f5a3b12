import { flushOnce, VirtualClock } from '../bench/support/virtual-clock.js';
import { Random } from '../sim/random.js';
// Loaded now: the client would load it while time is virtual.
import '../src/coalescing/coalescer.js';
import { OperationsClient, type OperationsClientOptions } from '../src/index.js';
import { Callers, type Endings } from './callers.js';
import { usedHeap } from './heap.js';
import { slopeOf, type Slope } from './slope.js';
import { Service } from './service.js';

export const modes = {
  plain: {},
  coalesced: { coalesce: true },
  'rate-limited': { maxRequestsPerSecond: 500 },
} satisfies Record<string, Partial<OperationsClientOptions>>;

export type Mode = keyof typeof modes;

export interface SoakOptions {
  readonly operations: number;
  readonly concurrency: number;
  /** The share of requests that fail. */
  readonly faults: number;
  readonly seed: number;
}

/** What one run came to. */
export interface SoakResult {
  readonly endings: Endings;
  /** Waits that had not ended when nothing more could happen, or after a year. */
  readonly lost: number;
  readonly requests: number;
  readonly faults: number;
  readonly maxRequestsPerSecond: number;
  readonly virtualMs: number;
  readonly cpuMs: number;
  /** By how many bytes an ended operation raises the heap, and the standard error of that. */
  readonly heapSlope: Slope;
  /** The heap with the waits under way, in bytes. */
  readonly heapBytes: number;
  /** Timers that were left after the last wait. */
  readonly timersLeft: number;
}

const maxVirtualMs = 365 * 86_400_000;
const samples = 20;

/** Waits for operations in virtual time, always the same number at once, until all have ended. */
export async function soak(mode: Mode, options: SoakOptions): Promise<SoakResult> {
  const { operations, concurrency, faults, seed } = options;
  const clock = new VirtualClock(flushOnce, 1);
  const random = new Random(seed);
  const restore = [clock.install(), replaceMathRandom(new Random(seed + 1)), omitStacks()];
  try {
    const service = new Service({ clock, random, operations, faults });
    const client = new OperationsClient({ transport: service, ...modes[mode] });
    const callers = new Callers({ clock, client, service, random });
    const heap: [ended: number, bytes: number][] = [];
    let next = 0;
    const waitForNext = async (): Promise<void> => {
      while (next < operations) await callers.wait(next++);
    };
    // Not all in one millisecond: they would poll together for ever.
    for (let i = 0; i < Math.min(concurrency, operations); i++)
      void clock.sleep(random.whole(0, 60_000)).then(waitForNext);
    const before = process.cpuUsage();
    let gcCpuMs = 0;
    await clock.run(() => {
      // Not at the beginning and at the end, where the number of waits under way changes.
      if (next < operations && callers.ended >= operations * (0.25 + (0.7 * heap.length) / samples)) {
        const fromMs = cpuMs(before);
        heap.push([callers.ended, usedHeap()]);
        gcCpuMs += cpuMs(before) - fromMs;
      }
      return callers.ended === operations || clock.nowMs > maxVirtualMs;
    });
    await flushOnce();
    return {
      endings: callers.endings,
      lost: operations - callers.ended,
      requests: service.requests,
      faults: service.faults,
      maxRequestsPerSecond: service.maxRequestsPerSecond,
      virtualMs: clock.nowMs,
      cpuMs: cpuMs(before) - gcCpuMs,
      heapSlope: slopeOf(heap),
      heapBytes: heap.at(-1)?.[1] ?? 0,
      timersLeft: clock.globalTimers,
    };
  } finally {
    for (const undo of restore.reverse()) undo();
  }
}

function cpuMs(before: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

function replaceMathRandom(random: Random): () => void {
  const { random: real } = Math;
  Math.random = () => random.next();
  return () => void (Math.random = real);
}

/** A stack for each of a million failures would cost as much as all else. @returns a function that restores them. */
function omitStacks(): () => void {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0;
  return () => void (Error.stackTraceLimit = stackTraceLimit);
}
