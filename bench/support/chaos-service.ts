// A child process of bench/support/chaos-run.ts: the service and the proxy before it, so that they do not take the CPU of the
// client. It sends the proxy's port, starts all operations when it gets a message, and sends how many connections were
// accepted when it gets another.
import { once } from 'node:events';
import { OperationsEmulator } from 'longrunning/testing';
import { FaultProxy } from '../../test/support/fault-proxy.js';
import { listen, type ClientName } from './chaos-clients.js';
import { responseOf, type ChaosRun } from './chaos-run-options.js';

const [name, text] = process.argv.slice(2) as [ClientName, string];
const { faults, silenceEveryMs, count, durationMs } = JSON.parse(text) as ChaosRun;
const emulator = new OperationsEmulator();
const proxy = await FaultProxy.start(await listen[name](emulator), faults);
if (silenceEveryMs !== undefined) setInterval(() => proxy.breakConnections('silence'), silenceEveryMs);

process.send!(proxy.port);
await once(process, 'message');
for (let id = 0; id < count; id++) {
  emulator.start({ name: `operations/${id}`, durationMs, response: responseOf(id) });
}
process.send!('started');
await once(process, 'message');
process.send!(proxy.accepted, () => process.exit());
