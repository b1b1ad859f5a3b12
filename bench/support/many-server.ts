// A process of its own for bench/many.ts: the emulator over gRPC, on the client's virtual time. It tells its port.
import { OperationsEmulator } from 'longrunning/testing';
import { jobs, warmUp } from './many-jobs.js';
import { readableTime } from './shared-time.js';

const [path, count] = process.argv.slice(2) as [string, string];
performance.now = readableTime(path);
const response = { typeUrl: 'type.googleapis.com/google.protobuf.Empty', value: new Uint8Array(0) };
const emulator = new OperationsEmulator({ log: false, maxPageSize: 500 });
// That they begin one after the other the server need not know: nobody asks before.
for (const { name, endMs } of [warmUp, ...jobs(Number(count))]) emulator.start({ name, durationMs: endMs, response });
process.send!(await emulator.listenGrpc());
process.once('disconnect', () => process.exit());
