import { constantBackoff, OperationsClient, type OperationsTransport } from 'longrunning';
import { customOperations } from 'longrunning/custom';
import { waitFor } from 'longrunning/wait-for';

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

// #region video
/** An API whose operations have `name`, `done`, `error` and `response`. */
interface VideoApi {
  generateVideo(prompt: string): Promise<VideoOperation>;
  getOperation(name: string): Promise<VideoOperation>;
}
interface VideoOperation {
  name: string;
  done?: boolean;
  error?: { code: number; message: string };
  response?: { uri: string };
}

/** Keeps a text by its key: a file, a database, a `Map` in a test. */
interface Storage {
  get(key: string): Promise<string | undefined>;
  set(key: string, text: string): Promise<unknown>;
  delete(key: string): Promise<unknown>;
}
// #endregion video

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

// #region wait-for
/** Starts an operation and waits for it. The next run of the program continues the wait of this one. */
export async function generate(ai: VideoApi, store: Storage, signal: AbortSignal) {
  const save = (token?: object) => (token ? store.set('video', JSON.stringify(token)) : store.delete('video'));
  const load = () => store.get('video');
  return waitFor(
    ({ name }) => ai.getOperation(name),
    () => ai.generateVideo('a cat'),
    { signal, totalTimeoutMs: 600_000, save, load },
  );
}
// #endregion wait-for

// #region fetch
/** Starts an operation by `fetch` with an API key, and waits for it. */
export async function generateByFetch(origin: string, apiKey: string, signal: AbortSignal) {
  const headers = { 'x-goog-api-key': apiKey, 'content-type': 'application/json' };
  const send = async (path: string, init: RequestInit): Promise<VideoOperation> => {
    const response = await fetch(`${origin}/v1/${path}`, { headers, ...init });
    if (!response.ok) throw response; // by its status, the request is sent again or the wait fails
    return (await response.json()) as VideoOperation;
  };
  const body = JSON.stringify({ prompt: 'a cat' });
  return waitFor(
    ({ name }, { signal }) => send(name, { signal }),
    ({ signal }) => send('videos:generate', { method: 'POST', body, signal }),
    { signal, totalTimeoutMs: 600_000 },
  );
}
// #endregion fetch

// #region interval
/** Keeps the interval of the loop: exactly 5 s between polls. */
export const everyFiveSeconds = (transport: OperationsTransport): OperationsClient =>
  new OperationsClient({ transport, polling: { backoff: constantBackoff(5000) } });
// #endregion interval
