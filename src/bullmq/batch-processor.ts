import { DelayedError, type Job } from 'bullmq';
import type { OperationsClient } from '../client.js';
import { batchJobIds, type Store } from './batch-jobs.js';
import { dataVersion, isDue, nextDueAtMs, type BatchData, type BatchEntry, type BatchLimits } from './batch.js';
import { sendCancels } from './cancel.js';
import { handOver, type EndedJobOptions } from './ended-jobs.js';
import { callSafely, type WorkerEvent, type WorkerListener } from './events.js';
import { JobPasser } from './job-passer.js';
import { Meetings } from './meetings.js';
import { isMergeable, mergeBatches, mergeKey, type HeldBatch } from './merge-batches.js';
import { pollEntries, type PollLimits, type RunningState } from './poll-entries.js';
import { RedisClock } from './redis-clock.js';
import type { ServiceClients } from './service-clients.js';

/** What a worker does with batches. */
export interface BatchProcessorOptions {
  readonly store: Store;
  readonly clients: ServiceClients;
  readonly limits: BatchLimits;
  readonly pollLimits: PollLimits;
  readonly endedJobs: EndedJobOptions;
  readonly onEvent: WorkerListener | undefined;
  readonly onRunning: ((batch: BatchData, state: RunningState) => boolean) | undefined;
}

/**
 * Processes the jobs of batches: polls what is due, hands over what ended, saves the rest, and delays the job until the next
 * operation is due. It may be stopped anywhere: what was not saved is done again, by the next worker that takes the job.
 */
export class BatchProcessor {
  readonly #options: BatchProcessorOptions;
  readonly #passer: JobPasser;
  readonly #meetings: Meetings<HeldBatch>;

  constructor(options: BatchProcessorOptions) {
    this.#options = options;
    const { store, limits } = options;
    this.#passer = new JobPasser(() => store.claims.wakeWorker('batches'));
    this.#meetings = new Meetings((held) => mergeBatches(store, held, limits));
  }

  /** Called by BullMQ with each job. */
  readonly process = async (job: Job<BatchData>, token = ''): Promise<void> => {
    const nextAtMs = await this.#run(job);
    if (nextAtMs === undefined) return;
    if (nextAtMs === 'leave') return this.#passer.pass(job, token);
    await job.moveToDelayed(nextAtMs, token);
    throw new DelayedError();
  };

  /** @returns when the job is due again, by this machine's clock; undefined if it is finished; whether to leave it. */
  async #run(job: Job<BatchData>): Promise<number | 'leave' | undefined> {
    const { clients, limits } = this.#options;
    const batch = job.data;
    if (batch.version > dataVersion) return this.#leave({ type: 'newer-version', version: batch.version });
    const { service, operations } = batch;
    const client = clients.find(service);
    if (!client) return this.#leave({ type: 'missing-client', service, operations: operations.length });
    if (isMergeable(batch, limits)) {
      const outcome = await this.#meetings.join(mergeKey(batch), { jobId: job.id as string, batch });
      if (outcome === 'merged') return undefined;
    }
    return this.#poll(job, client);
  }

  async #poll(job: Job<BatchData>, client: OperationsClient): Promise<number | undefined> {
    const { store, endedJobs, pollLimits, onEvent, onRunning } = this.#options;
    const { batch, clock } = await this.#owned(job);
    const due = new Set(batch.operations.filter((entry) => isDue(entry, clock.nowMs)));
    if (due.size === 0) return batch.operations.length === 0 ? undefined : clock.toLocal(nextDueAtMs(batch));
    const cancelled = await sendCancels(client, batch, due, clock, onEvent);
    const { remaining, ended } = await pollEntries(cancelled.batch, cancelled.due, {
      client,
      clock,
      limits: pollLimits,
      onRunning: onRunning && ((state) => onRunning(batch, state)),
    });
    await handOver(store, job.id as string, ended, endedJobs);
    const { service, parent } = batch;
    const counts = { operations: due.size, ended: ended.length, remaining: remaining.length };
    callSafely(onEvent, { type: 'polled', service, parent, ...counts });
    if (remaining.length === 0) return undefined;
    const next: BatchData = { ...batch, operations: remaining };
    await job.updateData(next);
    return clock.toLocal(nextDueAtMs(next));
  }

  /** The operations of a batch that it owns. The others have been merged into other batches, have ended, or were removed. */
  async #owned(job: Job<BatchData>): Promise<{ readonly batch: BatchData; readonly clock: RedisClock }> {
    const batch = job.data;
    const { nowMs, owners } = await this.#options.store.claims.owners(batchJobIds(batch));
    const operations: BatchEntry[] = batch.operations.filter((_entry, index) => owners[index] === job.id);
    return { batch: { ...batch, operations }, clock: new RedisClock(nowMs) };
  }

  /** Leaves a job to other workers. */
  #leave(event: WorkerEvent): 'leave' {
    callSafely(this.#options.onEvent, event);
    return 'leave';
  }
}
