import { Random } from '../random.js';
import type { Script } from '../script.js';
import { makeAct, makeBatch, makeGroup, makeOperation, makeWait } from './callers.js';
import { makeClient, makeService } from './client.js';
import { makeFaults, makeOutages } from './faults.js';

/** What happens for a seed. */
export function makeScript(seed: number): Script {
  const random = new Random(seed);
  const client = makeClient(random);
  const count = client.coalescePageSize === undefined ? random.whole(1, 4) : random.whole(1, 14);
  const operations = Array.from({ length: count }, (_, id) => makeOperation(random, id));
  const ids = operations.map(({ id }) => id);
  // An operation that a batch starts is not waited for by name: nobody else knows it.
  const started = random.chance(0.25) ? ids.filter(() => random.chance(0.5)) : [];
  const running = ids.filter((id) => !started.includes(id));
  const waits =
    running.length === 0 ? [] : random.list(1, count + 3, (id) => makeWait(random, id, random.pick(running)));
  return {
    seed,
    client,
    service: makeService(random),
    operations,
    faults: makeFaults(random, ids),
    outages: makeOutages(random),
    waits,
    groups: running.length > 0 && random.chance(0.3) ? [makeGroup(random, 500, running)] : [],
    batches: started.length > 0 ? [makeBatch(random, 600, started)] : [],
    acts: random.chance(0.7) ? random.list(0, 5, () => makeAct(random, ids)) : [],
  };
}
