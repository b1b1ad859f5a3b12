import { inspect } from 'node:util';
import { beforeAll, expect, it } from '@jest/globals';
import { Code, OperationFailedError } from '../../../src/index.js';
import { genaiOperations, type GenaiLike, type GenaiOperationLike } from '../../../src/google/index.js';
import { useHttpServers } from '../../support/http-server.js';
import { installedSet } from '../../support/installed.js';
import { rejection } from '../../support/wires.js';

interface Videos {
  readonly generatedVideos?: readonly { readonly video?: { readonly uri?: string; readonly videoBytes?: string } }[];
}
type Operation = GenaiOperationLike<Videos>;
interface GenAI extends GenaiLike {
  readonly models: { generateVideos(request: { model: string; source: { prompt: string } }): Promise<Operation> };
}
interface Package {
  readonly GoogleGenAI: new (options: object) => GenAI;
  readonly GenerateVideosOperation: new () => Operation;
}

const google = installedSet('google');
const serve = useHttpServers();
const polls = { backoff: () => 1 };
const retry = { initialDelayMs: 1, maxDelayMs: 2 };

const isStart = (url: string | undefined): boolean => url?.endsWith(':predictLongRunning') ?? false;

type Reply = readonly [status: number, body: object];

/** Where an API has its operations, and how it writes a response. */
const apis = [
  {
    api: 'the Gemini API',
    options: { apiKey: 'AIzaSyKeyOfTheTest-0123456789_abcdefghij', vertexai: false },
    name: 'models/veo/operations/7',
    poll: /^GET \/v1(?:beta)?\/models\/veo\/operations\/7$/,
    response: { generateVideoResponse: { generatedSamples: [{ video: { uri: 'https://h/v.mp4' } }] } },
    videos: { generatedVideos: [{ video: { uri: 'https://h/v.mp4' } }] },
  },
  {
    api: 'Vertex AI',
    options: { vertexai: true, apiKey: 'AIzaSyKeyOfTheTest-0123456789_abcdefghij' },
    name: 'projects/p/locations/l/publishers/google/models/veo/operations/7',
    poll: /^POST \/v1beta1\/projects\/p\/locations\/l\/publishers\/google\/models\/veo:fetchPredictOperation$/,
    response: { videos: [{ gcsUri: 'gs://b/v.mp4' }] },
    videos: { generatedVideos: [{ video: { uri: 'gs://b/v.mp4' } }] },
  },
];

google.describe('genaiOperations()', () => {
  let genai: Package;
  beforeAll(async () => {
    genai = (await google.load('@google/genai')) as Package;
  });

  /** A client of a server that starts an operation, and then sends these replies, the last one repeatedly. */
  async function connect({ options, name }: (typeof apis)[number], replies: readonly Reply[]) {
    let polled = 0;
    const server = await serve((request, response) => {
      const reply = isStart(request.url) ? [200, { name }] : replies[Math.min(polled++, replies.length - 1)];
      const [status, body] = reply as Reply;
      response.writeHead(status, { 'content-type': 'application/json' });
      response.end(JSON.stringify(body));
    });
    const ai = new genai.GoogleGenAI({ ...options, httpOptions: { baseUrl: server.origin, fetch } });
    // The client starts videos on Vertex AI only; on the Gemini API it gets the state of those that another version started.
    const start = () =>
      options.vertexai
        ? ai.models.generateVideos({ model: 'veo', source: { prompt: 'a cat' } })
        : Promise.resolve(Object.assign(new genai.GenerateVideosOperation(), { name }));
    const polls = () => server.requests.filter(({ url }) => !isStart(url)).map(({ method, url }) => `${method} ${url}`);
    return { server, ai, start, polls };
  }

  it.each(apis)('waits for the videos of generateVideos() on $api', async (api) => {
    const running: Reply = [200, { name: api.name, metadata: { percent: 50 } }];
    const busy: Reply = [503, { error: { code: 503, message: 'busy', status: 'UNAVAILABLE' } }];
    const done: Reply = [200, { name: api.name, done: true, response: api.response }];
    const world = await connect(api, [running, busy, running, done]);
    const poller = genaiOperations(world.ai).poller(await world.start(), { ...polls, retry });
    expect(await poller.promise()).toMatchObject(api.videos);
    expect(world.polls()).toHaveLength(4);
    for (const poll of world.polls()) expect(poll).toMatch(api.poll);
  });

  it.each(apis)('rejects with the reason of an operation that failed on $api', async (api) => {
    const error = { code: 3, message: 'the prompt was refused' };
    const world = await connect(api, [[200, { name: api.name, done: true, error }]]);
    const thrown = await rejection(
      genaiOperations(world.ai)
        .poller(await world.start(), polls)
        .promise(),
    );
    expect(thrown).toBeInstanceOf(OperationFailedError);
    expect(thrown).toMatchObject({ status: { code: Code.INVALID_ARGUMENT, message: 'the prompt was refused' } });
  });

  it.each(apis)('rejects with the error of the request on $api, without the key', async (api) => {
    const error = { code: 404, message: `no operation for ${api.options.apiKey}`, status: 'NOT_FOUND' };
    const world = await connect(api, [[404, { error }]]);
    const thrown = await rejection(
      genaiOperations(world.ai)
        .poller(await world.start(), polls)
        .promise(),
    );
    expect(thrown).toMatchObject({ rpcCode: Code.NOT_FOUND, origin: 'service' });
    expect(inspect(thrown, { depth: 9, showHidden: true })).not.toContain(api.options.apiKey);
  });

  it.each(apis)('resumes from a token on $api', async (api) => {
    const world = await connect(api, [[200, { name: api.name, done: true, response: api.response }]]);
    const token = genaiOperations(world.ai)
      .poller(await world.start())
      .toJSON();
    const poller = genaiOperations(world.ai).resume(token, new genai.GenerateVideosOperation(), polls);
    expect(await poller.promise()).toMatchObject(api.videos);
  });

  it('sends nothing for an operation that is done', async () => {
    const [api] = apis;
    const world = await connect(api!, []);
    const started = Object.assign(new genai.GenerateVideosOperation(), { name: 'x', done: true, response: { a: 1 } });
    expect(await genaiOperations(world.ai).poller(started).promise()).toEqual({ a: 1 });
    expect(world.server.requests).toHaveLength(0);
  });

  it('aborts at once and sends nothing more', async () => {
    const [api] = apis;
    const world = await connect(api!, [[200, { name: api!.name }]]);
    const poller = genaiOperations(world.ai).poller(await world.start(), { backoff: () => 1e9 });
    const reason = new Error('enough');
    const controller = new AbortController();
    const waiting = rejection(poller.promise({ signal: controller.signal }));
    controller.abort(reason);
    expect(await waiting).toBe(reason);
    expect(world.polls()).toHaveLength(0);
  });
});

it('genaiOperations() refuses what is neither a client nor an operation', () => {
  expect(() => genaiOperations({} as never)).toThrow(/'ai' must be a GoogleGenAI of @google\/genai/);
  const operations = genaiOperations({ operations: { get: () => Promise.resolve() } });
  expect(() => operations.poller({ name: 'x' } as never)).toThrow(/'operation' must be an operation of @google\/genai/);
});
