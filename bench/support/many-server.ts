// A child process of bench/many.ts: the emulator over gRPC, on the client's virtual time. It sends its port to the parent.
import { OperationsEmulator } from 'longrunning/testing';
import { jobs, warmUp } from './many-jobs.js';
import { readableTime } from './shared-time.js';

const [path, count] = process.argv.slice(2) as [string, string];
performance.now = readableTime(path);
const response = { typeUrl: 'type.googleapis.com/google.protobuf.Empty', value: new Uint8Array(0) };
const emulator = new OperationsEmulator({ log: false, maxPageSize: 500 });
// All start at 0: the client sends no request about an operation before its own start time.
for (const { name, endMs } of [warmUp, ...jobs(Number(count))]) emulator.start({ name, durationMs: endMs, response });
process.send!(await emulator.listenGrpc());
process.once('disconnect', () => process.exit());
