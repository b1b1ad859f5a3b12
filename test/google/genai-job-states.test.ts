// The states of jobs of @google/genai, from methods like its own.
import { expect, it } from '@jest/globals';
import { genaiJobs } from '../../src/google/index.js';
import { Code, OperationFailedError } from '../../src/index.js';
import { rejection } from '../support/wires.js';

const name = 'batches/1';
const polls = { backoff: () => 1, serverWait: 'never' } as const;
const wait = (...states: object[]): Promise<unknown> => {
  const get = () => Promise.resolve(states.shift());
  const jobs = { get, cancel: () => Promise.resolve() };
  return genaiJobs({ batches: jobs, tunings: jobs }).poller(name, polls).promise();
};

it.each(['JOB_STATE_SUCCEEDED', 'JOB_STATE_PARTIALLY_SUCCEEDED'])(
  '%s is a success, also with an error',
  async (state) => {
    const job = { name, state, error: { code: 3, message: 'one of a thousand' } };
    expect(await wait({ name, state: 'JOB_STATE_RUNNING' }, job)).toEqual(job);
  },
);

it.each([
  ['JOB_STATE_FAILED', undefined, Code.UNKNOWN, 'the job ended as JOB_STATE_FAILED'],
  ['JOB_STATE_FAILED', { code: 0, message: 'no quota' }, Code.UNKNOWN, 'no quota'],
  ['JOB_STATE_FAILED', { code: 8, message: 'no quota' }, Code.RESOURCE_EXHAUSTED, 'no quota'],
  ['JOB_STATE_FAILED', { code: 8 }, Code.RESOURCE_EXHAUSTED, 'the job ended as JOB_STATE_FAILED'],
  ['JOB_STATE_CANCELLED', undefined, Code.CANCELLED, 'the job ended as JOB_STATE_CANCELLED'],
  ['JOB_STATE_EXPIRED', undefined, Code.DEADLINE_EXCEEDED, 'the job ended as JOB_STATE_EXPIRED'],
])('%s with the error %j fails', async (state, error, code, message) => {
  const thrown = await rejection(wait({ name, state, ...(error && { error }) }));
  expect(thrown).toBeInstanceOf(OperationFailedError);
  expect(thrown).toMatchObject({ status: { code, message } });
});
