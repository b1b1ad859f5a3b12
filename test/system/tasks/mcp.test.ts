import { beforeAll, expect, it } from '@jest/globals';
import { mcpTasks, waitForTask, type McpTask } from '../../../docs/examples/recipes/mcp-tasks.js';
import { Code, OperationFailedError } from '../../../src/index.js';
import { installedSet } from '../../support/installed.js';
import { track, useVirtualTime } from '../../support/virtual-time.js';

interface Message {
  readonly method: string;
  readonly params: { readonly taskId: string; readonly inputResponses?: object; readonly _meta?: object };
}
type Handler = (message: Message, extra: { readonly signal: AbortSignal }) => Promise<object>;

interface Sdk {
  readonly Client: new (info: object) => Parameters<typeof mcpTasks>[0] & {
    connect(transport: object): Promise<void>;
    close(): Promise<void>;
  };
  readonly Server: new (
    info: object,
    options: object,
  ) => { fallbackRequestHandler?: Handler; connect(transport: object): Promise<void> };
  readonly InMemoryTransport: { createLinkedPair(): [object, object] };
  readonly McpError: new (code: number, message: string) => Error;
}

const tasksSet = installedSet('tasks');
const advance = useVirtualTime();
const latencyMs = 20;

tasksSet.describe('mcp-tasks.ts, with @modelcontextprotocol/sdk', () => {
  let sdk: Sdk;
  beforeAll(async () => {
    const modules = ['client/index.js', 'server/index.js', 'inMemory.js', 'types.js'];
    const loaded = modules.map((module) => tasksSet.load(`@modelcontextprotocol/sdk/${module}`));
    sdk = Object.assign({}, ...(await Promise.all(loaded))) as Sdk;
  });

  /** A client of a server that takes 20 ms for each response. */
  async function connect(respond: (message: Message) => object | 'hang') {
    const requests: (Message & { readonly atMs: number; aborted: boolean })[] = [];
    const server = new sdk.Server({ name: 'server', version: '1' }, { capabilities: {} });
    server.fallbackRequestHandler = ({ method, params }, { signal }) => {
      const received = { method, params, atMs: performance.now(), aborted: false };
      requests.push(received);
      signal.addEventListener('abort', () => (received.aborted = true));
      return new Promise((resolve, reject) => {
        setTimeout(() => {
          const result = respond({ method, params });
          if (result instanceof Error) reject(result);
          else if (result !== 'hang') resolve(result);
        }, latencyMs);
      });
    };
    const client = new sdk.Client({ name: 'client', version: '1' });
    const [clientTransport, serverTransport] = sdk.InMemoryTransport.createLinkedPair();
    await Promise.all([server.connect(serverTransport), client.connect(clientTransport)]);
    const polls = () => requests.filter(({ method }) => method === 'tasks/get');
    return { client, requests, polls };
  }

  /** Responds with these, one after the other, the last one repeatedly. */
  const responding = (responses: readonly (object | 'hang')[]) => {
    let count = 0;
    return () => responses[Math.min(count++, responses.length - 1)]!;
  };
  const working: McpTask = { taskId: 't-7', status: 'working', pollIntervalMs: 2000 };
  const result = { content: [{ type: 'text', text: 'done' }] };
  const completed: McpTask = { ...working, status: 'completed', result };
  const gaps = (polls: readonly { atMs: number }[]) => polls.slice(1).map(({ atMs }, i) => atMs - polls[i]!.atMs);

  it('polls at the interval of the server, and returns the result', async () => {
    const startMs = performance.now();
    const { client, polls } = await connect(responding([working, { ...working, pollIntervalMs: 5000 }, completed]));
    const seen = track(mcpTasks(client).poller(working).promise());
    await advance(60_000);
    expect(seen.value).toEqual(result);
    expect(polls().map(({ atMs }) => Math.round(atMs - startMs))).toEqual([2000, 4020, 9040]);
    expect(polls()[0]!.params).toMatchObject({
      taskId: 't-7',
      _meta: { 'io.modelcontextprotocol/clientCapabilities': expect.anything() },
    });
  });

  it.each([
    ['a shorter interval of the server', 500, 3000],
    ['no interval', undefined, 3000],
    ['a longer one', 4000, 4000],
  ])('keeps the interval of the caller with %s', async (_, pollIntervalMs, floorMs) => {
    const { client, polls } = await connect(responding([{ ...working, pollIntervalMs }, working, completed]));
    void track(mcpTasks(client, { minIntervalMs: 3000 }).poller('t-7').promise());
    await advance(60_000);
    expect(gaps(polls())[0]).toBe(floorMs + latencyMs);
  });

  it('keeps the interval after failed polls, and retries them', async () => {
    const busy = new sdk.McpError(-32_603, 'the database is gone');
    const { client, polls } = await connect(responding([working, busy, busy, completed]));
    const seen = track(mcpTasks(client).poller(working).promise());
    await advance(60_000);
    expect(seen.value).toEqual(result);
    expect(gaps(polls())).toEqual(Array(3).fill(2000 + latencyMs));
  });

  it('replaces a poll that gets no response', async () => {
    const { client, polls } = await connect(responding(['hang', completed]));
    const seen = track(mcpTasks(client).poller(working).promise());
    await advance(200_000);
    expect(seen.value).toEqual(result);
    expect(polls()).toHaveLength(2);
    expect(polls()[0]!.aborted).toBe(true);
  });

  it('aborts in the pause at once, with the reason, and sends nothing more', async () => {
    const { client, polls } = await connect(responding([working]));
    const controller = new AbortController();
    const seen = track(mcpTasks(client).poller(working).promise({ signal: controller.signal }));
    await advance(2500);
    const reason = new Error('enough');
    controller.abort(reason);
    await advance(0);
    expect(seen).toMatchObject({ error: reason, settledAtMs: 2500 });
    await advance(60_000);
    expect(polls()).toHaveLength(1);
  });

  it('rejects at once if there is no such task', async () => {
    const { client, polls } = await connect(() => new sdk.McpError(-32_602, 'Task has expired'));
    const seen = track(mcpTasks(client).poller('t-7').promise());
    await advance(60_000);
    expect(seen.error).toMatchObject({ rpcCode: Code.NOT_FOUND, message: expect.stringContaining('has expired') });
    expect(polls()).toHaveLength(1);
  });

  it('rejects with the error of a task that failed, and with CANCELLED', async () => {
    const error = { code: -32_603, message: 'API rate limit exceeded' };
    const { client } = await connect(responding([{ ...working, status: 'failed', error }]));
    const failed = track(mcpTasks(client).poller('t-7').promise());
    await advance(60_000);
    expect(failed.error).toBeInstanceOf(OperationFailedError);
    expect(failed.error).toMatchObject({ status: { message: error.message }, errorInfo: { reason: 'MCP_-32603' } });
    const other = await connect(responding([{ ...working, status: 'cancelled', statusMessage: 'by the user' }]));
    const cancelled = track(mcpTasks(other.client).poller('t-7').promise());
    await advance(60_000);
    expect(cancelled.error).toMatchObject({ cancelled: true, status: { message: 'by the user' } });
  });

  it('passes each request for input once, sends the response, and goes on', async () => {
    const name = { method: 'elicitation/create', params: { message: 'your name?' } };
    const age = { method: 'elicitation/create', params: { message: 'your age?' } };
    const input = (inputRequests: object) => ({ ...working, status: 'input_required', inputRequests });
    const states = [working, input({ name }), input({ name }), input({ name, age }), working, completed];
    const poll = responding(states);
    const { client, requests } = await connect(({ method }) => (method === 'tasks/get' ? poll() : {}));
    const tasks = mcpTasks(client);
    const asked: unknown[] = [];
    const answer = (request: unknown) => {
      asked.push(request);
      return Promise.resolve({ action: 'accept', content: { text: String(asked.length) } });
    };
    const seen = track(waitForTask(tasks, tasks.poller(working), { answer }));
    await advance(60_000);
    expect(seen.value).toEqual(result);
    expect(asked).toEqual([name, age]);
    const updates = requests.filter(({ method }) => method === 'tasks/update');
    expect(updates.map(({ params }) => params.inputResponses)).toEqual([
      { name: { action: 'accept', content: { text: '1' } } },
      { age: { action: 'accept', content: { text: '2' } } },
    ]);
  });

  it('aborts while the input is awaited', async () => {
    const { client, polls } = await connect(
      responding([{ ...working, status: 'input_required', inputRequests: { a: {} } }]),
    );
    const tasks = mcpTasks(client);
    const controller = new AbortController();
    const answer = (_: unknown, signal?: AbortSignal): Promise<never> =>
      new Promise((_resolve, reject) => {
        signal?.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
      });
    const seen = track(waitForTask(tasks, tasks.poller(working), { signal: controller.signal, answer }));
    await advance(10_000);
    controller.abort(new Error('enough'));
    await advance(0);
    expect(seen).toMatchObject({ error: new Error('enough'), settledAtMs: 10_000 });
    const count = polls().length;
    await advance(60_000);
    expect(polls()).toHaveLength(count);
  });

  it('resumes by the id, and from a token', async () => {
    const { client, polls } = await connect(responding([completed]));
    const tasks = mcpTasks(client);
    const byId = track(tasks.poller('t-7').promise());
    const byToken = track(tasks.resume(tasks.poller(working).toJSON()).promise());
    await advance(60_000);
    expect([byId.value, byToken.value]).toEqual([result, result]);
    expect(polls()).toHaveLength(2);
  });

  it('requests cancellation, and waits for the real end', async () => {
    const { client, requests } = await connect(({ method }) => (method === 'tasks/get' ? completed : {}));
    const poller = mcpTasks(client).poller(working);
    const seen = track(poller.cancel().then(() => poller.promise()));
    await advance(60_000);
    expect(requests[0]).toMatchObject({ method: 'tasks/cancel', params: { taskId: 't-7' } });
    expect(seen.value).toEqual(result);
  });

  it('takes a pushed task for its state, and does not poll for it', async () => {
    const { client, polls } = await connect(responding([working]));
    const tasks = mcpTasks(client);
    const poller = tasks.poller({ ...working, pollIntervalMs: 30_000 });
    const seen = track(poller.promise());
    await advance(1000);
    tasks.push(poller, completed);
    await advance(0);
    expect(seen).toMatchObject({ value: result, settledAtMs: 1000 });
    expect(polls()).toEqual([]);
  });

  it('requests the result of a task of protocol 2025-11-25', async () => {
    const old = { taskId: 't-7', status: 'completed', pollInterval: 700, ttl: null };
    const poll = responding([{ ...old, status: 'working' }, old]);
    const { client, requests } = await connect(({ method }) => (method === 'tasks/get' ? poll() : result));
    const seen = track(mcpTasks(client).poller('t-7').promise());
    await advance(60_000);
    expect(seen.value).toMatchObject(result);
    expect(requests.map(({ method }) => method)).toEqual(['tasks/get', 'tasks/get', 'tasks/result']);
    expect(gaps(requests)[0]).toBe(700 + latencyMs);
  });

  it('polls none of 100 tasks under its interval, and knows each end within it and 100 ms', async () => {
    let seed = 7;
    const random = () => (seed = (seed * 16_807) % 2_147_483_647) / 2_147_483_647;
    const startMs = performance.now();
    const tasks = Array.from({ length: 100 }, (_, index) => ({
      taskId: `t-${index}`,
      floorMs: Math.round(500 + (29_500 * index) / 99),
      endMs: Math.round(1000 + 239_000 * random()),
    }));
    const byId = new Map(tasks.map((task) => [task.taskId, task]));
    let failures = 0;
    const { client, polls } = await connect(({ params: { taskId } }) => {
      const { floorMs, endMs } = byId.get(taskId)!;
      const isDone = performance.now() - startMs >= endMs;
      // A tenth of the polls fails.
      if (!isDone && random() < 0.1 && ++failures) return new sdk.McpError(-32_603, 'busy');
      return { taskId, status: isDone ? 'completed' : 'working', pollIntervalMs: floorMs, ...(isDone && { result }) };
    });
    const { poller } = mcpTasks(client);
    const seen = tasks.map(({ taskId, floorMs }) =>
      track(poller({ taskId, status: 'working', pollIntervalMs: floorMs }).promise()),
    );
    await advance(300_000);
    for (const [index, { taskId, floorMs, endMs }] of tasks.entries()) {
      const times = polls().flatMap(({ params, atMs }) => (params.taskId === taskId ? [atMs - startMs] : []));
      expect(Math.min(times[0]!, ...gaps(times.map((atMs) => ({ atMs }))))).toBeGreaterThanOrEqual(floorMs);
      expect(seen[index]!.value).toEqual(result);
      expect(seen[index]!.settledAtMs! - endMs).toBeLessThanOrEqual(floorMs + 100);
    }
    expect(failures).toBeGreaterThan(20);
  });
});
