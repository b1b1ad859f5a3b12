import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { codeName } from 'longrunning';
import { pollerFrom } from 'longrunning/gax';
import { agentNamed, polling, type DemoContext } from '../setup.js';
import { code, heading, result } from '../terminal.js';

/** Cancels two exports: one is cancelled, the other completes first. */
export async function cancel(context: DemoContext): Promise<void> {
  heading('3  Cancel two exports and wait for their outcomes');
  code('await poller.cancel();');
  code('const done = await poller.pollUntilDone();');

  const [unwanted, almost] = await Promise.all([cancelExport(context, 'unwanted'), cancelExport(context, 'almost')]);
  assert(unwanted.result === 'error' && unwanted.cancelled);
  result(`the first one was cancelled; its error is ${codeName(unwanted.error.code)}`);
  assert(almost.result === 'response');
  result(`the second one completed before that: ${almost.response.agentUri}`);
}

async function cancelExport({ agents, signal }: DemoContext, id: string) {
  const [operation] = await agents.exportAgent({ name: agentNamed(id) });
  const poller = pollerFrom(operation, polling);
  const cancelSoon = async (): Promise<void> => {
    await sleep(400, undefined, { signal });
    await poller.cancel({ signal });
  };
  const [done] = await Promise.all([poller.pollUntilDone({ signal }), cancelSoon()]);
  return done;
}
