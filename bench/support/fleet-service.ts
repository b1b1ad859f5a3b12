// The emulated service of bench/fleet.ts, over gRPC. Each response says when the operation ended.
import { OperationsEmulator, packStruct } from 'longrunning/testing';
import { usage } from './fleet-usage.js';

const [operations, parents, seconds, isBurst] = process.argv.slice(2).map(Number) as [number, number, number, number];
const emulator = new OperationsEmulator({ maxPageSize: 1000 });
const port = await emulator.listenGrpc();

/** Starts all operations at once. */
function startAll(): void {
  for (let i = 0; i < operations; i++) {
    // From a twentieth of the time to all of it: each duration as likely, or each e-fold, so that most end early.
    const share = isBurst ? 20 ** (Math.random() - 1) : 0.05 + 0.95 * Math.random();
    const durationMs = Math.round(1000 * seconds * share);
    const endedAtMs = Date.now() + durationMs;
    emulator.start({
      name: `projects/p${i % parents}/operations/operation-${i}`,
      durationMs,
      response: packStruct({ endedAtMs, durationMs }),
    });
  }
}

process.on('message', (message) => {
  if (message === 'start') startAll();
  const count = (method: string): number => emulator.calls.filter((call) => call.method === method).length;
  process.send?.({ gets: count('getOperation'), lists: count('listOperations'), ...usage() });
});
process.send?.({ port });
