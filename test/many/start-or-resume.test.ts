import { appendFile, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Code, OperationFailedError, OperationsClient, RequestError, type RawOperation } from '../../src/index.js';
import { checkpointFile, startOrResume, type StartContext } from '../../src/many/index.js';
import { recordingTransport } from '../support/recording-transport.js';
import { rejection } from '../support/wires.js';

const name = 'operations/7';
const running: RawOperation = { name, done: false };
const response = { typeUrl: 'type.googleapis.com/google.protobuf.Empty' };
const done: RawOperation = { name, done: true, response };

let directory: string;
let path: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'checkpoints-'));
  path = join(directory, 'export.jsonl');
});
afterEach(() => rm(directory, { recursive: true }));

/** One run of a program, as by a new process: a new client, and a new store over the same file. */
function program(state: RawOperation | (() => Promise<never>)) {
  const { transport, sent } = recordingTransport({ getOperation: typeof state === 'function' ? state : () => state });
  const client = new OperationsClient({ transport, polling: { backoff: () => 1 } });
  const store = checkpointFile(path);
  const contexts: StartContext[] = [];
  const start = (context: StartContext): RawOperation => {
    contexts.push(context);
    return running;
  };
  const options = { key: 'export-7', store, start };
  return { client, sent, store, contexts, options };
}

/** A promise that never settles, and its function. */
const never = (): Promise<never> => new Promise(() => undefined);

describe('startOrResume()', () => {
  it('saves a request id before the start and the token after it, waits, and removes the checkpoint', async () => {
    const { client, options, store, contexts } = program(done);
    const saved: unknown[] = [];
    const recording = {
      load: (key: string) => store.load(key),
      save: (checkpoint: Parameters<typeof store.save>[0]) => {
        saved.push({ ...checkpoint, starts: contexts.length });
        return store.save(checkpoint);
      },
      remove: (key: string) => store.remove(key),
    };
    expect(await startOrResume(client, { ...options, store: recording })).toEqual(response);
    const [{ requestId }] = contexts as [StartContext];
    expect(requestId).toMatch(/^[0-9a-f-]{36}$/);
    expect(saved).toEqual([
      { key: 'export-7', requestId, starts: 0 },
      { key: 'export-7', requestId, starts: 1, token: expect.objectContaining({ name }) },
    ]);
    expect(await checkpointFile(path).load('export-7')).toBeUndefined();
  });

  it('takes a name and a poller', async () => {
    const { client, options } = program(done);
    expect(await startOrResume(client, { ...options, start: () => name })).toEqual(response);
    expect(await startOrResume(client, { ...options, start: () => client.poller(running) })).toEqual(response);
  });

  it('starts with the same request id after a kill between the start and the saving of its token', async () => {
    const first = program(done);
    const started = new Promise<StartContext>((resolve) => {
      const start = (context: StartContext): Promise<never> => {
        resolve(context);
        return never();
      };
      void startOrResume(first.client, { ...first.options, start });
    });
    const { requestId } = await started; // killed here: nothing of the first run goes on
    const second = program(done);
    expect(await startOrResume(second.client, second.options)).toEqual(response);
    expect(second.contexts.map((context) => context.requestId)).toEqual([requestId]);
  });

  it('resumes after a kill during the wait, without a start', async () => {
    const first = program(running);
    const controller = new AbortController();
    const { signal } = controller;
    const onProgress = (): void => controller.abort('killed');
    expect(await rejection(startOrResume(first.client, { ...first.options, signal, onProgress }))).toBe('killed');
    const second = program(done);
    expect(await startOrResume(second.client, second.options)).toEqual(response);
    expect(second.contexts).toEqual([]);
    expect(await checkpointFile(path).load('export-7')).toBeUndefined();
    const third = program(done);
    await startOrResume(third.client, third.options);
    expect(third.contexts[0]?.requestId).not.toBe(first.contexts[0]?.requestId);
  });

  it('throws the reason of an operation that failed, and removes the checkpoint', async () => {
    const error = { code: Code.RESOURCE_EXHAUSTED, message: 'no quota left', details: [] };
    const { client, options } = program({ name, done: true, error });
    expect(await rejection(startOrResume(client, options))).toBeInstanceOf(OperationFailedError);
    expect(await checkpointFile(path).load('export-7')).toBeUndefined();
  });

  it('keeps the token where polls fail for good', async () => {
    const status = { code: Code.PERMISSION_DENIED, message: 'no', details: [] };
    const failure = new RequestError({ method: 'GetOperation', operationName: name, status, origin: 'service' });
    const { client, options } = program(() => Promise.reject(failure));
    expect(await rejection(startOrResume(client, options))).toBe(failure);
    expect(await checkpointFile(path).load('export-7')).toMatchObject({ token: { name } });
  });

  it('keeps the request id where the start fails', async () => {
    const { client, options, contexts } = program(done);
    const problem = new Error('broken');
    const start = (context: StartContext): never => {
      contexts.push(context);
      throw problem;
    };
    expect(await rejection(startOrResume(client, { ...options, start }))).toBe(problem);
    const again = program(done);
    await startOrResume(again.client, again.options);
    expect(again.contexts[0]?.requestId).toBe(contexts[0]?.requestId);
  });

  it('starts nothing if it is aborted already, and ends a start at its deadline', async () => {
    const { client, options, contexts } = program(done);
    const signal = AbortSignal.abort('enough');
    expect(await rejection(startOrResume(client, { ...options, signal }))).toBe('enough');
    expect(contexts).toEqual([]);
    const expired = await rejection(startOrResume(client, { ...options, start: never, totalTimeoutMs: 20 }));
    expect(expired).toMatchObject({ name: 'TimeoutError' });
  });

  it.each([
    [{ key: '' }, /'key' must be a non-empty string/],
    [{ start: 5 }, /'start' must be a function/],
    [{ store: {} }, /'store\.load' must be a function/],
    [{ info: 5 }, /'info'/],
    [{ signal: 5 }, /'signal' must be an AbortSignal/],
    [{ retry: {} }, /'retry' is not an option/],
  ])('checks its options before it starts anything: %p', async (options, message) => {
    const { client, options: valid, contexts } = program(done);
    const error = await rejection(startOrResume(client, { ...valid, ...(options as object) }));
    expect(error).toMatchObject({ message: expect.stringMatching(message) });
    expect(contexts).toEqual([]);
  });

  it('requires a client, and a checkpoint of the key', async () => {
    const { client, options } = program(done);
    expect(await rejection(startOrResume({} as never, options))).toMatchObject({
      message: expect.stringMatching(/'client' must be an OperationsClient/),
    });
    const store = { ...options.store, load: () => ({ key: 'other', requestId: '1' }), save: never, remove: never };
    expect(await rejection(startOrResume(client, { ...options, store }))).toMatchObject({
      message: expect.stringMatching(/'load\(\)' must be the checkpoint of 'export-7'/),
    });
  });
});

describe('the store of checkpointFile()', () => {
  it('removes a checkpoint, for this process and the next, also before a line that was cut off', async () => {
    const file = checkpointFile(path);
    await file.save({ key: 'a', requestId: '1' });
    await file.save({ key: 'b', requestId: '2' });
    expect(await file.load('a')).toEqual({ key: 'a', requestId: '1' });
    await file.remove('a');
    expect(await file.load('a')).toBeUndefined();
    await appendFile(path, '{"key":"b","remo');
    const next = checkpointFile(path);
    expect(await next.load('a')).toBeUndefined();
    expect(await next.load('b')).toEqual({ key: 'b', requestId: '2' });
    expect(await readFile(path, 'utf8')).toContain('{"key":"a","removed":true}');
  });
});
