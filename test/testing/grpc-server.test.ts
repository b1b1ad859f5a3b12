import { afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { grpc as GrpcNamespace } from 'google-gax';
import { Code } from '../../src/status.js';
import { OperationsEmulator, packEmpty, packStruct } from '../../src/testing/index.js';
import type { RawOperation } from '../../src/transport.js';
import {
  decodeListResponse,
  decodeOperation,
  decodeStatus,
  encodeListRequest,
  encodeNameRequest,
  encodeWaitRequest,
} from '../../src/wire/messages.js';

let grpc: typeof GrpcNamespace;
let emulator: OperationsEmulator;
let client: GrpcNamespace.Client;

beforeAll(async () => {
  ({ grpc } = await import('google-gax'));
});
beforeEach(() => make());
afterEach(async () => {
  client.close();
  await emulator.close();
});

async function make(options: ConstructorParameters<typeof OperationsEmulator>[0] = {}): Promise<void> {
  emulator = new OperationsEmulator(options);
  const port = await emulator.listenGrpc();
  client = new grpc.Client(`127.0.0.1:${port}`, grpc.credentials.createInsecure());
}

interface Failure {
  code: number;
  details: string;
  metadata: GrpcNamespace.Metadata;
}
interface Asked {
  answer: Promise<Uint8Array>;
  cancel: () => void;
}

function call(path: string, request: Uint8Array, headers: Record<string, string> = {}, options = {}): Asked {
  const metadata = new grpc.Metadata();
  for (const [name, value] of Object.entries(headers)) metadata.set(name, value);
  let cancel = (): void => undefined;
  const answer = new Promise<Uint8Array>((resolve, reject) => {
    const bytes = (value: Uint8Array): Buffer => Buffer.from(value);
    const same = (value: Buffer): Uint8Array => value;
    const done = (error: unknown, value?: Uint8Array): void => (value ? resolve(value) : reject(error));
    const unary = client.makeUnaryRequest(path, bytes, same, request, metadata, options, done);
    cancel = () => unary.cancel();
  });
  return { answer, cancel };
}

const rpc = (method: string, request: Uint8Array, headers = {}, options = {}): Promise<Uint8Array> =>
  call(`/google.longrunning.Operations/${method}`, request, headers, options).answer;
const get = async (name: string): Promise<RawOperation> =>
  decodeOperation(await rpc('GetOperation', encodeNameRequest({ name })));
const failure = (answer: Promise<unknown>): Promise<Failure> =>
  answer.then(
    () => Promise.reject(new Error('it did not fail')),
    (error: unknown) => error as Failure,
  );

const name = 'projects/p/operations/1';
const struct = packStruct({ step: 'one', n: 1.5, list: [null, true], inner: {} });

it('serves the five RPCs', async () => {
  emulator.start({ name, durationMs: Infinity, metadata: struct });
  const running = { name, done: false, metadata: { typeUrl: struct.typeUrl, value: struct.value } };
  expect(await get(name)).toEqual(running);
  const list = await rpc('ListOperations', encodeListRequest({ name: 'projects/p', pageSize: 1 }));
  expect(decodeListResponse(list)).toEqual({ operations: [running], nextPageToken: '', unreachable: [] });
  const startedAt = performance.now();
  const waited = await rpc('WaitOperation', encodeWaitRequest({ name, timeoutMs: 20 }));
  expect(decodeOperation(waited)).toEqual(running);
  expect(performance.now() - startedAt).toBeGreaterThan(19);
  expect(await rpc('CancelOperation', encodeNameRequest({ name }))).toHaveLength(0);
  expect(await get(name)).toEqual({
    ...running,
    done: true,
    error: { code: 1, message: 'The operation was cancelled.', details: [] },
  });
  expect(await rpc('DeleteOperation', encodeNameRequest({ name }))).toHaveLength(0);
  expect(await failure(get(name))).toMatchObject({ code: 5, details: `Operation not found: ${name}` });
  const asked = emulator.calls.map((logged) => `${logged.via} ${logged.method} ${logged.name}`);
  expect(asked).toEqual([
    `grpc getOperation ${name}`,
    'grpc listOperations projects/p',
    `grpc waitOperation ${name}`,
    `grpc cancelOperation ${name}`,
    `grpc getOperation ${name}`,
    `grpc deleteOperation ${name}`,
    `grpc getOperation ${name}`,
  ]);
});

it('WaitOperation responds when the operation is done', async () => {
  emulator.start({ name, durationMs: 20, response: packEmpty() });
  const done = decodeOperation(await rpc('WaitOperation', encodeWaitRequest({ name, timeoutMs: 10_000 })));
  expect(done).toMatchObject({ done: true, response: { typeUrl: 'type.googleapis.com/google.protobuf.Empty' } });
});

it('logs the metadata of a call', async () => {
  emulator.start({ name, durationMs: 0 });
  await rpc('GetOperation', encodeNameRequest({ name }), { 'X-Goog-Request-Params': 'name=x' });
  expect(emulator.calls[0]!.headers).toMatchObject({ 'x-goog-request-params': 'name=x' });
});

it('fails for a message without bytes, and for a request that is not a message', async () => {
  emulator.start({ name, durationMs: 0, response: { typeUrl: 'x/my.Message', json: { a: 1 } } });
  const { code, details } = await failure(get(name));
  expect([code, details]).toEqual([Code.INTERNAL, expect.stringContaining('my.Message')]);
  expect(await failure(rpc('GetOperation', Uint8Array.of(255, 255)))).toMatchObject({ code: Code.INTERNAL });
  expect(await failure(rpc('NoSuchMethod', new Uint8Array(0)))).toMatchObject({ code: Code.UNIMPLEMENTED });
});

describe('injectFault()', () => {
  it('responds with a status and details, and a RetryInfo for retryAfterMs', async () => {
    const info = {
      '@type': 'type.googleapis.com/google.rpc.ErrorInfo',
      reason: 'R',
      domain: 'd',
      metadata: {},
    } as const;
    const status = { code: Code.RESOURCE_EXHAUSTED, message: 'slow down', details: [info] };
    emulator.injectFault({ method: 'getOperation', status, retryAfterMs: 1500 });
    const { code, details, metadata } = await failure(get(name));
    expect([code, details]).toEqual([8, 'slow down']);
    const [bytes] = metadata.get('grpc-status-details-bin');
    expect(decodeStatus(bytes as Buffer)).toEqual({
      ...status,
      details: [info, { '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay: '1.500s' }],
    });
    emulator.injectFault({ method: 'getOperation', status: { code: Code.UNIMPLEMENTED } });
    const bare = await failure(get(name));
    expect([bare.code, bare.details, bare.metadata.get('grpc-status-details-bin')]).toEqual([12, '', []]);
  });

  it('resets the connection; the next call uses a new one', async () => {
    emulator.start({ name, durationMs: 0 });
    emulator.injectFault({ method: 'getOperation', reset: true });
    expect(await failure(get(name))).toMatchObject({ code: Code.UNAVAILABLE });
    const again = { deadline: Date.now() + 5000 };
    await new Promise<void>((resolve, reject) =>
      client.waitForReady(again.deadline, (error) => (error ? reject(error) : resolve())),
    );
    expect((await get(name)).done).toBe(true);
  });

  it('delays a call; a hanging call is logged as aborted when the caller aborts it', async () => {
    emulator.start({ name, durationMs: 0 });
    emulator.injectFault({ method: 'getOperation', delayMs: 20 });
    const startedAt = performance.now();
    await get(name);
    expect(performance.now() - startedAt).toBeGreaterThan(19);
    emulator.injectFault({ method: 'getOperation', hang: true, times: 2 });
    const { answer, cancel } = call('/google.longrunning.Operations/GetOperation', encodeNameRequest({ name }));
    while (emulator.calls.length < 2) await tick();
    cancel();
    expect(await failure(answer)).toMatchObject({ code: Code.CANCELLED });
    const late = rpc('GetOperation', encodeNameRequest({ name }), {}, { deadline: Date.now() + 30 });
    expect(await failure(late)).toMatchObject({ code: Code.DEADLINE_EXCEEDED });
    while (emulator.calls.some(({ aborted }, i) => i > 0 && !aborted)) await tick();
    expect(emulator.calls.map(({ aborted }) => aborted)).toEqual([undefined, true, true]);
  });
});

describe('handle()', () => {
  it('adds a method before and after the server was started', async () => {
    const seen: unknown[] = [];
    emulator.handle('/my.v1.Service/Start', ({ bytes, headers }) => {
      seen.push([...bytes!], headers['x-mine']);
      return emulator.start({ durationMs: 0, response: packEmpty() });
    });
    const first = call('/my.v1.Service/Start', Uint8Array.of(10, 1, 65), { 'x-mine': 'yes' });
    expect(decodeOperation(await first.answer)).toMatchObject({ name: 'operations/1', done: true });
    expect(seen).toEqual([[10, 1, 65], 'yes']);
    emulator.handle(/x/, () => emulator.start({ durationMs: 0 })); // none of gRPC's
    emulator.handle('/my.v1.Service/Start', () => Promise.reject(Object.assign(new Error('no'), { code: 6 })));
    const second = call('/my.v1.Service/Start', new Uint8Array(0));
    expect(await failure(second.answer)).toMatchObject({ code: 6, details: 'no' });
    expect(emulator.calls).toMatchObject([{ method: '/my.v1.Service/Start', via: 'grpc' }, {}]);
  });
});

describe('close()', () => {
  it('ends calls in progress immediately', async () => {
    emulator.start({ name, durationMs: Infinity });
    const waiting = failure(rpc('WaitOperation', encodeWaitRequest({ name, timeoutMs: 60_000 })));
    while (emulator.calls.length === 0) await tick();
    await emulator.close();
    // Not DEADLINE_EXCEEDED, after a minute.
    expect(await waiting).toMatchObject({ code: Code.UNAVAILABLE });
  });
});

const tick = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 1));
