import type { Random } from '../random.js';
import type { ActScript, BatchScript, GroupScript, ListenerScript, OperationScript, WaitScript } from '../script.js';

/** Times at which several things may well happen at once. */
const moment = (random: Random): number =>
  random.chance(0.6) ? random.pick([0, 0, 0, 1000, 2000, 5000, 10_000, 60_000]) : random.whole(0, 120_000);

const limit = (random: Random): number =>
  random.chance(0.5) ? random.pick([0, 1, 50, 1000, 5000, 60_000]) : random.whole(1, 200_000);

export function makeOperation(random: Random, id: number): OperationScript {
  const operation: OperationScript = {
    id,
    durationMs: random.chance(0.2)
      ? random.whole(0, 3000)
      : random.magnitude(1000, random.pick([60_000, 60_000, 600_000, 20_000_000])),
    result: random.pick(['response', 'response', 'response', 'error', 'cancelled', 'empty'] as const),
  };
  if (random.chance(0.5)) operation.progress = random.pick(['honest', 'stuck', 'lies'] as const);
  if (random.chance(0.3)) operation.startTimeSkewMs = random.pick([0, 0, 60_000, -60_000, -1e8, 1e9]);
  if (random.chance(0.5)) operation.cancelTakesMs = random.pick([0, 100, 5000, 60_000]);
  if (random.chance(0.1)) operation.visibleAfterMs = random.pick([1, 3000, 20_000]);
  if (random.chance(0.1)) operation.expiresAtMs = random.pick([2000, 30_000, 200_000]);
  return operation;
}

export function makeWait(random: Random, id: number, operation: number): WaitScript {
  const wait: WaitScript = {
    id,
    operation,
    poller: random.chance(0.8) ? 0 : 1,
    atMs: moment(random),
    as: random.pick(['promise', 'pollUntilDone', 'updates'] as const),
  };
  if (random.chance(0.3)) wait.limitMs = limit(random);
  if (random.chance(0.3)) wait.abortMs = moment(random);
  if (random.chance(0.3)) wait.isPolyfill = true;
  if (wait.as === 'updates' && random.chance(0.3)) wait.leavesAfter = random.whole(1, 3);
  if (random.chance(0.5)) wait.listener = makeListener(random);
  return wait;
}

function makeListener(random: Random): ListenerScript {
  const kind = random.pick(['notes', 'notes', 'slow', 'throws', 'rejects', 'enters', 'enters'] as const);
  if (kind === 'notes') return { kind };
  if (kind === 'slow') return { kind, byMs: random.pick([1, 1500, 30_000]) };
  const at = random.whole(0, 3);
  if (kind !== 'enters') return { kind, at };
  return { kind, at, act: random.pick(['push', 'push', 'wait', 'abort', 'cancel', 'poll', 'close'] as const) };
}

export function makeGroup(random: Random, id: number, operations: readonly number[]): GroupScript {
  const group: GroupScript = {
    id,
    operations: operations.filter(() => random.chance(0.6)),
    atMs: moment(random),
    as: random.pick(['waitAll', 'settleAll', 'waitAny', 'asCompleted'] as const),
  };
  if (random.chance(0.4)) group.limitMs = limit(random);
  if (random.chance(0.3)) group.abortMs = moment(random);
  return group;
}

export function makeBatch(random: Random, id: number, operations: readonly number[]): BatchScript {
  const batch: BatchScript = { id, operations: [...operations], atMs: moment(random) };
  if (random.chance(0.5)) batch.concurrency = random.whole(1, 4);
  if (random.chance(0.2)) batch.limitMs = limit(random);
  if (random.chance(0.2)) batch.abortMs = moment(random);
  if (random.chance(0.3)) batch.consumesMs = random.pick([1, 5000]);
  return batch;
}

/** What callers, the machine and the service do besides waiting. */
export function makeAct(random: Random, operations: readonly number[]): ActScript {
  const atMs = moment(random);
  const operation = random.pick(operations);
  switch (random.whole(0, 11)) {
    case 0:
      return { kind: 'delete', atMs, operation, poller: 0 };
    case 1:
    case 2:
      return { kind: 'poll', atMs, operation, poller: 0 };
    case 3:
    case 4:
      return { kind: 'cancel', atMs, operation, poller: 0 };
    case 5:
    case 6:
    case 7:
      return { kind: 'push', atMs, operation, ageMs: random.pick([0, 0, 2000, 30_000]), times: random.whole(1, 2) };
    case 8:
    case 9:
      return { kind: 'freeze', atMs, ms: random.magnitude(5, random.pick([3000, 40_000_000])) };
    case 10:
      return { kind: 'clock-jump', atMs, ms: random.pick([3_600_000, -3_600_000, 1e11, -1e11]) };
    default:
      return random.chance(0.5)
        ? { kind: 'close', atMs }
        : { kind: 'crash', atMs, downMs: random.pick([0, 1, 5000, 100_000]) };
  }
}
