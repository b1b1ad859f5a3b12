import type { IRedisClient, IRedisTransaction } from 'bullmq';
import { GatheredCalls } from './gathered-calls.js';

// Which batch waits for which operation: a key for each operation, whose value is the id of the batch's job. A batch that holds
// an operation without being its owner has an old copy, and drops it. An operation that was handed over has an empty value,
// which expires.

/** For an operation whose owner and whose job in the queue of ended operations are both gone, the claim is void. */
const claim = `
local result = {}
for i = 3, #ARGV do
  local key = KEYS[1] .. ARGV[i]
  local owner = redis.call('GET', key)
  local isFree = not owner
  if owner and owner ~= '' and owner ~= ARGV[1] then
    isFree = redis.call('EXISTS', KEYS[2] .. owner, KEYS[3] .. ARGV[i]) == 0
    if isFree then redis.call('DECR', KEYS[1] .. 'count') end
  end
  if isFree then
    redis.call('SET', key, ARGV[1])
    redis.call('INCR', KEYS[1] .. 'count')
  end
  result[i - 2] = (isFree or owner == ARGV[1]) and 1 or 0
end
redis.call('SADD', KEYS[1] .. 'services', ARGV[2])
return result`;

const move = `
local moved = 0
for i = 2, #ARGV, 2 do
  local key = KEYS[1] .. ARGV[i]
  if redis.call('GET', key) == ARGV[i + 1] then
    redis.call('SET', key, ARGV[1])
    moved = moved + 1
  end
end
return moved`;

const owners = `
local time = redis.call('TIME')
local result = { time[1] * 1000 + math.floor(time[2] / 1000) }
for i = 1, #ARGV do result[i + 1] = redis.call('GET', KEYS[1] .. ARGV[i]) or '' end
return result`;

/**
 * Stands in for jobs of ended operations that must not be added: BullMQ adds no job whose key exists. It begins with the removal
 * of those that stood in before, so none is left by a transaction that has failed.
 */
const guard = `
local list = KEYS[1] .. 'guarded'
for _, job in ipairs(redis.call('LRANGE', list, 0, -1)) do redis.call('DEL', job) end
redis.call('DEL', list)
for i = 2, #ARGV do
  local job = KEYS[2] .. ARGV[i]
  if redis.call('GET', KEYS[1] .. ARGV[i]) ~= ARGV[1] and redis.call('EXISTS', job) == 0 then
    redis.call('HSET', job, 'guard', '')
    redis.call('RPUSH', list, job)
  end
end`;

const finish = `
local result = {}
for i = 1, #ARGV, 2 do
  local key = KEYS[1] .. ARGV[i]
  local owner = redis.call('GET', key)
  if tonumber(ARGV[i + 1]) > 0 then redis.call('SET', key, '', 'PX', ARGV[i + 1]) else redis.call('DEL', key) end
  local wasPending = owner and owner ~= ''
  if wasPending then redis.call('DECR', KEYS[1] .. 'count') end
  result[#result + 1] = wasPending and 1 or 0
end
return result`;

/** What wakes an idle worker of BullMQ. It finds no job, and waits again. */
const wake = "redis.call('ZADD', KEYS[1] .. 'marker', 0, '0')";

const scripts = {
  longrunningClaim: { lua: claim, numberOfKeys: 3 },
  longrunningMove: { lua: move, numberOfKeys: 1 },
  longrunningOwners: { lua: owners, numberOfKeys: 1 },
  longrunningGuard: { lua: guard, numberOfKeys: 2 },
  longrunningFinish: { lua: finish, numberOfKeys: 1 },
  longrunningWake: { lua: wake, numberOfKeys: 1 },
};

const prepared = new WeakSet<IRedisClient>();

/** Where the queues of one name have their keys. */
export interface QueueKeys {
  /** The beginning of the keys of the queue's jobs. */
  readonly batches: string;
  /** The same of the queue of ended operations. */
  readonly ended: string;
}

/** The owners of operations, and the time at Redis. */
export interface Owners {
  readonly nowMs: number;
  /** The id of the batch that waits for each operation; empty if none does. */
  readonly owners: readonly string[];
}

/** The claims of batches to operations, in Redis. */
export class Claims {
  readonly #client: Promise<IRedisClient>;
  readonly #keys: QueueKeys;
  readonly #reads = new GatheredCalls<string, string>(async (ids) => (await this.owners(ids)).owners);
  readonly #ends = new GatheredCalls<readonly [id: string, rememberMs: number], number>(async (ends) => {
    const client = await this.client();
    return (await client.runCommand('longrunningFinish', [this.#prefix, ...ends.flat()])) as number[];
  });

  constructor(client: Promise<IRedisClient>, keys: QueueKeys) {
    this.#client = client;
    this.#keys = keys;
  }

  get #prefix(): string {
    return `${this.#keys.batches}op:`;
  }

  /** The client, with the scripts. */
  async client(): Promise<IRedisClient> {
    const client = await this.#client;
    if (!prepared.has(client)) {
      for (const [name, script] of Object.entries(scripts)) client.defineCommand(name, script);
      prepared.add(client);
    }
    return client;
  }

  /** Adds to a transaction: claims operations for a job. The result is 1 for each that it has, 0 for each of another. */
  claim(transaction: IRedisTransaction, owner: string, service: string, ids: readonly string[]): void {
    const { batches, ended } = this.#keys;
    transaction.runCommand('longrunningClaim', [this.#prefix, batches, ended, owner, service, ...ids]);
  }

  /** Adds to a transaction: moves operations to another job, except those that have left their job. */
  move(transaction: IRedisTransaction, owner: string, owned: readonly (readonly [id: string, from: string])[]): void {
    transaction.runCommand('longrunningMove', [this.#prefix, owner, ...owned.flat()]);
  }

  /**
   * Adds to a transaction: from here to {@link unguard}, no job of an ended operation is added but for those that the owner owns.
   */
  guard(transaction: IRedisTransaction, owner: string, ids: readonly string[]): void {
    transaction.runCommand('longrunningGuard', [this.#prefix, this.#keys.ended, owner, ...ids]);
  }

  unguard(transaction: IRedisTransaction): void {
    this.guard(transaction, '', []);
  }

  /** Wakes the idle worker of a queue that has waited longest. */
  async wakeWorker(queue: keyof QueueKeys): Promise<void> {
    const client = await this.client();
    await client.runCommand('longrunningWake', [this.#keys[queue]]);
  }

  async owners(ids: readonly string[]): Promise<Owners> {
    const client = await this.client();
    const result = (await client.runCommand('longrunningOwners', [this.#prefix, ...ids])) as [number, ...string[]];
    const [nowMs, ...list] = result;
    return { nowMs, owners: list };
  }

  /** The owner of one operation; empty if its end was handed over; undefined if it is not known. */
  async find(id: string): Promise<string | undefined> {
    const client = await this.client();
    return (await client.get(this.#prefix + id)) ?? undefined;
  }

  /** Whether an operation was not handled or removed yet. */
  async isPending(id: string): Promise<boolean> {
    return (await this.#reads.call(id)) !== '';
  }

  /**
   * Ends the wait for an operation.
   *
   * @param rememberMs - for how long it cannot be added again.
   * @returns whether there was one.
   */
  async finish(id: string, rememberMs: number): Promise<boolean> {
    return (await this.#ends.call([id, Math.round(rememberMs)])) === 1;
  }

  /** How many operations are waited for or not handled yet. */
  async count(): Promise<number> {
    return Number((await (await this.client()).get(`${this.#prefix}count`)) ?? 0);
  }

  /** The services of all operations that were ever added. */
  async services(): Promise<readonly string[]> {
    return (await this.client()).smembers(`${this.#prefix}services`);
  }
}
