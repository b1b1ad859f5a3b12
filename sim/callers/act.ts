import type { ActScript } from '../script.js';
import { nameOf } from '../world/service.js';
import type { World } from '../world/world.js';

const direct = { headers: { 'x-direct': '1' } };

/** Something that a caller, the machine or the service does at a time. */
export function act(world: World, script: ActScript): void {
  const { clock, history, process } = world;
  world.log(script.kind);
  switch (script.kind) {
    case 'freeze':
      history.freezes.push({ fromMs: clock.nowMs, toMs: clock.nowMs + script.ms });
      return clock.freeze(script.ms);
    case 'clock-jump':
      clock.dateSkewMs += script.ms;
      return;
    case 'crash':
      world.kill();
      return;
    case 'close':
      return process?.close();
    case 'push':
      return push(world, script);
    default: {
      if (!process || process.isClosed) return;
      const poller = process.poller(script.operation, script.poller);
      history.acts.push({ kind: script.kind, operation: script.operation, atMs: clock.nowMs });
      world.track<unknown>(poller[script.kind](direct), () =>
        history.acts.push({ kind: `${script.kind} ends`, operation: script.operation, atMs: clock.nowMs }),
      );
    }
  }
}

/** The service pushes a state, as it was some time ago, perhaps more than once. */
function push(
  { clock, service, history, process }: World,
  { operation, ageMs = 0, times = 1 }: Extract<ActScript, { kind: 'push' }>,
): void {
  const state = service.stateOf(operation, Math.max(0, clock.nowMs - ageMs));
  if (!state || !process || process.isClosed) return;
  history.acts.push({ kind: 'push', operation, atMs: clock.nowMs });
  for (let i = 0; i < times; i++) process.client.applyUpdate({ ...state, name: nameOf(operation) });
}
