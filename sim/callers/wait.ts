import type { Any, LROPoller, WaitOptions } from 'longrunning';
import type { WaitRecord } from '../history.js';
import type { WaitScript } from '../script.js';
import type { World } from '../world/world.js';
import { makeListener, noteState, type State } from './listener.js';
import { makeAborter } from './signal.js';

/** Starts one wait, and notes how it ends. */
export function startWait(world: World, script: WaitScript): void {
  const { process, clock, history } = world;
  if (!process || process.isClosed) return;
  const aborter =
    script.abortMs === undefined && !isAbortedByListener(script)
      ? undefined
      : makeAborter(script.id, script.isPolyfill);
  const record: WaitRecord = {
    process: process.id,
    script,
    joinedMs: clock.nowMs,
    reason: aborter?.reason,
    abortedMs: undefined,
    leftMs: undefined,
    states: [],
    settlements: [],
    listeners: () => aborter?.listeners() ?? 0,
  };
  history.waits.push(record);
  world.log(`wait ${script.id} of ${script.operation} joins: ${script.as}`);
  const abort = (): void => {
    if (record.abortedMs !== undefined) return;
    record.abortedMs = clock.nowMs;
    world.log(`wait ${script.id} aborts`);
    aborter?.abort();
  };
  if (script.abortMs !== undefined) world.at(clock.nowMs + script.abortMs, abort);
  if (script.abortMs === 0) abort();
  const { limitMs: totalTimeoutMs, listener } = script;
  const onProgress: ((state: State) => unknown) | undefined =
    listener && script.as !== 'updates' ? makeListener(world, record, listener, abort) : undefined;
  const poller = process.poller(script.operation, script.poller);
  const call = begin(world, poller, record, {
    signal: aborter?.signal,
    totalTimeoutMs,
    onProgress: onProgress,
  });
  world.track(call, (settlement) => {
    record.settlements.push({ atMs: clock.nowMs, ...settlement });
    world.log(`wait ${script.id} ends: ${'error' in settlement ? String(settlement.error) : 'done'}`);
  });
}

function isAbortedByListener({ listener }: WaitScript): boolean {
  return listener?.kind === 'enters' && listener.act === 'abort';
}

function begin(world: World, poller: LROPoller<Any>, record: WaitRecord, options: WaitOptions<Any>): Promise<unknown> {
  const { as } = record.script;
  return as === 'updates' ? iterate(world, poller, record, options) : poller[as](options);
}

/** Consumes the states of an operation, slowly if the script says so. */
async function iterate(
  world: World,
  poller: LROPoller<Any>,
  record: WaitRecord,
  options: WaitOptions<Any>,
): Promise<unknown> {
  const { leavesAfter = Infinity, listener } = record.script;
  let last: unknown;
  for await (const state of poller.updates(options)) {
    noteState(world, record, state);
    last = state;
    if (listener?.kind === 'slow') await world.clock.sleep(listener.byMs);
    if (record.states.length < leavesAfter || state.done) continue;
    record.leftMs = world.clock.nowMs;
    return undefined;
  }
  return last;
}
