import { inspect } from 'node:util';
import { beforeAll, expect, it } from '@jest/globals';
import { Code, findDetail, OperationFailedError } from '../../../src/index.js';
import { pollerFrom } from '../../../src/gax/index.js';
import { computeOperations, type ComputeClientLike, type ComputeStartedLike } from '../../../src/google/index.js';
import { useHttpServers } from '../../support/http-server.js';
import { installedSet } from '../../support/installed.js';
import { rejection } from '../../support/wires.js';

type Client = ComputeClientLike & Record<string, (request: object) => Promise<[ComputeStartedLike, unknown, unknown]>>;
type Compute = Readonly<Record<string, new (options: object) => Client>>;

const google = installedSet('google');
const serve = useHttpServers();
const secret = 'ya29.very-secret-token';
const polls = { backoff: () => 1, retry: { initialDelayMs: 1, maxDelayMs: 2 } };
const site = 'https://www.googleapis.com/compute/v1';
const targetLink = `${site}/projects/p/zones/z/instances/i`;

type Reply = readonly [status: number, body: object];

/** The starting methods of a zonal, a regional and a global resource. */
const scopes = [
  {
    scope: 'a zone',
    client: 'InstancesClient',
    method: 'delete',
    path: 'zones/z',
    request: { zone: 'z', instance: 'i' },
  },
  {
    scope: 'a region',
    client: 'AddressesClient',
    method: 'delete',
    path: 'regions/r',
    request: { region: 'r', address: 'a' },
  },
  { scope: 'the project', client: 'NetworksClient', method: 'delete', path: 'global', request: { network: 'n' } },
];

google.describe('computeOperations()', () => {
  let compute: Compute;
  let gax: { OAuth2Client: new () => { setCredentials(credentials: object): void } };
  beforeAll(async () => {
    compute = (await google.load('@google-cloud/compute')) as Compute;
    gax = (await google.load('google-auth-library')) as typeof gax;
  });

  /** A client of a server that starts an operation, and then sends these replies, the last one repeatedly. */
  async function start({ client: name, method, path, request }: (typeof scopes)[number], replies: readonly Reply[]) {
    const operation = `projects/p/${path}/operations/operation-7`;
    let polled = 0;
    const server = await serve((received, response) => {
      const isOperation = received.url?.includes('/operations/');
      const [status, body] = isOperation ? replies[Math.min(polled++, replies.length - 1)]! : ([200, {}] as const);
      response.writeHead(status, { 'content-type': 'application/json' });
      const fields = { name: 'operation-7', id: '7', selfLink: `${site}/${operation}`, status: 'RUNNING', targetLink };
      const text = JSON.stringify(status === 200 ? { ...fields, ...body } : body);
      response.end(text.replaceAll('{token}', String(received.headers.authorization)));
    });
    const { hostname, port } = new URL(server.origin);
    const authClient = new gax.OAuth2Client();
    authClient.setCredentials({ access_token: secret, expiry_date: Date.now() + 3_600_000 });
    const client = new compute[name]!({ apiEndpoint: hostname, port: Number(port), protocol: 'http', authClient });
    const [started] = await client[method]!({ project: 'p', ...request });
    const calls = () => server.requests.slice(1).map(({ method, url }) => `${method} ${url}`);
    return { client, started, calls, operation, server };
  }

  const done: Reply = [200, { status: 'DONE', progress: 100 }];

  it.each(scopes)('polls an operation in $scope with the credentials of the client', async (scope) => {
    const busy: Reply = [503, { error: { code: 503, message: 'busy' } }];
    const { client, started, calls, operation, server } = await start(scope, [[200, { progress: 50 }], busy, done]);
    const poller = computeOperations(client).poller(started, { ...polls, serverWait: 'never' });
    expect(await poller.promise()).toMatchObject({ status: 'DONE', targetLink });
    expect(calls()).toEqual(Array(3).fill(`GET /compute/v1/${operation}`));
    expect(server.requests.map(({ headers }) => headers.authorization)).toEqual(Array(4).fill(`Bearer ${secret}`));
    expect(poller.toJSON()).toMatchObject({ name: operation, apiEndpoint: '127.0.0.1' });
  });

  it.each(scopes)("uses Compute Engine's wait in $scope", async (scope) => {
    const { client, started, calls, operation } = await start(scope, [done]);
    await computeOperations(client).poller(started, { serverWait: 'always' }).promise();
    expect(calls()).toEqual([`POST /compute/v1/${operation}/wait`]);
  });

  const [zonal] = scopes as [(typeof scopes)[number]];

  it('returns the warnings of an operation that succeeded', async () => {
    const warnings = [{ code: 'DISK_SIZE_LARGER_THAN_IMAGE_SIZE', message: 'resize it' }];
    const { client, started } = await start(zonal, [[200, { status: 'DONE', warnings }]]);
    expect(await computeOperations(client).poller(started, polls).promise()).toMatchObject({ warnings });
  });

  it('rejects with the reasons of an operation that failed', async () => {
    const errors = [{ code: 'ZONE_RESOURCE_POOL_EXHAUSTED', message: 'no machines left' }];
    const failed = {
      status: 'DONE',
      error: { errors },
      httpErrorStatusCode: 503,
      httpErrorMessage: 'SERVICE UNAVAILABLE',
    };
    const { client, started } = await start(zonal, [[200, failed]]);
    const error = await rejection(computeOperations(client).poller(started, polls).promise());
    expect(error).toBeInstanceOf(OperationFailedError);
    const { status } = error as OperationFailedError;
    expect(status).toMatchObject({ code: Code.UNAVAILABLE, message: 'no machines left' });
    expect(findDetail(status, 'ErrorInfo')).toMatchObject({ reason: 'ZONE_RESOURCE_POOL_EXHAUSTED' });
  });

  it('rejects with the error of the request, without the credentials', async () => {
    const body = { error: { code: 404, message: 'no such operation, {token}', errors: [{ reason: 'notFound' }] } };
    const { client, started } = await start(zonal, [[404, body]]);
    const error = await rejection(computeOperations(client).poller(started, polls).promise());
    expect(error).toMatchObject({ rpcCode: Code.NOT_FOUND, origin: 'service', httpStatus: 404 });
    expect(inspect(error, { depth: 9, showHidden: true })).not.toContain('very-secret');
  });

  it('resumes from a token and waits by name', async () => {
    const { client, started, operation } = await start(zonal, [done]);
    const token = computeOperations(client).poller(started).toJSON();
    expect(await computeOperations(client).resume(token, polls).promise()).toMatchObject({ status: 'DONE' });
    expect(await computeOperations(client).poller(operation, polls).promise()).toMatchObject({ status: 'DONE' });
  });

  it('is named by pollerFrom(), which refuses the operation', async () => {
    const { started } = await start(zonal, [done]);
    expect(() => pollerFrom(started as never)).toThrow(/computeOperations\(client\)\.poller\(operation\)/);
  });

  it('refuses a name that is not an operation of Compute Engine, and sends nothing', async () => {
    const { client, calls } = await start(zonal, [done]);
    const error = await rejection(computeOperations(client).poller('projects/p/operations/7', polls).promise());
    expect(error).toMatchObject({ rpcCode: Code.INVALID_ARGUMENT });
    expect(calls()).toEqual([]);
  });
});

it('computeOperations() refuses what is neither a client nor an operation', () => {
  expect(() => computeOperations({} as never)).toThrow(/'client' must be a client of @google-cloud\/compute/);
  const client = { apiEndpoint: 'compute.googleapis.com', auth: { getRequestHeaders: () => ({}) } };
  expect(() => computeOperations(client).poller([] as never)).toThrow(/an array, of which the first value may be it/);
  expect(() => computeOperations(client).poller({ latestResponse: {} })).toThrow(/must be an operation of Compute/);
});
