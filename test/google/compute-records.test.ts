// The records of operations of Compute Engine: lists, and their deletion.
import { afterEach, expect, it, jest } from '@jest/globals';
import { Code, OperationsClient } from '../../src/index.js';
import { computeOperations } from '../../src/google/index.js';
import { rejection } from '../support/wires.js';

const collection = 'projects/p/zones/z/operations';
const client = { apiEndpoint: 'compute.googleapis.com', auth: { getRequestHeaders: () => ({ authorization: 'x' }) } };
const operation = (id: string, status = 'DONE') => ({
  name: id,
  selfLink: `https://www.googleapis.com/compute/v1/${collection}/${id}`,
  status,
});

const requests: string[] = [];
/** Sends these responses in turn. */
function respond(...bodies: object[]): OperationsClient {
  requests.length = 0;
  jest.spyOn(globalThis, 'fetch').mockImplementation((url, init) => {
    requests.push(`${init?.method} ${(url as string).replace('https://compute.googleapis.com/compute/v1/', '')}`);
    return Promise.resolve(Response.json(bodies.shift()));
  });
  return new OperationsClient({ transport: computeOperations(client).transport });
}
afterEach(() => {
  jest.restoreAllMocks();
});

async function collect(listed: AsyncIterable<{ name: string }>): Promise<string[]> {
  const names: string[] = [];
  for await (const { name } of listed) names.push(name);
  return names;
}

it('a list has the operations of all pages', async () => {
  const operations = respond({ items: [operation('a')], nextPageToken: 't' }, { items: [operation('b', 'RUNNING')] });
  const options = { name: collection, filter: 'status = DONE', pageSize: 1 };
  expect(await collect(operations.listOperations(options))).toEqual([`${collection}/a`, `${collection}/b`]);
  const query = 'filter=status+%3D+DONE';
  expect(requests).toEqual([
    `GET ${collection}?${query}&maxResults=1`,
    `GET ${collection}?${query}&pageToken=t&maxResults=1`,
  ]);
});

it('a list of nothing has no items', async () => {
  expect(await collect(respond({}).listOperations({ name: collection }))).toEqual([]);
  expect(requests).toEqual([`GET ${collection}`]);
});

it('a list of what is not a collection is refused, before it is sent', async () => {
  const error = await rejection(collect(respond({}).listOperations({ name: `${collection}/a` })));
  expect(error).toMatchObject({ rpcCode: Code.INVALID_ARGUMENT });
  expect(requests).toEqual([]);
});

it('the record of an operation is deleted', async () => {
  await respond({}).deleteOperation({ name: `${collection}/a` });
  expect(requests).toEqual([`DELETE ${collection}/a`]);
});
