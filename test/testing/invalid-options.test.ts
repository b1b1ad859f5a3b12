import { describe, expect, it } from '@jest/globals';
import { OperationsEmulator, packStruct, type EmulatorOptions, type Fault } from '../../src/testing/index.js';

async function onHttp(emulator: OperationsEmulator, verb: string, path: string, body?: string): Promise<Response> {
  return fetch(`http://127.0.0.1:${await emulator.listenHttp()}${path}`, { method: verb, body: body ?? null });
}

describe('OperationsEmulator', () => {
  it.each([
    [
      { clock: 'Manual' as never },
      "Cannot create an emulator as 'clock' must be 'real' or 'manual': current value is Manual",
    ],
    [{ latencyMs: -1 }, "Cannot create an emulator as 'latencyMs' must be a number of at least 0: current value is -1"],
  ] satisfies [EmulatorOptions, string][])('rejects the options %j', (options, message) => {
    expect(() => new OperationsEmulator(options)).toThrow(message);
  });

  it.each([
    [{ name: '' }, "'name' must be a non-empty string: current value is an empty string"],
    [{ name: 5 as never }, "'name' must be a non-empty string: current value is 5"],
    [{ cancel: 'fail' as never }, "'cancel' must be 'succeeds', 'fails', 'ignored' or a status: current value is fail"],
  ])('start() rejects %j', async (script, message) => {
    await using emulator = new OperationsEmulator();
    expect(() => emulator.start({ durationMs: 1, ...script })).toThrow(`Cannot start an operation as ${message}`);
  });

  it('update() and complete() reject invalid options and change nothing', async () => {
    await using emulator = new OperationsEmulator();
    const { name } = emulator.start({ durationMs: Infinity });
    expect(() => emulator.update(name, { durationMs: -1 })).toThrow(/^Cannot update an operation as 'durationMs'/);
    const both = { response: packStruct({}), error: { code: 3 as const } };
    expect(() => emulator.complete(name, both)).toThrow(
      /^Cannot complete an operation as 'response' must be undefined if 'error' is set/,
    );
    expect(emulator.operation(name)).toEqual({ name, done: false });
  });

  it('update() ignores an undefined durationMs', async () => {
    await using emulator = new OperationsEmulator({ clock: 'manual' });
    const { name } = emulator.start({ durationMs: 100 });
    emulator.update(name, { durationMs: undefined, response: packStruct({ rows: 1 }) });
    await emulator.advance(100);
    expect(emulator.operation(name)).toMatchObject({ done: true, response: { json: { value: { rows: 1 } } } });
  });

  it.each([undefined, 99, 101, 1000, 200.5, '200'])('injectFault() rejects the HTTP status %p', async (status) => {
    await using emulator = new OperationsEmulator();
    const fault = { method: 'getOperation', http: { status } } as Fault;
    expect(() => emulator.injectFault(fault)).toThrow(
      "Cannot inject a fault as 'http.status' must be an integer from 200 to 999",
    );
  });

  it.each(['POST /v1/{name', 'POST /v1/{name=*', 'POST /v1/{name:*}', 'POST /v1/name}'])(
    'handle() rejects %s, which no request can match',
    async (path) => {
      await using emulator = new OperationsEmulator();
      expect(() => emulator.handle(path, () => emulator.start({ durationMs: 0 }))).toThrow(TypeError);
    },
  );

  it.each([/^POST \/v1\/start$/g, /^POST \/v1\/start$/y])('handle() matches %s on every request', async (path) => {
    await using emulator = new OperationsEmulator();
    emulator.handle(path, () => emulator.start({ durationMs: 0 }));
    const statuses: number[] = [];
    for (let i = 0; i < 4; i++) statuses.push((await onHttp(emulator, 'POST', '/v1/start')).status);
    expect(statuses).toEqual([200, 200, 200, 200]);
    expect(path.lastIndex).toBe(0);
  });

  it('WaitOperation over HTTP with an invalid timeout fails with INVALID_ARGUMENT', async () => {
    await using emulator = new OperationsEmulator();
    emulator.start({ name: 'operations/1', durationMs: Infinity });
    const wait = (timeout: unknown) => onHttp(emulator, 'POST', '/v1/operations/1:wait', JSON.stringify({ timeout }));
    for (const timeout of ['abc', 5, '5', '1e3s']) expect((await wait(timeout)).status).toBe(400);
    expect((await wait('0.01s')).status).toBe(200);
  });

  it('concurrent calls of advance() add up', async () => {
    await using emulator = new OperationsEmulator({ clock: 'manual' });
    const { name } = emulator.start({ durationMs: 100 });
    await Promise.all([emulator.advance(30), emulator.advance(70)]);
    expect(emulator.nowMs).toBe(100);
    expect(emulator.operation(name)?.done).toBe(true);
    await emulator.advance(5);
    expect(emulator.nowMs).toBe(105);
  });
});
