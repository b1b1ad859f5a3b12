import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it, jest } from '@jest/globals';
import { constantBackoff, OperationsClient } from '../src/index.js';
import { name, running, ScriptedTransport, succeeded } from './support/scripted.js';
import { CountingSignal } from './support/signals.js';
import { useVirtualTime, track } from './support/virtual-time.js';

const advance = useVirtualTime();

describe('one signal for fifty waiters and fifty calls', () => {
  it('has one listener, which is removed with the last of them', async () => {
    const transport = new ScriptedTransport(['hang', 'hang']);
    const client = new OperationsClient({ transport, polling: { backoff: constantBackoff(1000) } });
    const signal = new CountingSignal();
    const poller = client.poller(name);
    const all = Array.from({ length: 50 }, (_, i) => [
      track(i % 2 === 0 ? poller.promise({ signal }) : client.poller(`operations/${i}`).promise({ signal })),
      track(client.getOperation({ name }, { signal })),
    ]).flat();
    await advance(10);
    expect([signal.added, signal.listeners]).toEqual([1, 1]);
    signal.abort();
    await advance(0);
    for (const seen of all) expect(seen).toMatchObject({ error: { name: 'AbortError' }, settledAtMs: 10 });
    expect([signal.added, signal.listeners]).toEqual([1, 0]);
  });

  it('has one listener at a time, however often they start and end', async () => {
    const transport = new ScriptedTransport([running]);
    const client = new OperationsClient({ transport, polling: { backoff: constantBackoff(1000) } });
    const { signal } = new AbortController();
    const [add, remove] = [jest.spyOn(signal, 'addEventListener'), jest.spyOn(signal, 'removeEventListener')];
    for (let round = 1; round <= 3; round++) {
      transport.responses = [running, succeeded];
      const poller = client.poller(name);
      const all = track(
        Promise.all(Array.from({ length: 50 }, () => [poller.promise({ signal }), poller.poll({ signal })]).flat()),
      );
      await advance(1000);
      expect(all.value).toHaveLength(100);
      expect([add.mock.calls.length, remove.mock.calls.length]).toEqual([round, round]);
    }
  });
});

describe('Node', () => {
  beforeAll(() => {
    if (!existsSync(new URL('../dist/index.js', import.meta.url))) throw new Error('There is no dist/: npm run build');
  });

  it('prints no MaxListenersExceededWarning', async () => {
    const program = `
      import { OperationsClient } from 'longrunning';
      import { OperationsEmulator } from 'longrunning/testing';
      const emulator = new OperationsEmulator();
      const { name } = emulator.start({ durationMs: Infinity });
      const client = new OperationsClient({ transport: emulator.transport() });
      const controller = new AbortController();
      const { signal } = controller;
      const poller = client.poller(name);
      const ends = [];
      emulator.injectFault({ method: 'getOperation', times: Infinity, hang: true });
      for (let i = 0; i < 50; i++) {
        const polling = { serverWait: i % 2 ? 'auto' : 'never' };
        ends.push(poller.promise({ signal }), client.poller(name, undefined, polling).pollUntilDone({ signal }));
        ends.push(client.getOperation({ name }, { signal }), client.waitOperation({ name }, { signal }));
        ends.push(poller.updates({ signal })[Symbol.asyncIterator]().next());
      }
      setTimeout(() => controller.abort('enough'), 50);
      const reasons = (await Promise.allSettled(ends)).map(({ reason }) => reason);
      console.log(reasons.length, reasons.every((reason) => reason === 'enough'));
    `;
    const cwd = new URL('..', import.meta.url);
    const args = ['--input-type=module', '--eval', program];
    const { stdout, stderr } = await promisify(execFile)(process.execPath, args, { cwd });
    expect([stdout.trim(), stderr]).toEqual(['250 true', '']);
  });
});
