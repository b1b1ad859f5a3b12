// One suite for every wire: whatever carries the calls, the four endings are the same.
import { describe } from '@jest/globals';
import { aborted } from './support/endings/aborted.js';
import { calls } from './support/endings/calls.js';
import { operationFailed } from './support/endings/operation-failed.js';
import { requestFailed } from './support/endings/request-failed.js';
import { stoppedWaiting } from './support/endings/stopped-waiting.js';
import { succeeded } from './support/endings/succeeded.js';
import { useWorld, wires } from './support/wires.js';

describe.each(wires)('over $name', (wire) => {
  const world = useWorld(wire);
  succeeded(world);
  operationFailed(world);
  requestFailed(world);
  stoppedWaiting(world);
  aborted(world, wire.via);
  calls(world);
});
