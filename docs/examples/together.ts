import type { LROPoller } from 'longrunning';
import { asCompleted, waitAll, waitAny } from 'longrunning/many';

interface Agent {
  agentUri?: string | null;
}
interface Intents {
  intents?: string[];
}
type Exports = readonly LROPoller<Agent>[];

export async function tuple(exported: LROPoller<Agent>, imported: LROPoller<Intents>): Promise<void> {
  // #region tuple
  const [agent, { intents }] = await waitAll([exported, imported], { totalTimeoutMs: 3_600_000 });
  console.log(agent.agentUri, intents); // each has its own type
  // #endregion tuple
}

export async function settle(pollers: Exports): Promise<void> {
  // #region settle
  for (const operation of await waitAll(pollers, { settle: true, totalTimeoutMs: 3_600_000 })) {
    if (operation.result === 'response') console.log(operation.name, operation.response.agentUri);
    else if (operation.result === 'error') console.log(operation.name, 'failed:', operation.error.message);
    else console.log(operation.name, 'may still run:', operation.reason);
  }
  // #endregion settle
}

export async function any(inEurope: LROPoller<Agent>, inAsia: LROPoller<Agent>): Promise<void> {
  // #region any
  const pollers = [inEurope, inAsia];
  const { agentUri } = await waitAny(pollers);
  for (const poller of pollers) if (!poller.operation?.done) await poller.cancel();
  // #endregion any
  console.log(agentUri);
}

export async function completed(pollers: Exports, signal: AbortSignal): Promise<void> {
  // #region completed
  for await (const { index, operation } of asCompleted(pollers, { signal })) {
    console.log(index, operation.name, operation.result);
    if (operation.result === 'error') break; // ends the other waits; the operations continue
  }
  // #endregion completed
}
