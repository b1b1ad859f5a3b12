import {
  constantBackoff,
  OperationsClient,
  type Any,
  type LROPoller,
  type OperationsClientOptions,
  type PollingOptions,
  type RawOperation,
  type ResumeToken,
} from 'longrunning';
import { durationHistory } from 'longrunning/history';
import type { ClientScript } from '../script.js';
import { Network } from './network.js';
import { nameOf } from './service.js';
import type { World } from './world.js';

/** A process with one client and its pollers. */
export class Process {
  readonly id: number;
  readonly network: Network;
  readonly client: OperationsClient;
  readonly #world: World;
  readonly #pollers = new Map<number, LROPoller<Any>>();

  constructor(world: World, id: number) {
    this.id = id;
    this.#world = world;
    this.network = new Network(world, id);
    this.client = new OperationsClient(clientOptions(this.network, world.script.client));
  }

  get isClosed(): boolean {
    return this.#world.history.processes[this.id]!.closedMs !== undefined;
  }

  close(): void {
    if (this.isClosed) return;
    this.#world.history.processes[this.id]!.closedMs = this.#world.clock.nowMs;
    this.#world.log('close');
    void this.client.close();
  }

  /** A poller of an operation; the same for the same number. In a later process it resumes from the token on the disk. */
  poller(operation: number, number: number): LROPoller<Any> {
    const id = pollerId(operation, number);
    const token = this.#world.disk.tokens.get(id);
    const make = (): LROPoller<Any> =>
      token === undefined
        ? this.client.poller(nameOf(operation), undefined, this.#options(id))
        : this.client.resume(JSON.parse(token) as ResumeToken, undefined, this.#options(id));
    let poller = this.#pollers.get(id);
    if (!poller) this.#pollers.set(id, (poller = make()));
    this.#world.disk.tokens.set(id, JSON.stringify(poller));
    return poller;
  }

  /** A poller of an operation that was just started, or that is resumed from a checkpoint. */
  batchPoller(operation: number, from: RawOperation | ResumeToken): LROPoller<Any> {
    const options = this.#options(pollerId(operation, 90));
    return 'version' in from
      ? this.client.resume(from, undefined, options)
      : this.client.poller(from, undefined, options);
  }

  /** Requests carry the poller, except those of a coalescing client, in which pollers with other headers share nothing. */
  #options(id: number): PollingOptions {
    return this.#world.script.client.coalescePageSize === undefined ? { headers: { 'x-poller': String(id) } } : {};
  }
}

/** Identifies a poller among those of a process. */
export function pollerId(operation: number, number: number): number {
  return operation * 100 + number;
}

function clientOptions(transport: Network, script: ClientScript): OperationsClientOptions {
  const { coalescePageSize: pageSize, constantBackoffMs, learns, maxAttempts, maxElapsedMs, ...rest } = script;
  const { maxRequestsPerSecond, maxConcurrentServerWaits, ...polling } = rest;
  return {
    transport,
    retry: { maxAttempts, maxElapsedMs },
    maxRequestsPerSecond,
    maxConcurrentServerWaits,
    coalesce: pageSize === undefined ? undefined : { pageSize },
    polling: {
      ...polling,
      ...(constantBackoffMs !== undefined && { backoff: constantBackoff(constantBackoffMs) }),
      ...(learns && { history: durationHistory(), historyKey: 'sim' }),
    },
  };
}
