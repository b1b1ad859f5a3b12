import type { Random } from '../random.js';
import type { ClientScript, ServiceScript } from '../script.js';

/** A client: plain, coalescing or rate-limited, with true and false hints. */
export function makeClient(random: Random): ClientScript {
  const client: ClientScript = {};
  if (random.chance(0.4)) client.coalescePageSize = random.pick([1, 2, 5, 500]);
  if (random.chance(0.3)) client.maxRequestsPerSecond = random.pick([0.5, 2, 10, 50]);
  if (random.chance(0.3)) client.maxConcurrentServerWaits = random.pick([0, 1, 2]);
  if (random.chance(0.4)) client.serverWait = random.pick(['auto', 'never', 'never', 'always'] as const);
  if (random.chance(0.4)) client.constantBackoffMs = random.pick([1000, 1000, 5000, 20_000]);
  if (random.chance(0.2)) client.expectedMs = random.magnitude(1000, 1_000_000);
  if (random.chance(0.15)) client.learns = true;
  if (random.chance(0.1)) client.maxAttempts = random.pick([1, 3]);
  if (random.chance(0.1)) client.maxElapsedMs = random.pick([0, 5000]);
  if (random.chance(0.3)) client.notFoundGraceMs = 30_000;
  if (random.chance(0.1)) client.rpcTimeoutMs = random.pick([1000, 20_000]);
  return client;
}

/** A service: how it lists and waits, and how long it takes. */
export function makeService(random: Random): ServiceScript {
  const service: ServiceScript = { latenciesMs: random.list(1, 4, () => random.pick([0, 1, 20, 80, 80, 700, 4000])) };
  if (random.chance(0.4)) service.hasWait = true;
  if (service.hasWait) service.waitShares = random.list(1, 4, () => random.pick([0, 0.001, 0.1, 0.5, 1, 1, 1, 1.5]));
  if (random.chance(0.4)) service.ignoresSignals = true;
  if (random.chance(0.4)) service.listName = random.pick(['collection', 'none', 'denied'] as const);
  if (random.chance(0.5)) service.maxPageSize = random.pick([1, 2, 7]);
  if (random.chance(0.3)) service.listLagMs = random.pick([500, 3000, 20_000]);
  if (random.chance(0.3)) service.listLacks = random.pick([0.2, 1]);
  if (random.chance(0.3)) service.listRepeats = 0.4;
  if (random.chance(0.3)) service.listBare = random.pick([0.3, 1]);
  return service;
}
