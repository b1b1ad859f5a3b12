import { randomUUID } from 'node:crypto';
import { mkdtemp, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { Code, type LROPoller, type OperationsClient, type ResumeToken } from 'longrunning';
import { restTransport } from 'longrunning/rest';
import { OperationsEmulator, packStruct } from 'longrunning/testing';
import * as background from '../../docs/examples/background.js';
import * as firebase from '../../docs/examples/firebase.js';
import * as gemini from '../../docs/examples/gemini.js';
import * as loops from '../../docs/examples/loops.js';
import { exportRoutes } from '../../docs/examples/recipes/express.js';
import { waitForOperation } from '../../docs/examples/recipes/github-action.js';
import { createHandler } from '../../docs/examples/recipes/lambda.js';
import { operationsProviders, type OperationsShutdown } from '../../docs/examples/recipes/nestjs.js';
import { handleMessage, pushedPoller } from '../../docs/examples/recipes/pubsub.js';
import { createUseOperation, type OperationView } from '../../docs/examples/recipes/react-hook.js';
import * as routes from '../../docs/examples/status-routes.js';
import * as vertexAi from '../../docs/examples/vertex-ai.js';
import { emulate, printed, run } from './support.js';

const json = (fields: Record<string, string>) => ({ typeUrl: 'example.com/Response', json: fields });

/** Tokens in memory, for each interface of the examples. */
function tokenStore() {
  const map = new Map<string, ResumeToken>();
  return {
    map,
    set: (id: string, token: ResumeToken) => Promise.resolve(void map.set(id, token)),
    get: (id: string) => Promise.resolve(map.get(id)),
    save: (key: string, token: ResumeToken) => Promise.resolve(void map.set(key, token)),
    load: (key: string) => Promise.resolve(map.get(key)),
    remove: (key: string) => Promise.resolve(void map.delete(key)),
  };
}

describe('the examples of the pages', () => {
  it('gemini.ts creates a transport for the Gemini API and waits for the links of a video', async () => {
    expect(gemini.geminiTransport('key').apiEndpoint).toBe('generativelanguage.googleapis.com');
    await using emulator = new OperationsEmulator();
    const uri = 'https://example.com/video';
    const video = {
      typeUrl: 'example.com/V',
      json: { generateVideoResponse: { generatedSamples: [{ video: { uri } }] } },
    };
    emulator.handle('POST /v1beta/models/veo-3.0-generate-001:predictLongRunning', () =>
      emulator.start({ durationMs: 0, response: video }),
    );
    const origin = `http://127.0.0.1:${await emulator.listenHttp()}`;
    const transport = restTransport({ apiEndpoint: origin });
    await expect(gemini.generateVideo('a cat', 'key', origin, transport)).resolves.toEqual([uri]);
  });

  it('vertex-ai.ts and firebase.ts wait for the resource of the response', async () => {
    expect(vertexAi.vertexTransport('us-central1').apiEndpoint).toBe('us-central1-aiplatform.googleapis.com');
    expect(firebase.firebaseTransport(() => Promise.resolve('t')).apiEndpoint).toBe('firebase.googleapis.com');
    const model = { typeUrl: 'example.com/D', json: { deployedModel: { id: '7' } } };
    const deployed = emulate({ durationMs: 5000, response: model });
    await expect(run(vertexAi.waitForDeployment(deployed.transport, deployed.name))).resolves.toBe('7');
    const app = emulate({ durationMs: 5000, response: json({ appId: 'a' }) });
    await expect(run(firebase.waitForWebApp(app.transport, app.name))).resolves.toBe('a');
  });

  it('firebase.ts returns the messages of the deployments that failed', async () => {
    const { client, emulator, name } = emulate({ durationMs: 5000, response: json({}) });
    const failed = emulator.start({ durationMs: 5000, error: { code: 9, message: 'no revision' } });
    await expect(run(firebase.failedDeployments(client, [name, failed.name]))).resolves.toEqual(['no revision']);
  });

  it('loops.ts gets the same result by the loop and by the poller', async () => {
    const getJob = () => Promise.resolve({ done: true, result: 'x' });
    await expect(loops.loop(getJob, '1')).resolves.toBe('x');
    await expect(loops.wait(getJob, '1', new AbortController().signal)).resolves.toBe('x');
  });

  it('loops.ts starts a video once, continues the wait in the next run and clears the store', async () => {
    const { emulator, transport, name } = emulate({ durationMs: 900_000, response: json({ uri: 'v' }) });
    emulator.injectFault({ method: 'getOperation', times: 2, status: { code: Code.UNAVAILABLE } });
    const store = new Map<string, string>();
    const storage = {
      get: (key: string) => Promise.resolve(store.get(key)),
      set: (key: string, text: string) => Promise.resolve(store.set(key, text)),
      delete: (key: string) => Promise.resolve(store.delete(key)),
    };
    let starts = 0;
    const api = {
      generateVideo: () => Promise.resolve({ name, starts: ++starts }),
      getOperation: async (of: string) => {
        const { done, response } = await transport.getOperation({ name: of }, {});
        return { name: of, done, ...(response && { response: response.json as { uri: string } }) };
      },
    };
    const { signal } = new AbortController();
    const first = run(loops.generate(api, storage, signal), 700_000);
    await expect(first).rejects.toMatchObject({ code: 'LRO_POLLING_TIMEOUT' });
    expect(JSON.parse(store.get('video')!)).toMatchObject({ name });
    await expect(run(loops.generate(api, storage, signal), 600_000)).resolves.toEqual({ uri: 'v' });
    expect({ starts, left: store.size }).toEqual({ starts: 1, left: 0 });
  });

  it('loops.ts sends the key with the start and each poll, and survives a response that is not a success', async () => {
    await using emulator = new OperationsEmulator();
    const started = emulator.start({ durationMs: 50, response: json({ uri: 'v' }) });
    emulator.injectFault({ method: 'getOperation', status: { code: Code.UNAVAILABLE } });
    const keys: unknown[] = [];
    emulator.handle('POST /v1/videos:generate', ({ headers }) => {
      keys.push(headers['x-goog-api-key']);
      return started;
    });
    const origin = `http://127.0.0.1:${await emulator.listenHttp()}`;
    const { signal } = new AbortController();
    await expect(loops.generateByFetch(origin, 'key', signal)).resolves.toMatchObject({ uri: 'v' });
    keys.push(...emulator.calls.map(({ headers }) => headers['x-goog-api-key']));
    expect(keys.length).toBeGreaterThanOrEqual(3);
    expect(new Set(keys)).toEqual(new Set(['key']));
  });

  it('loops.ts polls every five seconds', async () => {
    const { transport, emulator, name } = emulate({ durationMs: 60_000, response: json({}) });
    const client = loops.everyFiveSeconds(transport);
    await run(client.poller(name, undefined, { serverWait: 'never' }).promise(), 70_000);
    expect(emulator.calls).toHaveLength(13);
  });

  it('background.ts resumes what an earlier run started', async () => {
    const { client, name } = emulate({ durationMs: 1_000_000, response: json({ a: 'b' }) });
    const tokens = tokenStore();
    let starts = 0;
    const start = () => {
      starts++;
      return Promise.resolve(client.poller(name));
    };
    const first = background.resumeOrStart('k', client, start, tokens);
    await expect(run(first, 700_000)).rejects.toMatchObject({ code: 'LRO_POLLING_TIMEOUT' });
    await run(background.resumeOrStart('k', client, start, tokens), 600_000);
    expect({ starts, left: tokens.map.size }).toEqual({ starts: 1, left: 0 });
  });

  it('background.ts starts again after an operation that failed', async () => {
    const { client, emulator } = emulate({ durationMs: 1000, error: { code: 9, message: 'no disk' } });
    const tokens = tokenStore();
    const start = () => Promise.resolve(client.poller(emulator.start({ durationMs: 1000, response: json({}) })));
    const failing = () => Promise.resolve(client.poller('operations/1'));
    const first = background.resumeOrStart('k', client, failing, tokens);
    await expect(run(first)).rejects.toMatchObject({ code: 'LRO_OPERATION_FAILED' });
    await expect(run(background.resumeOrStart('k', client, start, tokens))).resolves.toMatchObject({ json: {} });
  });

  it('background.ts starts the nightly operation although the last one has expired', async () => {
    const { client, name } = emulate({ durationMs: 1000, response: json({}) });
    const tokens = tokenStore();
    await tokens.save('nightly', client.poller('operations/expired').toJSON());
    await run(background.nightly(client, () => Promise.resolve(client.poller(name)), tokens));
    expect(tokens.map.get('nightly')?.name).toBe(name);
  });

  it('background.ts reports in the next run that an operation is still running', async () => {
    const { client, name } = emulate({ durationMs: 10_000, response: json({}) });
    const tokens = tokenStore();
    await background.nightly(client, () => Promise.resolve(client.poller(name)), tokens);
    expect(tokens.map.get('nightly')?.name).toBe(name);
    await expect(run(background.waitAtMost(client.poller(name), 2000), 3000)).resolves.toBe(false);
    await expect(run(background.waitAtMost(client.poller(name), 60_000))).resolves.toBe(true);
  });

  it('status-routes.ts gives out an id, not a name, and the state by it', async () => {
    const { client, name } = emulate({ durationMs: 5000, response: json({}) });
    const tokens = tokenStore();
    const started = await routes.startRoute(() => Promise.resolve(client.poller(name)), tokens);
    const text = await started.text();
    expect([started.status, text.includes(name)]).toEqual([202, false]);
    const { id } = JSON.parse(text) as { id: string };
    const state = async (of: string) => (await run(routes.statusRoute(client, tokens, of), 0)).json();
    await expect(state(id)).resolves.toEqual({ state: 'running' });
    await run(Promise.resolve(), 6000);
    await expect(state(id)).resolves.toEqual({ state: 'succeeded' });
    expect((await routes.statusRoute(client, tokens, name)).status).toBe(404);
    const get = routes.routeHandler((of) => routes.statusRoute(client, tokens, of));
    const context = { params: Promise.resolve({ id }) };
    expect((await run(get(new Request('http://localhost'), context), 0)).status).toBe(200);
    const expired = randomUUID();
    await tokens.set(expired, { ...tokens.map.get(id)!, name: 'operations/expired' });
    expect((await run(routes.statusRoute(client, tokens, expired), 0)).status).toBe(410);
  });

  it('status-routes.ts rejects a name of another project', () => {
    const name = 'projects/my-project/locations/l/operations/1';
    expect(routes.checkedName(name)).toBe(name);
    for (const other of ['projects/p/locations/l/operations/1', `${name}/../2`, undefined]) {
      expect(() => routes.checkedName(other)).toThrow(TypeError);
    }
  });
});

describe('the recipes', () => {
  it('express.ts responds with 202, then with the state, and with 404 for an unknown id', async () => {
    const { client, name } = emulate({ durationMs: 5000, error: { code: 9, message: 'no' } });
    const handlers = exportRoutes(client, () => Promise.resolve(client.poller(name)));
    const sent: unknown[] = [];
    const response = {
      status: (code: number) => (sent.push(code), response),
      set: () => response,
      json: (body: unknown) => sent.push(body),
    };
    await handlers.start({ params: {} }, response);
    const { id } = sent[1] as { id: string };
    await handlers.status({ params: { id } }, response);
    await run(Promise.resolve(), 6000);
    await handlers.status({ params: { id } }, response);
    await handlers.status({ params: { id: 'other' } }, response);
    expect(sent.slice(2)).toEqual([
      200,
      { state: 'running' },
      200,
      { state: 'failed', message: 'no' },
      404,
      { error: 'no such export' },
    ]);
  });

  it('react-hook.ts shows the outcome, and stops when the component is unmounted', async () => {
    const { client, name } = emulate({ durationMs: 5000, response: json({}) });
    const views: OperationView<unknown, unknown>[] = [];
    let unmount = (): void => {};
    const useOperation = createUseOperation({
      useState: (initial) => [initial, (next) => views.push(next as (typeof views)[number])],
      useEffect: (effect) => {
        unmount = effect();
      },
    });
    useOperation(client.poller(name));
    await run(Promise.resolve());
    expect(views.at(-1)?.state).toBe('succeeded');
    const endless = emulate({ durationMs: Infinity });
    views.length = 0;
    const poller: LROPoller<unknown> = endless.client.poller(endless.name);
    useOperation(poller);
    unmount();
    await run(Promise.resolve());
    expect(views.filter(({ state }) => state !== 'running')).toEqual([]);
  });

  it('lambda.ts hands on a token before its time is up, and resumes', async () => {
    const { client, name } = emulate({ durationMs: 1_000_000, response: json({}) });
    const handler = createHandler(client);
    const context = { getRemainingTimeInMillis: () => 900_000 };
    const first = await run(handler({ operationName: name }, context), 900_000);
    expect(first.done).toBe(false);
    if (first.done) return;
    const second = await run(
      handler(JSON.parse(JSON.stringify({ token: first.token })) as typeof first, context),
      300_000,
    );
    expect(second).toEqual({ done: true, succeeded: true, message: '' });
  });

  it('pubsub.ts settles a poller by a message, and survives one that is not an operation', async () => {
    const { client, name, emulator } = emulate({ durationMs: Infinity });
    const poller = pushedPoller(client, name);
    const response = run(poller.promise(), 1000);
    let acknowledged = 0;
    const message = (text: string) => ({ data: new TextEncoder().encode(text), ack: () => acknowledged++ });
    const done = { name, done: true, response: packStruct({ a: 1 }).json };
    expect(handleMessage(client, message('[]'))).toBe(0);
    expect(handleMessage(client, message(JSON.stringify(done)))).toBe(1);
    await expect(response).resolves.toMatchObject({ typeUrl: 'type.googleapis.com/google.protobuf.Struct' });
    expect({ acknowledged, calls: emulator.calls.length <= 1 }).toEqual({ acknowledged: 2, calls: true });
  });

  it('github-action.ts writes the response as an output, and exits with 1 on a failure', async () => {
    const file = join(await mkdtemp(join(tmpdir(), 'action-')), 'output');
    const { transport, name } = emulate({ durationMs: 0, response: json({ a: 'b' }) });
    await expect(waitForOperation({ INPUT_OPERATION: name, GITHUB_OUTPUT: file }, transport)).resolves.toBe(0);
    await expect(readFile(file, 'utf8')).resolves.toBe('response={"a":"b"}\n');
    const failed = emulate({ durationMs: 0, error: { code: 9, message: 'no' } });
    await expect(waitForOperation({ INPUT_OPERATION: failed.name }, failed.transport)).resolves.toBe(1);
    expect(String(printed.at(-1))).toMatch(/^::error::/);
  });

  it('nestjs.ts closes the client at shutdown', async () => {
    const { transport, name } = emulate({ durationMs: Infinity });
    const [operations, shutdown] = operationsProviders(() => transport) as unknown as [
      { useFactory: () => OperationsClient },
      { useFactory: (client: OperationsClient) => OperationsShutdown },
    ];
    const client = operations.useFactory();
    const pending = expect(client.poller(name).promise()).rejects.toMatchObject({ code: 'LRO_REQUEST_FAILED' });
    await shutdown.useFactory(client).onApplicationShutdown();
    await run(pending, 0);
  });
});
