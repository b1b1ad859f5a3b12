// A process of its own, on the build in dist/ (npm run build): one signal for many waits and calls.
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it } from '@jest/globals';

describe('Node', () => {
  beforeAll(() => {
    if (!existsSync(new URL('../../dist/index.js', import.meta.url)))
      throw new Error('There is no dist/: npm run build');
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
    const cwd = new URL('../..', import.meta.url);
    const args = ['--input-type=module', '--eval', program];
    const { stdout, stderr } = await promisify(execFile)(process.execPath, args, { cwd });
    expect([stdout.trim(), stderr]).toEqual(['250 true', '']);
  });
});
