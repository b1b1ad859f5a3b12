// A worker process of `npm run bench:fleet -- --million`: its transport responds at once that an operation runs.
import { Redis } from 'ioredis';
import { OperationsClient, type OperationsTransport } from 'longrunning';
import { OperationsWorker } from 'longrunning/bullmq';
import { usage } from './fleet-usage.js';

const [redisPort] = process.argv.slice(2) as [string];
const log = new Redis({ host: '127.0.0.1', port: Number(redisPort), enableAutoPipelining: true });
let polls = 0;

/** One operation in a thousand is observed: how long after its last poll it is polled again. */
async function observe(name: string): Promise<void> {
  const nowMs = Date.now();
  const last = await log.getset(`last:${name}`, nowMs);
  if (last) process.send?.({ intervalMs: nowMs - Number(last) });
}

const transport: OperationsTransport = {
  apiEndpoint: 'fleet.example.com',
  getOperation({ name }) {
    polls++;
    if (name.endsWith('000')) void observe(name);
    return Promise.resolve({ name, done: false });
  },
  listOperations: () => Promise.resolve({ operations: [], nextPageToken: '', unreachable: [] }),
  cancelOperation: () => Promise.resolve(),
  deleteOperation: () => Promise.resolve(),
  close: () => Promise.resolve(),
};
new OperationsWorker('fleet', {
  connection: { host: '127.0.0.1', port: Number(redisPort) },
  clients: [new OperationsClient({ transport })],
  pollLockMs: 30_000,
  onDone: () => undefined,
});
setInterval(() => {
  process.send?.({ polls, ...usage() });
  polls = 0;
}, 1000);
