import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { pollerFrom } from 'longrunning/gax';
import { agentNamed, polling, type DemoContext } from '../setup.js';
import { code, heading, ProgressBar, result } from '../terminal.js';
import { percentOf } from './wait.js';

/**
 * Aborts a wait. The operation continues.
 *
 * @returns the token that resumes the wait.
 */
export async function abort({ agents, emulator, signal }: DemoContext): Promise<string> {
  heading('4  Abort the wait; the export continues');
  code('poller.promise({ signal: controller.signal });');
  code('controller.abort(reason);');

  const [operation] = await agents.exportAgent({ name: agentNamed('overnight') });
  const poller = pollerFrom(operation, polling);
  const controller = new AbortController();
  const bar = new ProgressBar();
  const aborted = poller
    .promise({
      signal: AbortSignal.any([signal, controller.signal]),
      onProgress: ({ metadata }) => bar.update(percentOf(metadata)),
    })
    .catch((error: unknown) => ({ error, atMs: performance.now() }));
  await sleep(800, undefined, { signal });

  const reason = new Error('time to go home');
  const abortMs = performance.now();
  controller.abort(reason);
  const outcome = await aborted;
  assert('error' in outcome && outcome.error === reason);
  result(`promise() rejected after ${(outcome.atMs - abortMs).toFixed(1)} ms with the reason: ${String(reason)}`);

  await sleep(50, undefined, { signal }); // requests in flight arrive
  const calls = emulator.calls.length;
  await sleep(450, undefined, { signal });
  assert.equal(emulator.calls.length, calls);
  const open = emulator.calls.findLast(({ name, method }) => name === poller.name && method === 'waitOperation');
  assert.equal(open?.aborted, true);
  assert.equal(emulator.operation(poller.name)?.done, false);
  result('half a second later: no request is open, none was sent, and the export is still running');
  return JSON.stringify(poller);
}
