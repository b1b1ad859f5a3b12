import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { codeName } from 'longrunning';
import { pollerFrom } from 'longrunning/gax';
import { agentNamed, polling, type Stage } from '../stage.js';
import { code, heading, result } from '../terminal.js';

/** Two exports that are asked to cancel: one does, and one is done before it gets to it. */
export async function cancel(stage: Stage): Promise<void> {
  heading('3  Cancel two exports and see what comes of it');
  code('await poller.cancel();');
  code('const done = await poller.pollUntilDone();');

  const [unwanted, almost] = await Promise.all([cancelled(stage, 'unwanted'), cancelled(stage, 'almost')]);
  assert(unwanted.result === 'error' && unwanted.cancelled);
  result(`the one with hours to go is done, with an error: ${codeName(unwanted.error.code)}`);
  assert(almost.result === 'response');
  result(`the one that was nearly done was done before that: ${almost.response.agentUri}`);
}

async function cancelled({ agents, signal }: Stage, id: string) {
  const [operation] = await agents.exportAgent({ name: agentNamed(id) });
  const poller = pollerFrom(operation, polling);
  const cancelSoon = async (): Promise<void> => {
    await sleep(400, undefined, { signal });
    await poller.cancel({ signal });
  };
  const [done] = await Promise.all([poller.pollUntilDone({ signal }), cancelSoon()]);
  return done;
}
