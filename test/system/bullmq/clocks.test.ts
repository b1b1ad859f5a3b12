// Worker processes whose clocks differ from that of Redis. On the build in dist/.
import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import { OperationsQueue } from '../../../src/bullmq/index.js';
import { OperationsEmulator, packStruct } from '../../../src/testing/index.js';
import { bundleProgram, type ProgramFile } from '../../support/bundle-program.js';
import { startWorkerProcess, type WorkerProcess } from '../../support/fleet/processes.js';
import { describeWithRedis, startRedis, type RedisServer } from '../../support/redis-server.js';
import { waitUntil } from '../../support/wait-until.js';

const host = 'speech.googleapis.com';
const hourMs = 3_600_000;

describeWithRedis('workers whose clocks differ', () => {
  let redis: RedisServer;
  let workerFile: ProgramFile;
  const emulator = new OperationsEmulator();
  const processes: WorkerProcess[] = [];
  let queue: OperationsQueue;

  beforeAll(async () => {
    redis = await startRedis();
    workerFile = await bundleProgram(new URL('../../support/fleet/worker.ts', import.meta.url));
    queue = new OperationsQueue('exports', { connection: redis.connection, onError: () => undefined });
  }, 60_000);
  afterEach(() => Promise.all(processes.map((one) => one.kill())));
  afterAll(async () => {
    await Promise.all([queue.close(), emulator.close()]);
    await redis.close();
    workerFile.remove();
  });

  it('handle each operation once, after its end, and report the difference', async () => {
    const services = { [host]: await emulator.listenHttp() };
    const names = Array.from({ length: 60 }, (_, i) => `projects/${i % 6}/operations/${i}`);
    const startedAtMs = Date.now();
    names.forEach((name, i) => emulator.start({ name, durationMs: 100 * i, response: packStruct({}) }));
    await queue.addBulk(
      names.map((name) => ({ poller: { version: 1, name, startedAtMs: startedAtMs - 5000, apiEndpoint: host } })),
    );
    for (const clockAheadMs of [0, hourMs, -hourMs]) {
      processes.push(
        startWorkerProcess(workerFile.path, {
          queue: 'exports',
          redisPort: redis.port,
          services,
          clockAheadMs,
          pollDelayMs: 200,
        }),
      );
    }
    const handled = () => redis.client.lrange('exports-handled', 0, -1);
    const isEmpty = async (): Promise<boolean> => {
      const { running, ended, failed, batches } = await queue.counts();
      return running + ended + failed + batches === 0;
    };
    await waitUntil(isEmpty, { withinMs: 90_000, seen: async () => [await queue.counts(), await handled()] });
    expect(Date.now() - startedAtMs).toBeGreaterThanOrEqual(5900);
    expect([...(await handled())].sort()).toEqual(names.map((name) => `${name} response`).sort());
    expect((await redis.client.lrange('exports-clocks', 0, -1)).map(Number).sort((a, b) => a - b)).toEqual([-60, 60]);
  }, 180_000);
});
