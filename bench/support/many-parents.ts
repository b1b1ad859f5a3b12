// A child process of bench/many.ts: 20,000 operations under 1,000 parents, in process or over gRPC. It sends the CPU of all
// waits, with or without coalescing.
import { fork } from 'node:child_process';
import gax from 'google-gax';
import { constantBackoff, OperationsClient, type OperationsTransport, type RawOperation } from 'longrunning';
import { grpcTransport } from 'longrunning/grpc';
import { inProcess, namesUnder, operationNames, overGrpc } from './parents.js';
import { messageOf } from './processes.js';

/** The cost of waiting for all operations. */
export interface ParentsCost {
  readonly requests: number;
  readonly cpuSeconds: number;
}

let requests = 0;
const [kind, wire] = process.argv.slice(2);
const { pollEveryMs } = wire === 'grpc' ? overGrpc : inProcess;
const transport = counted(wire === 'grpc' ? await connect() : local());
const client = new OperationsClient({
  transport,
  coalesce: kind === 'coalesced',
  polling: { backoff: constantBackoff(pollEveryMs), serverWait: 'never' },
});
const startCpu = process.cpuUsage();
await Promise.all(operationNames.map((name) => client.poller(name).promise()));
const { user, system } = process.cpuUsage(startCpu);
const cost: ParentsCost = { requests, cpuSeconds: (user + system) / 1e6 };
process.send!(cost, () => process.exit());

function counted(transport: OperationsTransport): OperationsTransport {
  return {
    getOperation: (request, options) => (requests++, transport.getOperation(request, options)),
    listOperations: (request, options) => (requests++, transport.listOperations(request, options)),
    cancelOperation: (request, options) => transport.cancelOperation(request, options),
    deleteOperation: (request, options) => transport.deleteOperation(request, options),
    close: () => transport.close(),
  };
}

/** A service in this process: a request costs next to nothing. */
function local(): OperationsTransport {
  const startMs = performance.now();
  // With a response, as services send it: a list that leaves it out costs a GetOperation for each operation.
  const response = { typeUrl: 'type.googleapis.com/google.protobuf.Empty', json: {} };
  const stateOf = (name: string): RawOperation =>
    performance.now() - startMs >= inProcess.durationMs ? { name, done: true, response } : { name, done: false };
  const unsupported = (): Promise<never> => Promise.reject(new Error('not part of this bench'));
  return {
    getOperation: ({ name }) => Promise.resolve(stateOf(name)),
    listOperations: ({ name }) =>
      Promise.resolve({ operations: namesUnder(name).map(stateOf), nextPageToken: '', unreachable: [] }),
    cancelOperation: unsupported,
    deleteOperation: unsupported,
    close: () => Promise.resolve(),
  };
}

/** A service in a process of its own. */
async function connect(): Promise<OperationsTransport> {
  const server = fork(new URL('parents-server.ts', import.meta.url));
  const port = await messageOf<number>(server);
  const sslCreds = gax.grpc.credentials.createInsecure();
  return grpcTransport({ apiEndpoint: `127.0.0.1:${port}`, sslCreds });
}
