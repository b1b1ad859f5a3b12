import { DelayedError, WaitingError, type Job } from 'bullmq';

/**
 * How long a worker keeps a job until it puts it back, so that its own search for further jobs has ended, and how long it does
 * not take one in its place then, in milliseconds.
 */
const holdMs = 100;

const [firstDelayMs, maxDelayMs] = [1000, 30_000];

/** How many jobs a worker remembers. */
const maxRemembered = 10_000;

/** After how many passes a job is delayed. Some may come back: workers that were woken at once wait in any order. */
const passesPerRound = 3;

/**
 * Leaves jobs to other workers. Of several idle workers Redis wakes the one that has waited longest. That is often this one
 * again, since a job that is taken wakes all of them. So idle workers are woken without a job before it is put back, as many as
 * were not enough the last time: they wait behind the others then. A job that comes back each time is delayed, each time for
 * longer, and then passed on again.
 */
export class JobPasser {
  readonly #passes = new Map<string, number>();
  readonly #wakeOne: () => Promise<unknown>;

  /** @param wakeOne - wakes one idle worker of the queue. */
  constructor(wakeOne: () => Promise<unknown>) {
    this.#wakeOne = wakeOne;
  }

  /** @throws what tells BullMQ that the job was moved. */
  async pass(job: Job, token: string): Promise<never> {
    const id = job.id as string;
    const passes = this.#passes.get(id) ?? 0;
    if (this.#passes.size >= maxRemembered) this.#passes.clear();
    this.#passes.set(id, passes + 1);
    const [round, inRound] = [Math.floor(passes / (passesPerRound + 1)), passes % (passesPerRound + 1)];
    if (inRound === passesPerRound) {
      await job.moveToDelayed(Date.now() + Math.min(firstDelayMs * 2 ** round, maxDelayMs), token);
      throw new DelayedError();
    }
    await hold();
    for (let woken = 0; woken < inRound; woken++) {
      await this.#wakeOne();
      await hold();
    }
    await job.moveToWait(token);
    await hold();
    throw new WaitingError();
  }
}

const hold = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, holdMs));
