// A child process of bench/many.ts: 20,000 operations under 1,000 parents, in process. It sends the CPU of all waits, with or
// without coalescing.
import { constantBackoff, OperationsClient, type OperationsTransport, type RawOperation } from 'longrunning';

/** The cost of waiting for all operations. */
export interface ParentsCost {
  readonly requests: number;
  readonly cpuSeconds: number;
}

const [parents, operationsEach, pollEveryMs, durationMs] = [1000, 20, 1000, 4000];
const coalesce = process.argv[2] === 'coalesced';
const startMs = performance.now();
let requests = 0;

// With a response, as services send it: a list that leaves it out costs a GetOperation for each operation.
const response = { typeUrl: 'type.googleapis.com/google.protobuf.Empty', json: {} };
const stateOf = (name: string): RawOperation =>
  performance.now() - startMs >= durationMs ? { name, done: true, response } : { name, done: false };
const unsupported = (): Promise<never> => Promise.reject(new Error('not part of this bench'));
const transport: OperationsTransport = {
  getOperation({ name }) {
    requests++;
    return Promise.resolve(stateOf(name));
  },
  listOperations({ name }) {
    requests++;
    const operations = Array.from({ length: operationsEach }, (_, id) => stateOf(`${name}/operations/${id}`));
    return Promise.resolve({ operations, nextPageToken: '', unreachable: [] });
  },
  cancelOperation: unsupported,
  deleteOperation: unsupported,
  close: () => Promise.resolve(),
};
const client = new OperationsClient({ transport, coalesce, polling: { backoff: constantBackoff(pollEveryMs) } });
const startCpu = process.cpuUsage();
const waits = Array.from({ length: parents * operationsEach }, (_, id) =>
  client.poller(`parents/${id % parents}/operations/${Math.floor(id / parents)}`).promise(),
);
await Promise.all(waits);
const { user, system } = process.cpuUsage(startCpu);
const cost: ParentsCost = { requests, cpuSeconds: (user + system) / 1e6 };
process.send!(cost, () => process.exit());
