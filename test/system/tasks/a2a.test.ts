import { beforeAll, expect, it } from '@jest/globals';
import { a2aFetch, a2aTasks, waitForTask, type A2ATask } from '../../../docs/examples/recipes/a2a-tasks.js';
import { Code, constantBackoff, OperationFailedError } from '../../../src/index.js';
import { until } from '../../support/grpc-server.js';
import { useHttpServers } from '../../support/http-server.js';
import { installedSet } from '../../support/installed.js';
import { bodyOf } from '../../support/request-body.js';
import { rejection } from '../../support/wires.js';

type Client = Parameters<typeof a2aTasks<A2ATask>>[0] & { sendMessage(request: object): Promise<unknown> };
interface Sdk {
  readonly ClientFactory: new (options: object) => { createFromAgentCard(card: object): Promise<Client> };
  readonly JsonRpcTransportFactory: new (options: object) => object;
}
/** What the server sends: a result, an HTTP error, or a JSON-RPC error. */
type Reply = { result: object } | { http: number; headers?: Record<string, string> } | { code: number };

const tasksSet = installedSet('tasks');
const serve = useHttpServers();
const id = 'task-7';
const polls = { backoff: () => 1, retry: { initialDelayMs: 1, maxDelayMs: 2 } };

const statusOf = (state: string, text = '') => ({
  state: `TASK_STATE_${state}`,
  timestamp: '2026-01-01T00:00:00Z',
  ...(text !== '' && { message: { messageId: 'm', role: 'ROLE_AGENT', parts: [{ text }] } }),
});
const taskIn = (state: string, text = '') => ({ id, contextId: 'c', status: statusOf(state, text) });
const never = () => Promise.reject(new Error('no input was required'));

tasksSet.describe('a2a-tasks.ts, with @a2a-js/sdk', () => {
  let sdk: Sdk;
  beforeAll(async () => {
    sdk = (await tasksSet.load('@a2a-js/sdk/client')) as Sdk;
  });

  /** A client of an agent with these tasks, the last one repeatedly, and these streams, each open until it is ended. */
  async function connect(replies: readonly Reply[], streams: readonly ((push: Stream) => void)[] = []) {
    const calls: { method: string; atMs: number; params: object }[] = [];
    let polled = 0;
    let streamed = 0;
    const server = await serve((request, response) => {
      void bodyOf(request).then((text) => {
        const rpc = JSON.parse(text) as { id: number; method: string; params: object };
        const { method, params } = rpc;
        calls.push({ method, atMs: performance.now(), params });
        const message = (content: object) => JSON.stringify({ jsonrpc: '2.0', id: rpc.id, ...content });
        const stream = method === 'SubscribeToTask' ? streams[streamed++] : undefined;
        if (stream) {
          response.writeHead(200, { 'content-type': 'text/event-stream' });
          const push = (result: object) => response.write(`data: ${message({ result })}\n\n`);
          return stream({ push, end: () => response.end(), break: () => response.destroy() });
        }
        let reply: Reply = { code: -32_004 }; // UnsupportedOperation
        if (method === 'GetTask') reply = replies[Math.min(polled++, replies.length - 1)]!;
        if (method === 'SendMessage' || method === 'CancelTask') reply = { result: { task: taskIn('WORKING') } };
        if ('http' in reply) return response.writeHead(reply.http, reply.headers).end();
        response.writeHead(200, { 'content-type': 'application/json' });
        return response.end(message('code' in reply ? { error: { code: reply.code, message: 'no' } } : reply));
      });
    });
    const transports = [new sdk.JsonRpcTransportFactory({ fetchImpl: a2aFetch })];
    const client = await new sdk.ClientFactory({ transports }).createFromAgentCard({
      name: 'agent',
      capabilities: { streaming: true },
      supportedInterfaces: [{ url: server.origin, protocolBinding: 'JSONRPC', protocolVersion: '1.0', tenant: '' }],
      defaultInputModes: [],
      defaultOutputModes: [],
      skills: [],
    });
    const methods = () => calls.map(({ method }) => method);
    return { client, calls, methods };
  }
  interface Stream {
    readonly push: (result: object) => void;
    readonly end: () => void;
    readonly break: () => void;
  }
  const working: Reply = { result: taskIn('WORKING') };
  const completed: Reply = { result: { ...taskIn('COMPLETED'), artifacts: [{ artifactId: 'a', parts: [] }] } };

  it('polls nothing while a stream lives, and requests the task when it ends', async () => {
    let stream: Stream | undefined;
    const { client, methods } = await connect([working, completed], [(opened) => (stream = opened)]);
    const states: number[] = [];
    const onStatus = ({ state }: { state: number }) => states.push(state);
    const waiting = waitForTask(client, id, { answer: never, onStatus, pollMs: 5 });
    await until(() => stream !== undefined);
    stream!.push({ task: taskIn('WORKING') });
    stream!.push({ artifactUpdate: { taskId: id, contextId: 'c', artifact: { artifactId: 'a', parts: [] } } });
    stream!.push({ statusUpdate: { taskId: id, contextId: 'c', status: statusOf('WORKING', 'half') } });
    await until(() => states.length === 2);
    expect(methods()).toEqual(['GetTask', 'SubscribeToTask']);
    stream!.push({ statusUpdate: { taskId: id, contextId: 'c', status: statusOf('COMPLETED') } });
    expect(await waiting).toMatchObject({ id, artifacts: [{ artifactId: 'a' }] });
    expect(methods()).toEqual(['GetTask', 'SubscribeToTask', 'GetTask']);
    expect(states).toEqual([2, 2, 3]);
  });

  it('polls after a stream that broke or ended, and then tries it again', async () => {
    const replies = [working];
    const finish = ({ push }: Stream) => {
      replies[0] = completed;
      push({ task: taskIn('COMPLETED') });
    };
    const streams = [(stream: Stream) => stream.break(), (stream: Stream) => stream.end(), finish];
    const { client, methods } = await connect(replies, streams);
    const polling = { backoff: constantBackoff(50) };
    expect(await waitForTask(client, id, { answer: never, polling, pollMs: 300 })).toMatchObject({ id });
    // Between two streams there is a poll at least.
    expect(methods().join(' ')).toMatch(/^(?:GetTask )+SubscribeToTask (?:GetTask )+SubscribeToTask (?:GetTask )+/);
    expect(methods().filter((method) => method === 'SubscribeToTask')).toHaveLength(3);
    expect(methods().slice(-2)).toEqual(['SubscribeToTask', 'GetTask']);
  });

  it('polls an agent without streams', async () => {
    const { client, methods } = await connect([working, working, completed]);
    expect(await waitForTask(client, id, { answer: never, pollMs: 60_000 })).toMatchObject({ id });
    expect(methods()).toEqual(['GetTask', 'SubscribeToTask', 'GetTask', 'GetTask']);
  });

  it('opens a silent stream again, and finds an end that it did not report', async () => {
    const { client, methods } = await connect([working, completed], [() => undefined]);
    expect(await waitForTask(client, id, { answer: never, streamMs: 100 })).toMatchObject({ id });
    expect(methods()).toEqual(['GetTask', 'SubscribeToTask', 'GetTask']);
  });

  it.each(['INPUT_REQUIRED', 'AUTH_REQUIRED'])('passes on %s once, and goes on', async (state) => {
    const asking: Reply = { result: taskIn(state, 'which one?') };
    const finish = ({ push }: Stream) => {
      push({ task: taskIn(state, 'which one?') }); // the agent has not read the message yet
      push({ statusUpdate: { taskId: id, contextId: 'c', status: statusOf('COMPLETED') } });
    };
    const { client, methods } = await connect([asking, completed], [finish]);
    const asked: A2ATask[] = [];
    const answer = (task: A2ATask) => {
      asked.push(task);
      const message = { messageId: 'n', role: 1, taskId: id, parts: [], extensions: [], referenceTaskIds: [] };
      return client.sendMessage({ tenant: '', message });
    };
    await waitForTask(client, id, { answer });
    expect(asked).toMatchObject([{ id }]);
    expect(methods()).toEqual(['GetTask', 'SendMessage', 'SubscribeToTask', 'GetTask']);
  });

  it('aborts a stream at once, with the reason, and sends nothing more', async () => {
    const { client, methods } = await connect([working], [() => undefined]);
    const controller = new AbortController();
    const waiting = rejection(waitForTask(client, id, { answer: never, signal: controller.signal }));
    await until(() => methods().length === 2);
    controller.abort(new Error('enough'));
    expect(await waiting).toEqual(new Error('enough'));
    expect(methods()).toHaveLength(2);
  });

  it('retries failed polls, and not before Retry-After', async () => {
    const busy: Reply = { http: 429, headers: { 'retry-after': '1' } };
    const { client, calls } = await connect([{ http: 503 }, busy, completed]);
    expect(await a2aTasks(client).poller(id, polls).promise()).toMatchObject({ id });
    expect(calls).toHaveLength(3);
    expect(calls[2]!.atMs - calls[1]!.atMs).toBeGreaterThanOrEqual(999);
  });

  it.each([
    ['FAILED', Code.UNKNOWN, 'TASK_FAILED'],
    ['REJECTED', Code.UNKNOWN, 'TASK_REJECTED'],
    ['CANCELED', Code.CANCELLED, undefined],
  ])('rejects a task that ended as %s, with the text of the agent', async (state, code, reason) => {
    const { client } = await connect([{ result: taskIn(state, 'no budget') }]);
    const error = await rejection(waitForTask(client, id, { answer: never }));
    expect(error).toBeInstanceOf(OperationFailedError);
    expect(error).toMatchObject({ status: { code, message: 'no budget' }, cancelled: state === 'CANCELED' });
    expect((error as OperationFailedError).errorInfo?.reason).toBe(reason);
  });

  it('rejects at once if there is no such task', async () => {
    const { client, methods } = await connect([{ code: -32_001 }]);
    const error = await rejection(waitForTask(client, id, { answer: never }));
    expect(error).toMatchObject({ rpcCode: Code.NOT_FOUND });
    expect(methods()).toEqual(['GetTask']);
  });

  it('requests cancellation, and resumes from a token', async () => {
    const { client, methods } = await connect([completed]);
    const tasks = a2aTasks(client);
    const poller = tasks.poller(id, polls);
    await poller.cancel();
    expect(await tasks.resume(poller.toJSON(), polls).promise()).toMatchObject({ id });
    expect(methods()).toEqual(['CancelTask', 'GetTask']);
  });
});
