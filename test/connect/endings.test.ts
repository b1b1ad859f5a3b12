// The suite of every wire, over the protocols of Connect.
import { describe } from '@jest/globals';
import { aborted } from '../support/endings/aborted.js';
import { calls } from '../support/endings/calls.js';
import { operationFailed } from '../support/endings/operation-failed.js';
import { requestFailed } from '../support/endings/request-failed.js';
import { stoppedWaiting } from '../support/endings/stopped-waiting.js';
import { succeeded } from '../support/endings/succeeded.js';
import { useWorld } from '../support/wires.js';
import { connectWires } from './wires.js';

describe.each(connectWires)('over $name', (wire) => {
  const world = useWorld(wire);
  succeeded(world);
  operationFailed(world);
  requestFailed(world);
  stoppedWaiting(world);
  aborted(world, wire.via);
  calls(world);
});
