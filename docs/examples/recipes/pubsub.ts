// A Pub/Sub subscription whose messages are operations: a push endpoint or a pull subscriber passes each message here.
// Pollers of the operation settle without a request. They still poll every ten minutes, in case a message is lost.
import { constantBackoff, isLROError, type LROPoller, type OperationsClient } from 'longrunning';
import { parseOperation } from 'longrunning/wire';

/** The part of a message of @google-cloud/pubsub that is used. */
interface Message {
  readonly data: Uint8Array;
  ack(): void;
}

export function pushedPoller(client: OperationsClient, operationName: string): LROPoller<unknown> {
  return client.poller(operationName, undefined, { serverWait: 'never', backoff: constantBackoff(600_000) });
}

/** Returns how many pollers applied the state. */
export function handleMessage(client: OperationsClient, message: Message): number {
  message.ack(); // also if it cannot be read: it would come again unchanged
  try {
    return client.applyUpdate(parseOperation(message.data));
  } catch (error) {
    if (!isLROError(error)) throw error;
    console.error('not an operation:', error.message);
    return 0;
  }
}
