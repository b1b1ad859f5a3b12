import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { pollerFrom } from 'longrunning/gax';
import { agentNamed, polling, type Stage } from '../stage.js';
import { code, heading, ProgressBar, result } from '../terminal.js';
import { percentOf } from './wait.js';

/**
 * A wait that is given up. The operation goes on.
 *
 * @returns what it takes to wait for it again.
 */
export async function abort({ agents, emulator, signal }: Stage): Promise<string> {
  heading('4  Stop waiting, and leave the export alone');
  code('poller.promise({ signal: controller.signal });');
  code('controller.abort(reason);');

  const [operation] = await agents.exportAgent({ name: agentNamed('overnight') });
  const poller = pollerFrom(operation, polling);
  const controller = new AbortController();
  const bar = new ProgressBar();
  const ending = poller
    .promise({
      signal: AbortSignal.any([signal, controller.signal]),
      onProgress: ({ metadata }) => bar.update(percentOf(metadata)),
    })
    .catch((error: unknown) => ({ error, atMs: performance.now() }));
  await sleep(800, undefined, { signal });

  const reason = new Error('time to go home');
  const abortMs = performance.now();
  controller.abort(reason);
  const outcome = await ending;
  assert('error' in outcome && outcome.error === reason);
  result(`the wait ended ${(outcome.atMs - abortMs).toFixed(1)} ms later, with the very reason: ${String(reason)}`);

  await sleep(50, undefined, { signal }); // what was on its way arrives
  const calls = emulator.calls.length;
  await sleep(450, undefined, { signal });
  assert.equal(emulator.calls.length, calls);
  const open = emulator.calls.findLast(({ name, method }) => name === poller.name && method === 'waitOperation');
  assert.equal(open?.aborted, true);
  assert.equal(emulator.operation(poller.name)?.done, false);
  result('half a second later: no request is open, none was sent, and the export runs on');
  return JSON.stringify(poller);
}
