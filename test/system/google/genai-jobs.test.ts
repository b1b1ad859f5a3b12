import { inspect } from 'node:util';
import { beforeAll, expect, it } from '@jest/globals';
import { Code, OperationFailedError } from '../../../src/index.js';
import { pollerFrom } from '../../../src/gax/index.js';
import { genaiJobs, type GenaiJobLike, type GenaiJobsLike } from '../../../src/google/index.js';
import { useHttpServers } from '../../support/http-server.js';
import { installedSet } from '../../support/installed.js';
import { rejection } from '../../support/wires.js';
import { polls, replying, type Reply } from './support.js';

interface GenAI extends GenaiJobsLike {
  readonly batches: GenaiJobsLike['batches'] & { create(request: object): Promise<GenaiJobLike> };
  readonly tunings: GenaiJobsLike['tunings'] & { tune(request: object): Promise<GenaiJobLike> };
}
type GenAIClass = new (options: object) => GenAI;

const google = installedSet('google');
const serve = useHttpServers();
const apiKey = 'AIzaSyKeyOfTheTest-0123456789_abcdefghij';
const project = 'projects/p/locations/l';

/** The jobs of each API, and how it writes the state of one. */
const kinds = [
  {
    kind: 'a batch of the Gemini API',
    vertexai: false,
    start: (ai: GenAI) => ai.batches.create({ model: 'm', src: [{ contents: [{ parts: [{ text: 'a' }] }] }] }),
    name: 'batches/b-7',
    path: '/v1/batches/b-7',
    job: (state: string) => ({ name: 'batches/b-7', metadata: { state: `BATCH_STATE_${state}` } }),
  },
  {
    kind: 'a batch of Vertex AI',
    vertexai: true,
    start: (ai: GenAI) => ai.batches.create({ model: 'm', src: 'gs://b/in.jsonl', config: { dest: 'gs://b/out' } }),
    name: `${project}/batchPredictionJobs/7`,
    path: '/v1beta1/batchPredictionJobs/7',
    job: (state: string) => ({ name: `${project}/batchPredictionJobs/7`, state: `JOB_STATE_${state}` }),
  },
  {
    kind: 'a tuning of Vertex AI',
    vertexai: true,
    start: (ai: GenAI) => ai.tunings.tune({ baseModel: 'm', trainingDataset: { gcsUri: 'gs://b/t.jsonl' } }),
    name: `${project}/tuningJobs/7`,
    path: `/v1beta1/${project}/tuningJobs/7`,
    job: (state: string) => ({ name: `${project}/tuningJobs/7`, state: `JOB_STATE_${state}` }),
  },
];

google.describe('genaiJobs()', () => {
  let genai: { readonly GoogleGenAI: GenAIClass };
  beforeAll(async () => {
    genai = (await google.load('@google/genai')) as typeof genai;
  });

  /** A client of a server that starts a job, and then sends these replies, the last one repeatedly. */
  async function connect({ start, vertexai, job }: (typeof kinds)[number], replies: readonly Reply[]) {
    const server = await serve(replying([[200, job('PENDING')], ...replies]));
    const ai = new genai.GoogleGenAI({ vertexai, apiKey, httpOptions: { baseUrl: server.origin, fetch } });
    const started = await start(ai);
    const calls = () => server.requests.slice(1).map(({ method, url }) => `${method} ${url}`);
    return { ai, started, calls, server };
  }
  const busy: Reply = [503, { error: { code: 503, message: 'busy', status: 'UNAVAILABLE' } }];

  it.each(kinds)('waits for $kind', async (kind) => {
    const { job, name, path } = kind;
    const { ai, started, calls } = await connect(kind, [[200, job('RUNNING')], busy, [200, job('SUCCEEDED')]]);
    const poller = genaiJobs(ai).poller(started, polls);
    expect(poller.toJSON()).toMatchObject({ name });
    expect(await poller.promise()).toMatchObject({ name, state: 'JOB_STATE_SUCCEEDED' });
    expect(calls()).toEqual(Array(3).fill(`GET ${path}`));
  });

  it.each(kinds)('resumes $kind from a token', async (kind) => {
    const { ai, started } = await connect(kind, [[200, kind.job('SUCCEEDED')]]);
    const token = genaiJobs(ai).poller(started).toJSON();
    expect(await genaiJobs(ai).resume(token, polls).promise()).toMatchObject({ name: kind.name });
  });

  it.each(kinds)('requests the cancellation of $kind', async (kind) => {
    const { ai, started, calls } = await connect(kind, [[200, {}]]);
    await genaiJobs(ai).poller(started).cancel();
    expect(calls()).toEqual([`POST ${kind.path}:cancel`]);
  });

  const [, vertex] = kinds as [(typeof kinds)[number], (typeof kinds)[number]];

  it.each([
    ['FAILED', Code.INVALID_ARGUMENT, 'no data', false],
    ['CANCELLED', Code.CANCELLED, 'the job ended as JOB_STATE_CANCELLED', true],
    ['EXPIRED', Code.DEADLINE_EXCEEDED, 'the job ended as JOB_STATE_EXPIRED', false],
  ])('rejects a job that ended as %s', async (state, code, message, cancelled) => {
    const error = state === 'FAILED' ? { code: 3, message: 'no data', details: ['line 1'] } : undefined;
    const { ai, started } = await connect(vertex, [[200, { ...vertex.job(state), ...(error && { error }) }]]);
    const thrown = await rejection(genaiJobs(ai).poller(started, polls).promise());
    expect(thrown).toBeInstanceOf(OperationFailedError);
    expect(thrown).toMatchObject({ cancelled, status: { code, message } });
  });

  it('takes neither a pause nor an update for the end, and a partial success for one', async () => {
    const states = ['PAUSED', 'UPDATING', 'CANCELLING', 'PARTIALLY_SUCCEEDED'];
    const replies = states.map((state): Reply => [200, vertex.job(state)]);
    const { ai, started, calls } = await connect(vertex, replies);
    expect(await genaiJobs(ai).poller(started, polls).promise()).toMatchObject({
      state: 'JOB_STATE_PARTIALLY_SUCCEEDED',
    });
    expect(calls()).toHaveLength(4);
  });

  it('rejects with the error of the request, without the key', async () => {
    const error = { code: 404, message: `no job for ${apiKey}`, status: 'NOT_FOUND' };
    const { ai, started, calls } = await connect(vertex, [[404, { error }]]);
    const thrown = await rejection(genaiJobs(ai).poller(started, polls).promise());
    expect(thrown).toMatchObject({ rpcCode: Code.NOT_FOUND, origin: 'service' });
    expect(inspect(thrown, { depth: 9, showHidden: true })).not.toContain(apiKey);
    expect(calls()).toHaveLength(1);
  });

  it('sends nothing for another name, and rejects a response without a state', async () => {
    const { ai, calls } = await connect(vertex, [[200, { name: vertex.name }]]);
    const error = await rejection(genaiJobs(ai).poller('models/veo/operations/7', polls).promise());
    expect(error).toMatchObject({ rpcCode: Code.INVALID_ARGUMENT });
    expect(calls()).toEqual([]);
    const malformed = await rejection(genaiJobs(ai).poller(vertex.name, polls).promise());
    expect(malformed).toMatchObject({ code: 'LRO_MALFORMED_OPERATION' });
  });

  it('is named by pollerFrom(), which refuses the job', async () => {
    const { started } = await connect(vertex, []);
    expect(() => pollerFrom(started as never)).toThrow(/genaiJobs\(ai\)\.poller\(job\) of longrunning\/google/);
  });
});

it('genaiJobs() refuses what is neither a client nor a job', () => {
  expect(() => genaiJobs({} as never)).toThrow(/'ai' must be a GoogleGenAI of @google\/genai/);
  const calls = { get: () => Promise.resolve({}), cancel: () => Promise.resolve({}) };
  const jobs = genaiJobs({ batches: calls, tunings: calls });
  expect(() => jobs.poller({ name: 'batches/7' } as never)).toThrow(/must be a job of @google\/genai/);
});
