import { inspect } from 'node:util';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { Code, findDetail, OperationFailedError, type PollingEvent } from '../../../src/index.js';
import { pollerFrom } from '../../../src/gax/index.js';
import {
  cloudSqlOperations,
  type CloudSqlOperationLike,
  type SqladminLike,
  type SqlOperationsClientLike,
} from '../../../src/google/index.js';
import { useCleanups } from '../../support/cleanups.js';
import { until } from '../../support/grpc-server.js';
import { useHttpServers } from '../../support/http-server.js';
import { installedSet } from '../../support/installed.js';
import { rejection } from '../../support/wires.js';
import { answering, startGrpcService, type Answer } from './grpc-service.js';
import { authClientOf, polls, replying, secret, type Reply } from './support.js';

interface Sqladmin extends SqladminLike {
  readonly instances: { insert(request: object): Promise<{ data: CloudSqlOperationLike }> };
}
interface Generated extends SqlOperationsClientLike {
  close(): Promise<void>;
}
interface Sql {
  readonly SqlOperationsServiceClient: new (options: object) => Generated;
}

const google = installedSet('google');
const serve = useHttpServers();
const name = 'projects/p/operations/op-7';
const running = { kind: 'sql#operation', name: 'op-7', targetProject: 'p', targetId: 'db', status: 'RUNNING' };
const done = { ...running, status: 'DONE' };
const errors = [
  { kind: 'sql#operationError', code: 'INTERNAL_ERROR', message: 'out of disk' },
  { kind: 'sql#operationError', code: 'OTHER', message: 'and more' },
];
const failed = { ...done, error: { kind: 'sql#operationErrors', errors } };
const closing = useCleanups();

google.describe('cloudSqlOperations()', () => {
  let sqladmin: (options: object) => Sqladmin;
  let sql: Sql;
  let authClient: object;
  beforeAll(async () => {
    ({ sqladmin } = (await google.load('@googleapis/sqladmin')) as { sqladmin: typeof sqladmin });
    sql = (await google.load('@google-cloud/sql')) as Sql;
    authClient = await authClientOf(google);
  });

  async function startServer(replies: readonly Reply[]) {
    const server = await serve(replying(replies));
    const calls = () => server.requests.map(({ method, url }) => `${method} ${url?.replace(/\?.*/, '')}`);
    return { server, calls };
  }

  /** A client of `@googleapis/sqladmin`, of a server that starts an operation and then sends these replies. */
  async function start(replies: readonly Reply[]) {
    const { server, calls } = await startServer([[200, running], ...replies]);
    const client = sqladmin({ version: 'v1', auth: authClient, rootUrl: `${server.origin}/` });
    const { data } = await client.instances.insert({ project: 'p', requestBody: { name: 'db' } });
    return { client, operation: data, server, calls: () => calls().slice(1) };
  }

  /** A client of `@google-cloud/sql` over REST. */
  async function startGenerated(replies: readonly Reply[]) {
    const { server, calls } = await startServer(replies);
    const { hostname, port } = new URL(server.origin);
    const options = { apiEndpoint: hostname, port: Number(port), protocol: 'http', fallback: true, authClient };
    const client = new sql.SqlOperationsServiceClient(options);
    closing.push(() => client.close());
    return { client, operation: running, server, calls };
  }

  /** A client of `@google-cloud/sql` over gRPC. */
  async function startGrpc(answers: readonly Answer[]) {
    const protos = '@google-cloud/sql/build/protos/protos.json';
    const of = (type: string) => `google.cloud.sql.v1.${type}`;
    const service = await startGrpcService(google, protos, of('SqlOperationsService'), {
      Get: { request: of('SqlOperationsGetRequest'), response: of('Operation'), answer: answering(answers) },
      Cancel: { request: of('SqlOperationsCancelRequest'), response: 'google.protobuf.Empty', answer: () => ({}) },
    });
    const client = new sql.SqlOperationsServiceClient({ ...service.options, authClient });
    closing.push(() => client.close(), service.close);
    return { client, operation: running, calls: service.calls };
  }

  const busy: Reply = [503, { error: { code: 503, message: 'busy', status: 'UNAVAILABLE' } }];
  const wires = [
    { wire: '@googleapis/sqladmin', connect: start },
    { wire: '@google-cloud/sql over REST', connect: startGenerated },
  ];

  describe.each(wires)('with $wire', ({ connect }) => {
    it('polls an operation with the credentials of the client', async () => {
      const { client, operation, server, calls } = await connect([[200, running], busy, [200, done]]);
      const events: PollingEvent['type'][] = [];
      const onEvent = ({ type }: PollingEvent) => events.push(type);
      const poller = cloudSqlOperations(client).poller(operation, { ...polls, onEvent });
      expect(await poller.promise()).toMatchObject({ status: 'DONE', targetId: 'db' });
      expect(calls()).toEqual(Array(3).fill('GET /v1/projects/p/operations/op-7'));
      expect(server.requests.at(-1)!.headers.authorization).toBe(`Bearer ${secret}`);
      // The poller retried, not the client.
      expect(events.filter((type) => type === 'retry')).toHaveLength(1);
      expect(poller.toJSON()).toMatchObject({ name });
    });

    it('rejects with the reasons of an operation that failed', async () => {
      const { client, operation } = await connect([[200, failed]]);
      const error = await rejection(cloudSqlOperations(client).poller(operation, polls).promise());
      expect(error).toBeInstanceOf(OperationFailedError);
      const { status } = error as OperationFailedError;
      expect(status).toMatchObject({ code: Code.UNKNOWN, message: 'out of disk; and more' });
      expect(findDetail(status, 'ErrorInfo')).toMatchObject({ reason: 'INTERNAL_ERROR' });
    });

    it('rejects with the error of the request and its reason at once, without the credentials', async () => {
      const info = { '@type': 'type.googleapis.com/google.rpc.ErrorInfo', reason: 'SQL_GONE', domain: 'd' };
      const error = { code: 404, message: 'no such operation, {token}', status: 'NOT_FOUND', details: [info] };
      const { client, operation, calls } = await connect([[404, { error }]]);
      const thrown = await rejection(cloudSqlOperations(client).poller(operation, polls).promise());
      expect(thrown).toMatchObject({ rpcCode: Code.NOT_FOUND, origin: 'service', errorInfo: { reason: 'SQL_GONE' } });
      expect(inspect(thrown, { depth: 9, showHidden: true })).not.toContain('very-secret');
      expect(calls()).toHaveLength(1);
    });

    it('requests cancellation', async () => {
      const { client, operation, calls } = await connect([[200, {}]]);
      await cloudSqlOperations(client).poller(operation, polls).cancel();
      expect(calls()).toEqual(['POST /v1/projects/p/operations/op-7/cancel']);
    });

    it('rejects a response without a status', async () => {
      const { client, operation, calls } = await connect([[200, { name: 'op-7' }]]);
      const error = await rejection(cloudSqlOperations(client).poller(operation, polls).promise());
      expect(error).toMatchObject({ code: 'LRO_MALFORMED_OPERATION' });
      expect(calls()).toHaveLength(1);
    });

    it('resumes from a token, and waits by name', async () => {
      const { client, operation, calls } = await connect([[200, done]]);
      const operations = cloudSqlOperations(client);
      await operations.resume(operations.poller(operation).toJSON(), polls).promise();
      await operations.poller('projects/q/operations/o', polls).promise();
      expect(calls()).toEqual(['GET /v1/projects/p/operations/op-7', 'GET /v1/projects/q/operations/o']);
    });

    it('sends nothing for an operation that is done, or for another name', async () => {
      const { client, calls } = await connect([]);
      expect(await cloudSqlOperations(client).poller(done).promise()).toBe(done);
      const error = await rejection(cloudSqlOperations(client).poller('operations/7', polls).promise());
      expect(error).toMatchObject({ rpcCode: Code.INVALID_ARGUMENT });
      expect(calls()).toEqual([]);
    });
  });

  it('polls over gRPC with @google-cloud/sql, and retries itself', async () => {
    const { client, operation, calls } = await startGrpc([running, Code.UNAVAILABLE, done]);
    const events: PollingEvent['type'][] = [];
    const onEvent = ({ type }: PollingEvent) => events.push(type);
    await cloudSqlOperations(client)
      .poller(operation, { ...polls, onEvent })
      .promise();
    expect(calls.map(({ request }) => request)).toEqual(Array(3).fill({ project: 'p', operation: 'op-7' }));
    expect(events.filter((type) => type === 'retry')).toHaveLength(1);
  });

  it('rejects over gRPC with the reasons of an operation that failed', async () => {
    const { client, operation } = await startGrpc([failed]);
    const error = await rejection(cloudSqlOperations(client).poller(operation, polls).promise());
    expect(findDetail((error as OperationFailedError).status, 'ErrorInfo')).toMatchObject({ reason: 'INTERNAL_ERROR' });
  });

  it('aborts at once over gRPC, with the reason, and cancels the request', async () => {
    const { client, operation, calls } = await startGrpc(['hang']);
    const controller = new AbortController();
    const waiting = rejection(
      cloudSqlOperations(client).poller(operation, polls).promise({ signal: controller.signal }),
    );
    await until(() => calls.length === 1);
    controller.abort(new Error('enough'));
    expect(await waiting).toEqual(new Error('enough'));
    await until(() => calls[0]!.cancelled);
  });

  it('is named by pollerFrom(), which refuses the operation and the response that has it', async () => {
    const { operation } = await start([]);
    const cases = [
      [operation, /cloudSqlOperations\(sqladmin\)\.poller\(operation\) of longrunning\/google/],
      [{ data: operation, status: 200 }, /cloudSqlOperations\(sqladmin\)\.poller\(response\.data\)/],
    ] as const;
    for (const [given, message] of cases) expect(() => pollerFrom(given as never)).toThrow(message);
  });
});

it('cloudSqlOperations() refuses what is neither a client nor an operation', () => {
  for (const client of [{}, { operations: {} }, { get: () => 1, cancel: () => 1 }]) {
    expect(() => cloudSqlOperations(client as never)).toThrow(
      /'client' must be a Sqladmin of @googleapis\/sqladmin or/,
    );
  }
  const method = () => Promise.resolve({ data: {} });
  const operations = cloudSqlOperations({ operations: { get: method, cancel: method } });
  expect(() => operations.poller([] as never)).toThrow(/an array, of which the first value may be it/);
  expect(() => operations.poller({ data: running, status: 200 } as never)).toThrow(/such as the 'data' of what/);
  expect(() => operations.poller({ status: 'RUNNING', name: 'o' })).toThrow(/neither done nor named|has no name/);
});
