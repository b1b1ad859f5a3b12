import type { Random } from '../random.js';
import type { FaultKind, FaultScript, Method, OutageScript } from '../script.js';

const transient = [14, 14, 4, 8, 10, 13];
const permanent = [7, 5, 3, 16, 2, 12];
const delays = [0, 700, 5000, 30_000, 90_000, -1, NaN, Infinity, 1e15];

const kinds: readonly [weight: number, make: (random: Random) => FaultKind][] = [
  [4, () => ({ kind: 'request-lost' })],
  [4, () => ({ kind: 'response-lost' })],
  [4, (random) => ({ kind: 'reset', ...(random.chance(0.5) && { hasArrived: true }) })],
  [10, (random) => makeStatus(random, transient)],
  [1, (random) => makeStatus(random, permanent)],
  [1, (random) => ({ kind: 'garbage', index: random.whole(0, 10) })],
  [4, (random) => ({ kind: 'slow', byMs: random.magnitude(100, 40_000) })],
  [2, () => ({ kind: 'duplicate' })],
  [1, () => ({ kind: 'throws' })],
  [0.2, () => ({ kind: 'no-promise' })],
  [1, () => ({ kind: 'settles-twice' })],
  [5, (random) => ({ kind: 'retry-after', retryAfterMs: random.pick(delays) })],
];
const totalWeight = kinds.reduce((sum, [weight]) => sum + weight, 0);

function makeStatus(random: Random, codes: readonly number[]): FaultKind {
  const code = random.pick(codes);
  return {
    kind: 'status',
    code,
    ...(random.chance(0.3) && { retryAfterMs: random.pick(delays) }),
    ...(random.chance(0.3) && { afterMs: random.pick([100, 20_000]) }),
    ...(random.chance(0.3) && { isForeign: true }),
  };
}

function makeKind(random: Random): FaultKind {
  let at = random.next() * totalWeight;
  for (const [weight, make] of kinds) if ((at -= weight) < 0) return make(random);
  return { kind: 'request-lost' };
}

/** Faults of the first requests of each method and operation, so that trouble has an end. */
export function makeFaults(random: Random, operations: readonly number[]): FaultScript[] {
  const share = random.pick([0, 0.05, 0.3, 0.6]);
  const faultsOf = (method: Method, operation: number, upTo: number): FaultScript[] =>
    Array.from({ length: upTo }, (_, nth) => nth)
      .filter(() => random.chance(share))
      .map((nth) => ({ method, operation, nth, ...makeKind(random) }));
  return [
    ...faultsOf('ListOperations', -1, 12),
    ...operations.flatMap((id) => [
      ...faultsOf('GetOperation', id, 8),
      ...faultsOf('WaitOperation', id, 5),
      ...faultsOf('CancelOperation', id, 2),
      ...faultsOf('DeleteOperation', id, 1),
      ...faultsOf('Start', id, 2),
    ]),
  ];
}

export function makeOutages(random: Random): OutageScript[] {
  if (random.chance(0.7)) return [];
  return random.list(1, 2, () => {
    const fromMs = random.whole(0, 60_000);
    const kind = random.pick(['request-lost', 'response-lost', 'reset', 'unavailable'] as const);
    return { fromMs, toMs: fromMs + random.magnitude(1000, 200_000), kind };
  });
}
