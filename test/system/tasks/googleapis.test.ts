import { inspect } from 'node:util';
import { beforeAll, expect, it } from '@jest/globals';
import { googleapisOperations, type SchemaOperation } from '../../../docs/examples/recipes/googleapis.js';
import { Code, OperationFailedError } from '../../../src/index.js';
import { authClientOf, polls, replying, secret, type Reply } from '../google/support.js';
import { until } from '../../support/grpc-server.js';
import { useHttpServers } from '../../support/http-server.js';
import { installedSet } from '../../support/installed.js';
import { rejection } from '../../support/wires.js';

interface CloudBuild {
  readonly operations: Parameters<typeof googleapisOperations>[0];
  readonly projects: { readonly builds: { create(request: object): Promise<{ data: SchemaOperation }> } };
}

const tasksSet = installedSet('tasks');
const serve = useHttpServers();
const name = 'operations/build/p/7';
const busy: Reply = [503, { error: { code: 503, message: 'busy' } }];
const done: Reply = [200, { name, done: true, response: { '@type': 'x/Build', id: '7' } }];

tasksSet.describe('googleapis.ts, with @googleapis/cloudbuild', () => {
  let cloudbuild: (options: object) => CloudBuild;
  let auth: object;
  beforeAll(async () => {
    ({ cloudbuild } = (await tasksSet.load('@googleapis/cloudbuild')) as { cloudbuild: typeof cloudbuild });
    auth = await authClientOf(tasksSet);
  });

  /** A client of a server that starts a build, and then sends these replies, the last one repeatedly. */
  async function start(replies: readonly Reply[]) {
    const server = await serve(replying([[200, { name, metadata: { build: {} } }], ...replies]));
    const client = cloudbuild({ version: 'v1', auth, rootUrl: `${server.origin}/` });
    const { data } = await client.projects.builds.create({ projectId: 'p', requestBody: {} });
    const calls = () => server.requests.slice(1).map(({ method, url }) => `${method} ${url}`);
    return { operations: googleapisOperations(client.operations), data, calls, server };
  }

  it('polls with the client, retries itself, and returns the response', async () => {
    const { operations, data, calls, server } = await start([[200, { name }], busy, done]);
    expect(await operations.poller(data, polls).promise()).toMatchObject({ id: '7' });
    expect(calls()).toEqual(Array(3).fill(`GET /v1/${name}`));
    expect(server.requests.at(-1)!.headers.authorization).toBe(`Bearer ${secret}`);
  });

  it('rejects with the status and the details of an operation that failed', async () => {
    const details = [{ '@type': 'type.googleapis.com/google.rpc.ErrorInfo', reason: 'QUOTA', domain: 'd' }];
    const error = { code: 8, message: 'no quota', details };
    const { operations, data } = await start([[200, { name, done: true, error }]]);
    const thrown = await rejection(operations.poller(data, polls).promise());
    expect(thrown).toBeInstanceOf(OperationFailedError);
    expect(thrown).toMatchObject({ status: { code: Code.RESOURCE_EXHAUSTED }, errorInfo: { reason: 'QUOTA' } });
  });

  it('rejects with the error of the request at once, without the credentials', async () => {
    const { operations, data, calls } = await start([[404, { error: { code: 404, message: 'no, {token}' } }]]);
    const error = await rejection(operations.poller(data, polls).promise());
    expect(error).toMatchObject({ rpcCode: Code.NOT_FOUND, httpStatus: 404 });
    expect(inspect(error, { depth: 9, showHidden: true })).not.toContain('very-secret');
    expect(calls()).toHaveLength(1);
  });

  it('requests cancellation, and resumes from a token', async () => {
    const { operations, data, calls } = await start([[200, {}], done]);
    const poller = operations.poller(data, polls);
    await poller.cancel();
    expect(await operations.resume(poller.toJSON(), polls).promise()).toMatchObject({ id: '7' });
    expect(calls()).toEqual([`POST /v1/${name}:cancel`, `GET /v1/${name}`]);
  });

  it('aborts at once, with the reason, and sends nothing more', async () => {
    const { operations, data, calls } = await start([[200, { name }]]);
    const controller = new AbortController();
    const poller = operations.poller(data, { backoff: () => 1e9 });
    await poller.poll();
    const waiting = rejection(poller.promise({ signal: controller.signal }));
    controller.abort(new Error('enough'));
    expect(await waiting).toEqual(new Error('enough'));
    await until(() => calls().length === 1);
  });
});
