// MCP tasks (the extension `io.modelcontextprotocol/tasks`, and tasks of protocol 2025-11-25), with the `Client` of
// @modelcontextprotocol/sdk.
//
//   const tasks = mcpTasks(client);
//   const poller = tasks.poller(task); // the task that a tools/call returned, or its id
//   const result = await waitForTask(tasks, poller, { signal, answer: (request) => askTheUser(request) });
import { Code, constantBackoff, RequestError, type LROPoller, type ResumeToken } from 'longrunning';
import { customOperations } from 'longrunning/custom';
import * as z from 'zod';

export interface McpTask {
  readonly taskId: string;
  readonly status: 'working' | 'input_required' | 'completed' | 'failed' | 'cancelled';
  readonly statusMessage?: string | undefined;
  /** The interval that the server requests; `pollInterval` in protocol 2025-11-25. */
  readonly pollIntervalMs?: number | undefined;
  readonly pollInterval?: number | undefined;
  readonly inputRequests?: Readonly<Record<string, unknown>> | undefined;
  readonly result?: unknown;
  readonly error?: { readonly code?: number; readonly message?: string } | undefined;
}

const anyResult = z.looseObject({});

/** The part of the client that is used. */
interface McpClient {
  request(
    request: { method: string; params: Record<string, unknown> },
    schema: typeof anyResult,
    options: { signal?: AbortSignal; timeout?: number },
  ): Promise<unknown>;
}

const _meta = { 'io.modelcontextprotocol/clientCapabilities': { extensions: { 'io.modelcontextprotocol/tasks': {} } } };
const ended = ['completed', 'failed', 'cancelled'];

/** Pollers for tasks. No poll of a task is sent before its interval, nor before `minIntervalMs`, a retry included. */
export function mcpTasks(client: McpClient, { minIntervalMs = 0, defaultIntervalMs = 1000 } = {}) {
  const intervals = new Map<string, number>();
  const intervalOf = ({ pollIntervalMs, pollInterval = defaultIntervalMs }: Partial<McpTask>): number =>
    Math.max(pollIntervalMs ?? pollInterval, minIntervalMs);
  const request = (method: string, params: object, signal?: AbortSignal, timeout = 60_000): Promise<unknown> =>
    client.request({ method, params: { ...params, _meta } }, anyResult, { ...(signal && { signal }), timeout });

  const transport = customOperations({
    async get({ name: taskId }, { signal, timeoutMs }): Promise<McpTask> {
      try {
        const task = (await request('tasks/get', { taskId }, signal, timeoutMs)) as McpTask;
        intervals.set(taskId, intervalOf(task));
        if (ended.includes(task.status)) intervals.delete(taskId);
        if (task.status !== 'completed' || task.result !== undefined) return task;
        // In protocol 2025-11-25 the result has a request of its own.
        return { ...task, result: await request('tasks/result', { taskId }, signal, timeoutMs) };
      } catch (error) {
        throw toRequestError(taskId, error, intervals.get(taskId) ?? intervalOf({}));
      }
    },
    cancel: ({ name: taskId }, { signal, timeoutMs }) => request('tasks/cancel', { taskId }, signal, timeoutMs),
    name: ({ taskId }) => taskId,
    done: ({ status }) => ended.includes(status),
    error: errorOf,
    response: ({ result }) => result,
    metadata: (task) => task,
    pollAfterMs: (task) => {
      if (!ended.includes(task.status)) intervals.set(task.taskId, intervalOf(task));
      return intervalOf(task);
    },
  });
  const polling = { backoff: constantBackoff(1) }; // the server sets the pace
  return {
    poller: (task: McpTask | string) => transport.poller(task, polling),
    resume: (token: ResumeToken) => transport.resume(token, polling),
    /** Sends responses to `inputRequests`. */
    update: (taskId: string, inputResponses: object, signal?: AbortSignal) =>
      request('tasks/update', { taskId, inputResponses }, signal),
    /** Applies a task that arrived by `notifications/tasks`, so that it is not polled for. */
    push: (poller: LROPoller<unknown, McpTask>, task: McpTask) => poller.applyUpdate(transport.rawOperation(task)),
    close: () => transport.close(),
  };
}

/** Waits for the result. Each request of the server for input is passed to `answer` once. */
export async function waitForTask(
  tasks: ReturnType<typeof mcpTasks>,
  poller: LROPoller<unknown, McpTask>,
  { signal, answer }: { signal?: AbortSignal; answer: (request: unknown, signal?: AbortSignal) => Promise<unknown> },
): Promise<unknown> {
  const answered = new Set<string>();
  for await (const { done, metadata } of poller.updates({ signal })) {
    if (done) break;
    for (const [key, request] of Object.entries(metadata?.inputRequests ?? {})) {
      if (answered.has(key)) continue;
      await tasks.update(poller.name, { [key]: await answer(request, signal) }, signal);
      answered.add(key);
    }
  }
  return poller.promise({ signal });
}

function errorOf({ status, statusMessage, error }: McpTask) {
  if (status === 'completed') return undefined;
  if (status === 'cancelled') return { code: Code.CANCELLED, message: statusMessage };
  return { code: `MCP_${error?.code ?? 'FAILED'}`, message: error?.message ?? statusMessage };
}

// The errors of JSON-RPC and of the SDK's transports, by their codes. All others, such as a broken connection: UNAVAILABLE.
const codes: Readonly<Record<number, Code>> = {
  [-32_001]: Code.DEADLINE_EXCEEDED,
  [-32_021]: Code.FAILED_PRECONDITION, // the server requires a capability
  [-32_600]: Code.INVALID_ARGUMENT,
  [-32_601]: Code.UNIMPLEMENTED,
  [-32_602]: Code.NOT_FOUND, // no such task, or it has expired
  [-32_603]: Code.INTERNAL,
  400: Code.INVALID_ARGUMENT,
  401: Code.UNAUTHENTICATED,
  403: Code.PERMISSION_DENIED,
  404: Code.NOT_FOUND,
};

function toRequestError(taskId: string, error: unknown, retryAfterMs: number): RequestError {
  const { code, message } = error as { code?: number; message?: string };
  const status = { code: codes[code ?? 0] ?? Code.UNAVAILABLE, message: message ?? String(error), details: [] };
  return new RequestError({ method: 'GetOperation', operationName: taskId, status, origin: 'service', retryAfterMs });
}

/** A `fetch` for `StreamableHTTPClientTransport`: sends the headers by which requests about a task are routed. */
export function taskFetch(send: typeof fetch = fetch): (url: string | URL, init?: RequestInit) => Promise<Response> {
  return (url, init) => {
    const text = typeof init?.body === 'string' ? init.body : '{}';
    const { method = '', params } = JSON.parse(text) as { method?: string; params?: { taskId?: string } };
    const headers = new Headers(init?.headers);
    if (method.startsWith('tasks/') && params?.taskId) {
      headers.set('Mcp-Method', method);
      headers.set('Mcp-Name', params.taskId);
    }
    return send(url, { ...init, headers });
  };
}
