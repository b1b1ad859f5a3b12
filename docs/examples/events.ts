// #region imports
import { codeName, type PollingEvent } from 'longrunning';
// #endregion imports
import type { OperationsClient } from 'longrunning';

// #region line
/** A line for the log. */
function line(event: PollingEvent): string {
  switch (event.type) {
    case 'poll': // an answer to GetOperation
    case 'wait': // an answer to WaitOperation
      return `${event.done ? 'done' : 'still running'} at ${seconds(event.ageMs)}; answered in ${seconds(event.tookMs)}`;
    case 'retry': // a request failed, and is sent again
      return `${codeName(event.error.rpcCode)}, attempt ${event.attempt}; again in ${seconds(event.delayMs)}`;
    case 'wait-failed': // WaitOperation brought nothing
      return event.disabled ? 'the service does not wait; polling' : 'a wait was cut short';
    case 'retry-after': // the server asked to be left alone for longer
      return `the server wants no request for ${seconds(event.delayMs)}`;
    case 'done':
      return `ended with a ${event.result}, after ${event.polls} answers`;
    default: // a later version may have more
      return '';
  }
}
const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;
// #endregion line

export async function main(client: OperationsClient, name: string): Promise<void> {
  // #region log
  const poller = client.poller(name, undefined, {
    onEvent: (event) => console.log(event.name, event.type, line(event)),
  });
  await poller.pollUntilDone();
  // #endregion log
}
