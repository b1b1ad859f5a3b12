// What an operation of the emulator, for pollerFrom(), has of google-gax.
import { afterEach, expect, it } from '@jest/globals';
import { Code } from '../../src/index.js';
import { pollerFrom } from '../../src/gax/index.js';
import { OperationsEmulator, packStruct } from '../../src/testing/index.js';

let emulator = new OperationsEmulator();
afterEach(async () => {
  await emulator.close();
  emulator = new OperationsEmulator();
});
const response = packStruct({ a: 1 });

it('has no loop of its own', async () => {
  const operation = emulator.gaxOperation(emulator.start({ durationMs: 0, response }));
  await expect(operation.promise()).rejects.toThrow(
    new TypeError('Cannot wait by promise(): pass the operation to pollerFrom()'),
  );
});

it('lists, cancels and deletes', async () => {
  const { operationsStub } = emulator.gaxOperation(emulator.start({ name: 'p/operations/1', durationMs: 9e9 }))
    .longrunningDescriptor.operationsClient;
  type Rpc = (request: object, headers: object, options: object, callback: (...args: unknown[]) => void) => unknown;
  const stub = (await operationsStub) as Record<string, Rpc>;
  const call = (method: string, request: object): Promise<unknown> =>
    new Promise((resolve, reject) => {
      stub[method]!(request, { 'x-goog-request-params': ['name=p'] }, {}, (error, value) =>
        error ? reject(error) : resolve(value),
      );
    });
  await call('cancelOperation', { name: 'p/operations/1' });
  expect(await call('getOperation', { name: 'p/operations/1' })).toMatchObject({ error: { code: Code.CANCELLED } });
  expect(await call('listOperations', { name: 'p' })).toMatchObject({ operations: [{ name: 'p/operations/1' }] });
  await call('deleteOperation', { name: 'p/operations/1' });
  expect(await call('listOperations', { name: 'p' })).toMatchObject({ operations: [] });
  await expect(call('getOperation', { name: 'p/operations/1' })).rejects.toMatchObject({ rpcCode: Code.NOT_FOUND });
});

it('has undecoded values without classes', async () => {
  const operation = emulator.gaxOperation(emulator.start({ durationMs: 0, response }));
  expect(await pollerFrom(operation).promise()).toMatchObject({ typeUrl: response.typeUrl });
});

it('lists the others after most operations were deleted', async () => {
  const names = Array.from({ length: 60 }, (_, i) => `p/operations/${i}`);
  for (const name of names) emulator.start({ name, durationMs: 0 });
  for (const name of names.slice(0, 50)) expect(emulator.delete(name)).toBe(true);
  const { operations } = await emulator.transport().listOperations(
    { name: 'p', filter: '', pageSize: 0, pageToken: '' },
    {
      signal: new AbortController().signal,
    },
  );
  expect(operations.map(({ name }) => name)).toEqual(names.slice(50));
});
