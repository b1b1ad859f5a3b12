// The plain way, for comparison: one job of BullMQ for each operation.
import { DelayedError, Queue, Worker } from 'bullmq';
import gax from 'google-gax';
import { OperationsClient, type ResumeToken } from 'longrunning';
import { grpcTransport } from 'longrunning/grpc';
import { nextPollDelayMs } from 'longrunning/schedule';

const [redisPort, servicePort, operations, parents] = process.argv.slice(2).map(Number) as [
  number,
  number,
  number,
  number,
];
const connection = { host: '127.0.0.1', port: redisPort };
const apiEndpoint = `127.0.0.1:${servicePort}`;
const client = new OperationsClient({
  transport: grpcTransport({ apiEndpoint, sslCreds: gax.grpc.credentials.createInsecure() }),
});
const queue = new Queue<ResumeToken>('plain', { connection });
for (let i = 0; i < operations; i++) {
  const name = `projects/p${i % parents}/operations/operation-${i}`;
  const token = client.poller(name).toJSON();
  await queue.add(name, token, { jobId: `o${i}`, delay: nextPollDelayMs(token), removeOnComplete: true });
}
process.send?.({ isAdded: true });
let [moves, requests, done] = [0, 0, 0];
new Worker<ResumeToken>(
  'plain',
  async (job, token) => {
    requests++;
    const operation = await client.resume(job.data).poll();
    if (operation.done) {
      done++;
      return;
    }
    moves++;
    await job.moveToDelayed(Date.now() + nextPollDelayMs(job.data), token);
    throw new DelayedError();
  },
  { connection, concurrency: 100 },
);
setInterval(() => process.send?.({ moves, requests, done }), 1000);
