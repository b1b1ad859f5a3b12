import type { Any } from 'longrunning';
import { startAll, type Checkpoint, type StartAllOptions } from 'longrunning/many';
import type { BatchRecord } from '../history.js';
import type { BatchScript } from '../script.js';
import type { Process } from '../world/process.js';
import type { World } from '../world/world.js';
import { makeAborter, type Aborter } from './signal.js';

const inputOf = (operation: number): string => `input-${operation}`;
export const operationOf = (input: string): number => Number(input.slice('input-'.length));

/** How long a checkpoint takes to be written. */
const writeMs = 3;

/** Starts an operation for each input and waits for it, with checkpoints on the disk. */
export function startBatch(world: World, script: BatchScript): void {
  const { process, clock, history } = world;
  if (!process || process.isClosed) return;
  const aborter = makeAborter(script.id);
  const record: BatchRecord = {
    process: process.id,
    id: script.id,
    operations: script.operations,
    joinedMs: clock.nowMs,
    limitMs: script.limitMs,
    reason: aborter.reason,
    abortedMs: undefined,
    results: [],
    settlements: [],
    listeners: () => aborter.listeners(),
  };
  history.batches.push(record);
  world.log(`batch ${script.id} starts`);
  if (script.abortMs !== undefined) {
    world.at(clock.nowMs + script.abortMs, () => {
      record.abortedMs = clock.nowMs;
      aborter.abort();
    });
  }
  world.track(consume(world, process, script, record, aborter), (settlement) => {
    record.settlements.push({ atMs: clock.nowMs, ...settlement });
    world.log(`batch ${script.id} ends: ${'error' in settlement ? String(settlement.error) : 'done'}`);
  });
}

async function consume(
  world: World,
  process: Process,
  script: BatchScript,
  record: BatchRecord,
  aborter: Aborter,
): Promise<void> {
  const { clock } = world;
  const start = async (input: string, { requestId, signal }: { requestId: string; signal: AbortSignal }) =>
    process.batchPoller(operationOf(input), await process.network.start(operationOf(input), requestId, signal));
  const inputs = script.operations.map(inputOf);
  for await (const { input, operation } of startAll(inputs, start, batchOptions(world, process, script, aborter))) {
    record.results.push({ input, atMs: clock.nowMs, operation });
    world.log(`batch ${script.id} yields ${input}: ${operation.result}`);
    if (script.consumesMs) await clock.sleep(script.consumesMs);
  }
}

function batchOptions(
  world: World,
  process: Process,
  { concurrency, limitMs: totalTimeoutMs }: BatchScript,
  { signal }: Aborter,
): StartAllOptions<string, Any, unknown> {
  const { clock, disk } = world;
  return {
    signal,
    totalTimeoutMs,
    concurrency,
    checkpoint: async (checkpoint) => {
      await clock.sleep(writeMs);
      // A process that has died does not go on.
      if (world.isDead(process.id)) return new Promise(() => undefined);
      disk.checkpoints.set(checkpoint.key, JSON.stringify(checkpoint));
      return undefined;
    },
    load: async (key) => {
      await clock.sleep(writeMs);
      if (world.isDead(process.id)) return new Promise(() => undefined);
      const saved = disk.checkpoints.get(key);
      return saved === undefined ? undefined : (JSON.parse(saved) as Checkpoint);
    },
    resume: (token, input) => process.batchPoller(operationOf(input), token),
  };
}
