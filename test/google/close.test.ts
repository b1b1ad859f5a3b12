// Pollers of Google's services that are closed while they wait.
import { expect, it } from '@jest/globals';
import { computeOperations, genaiJobs } from '../../src/google/index.js';
import { isLROError } from '../../src/index.js';
import { rejection } from '../support/wires.js';

const never = (): Promise<never> => new Promise(() => undefined);
const jobs = { get: never, cancel: never };
const auth = { getRequestHeaders: never };

it.each([
  [
    'computeOperations()',
    computeOperations({ apiEndpoint: 'compute.googleapis.com', auth }),
    'projects/p/global/operations/1',
  ],
  ['genaiJobs()', genaiJobs({ batches: jobs, tunings: jobs }), 'batches/1'],
])('close() of %s ends its waits', async (_, operations, name) => {
  const waiting = rejection((operations.poller(name) as { promise(): Promise<unknown> }).promise());
  await operations.close();
  const error = await waiting;
  expect(isLROError(error) && error.code).toBe('LRO_REQUEST_FAILED');
});
