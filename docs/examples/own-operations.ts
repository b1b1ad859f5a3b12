// #region jobs
import { customOperations } from 'longrunning/custom';

/** A job of a service with its own API. */
interface Job {
  state: 'queued' | 'running' | 'succeeded' | 'failed';
  percent: number;
  result?: { pages: number };
  problem?: { code: string; message: string };
}

/** Waits for jobs, whose names are their ids. */
export function jobOperations(baseUrl: string) {
  async function send(method: string, id: string, signal: AbortSignal): Promise<Job> {
    const response = await fetch(`${baseUrl}/jobs/${encodeURIComponent(id)}`, { method, signal });
    if (!response.ok) throw response; // becomes a RequestError: NOT_FOUND, UNAVAILABLE, …
    return (await response.json()) as Job;
  }
  return customOperations({
    get: ({ name }, { signal }) => send('GET', name, signal),
    cancel: ({ name }, { signal }) => send('DELETE', name, signal),
    done: ({ state }) => state === 'succeeded' || state === 'failed',
    error: ({ problem }) => problem,
    response: ({ result }) => result?.pages ?? 0,
    metadata: ({ state, percent }) => ({ state, progressPercent: percent }),
  });
}
// #endregion jobs

export async function countPages(baseUrl: string, id: string): Promise<number> {
  // #region wait
  const jobs = jobOperations(baseUrl);
  const pages = await jobs.poller(id).promise(); // a number
  // #endregion wait
  return pages;
}
