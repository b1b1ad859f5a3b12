import { flushOnce, VirtualClock } from '../../bench/support/virtual-clock.js';
import type { History } from '../history.js';
import type { Method, Script } from '../script.js';
import { Process } from './process.js';
import { Service } from './service.js';

/** How long a run may take in virtual time, after its last event: failures and hints are finite, so all waits end. */
const maxMs = 30 * 86_400_000;

/** One run: the clock, the service, the processes and what happened to them. */
export class World {
  readonly script: Script;
  readonly clock = new VirtualClock(flushOnce, 0, true);
  readonly service: Service;
  readonly history: History;
  /** What survives the death of a process: tokens of waits, and checkpoints of batches. */
  readonly disk = { tokens: new Map<number, string>(), checkpoints: new Map<string, string>() };
  /** The process that runs now; undefined: it has died. */
  process: Process | undefined;
  /** How many calls of callers have not settled. */
  pendingCalls = 0;
  readonly #counts = new Map<string, number>();

  constructor(script: Script) {
    this.script = script;
    this.service = new Service(script);
    const records = { requests: [], waits: [], groups: [], batches: [], operations: [], processes: [], freezes: [] };
    const rest = { acts: [], strays: [], thrown: [], maxOpenWaits: 0, timersLeft: 0, endMs: 0, trace: [] };
    this.history = { script, ...records, ...rest };
  }

  log(line: string): void {
    this.history.trace.push(`${this.clock.nowMs} ${line}`);
  }

  startProcess(): Process {
    const process = new Process(this, this.history.processes.length);
    this.history.processes.push({
      id: process.id,
      startedMs: this.clock.nowMs,
      closedMs: undefined,
      diedMs: undefined,
    });
    this.pendingCalls = 0;
    return (this.process = process);
  }

  isDead(process: number): boolean {
    return this.history.processes[process]?.diedMs !== undefined;
  }

  /** Kills the process: nothing that it has begun goes on. */
  kill(): void {
    if (!this.process) return;
    this.history.processes[this.process.id]!.diedMs = this.clock.nowMs;
    this.process = undefined;
    this.clock.dropGlobalTimers();
    this.log('the process dies');
  }

  /** How many requests like this there were before. */
  countRequest(method: Method, operation: number): number {
    const key = `${method}/${operation}`;
    const count = this.#counts.get(key) ?? 0;
    this.#counts.set(key, count + 1);
    return count;
  }

  /** Does something later, unless the process in which it was planned has died by then. */
  at(atMs: number, action: () => unknown): void {
    const process = this.process?.id;
    void this.clock.sleep(Math.max(0, atMs - this.clock.nowMs)).then(() => {
      if (process === undefined || !this.isDead(process)) action();
    });
  }

  /** Counts a call of a caller until it settles. */
  track<T>(call: PromiseLike<T>, onEnd: (settlement: { value?: T; error?: unknown }) => void): void {
    const { process } = this;
    this.pendingCalls++;
    const end = (settlement: { value?: T; error?: unknown }): void => {
      if (!process || this.isDead(process.id)) return;
      if ('error' in settlement) this.history.thrown.push(settlement.error);
      this.pendingCalls--;
      onEnd(settlement);
    };
    call.then(
      (value) => end({ value }),
      (error: unknown) => end({ error }),
    );
  }

  /** Lets time pass until nothing more happens. */
  async run(): Promise<void> {
    await this.clock.run(() => {
      if (this.pendingCalls === 0 && this.clock.globalTimers > 0) {
        this.history.timersLeft = Math.max(this.history.timersLeft, this.clock.globalTimers);
      }
      return this.clock.nowMs > maxMs;
    });
    this.history.endMs = this.clock.nowMs;
    this.history.operations.push(...this.service.truth());
  }
}
