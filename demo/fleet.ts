// npm run demo:fleet: a Redis, three worker processes and a thousand operations of an emulated service. One worker is killed on
// the way. Needs redis-server on the PATH.
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { OperationsQueue } from 'longrunning/bullmq';
import { hasRedis, startRedis } from '../test/support/redis.js';

const operations = 1000;
const seconds = 20;

function start(file: string, args: readonly (string | number)[]): ChildProcess {
  return fork(new URL(`../bench/support/${file}`, import.meta.url), args.map(String), { execArgv: process.execArgv });
}

async function main(): Promise<void> {
  const redis = await startRedis();
  const service = start('fleet-service.ts', [operations, 4, seconds]);
  const [{ port }] = (await once(service, 'message')) as [{ port: number }];
  const queue = new OperationsQueue('fleet', { connection: redis.connection });
  const startedAtMs = Date.now();
  await queue.addBulk(
    Array.from({ length: operations }, (_, i) => ({
      poller: {
        version: 1,
        name: `projects/p${i % 4}/operations/operation-${i}`,
        startedAtMs,
        apiEndpoint: '127.0.0.1',
      },
      data: { orderId: i },
    })),
  );
  const workers = [1, 2, 3].map((id) => start('fleet-worker.ts', [redis.port, port, id]));
  console.log(`${operations} operations of at most ${seconds} s, three workers`);
  for (let second = 1; ; second++) {
    await sleep(1000);
    const [{ running, ended, batches }, handled] = [await queue.counts(), await redis.client.llen('handled')];
    console.log(
      `${String(second).padStart(3)} s   running ${running} in ${batches} jobs   ended ${ended}   handled ${handled}`,
    );
    if (second === 8) {
      workers[0]!.kill('SIGKILL');
      console.log('      a worker was killed');
    }
    if (running + ended === 0) break;
  }
  const names = (await redis.client.lrange('handled', 0, -1)).map((text) => (JSON.parse(text) as [string])[0]);
  console.log(`handled ${new Set(names).size} of ${operations} operations, in ${names.length} calls of the handler`);
  service.send('counts');
  const [{ gets, lists }] = (await once(service, 'message')) as [{ gets: number; lists: number }];
  console.log(`requests: ${lists} lists, ${gets} single`);
  for (const child of [...workers, service]) child.kill('SIGKILL');
  await queue.close();
  await redis.close();
}

if (hasRedis) await main();
else console.log('demo:fleet needs redis-server: apt-get install redis-server');
