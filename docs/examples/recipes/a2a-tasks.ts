// A2A tasks, with the `Client` of @a2a-js/sdk: by the stream of the agent while it lives, by polls otherwise.
//
//   const task = await waitForTask(client, started.id, { signal, answer: (task) => reply(client, task) });
import { Code, RequestError, type LROPoller, type PollingOptions } from 'longrunning';
import { customOperations, type CustomTransport } from 'longrunning/custom';

/** The parts of a task and of the client that are used. States are numbers, as in `TaskState`. */
export interface A2ATask {
  readonly id: string;
  readonly status: A2AStatus | undefined;
}
export interface A2AStatus {
  readonly state: number;
  readonly timestamp: string | undefined;
  readonly message:
    | {
        readonly messageId: string;
        readonly parts: readonly { readonly content?: { $case: string; value: unknown } | undefined }[];
      }
    | undefined;
}
type Event = { readonly $case: string; readonly value: unknown } | undefined;
interface A2AClient<T> {
  getTask(request: { tenant: string; id: string }, options: { signal?: AbortSignal }): Promise<T>;
  cancelTask(
    request: { tenant: string; id: string; metadata: undefined },
    options: { signal?: AbortSignal },
  ): Promise<T>;
  resubscribeTask(
    request: { tenant: string; id: string },
    options: { signal?: AbortSignal },
  ): AsyncIterable<{ readonly payload?: Event }>;
}
export interface A2AWaitOptions<T> {
  /** Called once for each state that waits for input or authorization: sends a message to the agent. */
  answer: (task: T, signal?: AbortSignal) => Promise<unknown>;
  onStatus?: ((status: A2AStatus) => void) | undefined;
  signal?: AbortSignal | undefined;
  /** How to poll. */
  polling?: PollingOptions<T>;
  /** How long a stream is relied on before it is opened again, in milliseconds: a broken connection may be silent. */
  streamMs?: number;
  /** How long the task is polled before the stream is tried again, in milliseconds. */
  pollMs?: number;
}

const ended = [3, 4, 5, 7]; // completed, failed, canceled, rejected
const interrupted = [6, 8]; // input required, authorization required

/** The transport of the tasks of an agent. */
export function a2aTasks<T extends A2ATask>(client: A2AClient<T>): CustomTransport<T, T, T> {
  return customOperations({
    get: ({ name: id }, { signal }) => client.getTask({ tenant: '', id }, { signal }).catch(rethrow(id)),
    cancel: ({ name: id }, { signal }) =>
      client.cancelTask({ tenant: '', id, metadata: undefined }, { signal }).catch(rethrow(id)),
    name: ({ id }) => id,
    done: ({ status }) => ended.includes(status?.state ?? 0),
    error: ({ status }) => errorOf(status),
    response: (task) => task,
    metadata: (task) => task,
  });
}

/** Waits for a task: nothing is polled while a stream lives. */
export async function waitForTask<T extends A2ATask>(
  client: A2AClient<T>,
  taskId: string,
  { answer, onStatus, signal, polling, streamMs = 60_000, pollMs = 10_000 }: A2AWaitOptions<T>,
): Promise<T> {
  const poller: LROPoller<T, T> = a2aTasks(client).poller(taskId, polling);
  const answered = new Set<string>();
  const isNews = (status: A2AStatus): boolean =>
    ended.includes(status.state) || (interrupted.includes(status.state) && !answered.has(keyOf(status)));

  for (let operation = await poller.poll({ signal }); !operation.done;) {
    const task = operation.metadata;
    if (task?.status && isNews(task.status)) {
      answered.add(keyOf(task.status));
      await answer(task, signal);
    }
    const hasNews = await follow(client, taskId, { isNews, onStatus, signal, streamMs });
    operation = hasNews ? await poller.poll({ signal }) : ((await poller.pollFor(pollMs, { signal })) ?? operation);
  }
  return poller.promise({ signal });
}

interface FollowOptions extends Pick<A2AWaitOptions<never>, 'onStatus' | 'signal'> {
  isNews: (status: A2AStatus) => boolean;
  streamMs: number;
}

/** Follows the stream. Returns whether to request the task now: it has ended, or waits for something, or time has passed. */
async function follow(
  client: A2AClient<A2ATask>,
  id: string,
  { isNews, onStatus, signal, streamMs }: FollowOptions,
): Promise<boolean> {
  const timeout = AbortSignal.timeout(streamMs);
  const streamSignal = signal ? AbortSignal.any([signal, timeout]) : timeout;
  try {
    for await (const { payload } of client.resubscribeTask({ tenant: '', id }, { signal: streamSignal })) {
      const { status } = (payload?.value ?? {}) as { status?: A2AStatus };
      if (!status) continue; // an artifact, or a message
      onStatus?.(status);
      if (isNews(status)) return true;
    }
  } catch {
    // The agent has no streams, or the stream broke: the task is polled.
  }
  signal?.throwIfAborted();
  return timeout.aborted;
}

const keyOf = ({ state, timestamp, message }: A2AStatus): string => `${state} ${timestamp} ${message?.messageId}`;

function errorOf(status: A2AStatus | undefined) {
  if (status?.state === 3) return undefined;
  const texts = (status?.message?.parts ?? []).map(({ content }) => (content?.$case === 'text' ? content.value : ''));
  const code = status?.state === 5 ? Code.CANCELLED : status?.state === 7 ? 'TASK_REJECTED' : 'TASK_FAILED';
  return { code, message: texts.join(' ') };
}

// The reasons of the SDK's errors that do not go away with a retry.
const codes: Readonly<Record<string, Code>> = {
  TASK_NOT_FOUND: Code.NOT_FOUND,
  TASK_NOT_CANCELABLE: Code.FAILED_PRECONDITION,
  UNSUPPORTED_OPERATION: Code.UNIMPLEMENTED,
  VERSION_NOT_SUPPORTED: Code.UNIMPLEMENTED,
};

const rethrow = (operationName: string) => (error: unknown) => {
  const { reason = '', message } = error as { reason?: string; message?: string };
  const code = codes[reason];
  if (code === undefined) throw error;
  const status = { code, message: message ?? reason, details: [] };
  throw new RequestError({ method: 'GetOperation', operationName, status, origin: 'service' });
};

/** A `fetchImpl` for the transports of the SDK, which drop `Retry-After`: an overloaded agent is not requested before it. */
export const a2aFetch: typeof fetch = async (input, init) => {
  const response = await fetch(input, init);
  if (response.status === 429 || response.status >= 500) throw response;
  return response;
};
