// A worker process of the tests of durable waits, on the build in dist/. With `killAt` it kills itself before or after the
// n-th step: each command to Redis, each request and each call of the handler is one step before and one after it.
import { Redis } from 'ioredis';
import { constantBackoff, OperationsClient, type OperationsTransport } from 'longrunning';
import { OperationsWorker } from 'longrunning/bullmq';
import { restTransport } from 'longrunning/rest';

export interface WorkerProcessOptions {
  readonly queue: string;
  readonly redisPort: number;
  /** The ports of services, by host. */
  readonly services: Readonly<Record<string, number>>;
  readonly killAt?: number;
  readonly lockMs?: number;
  readonly pollDelayMs?: number;
  readonly handlerMs?: number;
  readonly failTwice?: boolean;
  readonly pollConcurrency?: number;
  /** How much the clock of the process is ahead of that of Redis. */
  readonly clockAheadMs?: number;
}

const options = JSON.parse(process.argv[2]!) as WorkerProcessOptions;
const { queue, redisPort, services, killAt = Infinity, lockMs = 3000, pollDelayMs = 50, handlerMs = 0 } = options;
const { clockAheadMs = 0 } = options;
const dateNow = Date.now.bind(Date);
Date.now = () => dateNow() + clockAheadMs;
let steps = 0;

function step(): void {
  if (++steps === killAt) process.kill(process.pid, 'SIGKILL');
}

interface Command {
  readonly name: string;
  readonly promise: Promise<unknown>;
}
/** What connects, and what waits for jobs. */
const ignored = ['info', 'client', 'hello', 'bzpopmin', 'select', 'auth', 'quit'];

const { sendCommand } = Redis.prototype as unknown as {
  sendCommand: (command: Command, ...rest: unknown[]) => unknown;
};
(Redis.prototype as unknown as { sendCommand: unknown }).sendCommand = function (command: Command, ...rest: unknown[]) {
  if (ignored.includes(command.name)) return sendCommand.call(this, command, ...rest);
  step();
  command.promise.then(step, () => undefined);
  return sendCommand.call(this, command, ...rest);
};

function serviceTransport(host: string, port: number): OperationsTransport {
  const transport = restTransport({ apiEndpoint: `http://127.0.0.1:${port}` });
  const stepped =
    <A extends unknown[], T>(call: (...args: A) => Promise<T>) =>
    async (...args: A): Promise<T> => {
      step();
      const response = await call(...args);
      step();
      return response;
    };
  return {
    apiEndpoint: host,
    getOperation: stepped((...args) => transport.getOperation(...args)),
    listOperations: stepped((...args) => transport.listOperations(...args)),
    cancelOperation: stepped((...args) => transport.cancelOperation(...args)),
    deleteOperation: stepped((...args) => transport.deleteOperation(...args)),
    close: () => transport.close(),
  };
}

const log = new Redis({ host: '127.0.0.1', port: redisPort, maxRetriesPerRequest: null });
log.on('error', () => undefined);
const worker = new OperationsWorker(queue, {
  connection: { host: '127.0.0.1', port: redisPort },
  clients: Object.entries(services).map(
    ([host, port]) =>
      new OperationsClient({
        transport: serviceTransport(host, port),
        coalesce: true,
        polling: { backoff: constantBackoff(pollDelayMs) },
      }),
  ),
  pollLockMs: lockMs,
  // A handler whose lock a busy machine has not renewed would run again.
  handlerLockMs: 3 * lockMs,
  attemptDelayMs: 10,
  pollConcurrency: options.pollConcurrency ?? 20,
  onError: () => undefined,
  onEvent: (event) => {
    if (event.type === 'clock-differs') void log.rpush(`${queue}-clocks`, Math.round(event.differenceMs / 60_000));
  },
  onDone: async ({ operation, attempt }) => {
    step();
    await log.rpush(`${queue}-started`, operation.name);
    if (handlerMs > 0) await new Promise((resolve) => setTimeout(resolve, handlerMs));
    if (options.failTwice && attempt < 3) throw new Error('busy');
    await log.rpush(`${queue}-handled`, `${operation.name} ${operation.result}`);
    step();
  },
});
process.on('message', (message) => {
  if (message === 'close') void worker.close().then(() => process.exit());
});
await worker.waitUntilReady();
process.send?.('ready');
