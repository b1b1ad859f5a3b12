import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, jest, test } from '@jest/globals';
import { Code, findDetail, OperationsClient, type OperationFailedError, type RequestError } from 'longrunning';
import { computeOperations, insertInstance, type ComputeOperation } from '../../docs/examples/compute.js';

const site = 'https://www.googleapis.com/compute/v1';
const zonal = 'projects/p/zones/us-central1-a/operations/operation-1';
const targetLink = `${site}/projects/p/zones/us-central1-a/instances/i`;
const operationOf = (name: string, fields: Partial<ComputeOperation> = {}): ComputeOperation => ({
  name: name.slice(name.lastIndexOf('/') + 1),
  selfLink: `${site}/${name}`,
  status: 'RUNNING',
  progress: 0,
  operationType: 'insert',
  targetLink,
  ...fields,
});
const headers = () => Promise.resolve(new Headers({ authorization: 'Bearer very-secret' }));

interface Reply {
  status?: number;
  body?: unknown;
  headers?: Record<string, string>;
}
type Script = (call: string, nth: number, request: IncomingMessage) => Reply | undefined;

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  jest.restoreAllMocks();
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

/** A small Compute Engine: responds to `VERB path` as the script says; undefined: never. */
async function serve(script: Script) {
  const calls: string[] = [];
  const server = createServer((request, response) => {
    const call = `${request.method} ${request.url?.replace('/compute/v1/', '')}`;
    calls.push(call);
    const reply = script(call, calls.length, request);
    if (!reply) return;
    response.writeHead(reply.status ?? 200, { 'content-type': 'application/json', ...reply.headers });
    response.end(reply.body === undefined ? '' : JSON.stringify(reply.body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  cleanups.push(() => (server.closeAllConnections(), server.close()));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const compute = computeOperations(headers, origin);
  const client = new OperationsClient({ transport: compute, retry: { initialDelayMs: 1 } });
  cleanups.push(() => client.close());
  return { origin, calls, compute, client };
}

const polls = { backoff: () => 1, serverWait: 'never' } as const;

describe("Compute Engine's operations", () => {
  test.each([
    zonal,
    'projects/p/regions/europe-west1/operations/operation-2',
    'projects/example.com:p/global/operations/operation-3',
  ])('are polled at %s, with progress, until they are done', async (name) => {
    const states = [{ status: 'PENDING' }, { progress: 40 }, { status: 'DONE', progress: 100 }] as const;
    const { calls, client, compute } = await serve((_, nth) => ({ body: operationOf(name, states[nth - 1]) }));
    const seen: unknown[] = [];
    for await (const { metadata } of client.poller(name, compute.info, polls)) {
      seen.push([metadata?.status, metadata?.progressPercent]);
    }
    expect(seen).toEqual([
      ['PENDING', 0],
      ['RUNNING', 40],
      ['DONE', 100],
    ]);
    expect(calls).toEqual(Array(3).fill(`GET ${name}`));
  });

  test("use the server's wait, which returns early after two minutes", async () => {
    const { calls, client, compute } = await serve((_, nth) => ({
      body: operationOf(zonal, nth === 1 ? {} : { status: 'DONE' }),
    }));
    const poller = client.poller(zonal, compute.info, { serverWait: 'always', backoff: () => 1 });
    await expect(poller.promise()).resolves.toBe(targetLink);
    expect(calls).toEqual([`POST ${zonal}/wait`, `POST ${zonal}/wait`]);
  });

  test('fail with code, reason and typed details: DONE is not success', async () => {
    const error = {
      errors: [
        {
          code: 'QUOTA_EXCEEDED',
          message: "Quota 'CPUS' exceeded.  Limit: 24.0 in region us-central1.",
          errorDetails: [
            {
              quotaInfo: { metricName: 'compute.googleapis.com/cpus', limitName: 'CPUS-per-project-region', limit: 24 },
            },
            { help: { links: [{ description: 'Request more', url: 'https://cloud.google.com/compute/quotas' }] } },
            { localizedMessage: { locale: 'en-US', message: 'No more CPUs' } },
          ],
        },
      ],
    };
    const { client, compute } = await serve(() => ({
      body: operationOf(zonal, { status: 'DONE', progress: 100, error, httpErrorStatusCode: 403 }),
    }));
    const failure = await client
      .poller(zonal, compute.info)
      .promise()
      .catch((thrown: unknown) => thrown as OperationFailedError);
    if (typeof failure === 'string') throw new Error('it succeeded');
    expect(String(failure)).toBe(
      `OperationFailedError: Operation '${zonal}' failed: PERMISSION_DENIED: Quota 'CPUS' exceeded.  Limit: 24.0 in region us-central1. (QUOTA_EXCEEDED)`,
    );
    expect(failure.errorInfo).toMatchObject({ reason: 'QUOTA_EXCEEDED', metadata: {} });
    expect(findDetail(failure.status, 'QuotaFailure')?.violations).toMatchObject([
      { quotaMetric: 'compute.googleapis.com/cpus', quotaId: 'CPUS-per-project-region', quotaValue: '24' },
    ]);
    expect(failure.help?.links[0]?.description).toBe('Request more');
    expect(failure.localizedMessage?.message).toBe('No more CPUs');
    expect(failure.metadata).toMatchObject({ status: 'DONE', operationType: 'insert' });
  });

  test('start from the response of the starting call, and complete with warnings', async () => {
    const warnings = [{ code: 'DISK_SIZE_LARGER_THAN_IMAGE_SIZE', message: 'resize it' }];
    const log = jest.spyOn(console, 'log').mockImplementation(() => undefined);
    const { calls, origin } = await serve(() => ({ body: operationOf(zonal, { status: 'DONE', warnings }) }));
    await expect(insertInstance(headers, operationOf(zonal), origin)).resolves.toBe(targetLink);
    expect(log).toHaveBeenCalledWith('DISK_SIZE_LARGER_THAN_IMAGE_SIZE', 'resize it');
    expect(calls).toHaveLength(1);
    await expect(insertInstance(headers, operationOf(zonal, { status: 'DONE' }), origin)).resolves.toBe(targetLink);
    expect(calls).toHaveLength(1); // it was done at the start
  });

  test("are polled again after a 503, and not after a 404, whose body has no 'status'", async () => {
    const missing = { error: { code: 404, message: 'not found', errors: [{ domain: 'global', reason: 'notFound' }] } };
    const { calls, client, compute } = await serve((_, nth) =>
      nth === 1 ? { status: 503, headers: { 'retry-after': '0' } } : { status: 404, body: missing },
    );
    const failure = await client
      .poller(zonal, compute.info, polls)
      .promise()
      .catch((thrown: unknown) => thrown as RequestError);
    expect(failure).toMatchObject({
      rpcCode: Code.NOT_FOUND,
      httpStatus: 404,
      origin: 'service',
      attempts: 2,
      message:
        `GetOperation of '${zonal}' failed: NOT_FOUND: not found; check the endpoint and the region; ` +
        'an operation expires some time after its end (notFound, global) (after 2 attempts)',
    });
    expect(calls).toHaveLength(2);
  });

  test('are listed by pages and deleted; cancelling is UNIMPLEMENTED', async () => {
    const collection = 'projects/p/zones/us-central1-a/operations';
    const { calls, client, compute } = await serve((call, nth) => {
      if (call.startsWith('DELETE')) return { status: 204 };
      return { body: nth === 1 ? { items: [operationOf(zonal)], nextPageToken: 'n' } : {} };
    });
    const names: string[] = [];
    const request = { name: collection, filter: 'status=RUNNING', pageSize: 1 };
    for await (const { name, metadata } of client.listOperations(request, { type: compute.info })) {
      names.push(name, metadata!.status);
    }
    expect(names).toEqual([zonal, 'RUNNING']);
    await client.deleteOperation({ name: zonal });
    const query = (pageToken: string) => `filter=status%3DRUNNING&pageToken=${pageToken}&maxResults=1`;
    const expected = [`GET ${collection}?${query('')}`, `GET ${collection}?${query('n')}`, `DELETE ${zonal}`];
    expect(calls).toEqual(expected);
    await expect(client.cancelOperation({ name: zonal })).rejects.toMatchObject({ rpcCode: Code.UNIMPLEMENTED });
    expect(calls).toEqual(expected);
  });

  test('are not requested by another name', async () => {
    const { calls, client } = await serve(() => ({ body: {} }));
    for (const name of [
      'operations/1',
      'projects/p/zones/../../operations/o',
      'projects/../zones/z/operations/o',
      `${zonal}/wait`,
    ]) {
      await expect(client.getOperation({ name })).rejects.toThrow(TypeError);
    }
    expect(calls).toEqual([]);
  });

  test('close the connection when the wait is aborted', async () => {
    let closed: () => void;
    const gone = new Promise<void>((resolve) => (closed = resolve));
    const controller = new AbortController();
    const reason = new Error('enough');
    const { client, compute } = await serve((_, _nth, request) => {
      request.socket.on('close', () => closed());
      controller.abort(reason);
      return undefined;
    });
    await expect(client.poller(zonal, compute.info).promise({ signal: controller.signal })).rejects.toBe(reason);
    await gone;
  });
});
