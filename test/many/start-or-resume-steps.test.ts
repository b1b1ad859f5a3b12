import { describe, expect, it, jest } from '@jest/globals';
import { OperationsClient, type RawOperation } from '../../src/index.js';
import { startOrResume, type Checkpoint, type StartOrResumeOptions } from '../../src/many/index.js';
import { json, ScriptedTransport } from '../support/scripted.js';
import { useVirtualTime } from '../support/virtual-time.js';
import { rejection } from '../support/wires.js';

useVirtualTime();

const key = 'export';
const name = 'operations/7';
const response = json({});
const done: RawOperation = { name, done: true, response };
const token = { v: 1, name } as unknown as NonNullable<Checkpoint['token']>;

/** A client whose operations are done, a store that has a checkpoint, and a start of the operation. */
function program(loaded?: Checkpoint) {
  const transport = new ScriptedTransport([done]);
  const client = new OperationsClient({ transport });
  const store = { load: jest.fn(() => loaded), save: jest.fn<(saved: Checkpoint) => void>(), remove: jest.fn() };
  const start = jest.fn<StartOrResumeOptions['start']>(() => name);
  return { client, transport, store, start, options: { key, store, start } };
}

describe('startOrResume()', () => {
  it('saves the token alone where the request id is saved already', async () => {
    const { client, store, start, options } = program({ key, requestId: 'r1' });
    expect(await startOrResume(client, options)).toEqual(response);
    expect(start).toHaveBeenCalledWith(expect.objectContaining({ requestId: 'r1' }));
    expect(store.save.mock.calls).toEqual([[{ key, requestId: 'r1', token: expect.objectContaining({ name }) }]]);
    expect(store.remove).toHaveBeenCalledWith(key);
  });

  it('starts anew, with another request id, where startAll() has saved that the operation is done', async () => {
    const { client, store, start, options } = program({ key, requestId: 'r1', token, done: true });
    expect(await startOrResume(client, options)).toEqual(response);
    expect(start).toHaveBeenCalledTimes(1);
    expect(start).not.toHaveBeenCalledWith(expect.objectContaining({ requestId: 'r1' }));
    expect(store.save).toHaveBeenCalledTimes(2);
  });

  it('waits with the poller that start() returns, also one of another client', async () => {
    const [{ client, transport, options }, other] = [program(), program()];
    expect(await startOrResume(client, { ...options, start: () => other.client.poller(name) })).toEqual(response);
    expect([transport.requests.length, other.transport.requests.length]).toEqual([0, 1]);
  });

  it('saves no token of an operation that is returned completed and without a name', async () => {
    const { client, store, options } = program();
    expect(await startOrResume(client, { ...options, start: () => ({ ...done, name: '' }) })).toEqual(response);
    expect(store.save.mock.calls.map(([{ token }]) => token)).toEqual([undefined]);
  });

  it('throws if start() returns what only looks like a poller', async () => {
    const { client, options } = program();
    const error = await rejection(startOrResume(client, { ...options, start: () => ({ pollUntilDone: 5 }) as never }));
    expect(error).toBeInstanceOf(TypeError);
    expect(error).toMatchObject({
      message: "Cannot start as 'start()' must be an LROPoller: current value is an object",
    });
  });

  it.each([undefined, null, 5, ''])('throws if start() returns %j in place of an operation', async (started) => {
    const { client, options } = program();
    const error = await rejection(startOrResume(client, { ...options, start: () => started as never }));
    expect(error).toBeInstanceOf(TypeError);
    expect(error).toMatchObject({ message: expect.stringMatching(/'from' must be a name or an operation: current/) });
  });

  it.each([{ poller: () => undefined }, { resume: () => undefined }, undefined, null])(
    'requires a client with both of its functions: %j',
    async (client) => {
      const error = await rejection(startOrResume(client as never, program().options));
      expect(error).toMatchObject({ message: expect.stringMatching(/'client' must be an OperationsClient/) });
    },
  );

  it.each(['load', 'save', 'remove'])('throws what %s() of the store throws', async (method) => {
    const { client, store, options } = program();
    const full = new Error('disk full');
    store[method as keyof typeof store].mockImplementation((): never => {
      throw full;
    });
    expect(await rejection(startOrResume(client, options))).toBe(full);
  });

  it('throws if the token cannot be saved', async () => {
    const { client, store, options } = program();
    const full = new Error('disk full');
    store.save.mockImplementation(({ token }) => {
      if (token) throw full;
    });
    expect(await rejection(startOrResume(client, options))).toBe(full);
  });
});
