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
