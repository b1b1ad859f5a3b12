import { expect, it, jest } from '@jest/globals';
import * as examples from '../../docs/examples/google-families.js';
import { useHttpServers } from '../support/http-server.js';

const serve = useHttpServers();

it('google-families.ts waits for an instance and reports the warnings', async () => {
  const log = jest.spyOn(console, 'log').mockImplementation(() => {});
  const targetLink = 'https://www.googleapis.com/compute/v1/projects/p/zones/z/instances/i';
  const selfLink = 'https://www.googleapis.com/compute/v1/projects/p/zones/z/operations/o';
  const server = await serve((_, response) => {
    const operation = { selfLink, targetLink, status: 'DONE', warnings: [{ code: 'W', message: 'resize it' }] };
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(operation));
  });
  const { hostname, port } = new URL(server.origin);
  const instances = {
    apiEndpoint: 'compute.googleapis.com',
    auth: { getRequestHeaders: () => ({ authorization: 'Bearer t' }) },
    _opts: { protocol: 'http', apiEndpoint: hostname, port: Number(port) },
  };
  const { signal } = new AbortController();
  expect(await examples.insertInstance(instances, { selfLink }, signal)).toBe(targetLink);
  expect(log.mock.calls).toEqual([['W', 'resize it']]);
  log.mockRestore();
});

it('google-families.ts waits for videos', async () => {
  const started = { name: 'operations/7', _fromAPIResponse: () => ({ response: { videos: 1 } }) };
  const state = { apiResponse: { name: 'operations/7', done: true, response: {} }, _isVertexAI: false };
  const ai = { operations: { get: () => Promise.resolve(state) } };
  expect(await examples.generateVideos(ai, started)).toEqual({ videos: 1 });
});

it('google-families.ts waits for a cluster, a database and a batch', async () => {
  const { signal } = new AbortController();
  const links = 'https://container.googleapis.com/v1/projects/p/zones/z/clusters/c';
  const operation = { name: 'o', targetLink: links, status: 'RUNNING' };
  const clusters = {
    apiEndpoint: 'container.googleapis.com',
    auth: { getRequestHeaders: () => ({}) },
    getOperation: () => Promise.resolve([{ ...operation, status: 'DONE' }] as const),
    cancelOperation: () => Promise.resolve(),
  };
  expect(await examples.createCluster(clusters, operation, signal)).toMatchObject({ status: 'DONE' });
  const data = { name: 'o', targetProject: 'p', status: 'PENDING' };
  const get = () => Promise.resolve({ data: { ...data, status: 'DONE' } });
  const sqladmin = { operations: { get, cancel: () => Promise.resolve() } };
  expect(await examples.insertDatabase(sqladmin, data, signal)).toMatchObject({ status: 'DONE' });
  const job = { name: 'batches/7', state: 'JOB_STATE_RUNNING' };
  const jobs = {
    get: () => Promise.resolve({ ...job, state: 'JOB_STATE_SUCCEEDED' }),
    cancel: () => Promise.resolve(),
  };
  expect(await examples.runBatch({ batches: jobs, tunings: jobs }, job)).toMatchObject({
    state: 'JOB_STATE_SUCCEEDED',
  });
});
