// Worker processes that are killed: at each step of their work, at random, and with Redis. On the build in dist/.
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { fork } from 'node:child_process';
import { OperationsQueue } from '../../../src/bullmq/index.js';
import { Code } from '../../../src/index.js';
import { OperationsEmulator, packStruct } from '../../../src/testing/index.js';
import { bundleProgram, type ProgramFile } from '../../support/bundle-program.js';
import { startWorkerProcess, type WorkerProcess } from '../../support/fleet/processes.js';
import type { WorkerProcessOptions } from '../../support/fleet/worker.js';
import { describeWithRedis, startRedis, type RedisServer } from '../../support/redis-server.js';
import { waitUntil } from '../../support/wait-until.js';

/** Every how many steps a worker is killed: each step if ALL_STEPS is set, which takes minutes. */
const stride = process.env.ALL_STEPS ? 1 : 15;

const bundled = (name: string): Promise<ProgramFile> =>
  bundleProgram(new URL(`../../support/fleet/${name}.ts`, import.meta.url));

const host = 'speech.googleapis.com';
const otherHost = 'dialogflow.googleapis.com';

describeWithRedis('worker processes', () => {
  let redis: RedisServer;
  let workerFile: ProgramFile;
  let adderFile: ProgramFile;
  let emulator: OperationsEmulator;
  let other: OperationsEmulator;
  let services: Record<string, number>;
  let processes: WorkerProcess[];
  let queues: OperationsQueue[];

  beforeAll(async () => {
    redis = await startRedis({ aof: true });
    [workerFile, adderFile] = [await bundled('worker'), await bundled('adder')];
  }, 60_000);
  afterAll(async () => {
    await redis.close();
    workerFile.remove();
    adderFile.remove();
  });
  beforeEach(async () => {
    await redis.client.flushall();
    [emulator, other] = [new OperationsEmulator({ log: true }), new OperationsEmulator()];
    services = { [host]: await emulator.listenHttp(), [otherHost]: await other.listenHttp() };
    [processes, queues] = [[], []];
  });
  afterEach(async () => {
    await Promise.all(processes.map((one) => one.kill()));
    await Promise.all(queues.map((queue) => queue.close()));
    await Promise.all([emulator.close(), other.close()]);
  });

  const openQueue = (name: string): OperationsQueue => {
    const queue = new OperationsQueue(name, { connection: redis.connection, onError: () => undefined });
    queues.push(queue);
    return queue;
  };
  const startWorker = (queue: string, options: Partial<WorkerProcessOptions> = {}): WorkerProcess => {
    const one = startWorkerProcess(workerFile.path, { queue, redisPort: redis.port, services, ...options });
    processes.push(one);
    return one;
  };
  /** A token that is due at once. */
  const tokenOf = (name: string, apiEndpoint = host) =>
    ({ version: 1, name, startedAtMs: Date.now() - 10_000, apiEndpoint }) as const;
  const handledOf = (queue: string): Promise<string[]> => redis.client.lrange(`${queue}-handled`, 0, -1);
  const isEmpty = (queue: OperationsQueue, withinMs = 120_000): Promise<void> =>
    waitUntil(
      async () => {
        const { running, ended, failed, batches } = await queue.counts();
        return running + ended + failed + batches === 0;
      },
      {
        withinMs,
        seen: async () => [
          queue.name,
          await queue.counts(),
          await handledOf(queue.name),
          await redis.client.lrange(`bull:${queue.name}:active`, 0, -1),
          await redis.client.keys(`bull:${queue.name}:*`),
        ],
      },
    );

  /**
   * Lets a worker die at a step, and another one finish. @returns whether it died.
   */
  const dieAt = async (killAt: number): Promise<boolean> => {
    const name = `exports-${killAt}`;
    const queue = openQueue(name);
    const names = ['a', 'b', 'c', 'd'].map((id) => `projects/${killAt}/operations/${id}`);
    emulator.start({ name: names[0]!, durationMs: 0, response: packStruct({ a: 1 }) });
    emulator.start({ name: names[1]!, durationMs: 0, error: { code: Code.ABORTED } });
    emulator.start({ name: names[2]!, durationMs: 400, response: packStruct({}) });
    emulator.start({ name: names[3]!, durationMs: 800, response: packStruct({}) });
    await queue.addBulk(names.slice(0, 2).map((one) => ({ poller: tokenOf(one) })));
    await queue.add(tokenOf(names[2]!));
    await queue.add(tokenOf(names[3]!));
    const mortal = startWorker(name, { killAt });
    const finished = isEmpty(queue).then(() => 'finished');
    const died = (await Promise.race([mortal.ended.then(() => 'died'), finished])) === 'died';
    let interrupted: string[] = [];
    if (died) {
      const started = await redis.client.lrange(`${name}-started`, 0, -1);
      const states = await Promise.all(started.map((one) => queue.get(one)));
      // Only what it was handling may be handled again.
      interrupted = started.filter((_one, index) => states[index]?.state !== 'handled');
      startWorker(name);
      await finished;
    }
    await Promise.all(
      processes.filter(({ child }) => child.spawnargs.at(-1)!.includes(`"${name}"`)).map((one) => one.kill()),
    );
    const handled = (await handledOf(name)).map((one) => one.split(' ') as [string, string]);
    const counts = names.map((one) => handled.filter(([id]) => id === one).length);
    counts.forEach((count, index) => {
      const most = interrupted.includes(names[index]!) ? 2 : 1;
      expect({ killAt, name: names[index], isHandled: count >= 1, isTooOften: count > most }).toEqual({
        killAt,
        name: names[index],
        isHandled: true,
        isTooOften: false,
      });
    });
    const results = new Map(handled);
    expect(names.map((one) => results.get(one))).toEqual(['response', 'error', 'response', 'response']);
    return died;
  };

  it('lose nothing and repeat nothing that was recorded, whichever step a worker is killed at', async () => {
    let next = 1 + Math.floor(Math.random() * stride);
    let deaths = 0;
    let isOver = false;
    const run = async (): Promise<void> => {
      while (!isOver) {
        const died = await dieAt((next += stride) - stride);
        if (died) deaths++;
        else isOver = true;
      }
    };
    await Promise.all(Array.from({ length: 6 }, run));
    expect(deaths * stride).toBeGreaterThan(40);
  }, 900_000);

  it('handle each of 500 operations of two services once, with twenty workers that start at once', async () => {
    const queue = openQueue('exports');
    for (let i = 0; i < 250; i++) {
      emulator.start({ name: `projects/p/operations/${i}`, durationMs: 20 * i, response: packStruct({}) });
      other.start({ name: `projects/p/operations/o${i}`, durationMs: 20 * i, response: packStruct({}) });
    }
    await queue.addBulk(
      Array.from({ length: 250 }, (_, i) => [
        { poller: tokenOf(`projects/p/operations/${i}`) },
        { poller: tokenOf(`projects/p/operations/o${i}`, otherHost) },
      ]).flat(),
    );
    for (let i = 0; i < 20; i++) startWorker('exports', { lockMs: 20_000, pollDelayMs: 200 });
    await isEmpty(queue, 120_000);
    const handled = await handledOf('exports');
    expect(handled).toHaveLength(500);
    expect(new Set(handled).size).toBe(500);
  }, 180_000);

  it('handle an operation once that ten processes add', async () => {
    const queue = openQueue('exports');
    emulator.start({ name: 'projects/p/operations/1', durationMs: 500, response: packStruct({}) });
    const adders = Array.from({ length: 10 }, () =>
      fork(adderFile.path, [String(redis.port), JSON.stringify(tokenOf('projects/p/operations/1'))], { execArgv: [] }),
    );
    startWorker('exports');
    const added = await Promise.all(
      adders.map((child) => new Promise<unknown>((resolve) => child.once('message', resolve))),
    );
    expect(added.filter(Boolean)).toHaveLength(1);
    await isEmpty(queue);
    expect(await handledOf('exports')).toEqual(['projects/p/operations/1 response']);
  }, 120_000);

  it('call a handler that fails twice until it works', async () => {
    const queue = openQueue('exports');
    emulator.start({ name: 'projects/p/operations/1', durationMs: 0, response: packStruct({}) });
    await queue.add(tokenOf('projects/p/operations/1'));
    startWorker('exports', { failTwice: true });
    await isEmpty(queue);
    expect(await redis.client.llen('exports-started')).toBe(3);
    expect(await handledOf('exports')).toHaveLength(1);
  }, 60_000);

  it('go on when Redis is killed and restarted from its log', async () => {
    const queue = openQueue('exports');
    const names = Array.from({ length: 100 }, (_, i) => `projects/p/operations/${i}`);
    names.forEach((name, i) => emulator.start({ name, durationMs: 60 * i, response: packStruct({}) }));
    await queue.addBulk(names.map((name) => ({ poller: tokenOf(name) })));
    for (let i = 0; i < 2; i++) startWorker('exports', { pollDelayMs: 100, lockMs: 2000 });
    for (const share of [10, 40]) {
      await waitUntil(async () => (await handledOf('exports')).length >= share, { withinMs: 60_000 });
      await redis.restart(300);
    }
    await isEmpty(queue, 120_000);
    const handled = await handledOf('exports');
    expect(new Set(handled).size).toBe(100);
  }, 240_000);

  it('finish while one of three is killed again and again', async () => {
    const queue = openQueue('exports');
    const names = Array.from({ length: 300 }, (_, i) => `projects/p/operations/${i}`);
    names.forEach((name, i) => emulator.start({ name, durationMs: 20 * i, response: packStruct({}) }));
    await queue.addBulk(names.map((name) => ({ poller: tokenOf(name) })));
    const workers = Array.from({ length: 3 }, () => startWorker('exports'));
    for (let round = 0; round < 6; round++) {
      const victim = workers[round % 3]!;
      await waitUntil(async () => (await handledOf('exports')).length >= 30 * (round + 1), { withinMs: 60_000 });
      await victim.kill();
      workers[round % 3] = startWorker('exports');
    }
    await isEmpty(queue, 120_000);
    expect(new Set(await handledOf('exports')).size).toBe(300);
  }, 240_000);
});
