import { expect, it, jest } from '@jest/globals';

jest.unstable_mockModule('../../src/coalescing/coalescer.js', () => {
  throw new Error('Cannot find module');
});

it('polls one by one where the code of the coalescer cannot be loaded', async () => {
  const { OperationsClient } = await import('../../src/index.js');
  const { OperationsEmulator, packStruct } = await import('../../src/testing/index.js');
  const emulator = new OperationsEmulator();
  const names = ['projects/p/operations/1', 'projects/p/operations/2'];
  for (const name of names) emulator.start({ name, durationMs: 0, response: packStruct({}) });
  const client = new OperationsClient({
    transport: emulator.transport(),
    coalesce: true,
    polling: { serverWait: 'never' },
  });
  const outcomes = await Promise.all(names.map((name) => client.poller(name).promise()));
  expect(outcomes).toHaveLength(2);
  expect(emulator.calls.map(({ method }) => method)).toEqual(['getOperation', 'getOperation']);
  await emulator.close();
});
