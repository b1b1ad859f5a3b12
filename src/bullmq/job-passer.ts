import { DelayedError, WaitingError, type Job } from 'bullmq';

/** How long a worker that passes a job on does not take one in its place, in milliseconds. */
const holdMs = 100;

const [firstDelayMs, maxDelayMs] = [1000, 30_000];

/** How many jobs a worker remembers. */
const maxRemembered = 10_000;

/**
 * Leaves jobs to other workers. Of several idle workers Redis wakes the one that has waited longest, so a job that is put back is
 * taken by another one, if there is one. A job that comes back is delayed, each time for longer, and then passed on again.
 */
export class JobPasser {
  readonly #passes = new Map<string, number>();

  /** @throws what tells BullMQ that the job was moved. */
  async pass(job: Job, token: string): Promise<never> {
    const id = job.id as string;
    const passes = this.#passes.get(id) ?? 0;
    if (this.#passes.size >= maxRemembered) this.#passes.clear();
    this.#passes.set(id, passes + 1);
    if (passes % 2 === 1) {
      await job.moveToDelayed(Date.now() + Math.min(firstDelayMs * 2 ** Math.floor(passes / 2), maxDelayMs), token);
      throw new DelayedError();
    }
    await job.moveToWait(token);
    await new Promise((resolve) => setTimeout(resolve, holdMs));
    throw new WaitingError();
  }
}
