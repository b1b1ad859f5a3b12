// #region imports
import { constantBackoff } from 'longrunning';
import { parseOperation } from 'longrunning/wire';
// #endregion imports
import type { OperationsClient } from 'longrunning';
import { exportAgent } from './typed-wait.js';

/** Where messages come from: a subscription of Pub/Sub, say. */
export interface Subscription {
  on(event: 'message', listener: (message: { data: Uint8Array; ack(): void }) => void): unknown;
}

export async function main(client: OperationsClient, name: string, subscription: Subscription): Promise<void> {
  // #region wait
  const poller = client.poller(name, exportAgent, {
    serverWait: 'never',
    backoff: constantBackoff(600_000), // a poll every ten minutes, should a message be lost
  });
  subscription.on('message', (message) => {
    message.ack();
    const state = parseOperation(message.data); // bytes: of the message itself, or of its JSON
    if (state.name !== poller.name) return;
    try {
      poller.applyUpdate(state);
    } catch (error) {
      console.log('not taken:', error); // such as a state that came late and is older than what is known
    }
  });
  const response = await poller.promise();
  console.log(response.agentUri);
  // #endregion wait
}

export async function alone(client: OperationsClient, name: string): Promise<void> {
  // #region alone
  const poller = client.poller(name, exportAgent, { serverWait: 'never', backoff: constantBackoff(Infinity) });
  // #endregion alone
  await poller.promise({ totalTimeoutMs: 3_600_000 });
}
