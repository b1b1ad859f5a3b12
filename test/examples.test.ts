import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { EventEmitter } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { protos } from '@google-cloud/dialogflow-cx';
import {
  Code,
  jsonType,
  operationInfo,
  OperationsClient,
  RequestError,
  type LROPoller,
  type OperationsTransport,
} from 'longrunning';
import { pollerFrom } from 'longrunning/gax';
import { restTransport } from 'longrunning/rest';
import { OperationsEmulator, packAny, packEmpty, packStruct } from 'longrunning/testing';
import * as bars from '../docs/examples/bars.js';
import * as batch from '../docs/examples/batch.js';
import * as coalesce from '../docs/examples/coalesce.js';
import * as errors from '../docs/examples/errors.js';
import * as events from '../docs/examples/events.js';
import { agentsOf } from '../docs/examples/generated-client.js';
import * as googleClients from '../docs/examples/google-clients.js';
import * as many from '../docs/examples/many.js';
import { countPages, jobOperations } from '../docs/examples/own-operations.js';
import * as polling from '../docs/examples/polling.js';
import * as progress from '../docs/examples/progress.js';
import * as pushes from '../docs/examples/pushes.js';
import * as resume from '../docs/examples/resume.js';
import * as together from '../docs/examples/together.js';
import * as transports from '../docs/examples/transports.js';
import * as typedWait from '../docs/examples/typed-wait.js';
import * as types from '../docs/examples/types.js';
import { fillSnippets, read, documents } from '../scripts/fill-docs.js';

const { ExportAgentResponse } = protos.google.cloud.dialogflow.cx.v3;
const agentUri = 'gs://bucket/agent';
const response = packAny(ExportAgentResponse, { agentUri });

let printed: unknown[][];
beforeEach(() => {
  printed = [];
  jest.spyOn(console, 'log').mockImplementation((...line: unknown[]) => {
    printed.push(line);
  });
});
afterEach(() => {
  jest.useRealTimers();
  jest.restoreAllMocks();
});

/** Runs an example in virtual time. */
async function run<T>(example: Promise<T>, ms = 60_000): Promise<T> {
  const settled = Promise.allSettled([example]);
  await jest.advanceTimersByTimeAsync(ms);
  const [result] = await settled;
  if (result.status === 'rejected') throw result.reason;
  return result.value;
}

/** An emulator in virtual time, an operation, and who can ask about it. */
function emulate(script: Parameters<OperationsEmulator['start']>[0]) {
  jest.useFakeTimers();
  const emulator = new OperationsEmulator();
  const { name } = emulator.start(script);
  const transport = emulator.transport();
  return { emulator, name, transport, client: new OperationsClient({ transport }) };
}

describe('the texts', () => {
  for (const path of documents) {
    it(`${path} has what scripts/fill-docs.ts would write`, () => {
      const text = read(path);
      expect(fillSnippets(text)).toBe(text);
    });

    it(`${path} has no code that is not an example's`, () => {
      const blocks = read(path).match(/^```(ts|js|typescript|javascript)$/gm) ?? [];
      const marked = read(path).match(/^<!-- example: [^>]+ -->\n\n?```ts$/gm) ?? [];
      expect(marked).toHaveLength(blocks.length);
    });
  }
});

describe('typed-wait.ts', () => {
  it('prints the response', async () => {
    const { transport, name } = emulate({ durationMs: 30_000, response });
    await run(typedWait.main(transport, name));
    expect(printed).toEqual([[agentUri]]);
  });

  it('makes a transport that connects to nothing', async () => {
    const transport = typedWait.transportToDialogflow();
    expect(transport.apiEndpoint).toBe('dialogflow.googleapis.com');
    await transport.close();
  });
});

describe('google-clients.ts', () => {
  it('waits through a generated client, and resumes', async () => {
    await using emulator = new OperationsEmulator();
    const agents = await agentsOf(emulator);
    await googleClients.main(agents, 'projects/p/locations/l/agents/a', new AbortController().signal);
    const [operation] = await agents.exportAgent({ name: 'projects/p/locations/l/agents/a' });
    await googleClients.resume(agents, pollerFrom(operation).toJSON());
    expect(printed).toEqual([[agentUri], [agentUri]]);
    await agents.close();
  }, 60_000); // the generated client takes seconds to load its protos
});

describe('progress.ts', () => {
  const info = operationInfo({ response: jsonType(), metadata: metadata() });

  it('prints each step and the end', async () => {
    for (const example of [progress.loop, progress.callback]) {
      const { name, client } = emulate({
        durationMs: 30_000,
        metadata: (fraction) => packStruct({ progressPercent: Math.floor(10 * fraction) * 10 }),
        response: packEmpty(),
      });
      printed = [];
      await run(example(client.poller(name, info)));
      expect(printed[0]).toEqual(['0 %']);
      expect(printed.length).toBeGreaterThan(4);
      expect(printed.at(-1)).toEqual(example === progress.loop ? ['response'] : ['100 %']);
    }
  });

  it('asks where the end is predicted', async () => {
    const { emulator, name, transport } = emulate({
      durationMs: 600_000,
      metadata: (fraction) => packStruct({ rows: 1000, rowsDone: Math.floor(1000 * fraction) }),
      response: packEmpty(),
    });
    const client = new OperationsClient({ transport, polling: { serverWait: 'never' } });
    const rows = operationInfo({ response: jsonType(), metadata: metadata() });
    await run(progress.forecast(client, name, rows).promise(), 608_000); // by the cadence, it might be a minute
    expect(emulator.calls.length).toBeLessThan(35);
  });

  /** The fields of a Struct. */
  function metadata() {
    const struct = jsonType<{ value: progress.ImportMetadata & { progressPercent?: number } }>(
      'google.protobuf.Struct',
    );
    return { ...struct, decode: (any: Parameters<typeof struct.decode>[0]) => struct.decode(any).value };
  }
});

describe('resume.ts', () => {
  it('hands a wait over to another process', async () => {
    const { name, client } = emulate({ durationMs: 3_600_000, response });
    let saved = '';
    const db = {
      save: (text: string) => {
        saved = text;
        return Promise.resolve();
      },
      load: () => Promise.resolve(saved),
    };
    const poller = client.poller(name, typedWait.exportAgent);
    await resume.firstProcess(poller, db);
    const first = saved;
    await run(resume.handOver(poller, db), 600_000);
    expect(saved).toBe(first);
    await run(resume.secondProcess(client, db), 3_600_000);
    expect(printed).toEqual([[agentUri]]);
    expect(jest.getTimerCount()).toBe(0);
  });
});

describe('transports.ts', () => {
  it('makes transports that connect to nothing', async () => {
    const made: OperationsTransport[] = [
      transports.grpcRegional(),
      await transports.grpcEmulator(),
      transports.rest(),
      transports.restRegional(),
      transports.restOwnAuth(() => Promise.resolve('')),
      transports.restOwnRules('jobs.example.com'),
    ];
    for (const transport of made) await transport.close();
    expect(made.map(({ apiEndpoint }) => apiEndpoint?.split(':')[0])).toEqual([
      'us-central1-dialogflow.googleapis.com',
      'localhost',
      'translate.googleapis.com',
      'us-central1-dialogflow.googleapis.com',
      'jobs.example.com',
      'jobs.example.com',
    ]);
  });

  it("waits over REST, by a service's rules, by the default ones and by own ones", async () => {
    await using emulator = new OperationsEmulator();
    const typeUrl = 'type.googleapis.com/google.cloud.translation.v3.BatchTranslateResponse';
    const json = { '@type': typeUrl, totalCharacters: '9', translatedCharacters: '7' };
    const apiEndpoint = `http://127.0.0.1:${await emulator.listenHttp()}`;
    const name = 'projects/p/locations/l/operations/1';
    emulator.start({ name, durationMs: 20, response: { typeUrl, json } });
    await transports.main(restTransport({ service: 'translate.googleapis.com', apiVersion: 'v3', apiEndpoint }), name);
    expect(emulator.calls.map(({ method }) => method)).toContain('waitOperation');
    await transports.main(restTransport({ apiEndpoint, apiVersion: 'v3' }), name);
    emulator.start({ name: 'operations/x', durationMs: 20, response: { typeUrl, json } });
    await transports.main(transports.restOwnRules(apiEndpoint), 'x');
    expect(printed).toEqual(Array(3).fill(['7 of 9 characters']));
  });
});

describe('types.ts', () => {
  it('reads the response in four ways', async () => {
    const { emulator, name, client } = emulate({ durationMs: 0, response });
    await expect(client.poller(name, types.exportAgent).promise()).resolves.toMatchObject({ agentUri });
    await expect(client.poller(name, types.exportAgentJson).promise()).resolves.toMatchObject({ agentUri });
    await expect(client.poller(name, types.exportAgentUri).promise()).resolves.toBe(agentUri);
    const empty = emulator.start({ durationMs: 0, response: packEmpty() });
    await expect(client.poller(empty.name, types.deleteThing).promise()).resolves.toBeUndefined();
  });
});

describe('own-operations.ts', () => {
  it("waits for another service's jobs", async () => {
    const answers = [
      { state: 'running', percent: 50 },
      { state: 'succeeded', percent: 100, result: { pages: 3 } },
    ];
    const failed = { state: 'failed', percent: 50, problem: { code: 'NO_PAPER', message: 'fill tray 2' } };
    const server = createServer((request, reply) => {
      if (request.url === '/jobs/8') reply.end(JSON.stringify(failed));
      else if (request.url !== '/jobs/7') reply.writeHead(404).end();
      else reply.end(JSON.stringify(answers.length > 1 ? answers.shift() : answers[0]));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const transport = jobOperations(`http://127.0.0.1:${port}`);
    const client = new OperationsClient({ transport });
    const wait = (name: string) => client.poller(name, transport.info, { backoff: () => 10 });
    const poller = wait('7');
    await expect(poller.promise()).resolves.toBe(3);
    expect(poller.operation?.metadata).toEqual({ state: 'succeeded', progressPercent: 100 });
    await expect(wait('8').promise()).rejects.toThrow("Operation '8' failed: UNKNOWN: fill tray 2 (NO_PAPER)");
    await expect(countPages(`http://127.0.0.1:${port}`, '7')).resolves.toBe(3);
    await expect(wait('9').promise()).rejects.toMatchObject({ rpcCode: Code.NOT_FOUND, httpStatus: 404 });
    await expect(client.deleteOperation({ name: '7' })).rejects.toMatchObject({ rpcCode: Code.UNIMPLEMENTED });
    await client.cancelOperation({ name: '7' });
    await new Promise((resolve) => server.close(resolve));
  });
});

describe('errors.ts', () => {
  const info = operationInfo({ response: jsonType<{ agentUri?: string }>(response.typeUrl.split('/')[1]) });
  const details = [
    {
      '@type': 'type.googleapis.com/google.rpc.ErrorInfo',
      reason: 'NO_SPACE',
      domain: 'd',
      metadata: { a: 'b' },
    },
    {
      '@type': 'type.googleapis.com/google.rpc.QuotaFailure',
      violations: [{ subject: 's', description: 'too much' }],
    },
    { typeUrl: 'type.googleapis.com/own.Detail', value: new Uint8Array(0) },
  ] as const;
  const failed = { code: Code.FAILED_PRECONDITION, message: 'no', details };

  async function ends(script: Parameters<typeof emulate>[0], prepare?: (emulator: OperationsEmulator) => void) {
    const { emulator, name, client } = emulate(script);
    prepare?.(emulator);
    const seen: unknown[] = [];
    const note = (kind: string) => (value: unknown) => {
      seen.push(kind, value);
    };
    const callbacks = { use: note('use'), failed: note('failed'), later: note('later') };
    const poller: LROPoller<{ agentUri?: string }> = client.poller(name, info);
    const { signal } = new AbortController();
    await run(errors.byCode(poller, signal, callbacks), 3_700_000);
    return { seen, poller };
  }

  it('tells the four endings apart', async () => {
    expect((await ends({ durationMs: 1000, response })).seen).toEqual(['use', expect.objectContaining({ agentUri })]);
    expect((await ends({ durationMs: 1000, error: failed })).seen).toEqual(['failed', expect.objectContaining(failed)]);
    const endless = await ends({ durationMs: Infinity });
    expect(endless.seen).toEqual(['later', endless.poller.toJSON()]);
    const unavailable = await ends({ durationMs: 1000, response }, (emulator) => {
      for (const method of ['getOperation', 'waitOperation']) {
        emulator.injectFault({ method, times: Infinity, status: { code: Code.PERMISSION_DENIED } });
      }
    });
    expect(unavailable.seen).toEqual(['later', unavailable.poller.toJSON()]);
    expect(printed).toEqual([['GetOperation', Code.PERMISSION_DENIED, 1]]);
  });

  it('reports a cancellation and a response of another type', async () => {
    await ends({ durationMs: 1000, error: { code: Code.CANCELLED } });
    await ends({ durationMs: 1000, response: packStruct({ a: 1 }) });
    expect(printed).toEqual([
      ['cancelled'],
      ['google.protobuf.Struct', expect.objectContaining({ json: expect.anything() })],
    ]);
  });

  it('gives the outcome as a value', async () => {
    const { name, client } = emulate({ durationMs: 1000, error: failed });
    const callbacks = { use: jest.fn(), failed: jest.fn(), later: jest.fn() };
    await run(errors.asValue(client.poller(name, info), callbacks));
    expect(callbacks.failed).toHaveBeenCalledWith(expect.objectContaining({ message: 'no' }));
  });

  it('explains the details', () => {
    errors.explain(failed);
    expect(printed).toEqual([['NO_SPACE', 'd', { a: 'b' }], ['s', 'too much'], ['type.googleapis.com/own.Detail']]);
  });

  it('finds details by their names', () => {
    const badRequest = { '@type': 'type.googleapis.com/google.rpc.BadRequest' } as const;
    const fieldViolations = [{ field: 'f', description: 'wrong' }];
    const quota = { ...details[1], violations: [{ ...details[1].violations[0], quotaId: 'CPUS' }] };
    const requestInfo = {
      '@type': 'type.googleapis.com/google.rpc.RequestInfo',
      requestId: 'r',
      servingData: '',
    } as const;
    const status = { ...failed, details: [details[0], { ...badRequest, fieldViolations }, quota, requestInfo] };
    errors.advise(new RequestError({ method: 'GetOperation', operationName: 'o', status, origin: 'service' }));
    expect(printed).toEqual([['NO_SPACE', 'd'], ['f', 'wrong'], ['CPUS'], ['r']]);
  });

  it('rejects with the very reason of an abort', async () => {
    const { name, client } = emulate({ durationMs: 1000, response });
    await run(errors.abort(client.poller(name, info)));
    expect(printed).toEqual([[true]]);
  });

  it('says what became of a cancelled operation', async () => {
    for (const [script, line] of [
      [{}, ['cancelled']],
      [{ cancel: 'ignored' }, ['too late: it succeeded']],
      [{ cancel: 'ignored', response: undefined, error: failed }, ['it failed by itself', 'no']],
    ] as const) {
      const { name, client } = emulate({ durationMs: 30_000, response, ...script });
      printed = [];
      await run(errors.cancel(client.poller(name, info)));
      expect(printed).toEqual([line]);
    }
  });
});

describe('polling.ts', () => {
  it('sets a client and a poller', async () => {
    const { name, transport } = emulate({ durationMs: 30_000, response });
    const client = polling.settings(transport);
    await run(polling.each(client, name));
    await client.close();
  });

  it('has a backoff of its own', () => {
    const state = { attempt: 1, jitter: 0 };
    expect(polling.twoSpeeds({ ...state, ageMs: 59_999 })).toBe(10_000);
    expect(polling.twoSpeeds({ ...state, ageMs: 60_000 })).toBe(120_000);
    expect(polling.eager({ ...state, ageMs: 100_000 })).toBe(12_000);
    expect(polling.eager({ ...state, ageMs: 3_600_000 })).toBe(20_000);
  });

  it('waits at the server, once', async () => {
    const { name, client } = emulate({ durationMs: 60_000, response });
    await run(polling.waitOnce(client, name), 40_000);
    await run(polling.waitOnce(client, name), 40_000);
    expect(printed).toEqual([[false], [true]]);
  });

  it('waits for an operation that the service cannot find yet', async () => {
    const { name, client } = emulate({ durationMs: 30_000, visibleAfterMs: 10_000, response });
    await run(polling.patient(client, name).promise());
    const early = emulate({ durationMs: 30_000, visibleAfterMs: 10_000, response });
    await expect(run(early.client.poller(early.name).promise())).rejects.toMatchObject({ rpcCode: Code.NOT_FOUND });
  });
});

describe('events.ts', () => {
  it('logs what the poller does', async () => {
    const { emulator, name, client } = emulate({ durationMs: 2000, response });
    emulator.injectFault({ method: 'waitOperation', status: { code: Code.UNIMPLEMENTED } });
    emulator.injectFault({ method: 'getOperation', status: { code: Code.UNAVAILABLE }, retryAfterMs: 1000 });
    await run(events.main(client, name));
    expect(printed.slice(0, 3)).toEqual([
      [name, 'wait-failed', 'the service does not wait; polling'],
      [name, 'retry', 'UNAVAILABLE, attempt 1; again in 1.0 s'],
      [name, 'poll', expect.stringMatching(/^still running at 1\.0 s; answered in 0\.0 s$/)],
    ]);
    expect(printed.slice(-2)).toEqual([
      [name, 'poll', expect.stringMatching(/^done at 2\.\d s; answered in 0\.0 s$/)],
      [name, 'done', expect.stringMatching(/^ended with a response, after \d answers$/)],
    ]);
  });
});

describe('pushes.ts', () => {
  it('takes states that are pushed, with a poll now and then', async () => {
    const { emulator, name, client } = emulate({ durationMs: Infinity });
    const subscription = new EventEmitter();
    const acknowledge = jest.fn();
    const push = (state: object): void => {
      subscription.emit('message', { data: Buffer.from(JSON.stringify(state)), ack: acknowledge });
    };
    const waiting = run(pushes.main(client, name, subscription), 1000);
    push({ name: 'operations/another' });
    push({ name, metadata: { '@type': 'type.googleapis.com/google.protobuf.Struct', value: { progressPercent: 50 } } });
    push({ name, metadata: { '@type': 'type.googleapis.com/google.protobuf.Struct', value: { progressPercent: 20 } } });
    push({ name, done: true, response: { '@type': response.typeUrl, agentUri } });
    await waiting;
    expect(printed).toEqual([['not taken:', expect.any(RangeError)], [agentUri]]);
    expect(acknowledge).toHaveBeenCalledTimes(4);
    expect(emulator.calls.length).toBeLessThanOrEqual(1);
  });

  it('asks nothing when it lives by pushes alone', async () => {
    const { emulator, name, client } = emulate({ durationMs: Infinity });
    await expect(run(pushes.alone(client, name), 3_600_000)).rejects.toMatchObject({ code: 'LRO_POLLING_TIMEOUT' });
    expect(emulator.calls).toHaveLength(0);
  });
});

describe('many.ts', () => {
  it('waits for many operations with few requests a second', async () => {
    const { emulator, transport } = emulate({ durationMs: 0 });
    const names = Array.from({ length: 20 }, () => emulator.start({ durationMs: 30_000, response }).name);
    await run(many.main(transport, names));
    expect(printed).toEqual([[Array(20).fill(agentUri)]]);
    const times = emulator.calls.map(({ atMs }) => atMs);
    times.forEach((atMs, i) => expect(atMs - (times[i - 6] ?? -Infinity)).toBeGreaterThanOrEqual(1000));
  });
});

describe('coalesce.ts', () => {
  it('waits for many operations by lists', async () => {
    const { emulator, transport } = emulate({ durationMs: 0 });
    await import('../src/coalescing/coalescer.js');
    const names = Array.from({ length: 100 }, (_, i) => `projects/p/operations/${i}`);
    for (const name of names) emulator.start({ name, durationMs: 30_000, response });
    await run(coalesce.main(transport, names));
    expect(printed).toEqual([[Array(100).fill(agentUri)]]);
    expect(emulator.calls.some(({ method }) => method === 'listOperations')).toBe(true);
    expect(emulator.calls.length).toBeLessThan(200);
  });

  it('lists by the parent that it is told', async () => {
    const { emulator, transport } = emulate({ durationMs: 0 });
    const names = Array.from({ length: 100 }, (_, i) => `operations/ingest.${i}`);
    for (const name of names) emulator.start({ name, durationMs: 5000, response });
    const client = coalesce.collection(transport);
    await run(Promise.all(names.map((name) => client.poller(name).promise())));
    expect(emulator.calls.find(({ method }) => method === 'listOperations')).toMatchObject({
      name: 'operations/ingest',
    });
  });
});

describe('together.ts', () => {
  const info = operationInfo({ response: jsonType<{ agentUri: string; intents?: string[] }>() });
  const failed = { response: undefined, error: { code: Code.ABORTED, message: 'lost' } };

  function several(scripts: Partial<Parameters<OperationsEmulator['start']>[0]>[]) {
    const { emulator, client } = emulate({ name: 'operations/other', durationMs: 0 });
    const pollers = scripts.map((script, i) =>
      client.poller(
        emulator.start({ name: `operations/${i}`, durationMs: 1000 * (i + 1), response, ...script }).name,
        info,
      ),
    );
    return { emulator, pollers };
  }

  it('waits for two of different types', async () => {
    const { pollers } = several([{}, {}]);
    await run(together.tuple(pollers[0]!, pollers[1]!));
    expect(printed).toEqual([[agentUri, undefined]]);
  });

  it('settles all', async () => {
    const { pollers } = several([{}, failed, { durationMs: Infinity }]);
    await run(together.settle(pollers), 3_600_000);
    expect(printed).toEqual([
      ['operations/0', agentUri],
      ['operations/1', 'failed:', 'lost'],
      ['operations/2', 'may still run:', expect.objectContaining({ code: 'LRO_POLLING_TIMEOUT' })],
    ]);
  });

  it('takes the first and cancels the other', async () => {
    const { emulator, pollers } = several([{ durationMs: 50_000 }, {}]);
    await run(together.any(pollers[0]!, pollers[1]!));
    expect(printed).toEqual([[agentUri]]);
    expect(emulator.calls.filter(({ method }) => method === 'cancelOperation')).toMatchObject([
      { name: 'operations/0' },
    ]);
  });

  it('takes each as it ends, until one has failed', async () => {
    const { pollers } = several([{ durationMs: 5000 }, {}, failed, { durationMs: Infinity }]);
    await run(together.completed(pollers, new AbortController().signal));
    expect(printed).toEqual([
      [1, 'operations/1', 'response'],
      [2, 'operations/2', 'error'],
    ]);
    expect(jest.getTimerCount()).toBe(0);
  });
});

describe('batch.ts', () => {
  const service = async () => {
    const emulator = new OperationsEmulator();
    const requests: string[] = [];
    emulator.handle('POST /v1/agents:export', ({ json }) => {
      const { agent, requestId } = json as Record<'agent' | 'requestId', string>;
      requests.push(agent);
      if (agent === 'bad') throw Object.assign(new Error('bad'), { code: Code.INVALID_ARGUMENT });
      const json_ = { '@type': response.typeUrl, agentUri: `gs://${agent}` };
      return emulator.start({ requestId, durationMs: 20, response: { ...response, json: json_ } });
    });
    const apiEndpoint = `http://127.0.0.1:${await emulator.listenHttp()}`;
    const client = new OperationsClient({ transport: restTransport({ apiEndpoint, apiVersion: 'v1' }) });
    return { emulator, client, requests, url: `${apiEndpoint}/v1/agents` };
  };

  it('starts an operation for each input', async () => {
    const { emulator, client, url } = await service();
    const agents = (async function* () {
      yield* await Promise.resolve(['a', 'b', 'bad']);
    })();
    await batch.main(client, agents, url);
    expect(printed).toHaveLength(3);
    expect(printed).toEqual(expect.arrayContaining([['a', 'gs://a'], ['b', 'gs://b'], ['bad', 'unstarted']])); // prettier-ignore
    await client.close();
    await emulator.close();
  });

  it('can be run again', async () => {
    const { emulator, name, client } = emulate({ durationMs: 1000, response });
    const maps = { checkpoints: new Map<string, string>(), results: new Map<string, string>() };
    const table = (map: Map<string, string>): batch.Table => ({
      put: (key, text) => Promise.resolve(void map.set(key, text)),
      get: (key) => Promise.resolve(map.get(key)),
    });
    const db = { checkpoints: table(maps.checkpoints), results: table(maps.results) };
    const start = jest.fn(() => client.poller(name, typedWait.exportAgent));
    for (let time = 0; time < 2; time++) await run(batch.restartable(client, ['a'], start, db));
    expect([...maps.results]).toEqual([['a', agentUri]]);
    expect(start).toHaveBeenCalledTimes(1);
    expect(emulator.operation('operations/2')).toBeUndefined();
  });
});

describe('bars.ts', () => {
  const show = async (output: Omit<bars.Output, 'write'>): Promise<string> => {
    jest.useFakeTimers();
    let text = '';
    await run(bars.main({ ...output, write: (part) => (text += part) }), 30_000);
    expect(jest.getTimerCount()).toBe(0);
    return text;
  };

  it('says in lines what two hundred operations come to, where there is no terminal', async () => {
    const lines = (await show({})).split('\n');
    expect(lines).toHaveLength(201);
    expect(lines[199]).toMatch(/^job-\d+: (response|error) \(200 of 200\)$/);
    expect(new Set(lines.slice(0, 200).map((line) => line.split(':')[0])).size).toBe(200);
    expect(lines.filter((line) => line.includes('error'))).toHaveLength(4);
  });

  it('draws a bar for each that runs, and no more than the terminal has rows', async () => {
    for (const [rows, bars] of [
      [24, 20],
      [10, 8],
    ] as const) {
      const frames = (await show({ isTTY: true, rows })).split('\x1b[J');
      const heights = frames.map((frame) => frame.split('\n').length - 1);
      expect(Math.max(...heights)).toBe(bars + 1);
      expect(frames.at(-2)).toMatch(/all {6}█{30} 200 of 200, 4 failed\n$/);
    }
  });
});
