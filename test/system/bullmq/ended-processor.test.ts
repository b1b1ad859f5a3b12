// What becomes of an operation that ended, in a worker: handled, or left to others. Without Redis.
import { expect, it, jest } from '@jest/globals';
import { DelayedError, WaitingError, type Job } from 'bullmq';
import { EndedProcessor, type EndedProcessorOptions } from '../../../src/bullmq/ended-processor.js';
import type { EndedOperation } from '../../../src/bullmq/options.js';
import { pollEntries } from '../../../src/bullmq/poll-entries.js';
import { readCompleted, saveCompleted, saveFailure, type EndedData } from '../../../src/bullmq/saved-end.js';
import { ServiceClients } from '../../../src/bullmq/service-clients.js';
import type { WorkerEvent } from '../../../src/bullmq/events.js';
import { durationHistory } from '../../../src/history/index.js';
import { Code, MalformedOperationError, OperationsClient, type RawOperation } from '../../../src/index.js';
import { OperationsEmulator, packStruct } from '../../../src/testing/index.js';

const name = 'operations/1';
const endedWith = (end: EndedData['end'], apiEndpoint?: string, version = 1): EndedData => ({
  version,
  token: { version: 1, name, startedAtMs: 0, ...(apiEndpoint !== undefined && { apiEndpoint }) },
  end,
});
const tooLarge = { result: 'completed' } as const;

/** Processes an operation that ended. `reply` is the response to a request of its state. */
async function process(data: EndedData, reply?: () => Promise<RawOperation>, times = 1) {
  const handled: EndedOperation<unknown, unknown, unknown>[] = [];
  const events: WorkerEvent[] = [];
  const finish = jest.fn(() => Promise.resolve());
  const claims = { isPending: () => Promise.resolve(true), finish, wakeWorker: () => Promise.resolve() };
  const transport = Object.assign(Object.create(new OperationsEmulator().transport()) as object, {
    ...(reply && { getOperation: reply }),
  });
  const client = new OperationsClient({ transport: transport as never });
  const processor = new EndedProcessor({
    claims: claims as unknown as EndedProcessorOptions['claims'],
    clients: new ServiceClients(reply ? [client] : []),
    types: undefined,
    onDone: (ended) => handled.push(ended),
    rememberMs: 1000,
    onEvent: (event) => events.push(event),
  });
  const [moveToWait, moveToDelayed] = [jest.fn(), jest.fn()];
  const job = { id: 'j', name, data, attemptsMade: 0, moveToWait, moveToDelayed } as unknown as Job<EndedData>;
  let error: unknown;
  for (let i = 0; i < times; i++) error = await processor.process(job).catch((reason: unknown) => reason);
  await client.close();
  return { handled, events, error, finished: finish.mock.calls.length, moveToWait, moveToDelayed };
}

it('a result that was too large to save is requested again', async () => {
  const raw = { name, done: true, response: packStruct({ a: 1 }) };
  const { handled, finished } = await process(endedWith(tooLarge), () => Promise.resolve(raw));
  expect(handled).toMatchObject([{ operation: { name, result: 'response' }, attempt: 1 }]);
  expect(finished).toBe(1);
});

it('an operation that was removed since has an unknown outcome', async () => {
  const { handled, finished } = await process(endedWith(tooLarge), () =>
    Promise.reject(Object.assign(new Error('gone'), { code: Code.NOT_FOUND })),
  );
  expect(handled).toMatchObject([
    { operation: { name, result: 'unknown', reason: { rpcCode: Code.NOT_FOUND, operationName: name } } },
  ]);
  expect(finished).toBe(1);
});

it('an operation whose service is unavailable is left for later', async () => {
  const { handled, events, error, moveToWait } = await process(endedWith(tooLarge), () =>
    Promise.reject(Object.assign(new Error('busy'), { code: Code.UNAVAILABLE })),
  );
  expect(error).toBeInstanceOf(WaitingError);
  expect(events).toMatchObject([{ type: 'error', error: { rpcCode: Code.UNAVAILABLE } }]);
  expect(moveToWait).toHaveBeenCalledTimes(1);
  expect(handled).toEqual([]);
});

it('an operation of a service without a client is left to others, and delayed after the third time', async () => {
  const data = endedWith(tooLarge, 'speech.googleapis.com');
  const { events, error, moveToWait, moveToDelayed } = await process(data, undefined, 4);
  expect(events).toEqual(Array(4).fill({ type: 'missing-client', service: 'speech.googleapis.com', operations: 1 }));
  expect(error).toBeInstanceOf(DelayedError);
  expect([moveToWait.mock.calls.length, moveToDelayed.mock.calls.length]).toEqual([3, 1]);
});

it('an operation without a service is for the only client, and is left to others without one', async () => {
  expect((await process(endedWith(tooLarge))).events).toEqual([{ type: 'missing-client', service: '', operations: 1 }]);
});

it('the data of a later version are left to newer workers', async () => {
  const { events, error } = await process(endedWith(tooLarge, undefined, 2));
  expect(events).toEqual([{ type: 'newer-version', version: 2 }]);
  expect(error).toBeInstanceOf(WaitingError);
});

it.each([
  ['cannot be read, with its message', new MalformedOperationError(name, 'no name'), /no name/],
  ['was thrown by something else, without its message', new Error('a secret'), /the response cannot be read/],
])('an outcome that is unknown since the state %s', async (_, thrown, message) => {
  const reason = { kind: 'failure', elapsedMs: 1, polls: 1, failure: saveFailure(thrown) } as const;
  const { handled } = await process(endedWith({ result: 'unknown', reason }));
  const { operation } = handled[0]!;
  expect(operation).toMatchObject({ result: 'unknown', reason: { code: 'LRO_MALFORMED_OPERATION' } });
  expect((operation as { reason: Error }).reason.message).toMatch(message);
});

it('a history that throws does not fail a poll', async () => {
  const history = durationHistory();
  const record = jest.spyOn(history, 'record').mockImplementation(() => {
    throw new Error('the disk is full');
  });
  const emulator = new OperationsEmulator();
  emulator.start({ name, durationMs: 0, response: packStruct({}) });
  const client = new OperationsClient({ transport: emulator.transport(), polling: { history } });
  const entry = { name, startedAtMs: 1000, dueAtMs: 0, polledAtMs: 4000, polls: 1 };
  const batch = { version: 1, service: '', parent: '', types: [{}], operations: [entry] } as never;
  const polled = await pollEntries(batch, new Set([entry]), {
    client,
    clock: { nowMs: 9000 } as never,
    limits: { maxFailingMs: 1000, maxResultBytes: 10_000 },
  });
  expect(record.mock.calls).toMatchObject([[{ name }, { beganAtMs: 1000, runningAtMs: 3000, doneAtMs: 8000 }, {}]]);
  expect(polled).toMatchObject({ remaining: [], ended: [{ end: { result: 'completed' } }] });
  await client.close();
});

it.each([
  ['looks like saved bytes', { $bytes: 'AQ==' }],
  ['looks like what is wrapped', { $object: { a: 1 } }],
  ['has bytes within', { a: [new Uint8Array([1, 2])] }],
])('a result that %s is saved as it is', (_, response) => {
  const raw = { name, done: true, response: { typeUrl: 't', json: response } } as never;
  const saved = saveCompleted(raw, 10_000) as typeof tooLarge;
  expect(readCompleted(JSON.parse(JSON.stringify(saved)) as typeof tooLarge)).toEqual(raw);
});

it('a result whose JSON is too long is not saved', () => {
  const raw = { name, done: true, response: { typeUrl: 't', json: 'x'.repeat(200) } };
  expect(saveCompleted(raw, 100)).toEqual(tooLarge);
});
