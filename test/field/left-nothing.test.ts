import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, it } from '@jest/globals';
import { Code, OperationsClient, type OperationsClientOptions } from '../../src/index.js';
import '../../src/coalescing/coalescer.js';
import { failure, running } from '../support/scripted.js';
import { useVirtualTime } from '../support/virtual-time.js';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;
const realSetImmediate = setImmediate;
const advance = useVirtualTime();

const never = () => new Promise<never>(() => undefined);
const fail = () => Promise.reject(failure(Code.UNAVAILABLE));
const run = () => Promise.resolve(running);
const services = {
  hangs: { getOperation: never, listOperations: never },
  fails: { getOperation: fail, listOperations: fail },
  'holds waits': { getOperation: run, listOperations: fail, waitOperation: never },
  'fails waits': { getOperation: run, listOperations: fail, waitOperation: fail },
};
const clients: Record<string, Partial<OperationsClientOptions>> = {
  'a client': {},
  'a client that coalesces': { coalesce: true },
  'a client with a rate': { maxRequestsPerSecond: 0.5 },
  'a client with both': { coalesce: true, maxRequestsPerSecond: 0.5 },
};
const cases = Object.keys(clients).flatMap((client) =>
  Object.keys(services).map((service) => [client, service] as const),
);

/** Waits and gives up at different moments. Returns an object of each wait. */
async function giveUp(client: string, service: string): Promise<WeakRef<WeakKey>[]> {
  const transport = { ...services[service as keyof typeof services], close: () => Promise.resolve() };
  const operations = new OperationsClient({ transport: transport as never, ...clients[client]! });
  const held: WeakRef<WeakKey>[] = [];
  const start = (index: number): AbortController => {
    const stop = new AbortController();
    const onEvent = (): undefined => undefined;
    const { signal } = stop;
    const poller = operations.poller(`projects/p/operations/${index}`, undefined, { onEvent });
    poller.promise({ signal, onProgress: index % 2 === 0 ? () => undefined : undefined }).catch(() => undefined);
    poller.pollFor(3_600_000, { signal }).catch(() => undefined);
    held.push(new WeakRef(onEvent));
    return stop;
  };
  const first = start(0);
  await advance(5);
  let index = 1;
  for (const afterMs of [0, 1, 2, 3, 100, 700, 5000, 40_000]) {
    const stops = Array.from({ length: 5 }, () => start(index++));
    await advance(afterMs);
    for (const stop of stops) stop.abort();
  }
  first.abort();
  kept.push(operations);
  return held;
}

/** The clients stay: what they hold of a wait would go with them. */
const kept: OperationsClient[] = [];

// One test: each collection of garbage takes long, and the same ones do for all cases.
it('nothing stays of waits that are given up, at whatever moment, for each client and service', async () => {
  let left: (readonly [name: string, object: WeakRef<WeakKey>])[] = [];
  for (const [client, service] of cases) {
    for (const object of await giveUp(client, service)) left.push([`${client} whose service ${service}`, object]);
  }
  expect(left).toHaveLength(cases.length * 41);
  // A register of the interpreter may hold an object for a while.
  for (let round = 0; round < 10 && left.length > 0; round++) {
    await advance(1);
    // Targets of a WeakRef live until the end of the task that created it, or looked at it.
    await new Promise((resolve) => realSetImmediate(resolve));
    collectGarbage();
    left = left.filter(([, object]) => object.deref());
  }
  expect(left.map(([name]) => name)).toEqual([]);
  expect(kept).toHaveLength(cases.length);
});
