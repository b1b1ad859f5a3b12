// A worker process of bench/fleet.ts.
import gax from 'google-gax';
import { Redis } from 'ioredis';
import { OperationsClient } from 'longrunning';
import { OperationsWorker } from 'longrunning/bullmq';
import { structType } from 'longrunning/decoders';
import { operationInfo } from 'longrunning';
import { grpcTransport } from 'longrunning/grpc';

const [redisPort, servicePort, id, lockMs] = process.argv.slice(2) as [string, string, string, string];
const transport = grpcTransport({
  apiEndpoint: `127.0.0.1:${servicePort}`,
  sslCreds: gax.grpc.credentials.createInsecure(),
});
const log = new Redis({ host: '127.0.0.1', port: Number(redisPort), enableAutoPipelining: true });
const worker = new OperationsWorker('fleet', {
  connection: { host: '127.0.0.1', port: Number(redisPort) },
  clients: [new OperationsClient({ transport, coalesce: { pageSize: 1000 } })],
  types: { 'google.protobuf.Struct': operationInfo({ response: structType }) },
  pollLockMs: Number(lockMs),
  handlerLockMs: Number(lockMs),
  concurrency: 50,
  onError: () => undefined, // of a lock that a busy machine did not renew in time
  onDone: async ({ operation }) => {
    const { endedAtMs, durationMs } = (operation.result === 'response' ? operation.response : {}) as Record<
      string,
      number
    >;
    const lagMs = Date.now() - (endedAtMs ?? NaN);
    await log.rpush('handled', JSON.stringify([operation.name, operation.result, lagMs, durationMs, id]));
  },
});
setInterval(() => process.send?.({ rssMb: process.memoryUsage.rss() / 1e6 }), 2000);
await worker.waitUntilReady();
process.send?.({ rssMb: process.memoryUsage.rss() / 1e6 });
