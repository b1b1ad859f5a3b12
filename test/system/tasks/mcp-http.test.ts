import { beforeAll, expect, it } from '@jest/globals';
import { mcpTasks, taskFetch, type McpTask } from '../../../docs/examples/recipes/mcp-tasks.js';
import { useHttpServers } from '../../support/http-server.js';
import { installedSet } from '../../support/installed.js';
import { bodyOf } from '../../support/request-body.js';

interface Sdk {
  readonly Client: new (info: object) => Parameters<typeof mcpTasks>[0] & {
    connect(transport: object): Promise<void>;
    close(): Promise<void>;
  };
  readonly StreamableHTTPClientTransport: new (url: URL, options: object) => object;
}

const tasksSet = installedSet('tasks');
const serve = useHttpServers();

tasksSet.describe('mcp-tasks.ts over Streamable HTTP', () => {
  let sdk: Sdk;
  beforeAll(async () => {
    const modules = ['client/index.js', 'client/streamableHttp.js'];
    const loaded = modules.map((module) => tasksSet.load(`@modelcontextprotocol/sdk/${module}`));
    sdk = Object.assign({}, ...(await Promise.all(loaded))) as Sdk;
  });

  it('sends the headers by which requests are routed, and retries a 503 and a broken connection', async () => {
    const task: McpTask = { taskId: 't-7', status: 'working', pollIntervalMs: 5 };
    const failures = [503, 'reset'];
    const server = await serve((request, response) => {
      if (request.method !== 'POST') return void response.writeHead(405).end();
      void bodyOf(request).then((text) => {
        const { id, method, params } = JSON.parse(text) as { id?: number; method: string; params: object };
        if (id === undefined) return response.writeHead(202).end();
        const failure = method === 'tasks/get' ? failures.shift() : undefined;
        if (failure === 503) return response.writeHead(503).end();
        if (failure === 'reset') return response.destroy();
        const capabilities = { ...params, capabilities: {}, serverInfo: { name: 's', version: '1' } };
        const result = method === 'initialize' ? capabilities : { ...task, status: 'completed', result: { a: 1 } };
        response.writeHead(200, { 'content-type': 'application/json' });
        return response.end(JSON.stringify({ jsonrpc: '2.0', id, result }));
      });
    });
    const client = new sdk.Client({ name: 'client', version: '1' });
    await client.connect(new sdk.StreamableHTTPClientTransport(new URL(server.origin), { fetch: taskFetch() }));
    expect(await mcpTasks(client).poller(task).promise()).toEqual({ a: 1 });
    await client.close();
    const polls = server.requests.filter(({ headers }) => headers['mcp-method'] === 'tasks/get');
    expect(polls.map(({ headers }) => headers['mcp-name'])).toEqual(['t-7', 't-7', 't-7']);
    expect(server.requests.filter(({ headers }) => headers['mcp-name'] !== undefined)).toEqual(polls);
  });
});
