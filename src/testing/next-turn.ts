/**
 * Waits for the next turn of the event loop, after the I/O of this one where the platform is Node.js. Test runners fake
 * the global `setImmediate`, and pages and jsdom have none.
 */
export function nextTurn(): Promise<void> {
  return new Promise(schedule);
}

const schedule: (resolve: () => void) => void = nodeSetImmediate() ?? postMessage;

function nodeSetImmediate(): ((resolve: () => void) => void) | undefined {
  const { process } = globalThis as { process?: Partial<NodeJS.Process> };
  return process?.getBuiltinModule?.('node:timers').setImmediate;
}

/** A message is delivered in a task of its own. Browsers delay a chain of timers by 4 ms each. */
function postMessage(resolve: () => void): void {
  const { port1, port2 } = new MessageChannel();
  port1.addEventListener('message', () => {
    port1.close();
    resolve();
  });
  port1.start();
  port2.postMessage(undefined);
}
