// #region imports
import { codeName, type PollingEvent } from 'longrunning';
// #endregion imports
import type { OperationsClient } from 'longrunning';

// #region line
/** A line for the log. */
function line(event: PollingEvent): string {
  switch (event.type) {
    case 'poll': // a response to GetOperation
    case 'wait': // a response to WaitOperation
      return `${event.done ? 'done' : 'still running'} at ${seconds(event.ageMs)}; response after ${seconds(event.tookMs)}`;
    case 'retry': // a request failed, and is sent again
      return `${codeName(event.error.rpcCode)}, attempt ${event.attempt}; again in ${seconds(event.delayMs)}`;
    case 'wait-failed': // WaitOperation failed
      return event.disabled ? 'the service does not wait; polling' : 'a wait was cut short';
    case 'retry-after': // the server requested a longer delay
      return `no request for ${seconds(event.delayMs)}`;
    case 'done':
      return `${event.result} after ${event.polls} polls`;
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
