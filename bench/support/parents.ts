// The operations of bench/support/many-parents.ts, and when they are polled.
const [parents, operationsEach] = [1000, 20];

/** Of each parent one, then of each a second one, and so on. */
export const operationNames: readonly string[] = Array.from(
  { length: parents * operationsEach },
  (_, id) => `parents/${id % parents}/operations/${Math.floor(id / parents)}`,
);

/** In process. */
export const inProcess = { pollEveryMs: 1000, durationMs: 4000 };

/** Over a network a poll takes more than a hundred times as long: two cores manage some thousands a second. */
export const overGrpc = { pollEveryMs: 5000, durationMs: 15_000 };

/** The operations of one parent. */
export function namesUnder(parent: string): string[] {
  return Array.from({ length: operationsEach }, (_, id) => `${parent}/operations/${id}`);
}
