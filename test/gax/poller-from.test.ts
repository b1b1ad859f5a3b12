import { protos } from '@google-cloud/dialogflow-cx';
import { afterEach, describe, expect, jest, test } from '@jest/globals';
import * as gax from 'google-gax';
import { operationInfo } from '../../src/operation.js';
import { OperationsClient } from '../../src/client.js';
import { protobufType } from '../../src/decoders.js';
import type { PollingTimeoutError } from '../../src/errors.js';
import { gaxTransport, pollerFrom } from '../../src/gax/index.js';
import { grpcTransport } from '../../src/grpc/index.js';
import type { LROPoller } from '../../src/poller.js';
import { Code } from '../../src/status.js';
import { detailToAny } from '../../src/wire/details.js';
import { agentsClient } from './agents.js';
import { exported, pack, progress, startAgentsServer, type Handlers, type IOperation } from './agents-server.js';

const { Struct } = protos.google.protobuf;
const { ExportAgentResponse } = protos.google.cloud.dialogflow.cx.v3;
const agent = 'projects/p/locations/global/agents/a';
const request = { name: agent };
const name = 'projects/p/locations/global/operations/o';
const routing = `name=${encodeURIComponent(name)}`;
const succeeded: IOperation = { name, done: true, response: exported({ agentUri: 'gs://b/o' }) };
// Only polls, to count them.
const quick = { backoff: () => 5, retry: { initialDelayMs: 1 }, serverWait: 'never' } as const;
const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

const cleanups: (() => PromiseLike<void>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function setUp(on: Handlers) {
  const server = await startAgentsServer({ exportAgent: () => ({ name, done: false }), ...on });
  cleanups.push(() => server[Symbol.asyncDispose]());
  const agents = agentsClient(server.port);
  cleanups.push(() => agents.close());
  return { server, agents };
}

/** Responds to the first poll with `first`, to all others with success. */
const firstPoll = (first: NonNullable<Handlers['getOperation']>): Handlers => ({
  getOperation: (asked, nth) => (nth === 1 ? first(asked, nth) : succeeded),
});

/** The outcome of google-gax's own operation, within 100 ms. */
const ending = (promise: Promise<unknown>) =>
  Promise.race([
    promise.then(
      (value) => ({ value }),
      (error: unknown) => ({ error }),
    ),
    sleep(100).then(() => 'pending' as const),
  ]);

describe('pollerFrom()', () => {
  test("returns the same values as google-gax's operation", async () => {
    const agentContent = Buffer.from('zip');
    const { agents } = await setUp({
      getOperation: () => ({ ...succeeded, metadata: progress(100), response: exported({ agentContent }) }),
    });
    const [operation] = await agents.exportAgent(request);
    const done = await pollerFrom(operation).pollUntilDone();
    const [response, metadata] = await operation.promise();
    expect(done).toMatchObject({ name, done: true, result: 'response', response, metadata });
    expect(done.result === 'response' && done.response.constructor).toBe((response as object).constructor);
    expect(done.result === 'response' && Buffer.isBuffer(done.response.agentContent)).toBe(true);
  });

  test('never polls an operation that is done at the start, named or not', async () => {
    const { agents, server } = await setUp({
      exportAgent: () => ({ ...succeeded, name: '', metadata: progress(100) }),
    });
    const [operation] = await agents.exportAgent(request);
    const poller = pollerFrom(operation);
    await expect(poller.promise()).resolves.toMatchObject({ agentUri: 'gs://b/o' });
    expect(poller.operation?.metadata).toMatchObject({ fields: { percent: { numberValue: 100 } } });
    expect(server.calls).toHaveLength(1);
  });

  test('returns the default instance if the service sent no response', async () => {
    const { agents } = await setUp({ getOperation: () => ({ name, done: true }) });
    const [operation] = await agents.exportAgent(request);
    const response = await pollerFrom(operation).promise();
    expect(response.agentUri).toBe('');
  });

  test('continues after a transient failure of a poll, which ends the wait of google-gax', async () => {
    // As in generated clients for most methods that start operations. google-gax polls with these settings.
    const noRetries = { retry: gax.createRetryOptions([], gax.createDefaultBackoffSettings()) };
    for (const code of [Code.UNAVAILABLE, Code.RESOURCE_EXHAUSTED, Code.INTERNAL]) {
      const blip = firstPoll(() => ({ code, details: 'blip' }));
      const { agents } = await setUp(blip);
      const [operation] = await agents.exportAgent(request, noRetries);
      await expect(pollerFrom(operation, quick).promise()).resolves.toMatchObject({ agentUri: 'gs://b/o' });

      const other = await setUp(blip);
      const [theirs] = await other.agents.exportAgent(request, noRetries);
      await expect(theirs.promise()).rejects.toMatchObject({ code });
    }
  });

  test('does not apply the timeout and retries of the starting call to polls, as google-gax does', async () => {
    const { agents } = await setUp({ getOperation: () => sleep(800).then(() => succeeded) });
    await agents.initialize();
    const [[operation], [theirs]] = await Promise.all([
      agents.exportAgent(request, { timeout: 500 }),
      agents.exportAgent(request, { timeout: 500 }),
    ]);
    await Promise.all([
      expect(pollerFrom(operation, quick).promise()).resolves.toMatchObject({ agentUri: 'gs://b/o' }),
      expect(theirs.promise()).rejects.toMatchObject({ code: Code.DEADLINE_EXCEEDED }),
    ]);
  });

  test('can be awaited repeatedly, and again after a failure; google-gax hangs', async () => {
    const { agents, server } = await setUp(firstPoll(() => ({ code: Code.PERMISSION_DENIED, details: 'not yet' })));
    const [operation] = await agents.exportAgent(request);
    const poller = pollerFrom(operation, quick);
    await expect(poller.promise()).rejects.toMatchObject({
      code: 'LRO_REQUEST_FAILED',
      rpcCode: Code.PERMISSION_DENIED,
    });
    const [first, second] = await Promise.all([poller.promise(), poller.promise()]);
    expect(second).toBe(first);
    await expect(poller.promise()).resolves.toBe(first);
    expect(server.calls).toHaveLength(3);

    await operation.promise();
    await expect(ending(operation.promise())).resolves.toBe('pending');
  });

  test('keeps the details of a failure and the last metadata, which google-gax drops', async () => {
    const info = {
      '@type': 'type.googleapis.com/google.rpc.ErrorInfo',
      reason: 'AGENT_LOCKED',
      domain: 'dialogflow.googleapis.com',
      metadata: { by: 'someone' },
    } as const;
    const { typeUrl: type_url, value } = detailToAny(info);
    const error = { code: Code.FAILED_PRECONDITION, message: 'locked', details: [{ type_url, value: value! }] };
    const { agents } = await setUp({
      exportAgent: () => ({ name, metadata: progress(10) }),
      getOperation: () => ({ name, done: true, metadata: progress(77), error }),
    });
    const [operation] = await agents.exportAgent(request);
    await expect(pollerFrom(operation).promise()).rejects.toMatchObject({
      code: 'LRO_OPERATION_FAILED',
      operationName: name,
      status: { code: Code.FAILED_PRECONDITION, message: 'locked', details: [info] },
      errorInfo: { reason: 'AGENT_LOCKED' },
      metadata: { fields: { percent: { numberValue: 77 } } },
    });

    const theirs = (await operation.promise().catch((error: unknown) => error)) as gax.GoogleError;
    expect(theirs.statusDetails).toBeUndefined();
    expect(operation.metadata).toMatchObject({ fields: { percent: { numberValue: 10 } } });
  });

  test('rejects for a failed operation that is a plain object; google-gax resolves it', async () => {
    const { agents } = await setUp({});
    const stored = { name, done: true, error: { code: 9, message: 'no', details: [] } };
    const descriptor = agents.descriptors.longrunning.exportAgent as never;
    const operation = gax.operation(stored as never, descriptor, gax.createDefaultBackoffSettings());
    const typed = operation as gax.LROperation<object, object>;
    await expect(pollerFrom(typed).promise()).rejects.toMatchObject({
      code: 'LRO_OPERATION_FAILED',
      status: { code: 9 },
    });
    await expect(typed.promise()).resolves.toMatchObject([{}, undefined, stored]);
  });

  test('names both types if the response has another type, which google-gax decodes anyway', async () => {
    const { agents } = await setUp({ getOperation: () => ({ name, done: true, response: progress(1) }) });
    const [operation] = await agents.exportAgent(request);
    await expect(pollerFrom(operation).promise()).rejects.toMatchObject({
      code: 'LRO_UNPACK_FAILED',
      expected: 'google.cloud.dialogflow.cx.v3.ExportAgentResponse',
      actual: 'google.protobuf.Struct',
    });
    await expect(operation.promise()).resolves.toBeDefined();
  });

  test('rejects if the response cannot be decoded; google-gax throws it unhandled and never settles', async () => {
    const { agents } = await setUp({
      getOperation: () => ({ name, done: true, response: { ...exported({}), value: Buffer.from([7]) } }),
    });
    const [operation] = await agents.exportAgent(request);
    await expect(pollerFrom(operation).promise()).rejects.toMatchObject({ code: 'LRO_UNPACK_FAILED' });
  });

  test('continues if the metadata have another type than declared', async () => {
    const metadata = pack(ExportAgentResponse, 'some.service.Metadata', {});
    const { agents } = await setUp({ getOperation: () => ({ ...succeeded, metadata }) });
    const [operation] = await agents.exportAgent(request);
    const done = await pollerFrom(operation).pollUntilDone();
    expect(done).toMatchObject({
      result: 'response',
      metadata: undefined,
      metadataError: { actual: 'some.service.Metadata' },
    });
  });

  test('reports the actual outcome after a cancel; google-gax fabricates a cancellation', async () => {
    let answer!: (operation: IOperation) => void;
    const answered = new Promise<IOperation>((resolve) => (answer = resolve));
    const { agents, server } = await setUp({ getOperation: () => answered });
    const polls = async (count: number) => {
      while (server.calls.filter(({ method }) => method === 'GetOperation').length < count) await sleep(2);
    };
    const [operation] = await agents.exportAgent(request);
    const poller = pollerFrom(operation, quick);
    const waiting = poller.promise();
    await polls(1);
    await poller.cancel();
    expect(server.calls.at(-1)).toMatchObject({ method: 'CancelOperation', name });

    const [theirs] = await agents.exportAgent(request);
    const theirEnding = expect(theirs.promise()).rejects.toMatchObject({ code: Code.CANCELLED });
    await polls(2);
    await theirs.cancel();
    await theirEnding;

    answer(succeeded); // despite the cancel
    await expect(waiting).resolves.toMatchObject({ agentUri: 'gs://b/o' });
  });

  test('distinguishes a cancelled operation from a failed one', async () => {
    const cancelled = { name, done: true, error: { code: Code.CANCELLED, message: 'by request' } };
    let asked = false;
    const { agents } = await setUp({
      getOperation: () => (asked ? cancelled : { name }),
      cancelOperation: () => {
        asked = true;
        return undefined;
      },
    });
    const [operation] = await agents.exportAgent(request);
    const poller = pollerFrom(operation, quick);
    const done = poller.pollUntilDone();
    await poller.cancel();
    await expect(done).resolves.toMatchObject({ result: 'error', cancelled: true });
  });

  test('sets as few timers for a poll as grpcTransport()', async () => {
    const { agents, server } = await setUp({ getOperation: () => ({ name }) });
    const [operation] = await agents.exportAgent(request);
    const sslCreds = gax.grpc.credentials.createInsecure();
    const client = new OperationsClient({
      transport: grpcTransport({ apiEndpoint: `127.0.0.1:${server.port}`, sslCreds }),
    });
    cleanups.push(() => client.close());
    const timers = jest.spyOn(globalThis, 'setTimeout');
    const timersOf = async (poller: Pick<LROPoller<unknown>, 'poll'>) => {
      await poller.poll();
      timers.mockClear();
      for (let polls = 0; polls < 20; polls++) await poller.poll();
      return timers.mock.calls.length;
    };
    const overGrpc = await timersOf(client.poller(name));
    const overGax = await timersOf(pollerFrom(operation));
    timers.mockRestore();
    expect(overGrpc).toBeGreaterThan(0);
    expect(overGax).toBeLessThanOrEqual(1.1 * overGrpc);
  });

  test("rejects with the signal's reason between polls and in flight, and sends nothing more; the operation continues", async () => {
    const { agents, server } = await setUp({
      getOperation: (_name, nth) => (nth === 2 ? sleep(3000).then(() => succeeded) : { name }),
    });
    const [operation] = await agents.exportAgent(request);
    const asleep = pollerFrom(operation, { backoff: () => 60_000, serverWait: 'never' });
    await asleep.poll();
    const reason = new Error('mine');
    for (const poller of [asleep, pollerFrom(operation, quick)]) {
      const controller = new AbortController();
      const waiting = poller.promise({ signal: controller.signal });
      if (poller !== asleep) while (server.calls.length < 3) await sleep(2);
      else await sleep(10);
      controller.abort(reason);
      await expect(waiting).rejects.toBe(reason);
    }
    while (server.cancelled === 0) await sleep(5);
    await sleep(30);
    expect(server.calls.map(({ method }) => method)).toEqual(['ExportAgent', 'GetOperation', 'GetOperation']);
    expect(server.cancelled).toBe(1);
  });

  test('enforces the total timeout, and returns a token to resume', async () => {
    const { agents } = await setUp({ getOperation: () => ({ name, metadata: progress(1) }) });
    const [operation] = await agents.exportAgent(request);
    const timeout = await pollerFrom(operation, { backoff: () => 60_000, serverWait: 'never' })
      .promise({ totalTimeoutMs: 120 })
      .catch((error: unknown) => error as PollingTimeoutError);
    expect(timeout).toMatchObject({
      code: 'LRO_POLLING_TIMEOUT',
      token: {
        name,
        apiEndpoint: '127.0.0.1',
        responseType: 'google.cloud.dialogflow.cx.v3.ExportAgentResponse',
        metadataType: 'google.protobuf.Struct',
      },
      operation: { metadata: { fields: { percent: { numberValue: 1 } } } },
    });
  });

  test('keeps the deadlines of concurrent calls separate', async () => {
    const { agents } = await setUp({ getOperation: () => sleep(300).then(() => succeeded) });
    const [operation] = await agents.exportAgent(request);
    const transport = gaxTransport(agents.operationsClient);
    const [first, second, third] = await Promise.allSettled([
      pollerFrom(operation).poll(),
      transport.getOperation({ name }, { timeoutMs: 40 }),
      pollerFrom(operation).poll(),
    ]);
    expect([first.status, second.status, third.status]).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  });

  test("routes by the operation's name, where google-gax uses that of the starting call, and keeps the caller's headers", async () => {
    const { agents, server } = await setUp({ getOperation: () => succeeded });
    const headers = { 'x-goog-user-project': 'billed', 'x-mine': 'a' };
    const [operation] = await agents.exportAgent(request, { otherArgs: { headers } });
    await pollerFrom(operation, { ...quick, headers: { 'x-mine': 'b' } }).promise();
    await operation.promise();
    const [, ours, theirs] = server.calls.map(({ metadata }) => metadata.getMap());
    expect(ours).toMatchObject({ 'x-goog-request-params': routing, 'x-goog-user-project': 'billed', 'x-mine': 'b' });
    expect(theirs).toMatchObject({ 'x-goog-request-params': `name=${encodeURIComponent(agent)}` });
    // The caller's object is unchanged.
    expect(headers).toMatchObject({ 'x-goog-request-params': `name=${encodeURIComponent(agent)}`, 'x-mine': 'a' });
  });

  test("routes by the operation's name when it is resumed, where google-gax does not route", async () => {
    const { agents, server } = await setUp({ getOperation: (_name, nth) => (nth === 1 ? { name } : succeeded) });
    const resumed = await agents.checkExportAgentProgress(name);
    await pollerFrom(resumed, quick).promise();
    const [theirs, ours] = server.calls.map(({ metadata }) => metadata.getMap());
    expect(theirs).not.toHaveProperty('x-goog-request-params');
    expect(ours).toMatchObject({ 'x-goog-request-params': routing });
  });

  test('sends the same headers with cancel and delete as with polls', async () => {
    const { agents, server } = await setUp({});
    const headers = { 'x-goog-user-project': 'billed' };
    const [operation] = await agents.exportAgent(request, { otherArgs: { headers } });
    const poller = pollerFrom(operation, { retry: { maxAttempts: 1 }, serverWait: 'never' });
    await poller.promise().catch(() => undefined);
    await poller.poll().catch(() => undefined);
    await poller.cancel();
    await poller.delete();
    const [, ...calls] = server.calls;
    expect(calls.map(({ method }) => method)).toEqual([
      'GetOperation',
      'GetOperation',
      'CancelOperation',
      'DeleteOperation',
    ]);
    for (const { metadata } of calls) {
      expect(metadata.getMap()).toMatchObject({
        'x-goog-request-params': routing,
        'x-goog-user-project': 'billed',
        'x-goog-api-client': expect.stringContaining('gapic/'),
      });
    }
  });

  test('throws for a value that is not an operation, such as the whole result of the method', async () => {
    const { agents } = await setUp({});
    const returned: unknown = await agents.exportAgent(request);
    const call = (value: unknown) => () => pollerFrom(value as never);
    expect(call(returned)).toThrow(/must be an operation.*an array/);
    for (const value of [undefined, null, 'operations/1', {}]) expect(call(value)).toThrow(TypeError);
  });
});

describe('gaxTransport()', () => {
  test('resumes from a token in a process that has only the client', async () => {
    const { agents, server } = await setUp({ getOperation: () => ({ ...succeeded, metadata: progress(100) }) });
    const [operation] = await agents.exportAgent(request);
    const saved = JSON.stringify(pollerFrom(operation));

    const others = agentsClient(server.port);
    cleanups.push(() => others.close());
    const client = new OperationsClient({ transport: gaxTransport(others.operationsClient) });
    const info = operationInfo({ response: protobufType(ExportAgentResponse), metadata: protobufType(Struct) });
    const poller = client.resume(JSON.parse(saved) as never, info);
    const response = await poller.promise();
    expect(response).toBeInstanceOf(ExportAgentResponse);
    expect(response.agentUri).toBe('gs://b/o');
    // Not a host of Google.
    expect(server.calls.at(-1)?.metadata.getMap()).not.toHaveProperty('x-goog-request-params');
  });

  test("has what google-gax's operations client lacks: Wait, unreachable locations", async () => {
    const unreachable = ['projects/p/locations/l'];
    const { agents, server } = await setUp({
      waitOperation: () => succeeded,
      listOperations: () => ({ operations: [succeeded], nextPageToken: 't', unreachable }) as never,
    });
    const transport = gaxTransport(agents.operationsClient);
    await expect(transport.waitOperation!({ name, timeoutMs: 10 }, {})).resolves.toMatchObject({ name, done: true });
    await expect(
      transport.listOperations({ name: 'projects/p', returnPartialSuccess: true }, {}),
    ).resolves.toMatchObject({
      operations: [{ name, done: true }],
      nextPageToken: 't',
      unreachable,
    });
    await transport.deleteOperation({ name }, {});
    expect(server.calls.map(({ method }) => method)).toEqual(['WaitOperation', 'ListOperations', 'DeleteOperation']);
    expect(transport.apiEndpoint).toBe(`127.0.0.1:${server.port}`);
  });

  test('supports waits at the server, which google-gax does not', async () => {
    const { agents, server } = await setUp({ waitOperation: () => succeeded });
    const [operation] = await agents.exportAgent(request);
    await expect(pollerFrom(operation).promise()).resolves.toMatchObject({ agentUri: 'gs://b/o' });
    expect(server.calls.map(({ method }) => method)).toEqual(['ExportAgent', 'WaitOperation']);
  });

  test('does not close the channel, which belongs to the client', async () => {
    const { agents } = await setUp({ getOperation: () => sleep(100).then(() => succeeded) });
    const transport = gaxTransport(agents.operationsClient);
    const underWay = transport.getOperation({ name }, {});
    const ended = expect(underWay).rejects.toMatchObject({ rpcCode: Code.CANCELLED });
    await transport.close();
    await ended;
    await expect(transport.getOperation({ name }, {})).rejects.toMatchObject({ rpcCode: Code.CANCELLED });
    const [operation] = await agents.exportAgent(request);
    await expect(pollerFrom(operation).promise()).resolves.toMatchObject({ agentUri: 'gs://b/o' });
  });

  test('enforces deadline and signal while the client gets its credentials', async () => {
    const transport = gaxTransport({ operationsStub: new Promise(() => undefined) });
    await expect(transport.getOperation({ name }, { timeoutMs: 10 })).rejects.toMatchObject({
      rpcCode: Code.DEADLINE_EXCEEDED,
    });
    const reason = new Error('mine');
    await expect(transport.getOperation({ name }, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
  });

  test('rejects each call if there are no credentials, without an unhandled rejection', async () => {
    const transport = gaxTransport({
      operationsStub: Promise.reject(new Error('Could not load the default credentials')),
    });
    await sleep(5);
    await expect(transport.getOperation({ name }, {})).rejects.toMatchObject({
      code: 'LRO_REQUEST_FAILED',
      rpcCode: Code.UNAUTHENTICATED,
      origin: 'transport',
    });
  });

  test('throws for a value that is not an operations client', () => {
    for (const value of [undefined, null, {}, { operationsStub: {} }]) {
      expect(() => gaxTransport(value as never)).toThrow(TypeError);
    }
  });
});
