// A resource in place of an operation, which would be polled for ever: a job whose name was taken for that of its operation.
import { describe, expect, it } from '@jest/globals';
import { OperationsClient } from '../../src/index.js';
import { restTransport } from '../../src/rest/index.js';
import { fetchOf } from '../support/http-ways.js';

const name = 'projects/p/locations/l/customJobs/7';
const clientFor = (body: unknown): OperationsClient =>
  new OperationsClient({ transport: restTransport({ apiEndpoint: 'h.test', fetch: fetchOf([200, body]) }) });

describe('a resource without done, metadata and response', () => {
  it.each([
    ['state', 'JOB_STATE_RUNNING', { createTime: '2026-01-01T00:00:00Z', displayName: 'train' }],
    ['state', 'SUCCEEDED', {}],
    ['status', 'RUNNING', { operationType: 'CREATE_CLUSTER' }],
  ])('is no operation if it has a %s (%s)', async (field, state, others) => {
    const resource = { name, [field]: state, ...others };
    const expected = {
      code: 'LRO_MALFORMED_OPERATION',
      message: `Malformed operation '${name}': it has the ${field} '${state}' but no 'done': use customOperations() of longrunning/custom`,
    };
    const client = clientFor(resource);
    await expect(client.poller(name).promise({ totalTimeoutMs: 4000 })).rejects.toMatchObject(expected);
    await expect(client.getOperation({ name })).rejects.toMatchObject(expected);
  });

  it.each([{ state: 5 }, { state: { phase: 'x' } }, { state: null }, {}])('runs if it has %j', async (others) => {
    expect(await clientFor({ name, ...others }).getOperation({ name })).toMatchObject({ name, done: false });
  });

  it.each([{ done: false }, { metadata: { '@type': 'x/y' } }])('runs with a state and %j', async (others) => {
    expect(await clientFor({ name, state: 'x', ...others }).getOperation({ name })).toMatchObject({
      name,
      done: false,
    });
  });
});
