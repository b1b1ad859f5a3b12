import { constantBackoff, OperationsClient, type OperationsTransport } from 'longrunning';
import { customOperations } from 'longrunning/custom';

// #region before
interface Job {
  done: boolean;
  result?: string;
}

/** A typical loop: the first failed request ends it, and nothing else does. */
export async function loop(getJob: (id: string) => Promise<Job>, id: string): Promise<string | undefined> {
  for (;;) {
    const job = await getJob(id);
    if (job.done) return job.result;
    await new Promise((resolve) => setTimeout(resolve, 5000));
  }
}
// #endregion before

// #region after
/** The same with retries, a timeout and an abort. */
export async function wait(getJob: (id: string) => Promise<Job>, id: string, signal: AbortSignal) {
  const jobs = customOperations({
    get: ({ name }) => getJob(name),
    response: ({ result }) => result,
  });
  return jobs.poller(id).promise({ signal, totalTimeoutMs: 600_000 });
}
// #endregion after

// #region interval
/** Keeps the interval of the loop: exactly 5 s between polls. */
export const everyFiveSeconds = (transport: OperationsTransport): OperationsClient =>
  new OperationsClient({ transport, polling: { backoff: constantBackoff(5000) } });
// #endregion interval
