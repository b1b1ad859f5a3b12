// The jobs, as a dashboard such as bull-board reads and shows them.
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { Queue } from 'bullmq';
import { OperationsQueue } from '../../../src/bullmq/index.js';
import { OperationsClient } from '../../../src/index.js';
import { OperationsEmulator, packStruct } from '../../../src/testing/index.js';
import { describeWithRedis, startRedis, type RedisServer } from '../../support/redis-server.js';

describeWithRedis('a dashboard', () => {
  let redis: RedisServer;
  const queues: { close(): Promise<void> }[] = [];

  beforeAll(async () => {
    redis = await startRedis();
  });
  afterAll(async () => {
    await Promise.all(queues.map((queue) => queue.close()));
    await redis.close();
  });

  const jobsOf = async (name: string) => {
    const queue = new Queue(name, { connection: redis.connection });
    queues.push(queue);
    return (await queue.getJobs()).map((job) => job.toJSON());
  };

  it('shows the service and the parent of a batch, and the name of an operation that ended', async () => {
    const emulator = new OperationsEmulator();
    const transport = Object.assign(Object.create(emulator.transport()) as object, {
      apiEndpoint: 'speech.googleapis.com',
    });
    const client = new OperationsClient({ transport: transport as never });
    const queue = new OperationsQueue('exports', { connection: redis.connection });
    queues.push(queue, emulator);
    const names = ['projects/p/operations/1', 'projects/p/operations/2'];
    await queue.addBulk(names.map((name) => ({ poller: client.poller(name), data: { orderId: 7 } })));
    const done = client.poller(
      emulator.start({ name: 'projects/p/operations/3', durationMs: 0, response: packStruct({ a: 1 }) }),
    );
    await done.poll();
    await queue.add(done, { data: { orderId: 8 } });
    expect(await jobsOf('exports')).toMatchObject([
      {
        name: 'speech.googleapis.com/projects/p/operations/',
        data: {
          version: 1,
          service: 'speech.googleapis.com',
          parent: 'projects/p/operations/',
          operations: [
            { name: '1', data: { orderId: 7 } },
            { name: '2', data: { orderId: 7 } },
          ],
        },
      },
    ]);
    expect(await jobsOf('exports-done')).toMatchObject([
      {
        name: 'projects/p/operations/3',
        data: { token: { name: 'projects/p/operations/3' }, end: { result: 'completed' }, data: { orderId: 8 } },
      },
    ]);
  });
});
