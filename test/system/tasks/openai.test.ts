import { inspect } from 'node:util';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { openaiBatches, openaiResponses } from '../../../docs/examples/recipes/openai-jobs.js';
import { Code, OperationFailedError } from '../../../src/index.js';
import { useHttpServers } from '../../support/http-server.js';
import { installedSet } from '../../support/installed.js';
import { until } from '../../support/grpc-server.js';
import { rejection } from '../../support/wires.js';

interface Job {
  readonly id: string;
  readonly status: string;
  readonly error: { readonly code: string; readonly message: string } | null;
  readonly incomplete_details: { readonly reason?: string } | null;
  readonly errors?: { readonly data?: readonly { readonly code?: string; readonly message?: string }[] };
}
type OpenAI = Parameters<typeof openaiResponses<Job>>[0] &
  Parameters<typeof openaiBatches<Job>>[0] & {
    readonly responses: { create(body: object): Promise<Job> };
    readonly batches: { create(body: object): Promise<Job> };
  };
type Reply = readonly [status: number, body: object, headers?: Record<string, string>] | 'reset' | 'hang';

const tasksSet = installedSet('tasks');
const serve = useHttpServers();
const apiKey = 'sk-proj-KeyOfTheTest0123456789abcdefghijklmnop';
const polls = { backoff: () => 1, retry: { initialDelayMs: 1, maxDelayMs: 2 } };

/** The two kinds of jobs. */
const kinds = [
  {
    kind: 'a response',
    path: '/v1/responses/resp_7',
    running: { id: 'resp_7', object: 'response', status: 'queued', error: null, incomplete_details: null, output: [] },
    start: (ai: OpenAI) => ai.responses.create({ model: 'm', input: 'a', background: true }),
    jobs: (ai: OpenAI) => openaiResponses(ai),
  },
  {
    kind: 'a batch',
    path: '/v1/batches/batch_7',
    running: { id: 'batch_7', object: 'batch', status: 'validating' },
    start: (ai: OpenAI) =>
      ai.batches.create({ input_file_id: 'f', endpoint: '/v1/responses', completion_window: '24h' }),
    jobs: (ai: OpenAI) => openaiBatches(ai),
  },
];

tasksSet.describe('openai-jobs.ts, with openai', () => {
  let openai: { readonly default: new (options: object) => OpenAI };
  beforeAll(async () => {
    openai = (await tasksSet.load('openai')) as typeof openai;
  });

  /** A client of a server that starts a job, and then sends these replies, the last one repeatedly. */
  async function connect({ running, start }: (typeof kinds)[number], replies: readonly Reply[]) {
    let polled = 0;
    const times: number[] = [];
    const server = await serve((request, response) => {
      const isStart = request.method === 'POST' && !request.url?.endsWith('/cancel');
      const reply: Reply = isStart ? [200, running] : replies[Math.min(polled++, replies.length - 1)]!;
      if (!isStart) times.push(performance.now());
      if (reply === 'hang') return;
      if (reply === 'reset') return void response.destroy();
      const [status, body, headers] = reply;
      response.writeHead(status, { 'content-type': 'application/json', ...headers });
      response.end(JSON.stringify({ ...(status === 200 && running), ...body }));
    });
    const ai = new openai.default({ apiKey, baseURL: `${server.origin}/v1` });
    const started = await start(ai);
    const calls = () => server.requests.slice(1).map(({ method, url }) => `${method} ${url}`);
    return { ai, started, calls, times };
  }

  const busy: Reply = [503, { error: { message: 'busy' } }];
  const progress: Reply = [200, { status: 'in_progress' }];
  const completed: Reply = [200, { status: 'completed', output: [] }];

  describe.each(kinds)('for $kind', (kind) => {
    it('waits, and retries failed polls itself', async () => {
      const { ai, started, calls } = await connect(kind, [progress, busy, 'reset', completed]);
      const poller = kind.jobs(ai).poller(started, polls);
      expect(await poller.promise()).toMatchObject({ id: kind.running.id, status: 'completed' });
      expect(calls()).toEqual(Array(4).fill(`GET ${kind.path}`));
    });

    it('polls at the pace that the service sends, and not before Retry-After', async () => {
      const paced: Reply = [200, { status: 'in_progress' }, { 'openai-poll-after-ms': '300' }];
      const limited: Reply = [429, { error: { message: 'slow down' } }, { 'retry-after': '1' }];
      const { ai, started, times } = await connect(kind, [paced, limited, completed]);
      await kind.jobs(ai).poller(started, polls).promise();
      expect(times[1]! - times[0]!).toBeGreaterThanOrEqual(299);
      expect(times[2]! - times[1]!).toBeGreaterThanOrEqual(999);
    });

    it('replaces a poll that gets no response', async () => {
      const { ai, started, calls } = await connect(kind, ['hang', completed]);
      await kind
        .jobs(ai)
        .poller(started, { ...polls, rpcTimeoutMs: 200 })
        .promise();
      expect(calls()).toHaveLength(2);
    });

    it('aborts at once, with the reason, and sends nothing more', async () => {
      const { ai, started, calls } = await connect(kind, ['hang']);
      const controller = new AbortController();
      const waiting = rejection(kind.jobs(ai).poller(started, polls).promise({ signal: controller.signal }));
      await until(() => calls().length === 1);
      controller.abort(new Error('enough'));
      expect(await waiting).toEqual(new Error('enough'));
      expect(calls()).toHaveLength(1);
    });

    it('resumes by the id, and from a token', async () => {
      const { ai, started, calls } = await connect(kind, [completed]);
      const jobs = kind.jobs(ai);
      await jobs.poller(kind.running.id, polls).promise();
      await jobs.resume(jobs.poller(started).toJSON(), polls).promise();
      expect(calls()).toEqual(Array(2).fill(`GET ${kind.path}`));
    });

    it('requests cancellation, and rejects with it', async () => {
      const { ai, started, calls } = await connect(kind, [progress, [200, { status: 'cancelled' }]]);
      const poller = kind.jobs(ai).poller(started, polls);
      await poller.cancel();
      const error = await rejection(poller.promise());
      expect(error).toMatchObject({ cancelled: true, status: { code: Code.CANCELLED } });
      expect(calls()).toEqual([`POST ${kind.path}/cancel`, `GET ${kind.path}`]);
    });

    it('rejects with the error of the request at once, without the key', async () => {
      const error = { message: `no job for ${apiKey}`, code: 'not_found' };
      const { ai, started, calls } = await connect(kind, [[404, { error }]]);
      const thrown = await rejection(kind.jobs(ai).poller(started, polls).promise());
      expect(thrown).toMatchObject({ rpcCode: Code.NOT_FOUND, httpStatus: 404, origin: 'service' });
      expect(inspect(thrown, { depth: 9, showHidden: true })).not.toContain(apiKey);
      expect(calls()).toHaveLength(1);
    });
  });

  const [response, batch] = kinds as [(typeof kinds)[number], (typeof kinds)[number]];

  it.each([
    [response, { status: 'failed', error: { code: 'server_error', message: 'no model' } }, 'server_error', 'no model'],
    [
      response,
      { status: 'incomplete', incomplete_details: { reason: 'max_output_tokens' } },
      'max_output_tokens',
      'the response is incomplete',
    ],
    [
      batch,
      { status: 'failed', errors: { data: [{ code: 'empty_file', message: 'no lines' }] } },
      'empty_file',
      'no lines',
    ],
    [batch, { status: 'expired' }, undefined, 'it is expired'],
  ])('rejects $0.kind that is $1.status, with its reason', async (kind, state, reason, message) => {
    const { ai, started } = await connect(kind, [[200, state]]);
    const error = await rejection(kind.jobs(ai).poller(started, polls).promise());
    expect(error).toBeInstanceOf(OperationFailedError);
    expect(error).toMatchObject({ status: { message } });
    expect((error as OperationFailedError).errorInfo?.reason).toBe(reason);
  });
});
