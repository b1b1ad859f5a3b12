import { expect, it } from '@jest/globals';
import { installedSet } from '../../support/installed.js';
import { typeCheck } from '../../support/type-check.js';

const recipes = { 'recipes/*': ['docs/examples/recipes/*.ts'] };

installedSet('tasks').describe('the types of the recipes', () => {
  it('fit the real SDKs, without a cast', () => {
    const code = `
      import { cloudbuild, type cloudbuild_v1 } from '@googleapis/cloudbuild';
      import type { Client as A2AClient } from '@a2a-js/sdk/client';
      import type { Client as McpClient } from '@modelcontextprotocol/sdk/client/index.js';
      import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
      import { JsonRpcTransportFactory } from '@a2a-js/sdk/client';
      import type { Task } from '@a2a-js/sdk';
      import OpenAI from 'openai';
      import { a2aFetch, a2aTasks, waitForTask as waitForA2ATask } from 'recipes/a2a-tasks';
      import { googleapisOperations } from 'recipes/googleapis';
      import { mcpTasks, taskFetch, waitForTask } from 'recipes/mcp-tasks';
      import { openaiBatches, openaiResponses } from 'recipes/openai-jobs';

      export async function use(mcp: McpClient, a2a: A2AClient, openai: OpenAI, build: cloudbuild_v1.Schema$Operation) {
        const tasks = mcpTasks(mcp);
        await waitForTask(tasks, tasks.poller('t'), { answer: () => Promise.resolve({}) });
        new StreamableHTTPClientTransport(new URL('https://h'), { fetch: taskFetch() });

        const task: Task = await waitForA2ATask(a2a, 't', { answer: ({ contextId }) => Promise.resolve(contextId) });
        const same: Task = await a2aTasks(a2a).poller(task).promise();
        new JsonRpcTransportFactory({ fetchImpl: a2aFetch });

        const started = await openai.responses.create({ model: 'm', input: 'a', background: true });
        const response: OpenAI.Responses.Response = await openaiResponses(openai).poller(started).promise();
        const text: string = response.output_text;
        const batch: OpenAI.Batch = await openaiBatches(openai).poller('batch_7').promise();
        const file: string | undefined = batch.output_file_id;

        const client = cloudbuild({ version: 'v1' });
        const built = await googleapisOperations(client.operations).poller(build).promise();
        const id: unknown = built?.id;
        return [same, text, file, id];
      }`;
    expect(typeCheck('tasks', code, recipes)).toEqual([]);
  }, 300_000); // the types of generated clients are large
});
