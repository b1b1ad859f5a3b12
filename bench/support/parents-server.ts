// A child process of bench/support/many-parents.ts: 20,000 operations under 1,000 parents over gRPC. It sends its port.
import { OperationsEmulator } from 'longrunning/testing';
import { operationNames, overGrpc } from './parents.js';

const emulator = new OperationsEmulator({ log: false });
const response = { typeUrl: 'type.googleapis.com/google.protobuf.Empty', value: new Uint8Array(0) };
for (const name of operationNames) emulator.start({ name, durationMs: overGrpc.durationMs, response });
process.send!(await emulator.listenGrpc());
process.once('disconnect', () => process.exit());
