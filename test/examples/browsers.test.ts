import { expect, it } from '@jest/globals';
import { OperationsClient } from '../../src/index.js';
import { OperationsEmulator } from '../../src/testing/index.js';
import { createReport, wait } from '../../docs/examples/browsers.js';

it('browsers.ts waits over REST', async () => {
  await using emulator = new OperationsEmulator();
  const { name } = emulator.start({ durationMs: 0 });
  const apiEndpoint = `http://127.0.0.1:${await emulator.listenHttp()}`;
  await expect(wait(apiEndpoint, name, new AbortController().signal)).resolves.toBeDefined();
});

it('browsers.ts starts one report, and resumes the wait for it', async () => {
  await using emulator = new OperationsEmulator();
  const store = new Map<string, string>();
  const storage = {
    getItem: (key: string) => store.get(key) ?? null,
    setItem: (key: string, value: string) => void store.set(key, value),
    removeItem: (key: string) => void store.delete(key),
  };
  const json = { '@type': 'type.googleapis.com/reports.v1.Report', url: 'gs://b/o' };
  let starts = 0;
  const start = () => {
    starts++;
    return Promise.resolve(emulator.start({ name: 'operations/a', durationMs: Infinity }));
  };
  const first = new OperationsClient({ transport: emulator.transport() });
  const left = createReport(first, start, storage);
  await Promise.resolve();
  await first.close();
  await expect(left).rejects.toThrow('closed');
  emulator.complete('operations/a', { response: { typeUrl: json['@type'], json } });
  await using second = new OperationsClient({ transport: emulator.transport() });
  await expect(createReport(second, start, storage)).resolves.toMatchObject({ response: { url: 'gs://b/o' } });
  expect(starts).toBe(1);
  expect(store.size).toBe(0);
});
