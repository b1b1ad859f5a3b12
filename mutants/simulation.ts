// The simulation as a file of tests: what the client's own tests do not notice, an invariant may.
import { expect, it } from '@jest/globals';
import { runSeed } from '../sim/run.js';

const seeds = Array.from({ length: 24 }, (_, seed) => seed);

it.each(seeds)('keeps the invariants with the seed %s', async (seed) => {
  const { violations } = await runSeed(seed);
  expect(violations).toEqual([]);
});
