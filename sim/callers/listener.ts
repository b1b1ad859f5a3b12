import type { Any, Operation } from 'longrunning';
import type { WaitRecord } from '../history.js';
import type { ListenerScript } from '../script.js';
import { idOf } from '../world/service.js';
import type { World } from '../world/world.js';
import { act } from './act.js';
import { startWait } from './wait.js';

export type State = Operation<Any, unknown>;

/** Notes a state that a caller got. */
export function noteState({ clock }: World, record: WaitRecord, state: State): void {
  const { version = -1 } = Object((state.raw.metadata as { json?: unknown } | undefined)?.json) as { version?: number };
  record.states.push({ atMs: clock.nowMs, done: state.done, version });
}

/** An `onProgress` that notes each state and does what its script says: it is slow, fails, or calls the client again. */
export function makeListener(world: World, record: WaitRecord, script: ListenerScript, abort: () => void) {
  // Typed as returning anything, since a listener may be an async function all the same.
  return (state: State): unknown => {
    noteState(world, record, state);
    const nth = record.states.length - 1;
    switch (script.kind) {
      case 'slow':
        return world.clock.sleep(script.byMs);
      case 'throws':
      case 'rejects': {
        if (nth !== script.at) return;
        record.leftMs ??= world.clock.nowMs;
        const error = new ListenerError(record.script.id);
        if (script.kind === 'throws') throw error;
        return Promise.reject(error);
      }
      case 'enters':
        if (nth === script.at) enter(world, record, script.act, idOf(state.name), abort);
        return undefined;
      case 'notes':
        return undefined;
    }
  };
}

function enter(
  world: World,
  { script }: WaitRecord,
  what: Extract<ListenerScript, { kind: 'enters' }>['act'],
  operation: number,
  abort: () => void,
): void {
  const { nowMs } = world.clock;
  world.log(`the listener of wait ${script.id} enters: ${what}`);
  if (what === 'abort') abort();
  else if (what === 'wait')
    startWait(world, { ...script, id: script.id + 1000, as: 'promise', limitMs: 5000, listener: { kind: 'notes' } });
  else if (what === 'push') act(world, { kind: 'push', operation, atMs: nowMs });
  else if (what === 'close') act(world, { kind: 'close', atMs: nowMs });
  else act(world, { kind: what, operation, poller: script.poller, atMs: nowMs });
}

/** What a listener throws. */
export class ListenerError extends Error {
  constructor(wait: number) {
    super(`the listener of wait ${wait} fails`);
  }
}
