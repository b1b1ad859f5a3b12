// A worker process of bench/fleet.ts, with the default options but for the handlers' locks and their number.
import { Worker, type Job } from 'bullmq';
import gax from 'google-gax';
import { Redis } from 'ioredis';
import { OperationsClient, operationInfo } from 'longrunning';
import { OperationsWorker } from 'longrunning/bullmq';
import { structType } from 'longrunning/decoders';
import { grpcTransport } from 'longrunning/grpc';
import { usage } from './fleet-usage.js';

const [redisPort, servicePort, handlerLockMs] = process.argv.slice(2) as [string, string, string];
const transport = grpcTransport({
  apiEndpoint: `127.0.0.1:${servicePort}`,
  sslCreds: gax.grpc.credentials.createInsecure(),
});
const log = new Redis({ host: '127.0.0.1', port: Number(redisPort), enableAutoPipelining: true });

/** When the polls that saw the ends queued them, by the operation's name. */
const foundAtMs = new Map<string, number>();
type CallProcessJob = (job: Job, ...rest: unknown[]) => unknown;
const prototype = Worker.prototype as unknown as { callProcessJob: CallProcessJob };
const { callProcessJob } = prototype;
prototype.callProcessJob = function (job, ...rest) {
  if (job.queueName === 'fleet-done') foundAtMs.set(job.name, job.timestamp);
  return callProcessJob.call(this, job, ...rest);
};

const worker = new OperationsWorker('fleet', {
  connection: { host: '127.0.0.1', port: Number(redisPort) },
  clients: [new OperationsClient({ transport, coalesce: { pageSize: 1000 } })],
  types: { 'google.protobuf.Struct': operationInfo({ response: structType }) },
  concurrency: 25,
  handlerLockMs: Number(handlerLockMs),
  onError: () => undefined, // of a lock that a busy machine did not renew in time
  onDone: async ({ operation: { name, ...operation } }) => {
    const response = operation.result === 'response' ? operation.response : {};
    const { endedAtMs = NaN, durationMs = NaN } = response as Record<string, number>;
    const foundMs = (foundAtMs.get(name) ?? NaN) - endedAtMs;
    foundAtMs.delete(name);
    await log.rpush('handled', JSON.stringify([name, durationMs, foundMs, Date.now() - endedAtMs]));
  },
});
setInterval(() => process.send?.(usage()), 1000);
await worker.waitUntilReady();
process.send?.(usage());
