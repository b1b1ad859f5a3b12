import { describe } from '@jest/globals';
import { hasRedis } from './redis.js';

export { startRedis, type RedisServer } from './redis.js';

/** A `describe()` that is skipped, with the reason in its name, where there is no `redis-server`. */
export function describeWithRedis(name: string, block: () => void): void {
  if (hasRedis) describe(name, block);
  else describe.skip(`${name} (skipped: there is no redis-server on the PATH)`, block);
}
