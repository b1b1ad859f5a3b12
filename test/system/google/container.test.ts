import { inspect } from 'node:util';
import { beforeAll, expect, it } from '@jest/globals';
import { Code, findDetail, OperationFailedError, type PollingEvent } from '../../../src/index.js';
import { pollerFrom } from '../../../src/gax/index.js';
import {
  containerOperations,
  type ContainerClientLike,
  type ContainerOperationLike,
} from '../../../src/google/index.js';
import { detailToAny } from '../../../src/wire/details.js';
import { useCleanups } from '../../support/cleanups.js';
import { useHttpServers } from '../../support/http-server.js';
import { installedSet } from '../../support/installed.js';
import { until } from '../../support/grpc-server.js';
import { rejection } from '../../support/wires.js';
import { answering, startGrpcService, type Answer } from './grpc-service.js';
import { authClientOf, polls, replying, secret, type Reply } from './support.js';

interface Client extends ContainerClientLike {
  createCluster(request: object): Promise<[ContainerOperationLike, unknown, unknown]>;
  close(): Promise<void>;
}
interface Package {
  readonly ClusterManagerClient: new (options: object) => Client;
}
const google = installedSet('google');
const protosPath = '@google-cloud/container/build/protos/protos.json';
const serve = useHttpServers();
const name = 'projects/12/locations/europe-west1-b/operations/operation-7';
const links = 'https://container.googleapis.com/v1/projects/12/zones/europe-west1-b';
const running = {
  name: 'operation-7',
  status: 'RUNNING',
  selfLink: `${links}/operations/operation-7`,
  targetLink: `${links}/clusters/c`,
};
const done = { ...running, status: 'DONE' };
const createRequest = { parent: 'projects/12/locations/europe-west1-b', cluster: { name: 'c' } };
const closing = useCleanups();

google.describe('containerOperations()', () => {
  let container: Package;
  beforeAll(async () => {
    container = (await google.load('@google-cloud/container')) as Package;
  });

  /** A client, over gRPC, of a server that starts an operation, and then sends these answers, the last one repeatedly. */
  async function start(answers: readonly Answer[], started: object = running) {
    const operation = 'google.container.v1.Operation';
    const service = await startGrpcService(google, protosPath, 'google.container.v1.ClusterManager', {
      CreateCluster: {
        request: 'google.container.v1.CreateClusterRequest',
        response: operation,
        answer: () => started,
      },
      GetOperation: {
        request: 'google.container.v1.GetOperationRequest',
        response: operation,
        answer: answering(answers),
      },
      CancelOperation: {
        request: 'google.container.v1.CancelOperationRequest',
        response: 'google.protobuf.Empty',
        answer: () => ({}),
      },
    });
    const client = new container.ClusterManagerClient({
      ...service.options,
      authClient: await authClientOf(google),
    });
    closing.push(() => client.close(), service.close);
    const { calls } = service;
    const [operationOfCall] = await client.createCluster(createRequest);
    calls.length = 0;
    return { client, started: operationOfCall, calls };
  }

  /** The same over REST. */
  async function startOverRest(replies: readonly Reply[]) {
    const server = await serve(replying([[200, running], ...replies]));
    const { hostname, port } = new URL(server.origin);
    const options = { apiEndpoint: hostname, port: Number(port), protocol: 'http', fallback: true };
    const client = new container.ClusterManagerClient({ ...options, authClient: await authClientOf(google) });
    closing.push(() => client.close());
    const [started] = await client.createCluster(createRequest);
    const calls = () => server.requests.slice(1).map(({ method, url }) => `${method} ${url?.replace(/\?.*/, '')}`);
    return { client, started, calls, server };
  }

  it('polls an operation over gRPC, retries itself, and routes by the name', async () => {
    const { client, started, calls } = await start([running, Code.UNAVAILABLE, Code.UNAVAILABLE, done]);
    const events: PollingEvent['type'][] = [];
    const poller = containerOperations(client).poller(started, { ...polls, onEvent: ({ type }) => events.push(type) });
    expect(await poller.promise()).toMatchObject({ status: 'DONE', targetLink: running.targetLink });
    expect(calls.map(({ request }) => request)).toEqual(Array(4).fill({ name }));
    expect(calls[0]!.routing).toContain('operation-7');
    expect(events.filter((type) => type === 'retry')).toHaveLength(2);
    expect(poller.toJSON()).toMatchObject({ name, apiEndpoint: '127.0.0.1' });
  });

  it('polls an operation over REST, with the credentials of the client', async () => {
    const busy: Reply = [503, { error: { code: 503, message: 'busy', status: 'UNAVAILABLE' } }];
    const { client, started, calls, server } = await startOverRest([[200, running], busy, [200, done]]);
    expect(await containerOperations(client).poller(started, polls).promise()).toMatchObject({ name: 'operation-7' });
    expect(calls()).toEqual(Array(3).fill(`GET /v1/${name}`));
    expect(server.requests.at(-1)!.headers.authorization).toBe(`Bearer ${secret}`);
  });

  const info = { reason: 'STOCKOUT', domain: 'container.googleapis.com', metadata: { zone: 'b' } };
  const { typeUrl, value } = detailToAny({ '@type': 'type.googleapis.com/google.rpc.ErrorInfo', ...info });
  const status = { code: Code.RESOURCE_EXHAUSTED, message: 'no machines left' };

  it('rejects with the status and the details of an operation that failed', async () => {
    const details = [{ type_url: typeUrl, value }];
    const { client, started } = await start([{ ...done, statusMessage: 'old text', error: { ...status, details } }]);
    const error = await rejection(containerOperations(client).poller(started, polls).promise());
    expect(error).toBeInstanceOf(OperationFailedError);
    expect(error).toMatchObject({ status });
    expect(findDetail((error as OperationFailedError).status, 'ErrorInfo')).toMatchObject(info);
  });

  it('rejects with the details of an operation that failed, over REST', async () => {
    const details = [{ '@type': typeUrl, ...info }];
    const { client, started, calls } = await startOverRest([[200, { ...done, error: { ...status, details } }]]);
    const error = await rejection(containerOperations(client).poller(started, polls).promise());
    expect(findDetail((error as OperationFailedError).status, 'ErrorInfo')).toMatchObject(info);
    expect(calls()).toHaveLength(1);
  });

  it('rejects with the text of an operation that failed without a status', async () => {
    const { client, started } = await start([{ ...done, statusMessage: 'no quota' }]);
    const error = await rejection(containerOperations(client).poller(started, polls).promise());
    expect(error).toBeInstanceOf(OperationFailedError);
    expect(error).toMatchObject({ status: { code: Code.UNKNOWN, message: 'no quota' } });
  });

  it('does not take the text of a running operation for its end', async () => {
    const { client, started, calls } = await start([{ ...running, statusMessage: 'creating nodes' }, done]);
    await containerOperations(client).poller(started, polls).promise();
    expect(calls).toHaveLength(2);
  });

  it.each([
    ['ABORTING', 2],
    ['DONE', 1],
  ])('polls until the operation is done, not at %s', async (state, count) => {
    const { client, started, calls } = await start([{ ...running, status: state }, done]);
    await containerOperations(client).poller(started, polls).promise();
    expect(calls).toHaveLength(count);
  });

  it('rejects with the error of the request, without the credentials', async () => {
    const body = { error: { code: 404, message: 'no such operation, {token}', status: 'NOT_FOUND' } };
    const { client, started, calls } = await startOverRest([[404, body]]);
    const error = await rejection(containerOperations(client).poller(started, polls).promise());
    expect(error).toMatchObject({ rpcCode: Code.NOT_FOUND, origin: 'service' });
    expect(inspect(error, { depth: 9, showHidden: true })).not.toContain('very-secret');
    expect(calls()).toHaveLength(1);
  });

  it('replaces a poll that gets no response', async () => {
    const { client, started, calls } = await start(['hang', done]);
    await containerOperations(client)
      .poller(started, { ...polls, rpcTimeoutMs: 200 })
      .promise();
    expect(calls).toHaveLength(2);
  });

  it('aborts at once, with the reason, and cancels the request', async () => {
    const { client, started, calls } = await start(['hang']);
    const controller = new AbortController();
    const waiting = rejection(
      containerOperations(client).poller(started, polls).promise({ signal: controller.signal }),
    );
    await until(() => calls.length === 1);
    controller.abort(new Error('enough'));
    expect(await waiting).toEqual(new Error('enough'));
    await until(() => calls[0]!.cancelled);
    expect(calls).toHaveLength(1);
  });

  it('requests cancellation, and waits for the real end', async () => {
    const { client, started, calls } = await start([done]);
    const poller = containerOperations(client).poller(started, polls);
    await poller.cancel();
    expect(calls).toMatchObject([{ method: 'CancelOperation', request: { name } }]);
    expect(await poller.promise()).toMatchObject({ status: 'DONE' });
  });

  it('requests cancellation over REST', async () => {
    const { client, started, calls } = await startOverRest([[200, {}]]);
    await containerOperations(client).poller(started).cancel();
    expect(calls()).toEqual([`POST /v1/${name}:cancel`]);
  });

  it('resumes from a token, and waits by name in a location, a zone or a region', async () => {
    const { client, started, calls } = await start([done]);
    const operations = containerOperations(client);
    await operations.resume(operations.poller(started).toJSON(), polls).promise();
    await operations.poller('projects/p/zones/z/operations/o', polls).promise();
    await operations.poller('projects/p/regions/r/operations/o', polls).promise();
    expect(calls.map(({ request }) => request)).toEqual([
      { name },
      { name: 'projects/p/locations/z/operations/o' },
      { name: 'projects/p/locations/r/operations/o' },
    ]);
  });

  it('sends nothing for an operation that is done, or for another name', async () => {
    const { client, started, calls } = await start([], done);
    expect(await containerOperations(client).poller(started).promise()).toMatchObject({ status: 'DONE' });
    const error = await rejection(containerOperations(client).poller('projects/p/operations/7', polls).promise());
    expect(error).toMatchObject({ rpcCode: Code.INVALID_ARGUMENT });
    expect(calls).toEqual([]);
  });

  it('is named by pollerFrom(), which refuses the operation', async () => {
    const { started } = await start([done]);
    for (const given of [started, running]) {
      expect(() => pollerFrom(given as never)).toThrow(
        /containerOperations\(clusterManager\)\.poller\(operation\) of longrunning\/google/,
      );
    }
  });
});

it('containerOperations() refuses what is neither a client nor an operation', () => {
  expect(() => containerOperations({} as never)).toThrow(/'client' must be a ClusterManagerClient/);
  const method = () => Promise.resolve([{}] as const);
  const auth = { getRequestHeaders: () => ({}) };
  const client = { apiEndpoint: 'container.googleapis.com', auth, getOperation: method, cancelOperation: method };
  const operations = containerOperations(client);
  expect(() => operations.poller([] as never)).toThrow(/an array, of which the first value may be it/);
  expect(() => operations.poller({} as never)).toThrow(/must be an operation of @google-cloud\/container/);
  expect(() => operations.poller({ status: 'RUNNING', name: 'o' })).toThrow(/neither done nor named|has no name/);
});
