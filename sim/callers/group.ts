import { asCompleted, waitAll, waitAny } from 'longrunning/many';
import type { GroupRecord } from '../history.js';
import type { GroupScript } from '../script.js';
import type { World } from '../world/world.js';
import { makeAborter, type Aborter } from './signal.js';

/** Starts several waits together, and notes how they end. */
export function startGroup(world: World, script: GroupScript): void {
  const { process, clock, history } = world;
  if (!process || process.isClosed) return;
  const aborter = makeAborter(script.id);
  const record: GroupRecord = {
    process: process.id,
    script,
    joinedMs: clock.nowMs,
    reason: aborter.reason,
    abortedMs: undefined,
    completions: [],
    settlements: [],
    listeners: () => aborter.listeners(),
  };
  history.groups.push(record);
  world.log(`group ${script.id} joins: ${script.as}`);
  if (script.abortMs !== undefined) {
    world.at(clock.nowMs + script.abortMs, () => {
      record.abortedMs = clock.nowMs;
      aborter.abort();
    });
  }
  world.track(begin(world, record, aborter), (settlement) => {
    record.settlements.push({ atMs: clock.nowMs, ...settlement });
    world.log(`group ${script.id} ends: ${'error' in settlement ? String(settlement.error) : 'done'}`);
  });
}

function begin({ process, clock }: World, { script, completions }: GroupRecord, { signal }: Aborter): Promise<unknown> {
  const pollers = script.operations.map((operation) => process!.poller(operation, 0));
  const options = { signal, totalTimeoutMs: script.limitMs };
  if (script.as === 'waitAny') return waitAny(pollers, options);
  if (script.as !== 'asCompleted') return waitAll(pollers, { ...options, settle: script.as === 'settleAll' });
  return (async () => {
    for await (const { index, operation } of asCompleted(pollers, options))
      completions.push({ index, atMs: clock.nowMs, operation });
  })();
}
