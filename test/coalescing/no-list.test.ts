import { describe, expect, it } from '@jest/globals';
import { constantBackoff, OperationsClient, type OperationsTransport, type RawOperation } from '../../src/index.js';
import { useVirtualTime, track } from '../support/virtual-time.js';

const advance = useVirtualTime();
const names = Array.from({ length: 5 }, (_, id) => `projects/p/operations/${id}`);

describe('a response to ListOperations that is not a list', () => {
  it.each<[string, unknown]>([
    ['nothing', undefined],
    ['null', null],
    ['a text', '<html>'],
    ['an object without operations', {}],
    ['an object with something else as its operations', { operations: 'none', nextPageToken: '' }],
  ])('%s: each operation is polled by itself, and its wait ends', async (_, response) => {
    const polled: string[] = [];
    let lists = 0;
    const transport: OperationsTransport = {
      getOperation: ({ name }) => {
        polled.push(name);
        const raw: RawOperation = { name, done: polled.filter((one) => one === name).length > 1 };
        return Promise.resolve(raw);
      },
      listOperations: () => {
        lists++;
        return Promise.resolve(response as never);
      },
      cancelOperation: () => Promise.resolve(),
      deleteOperation: () => Promise.resolve(),
      close: () => Promise.resolve(),
    };
    const client = new OperationsClient({ transport, coalesce: true, polling: { backoff: constantBackoff(1000) } });
    const all = track(Promise.all(names.map((name) => client.poller(name).promise())));
    await advance(30_000);
    expect(all.value).toHaveLength(names.length);
    expect(lists).toBeGreaterThan(0);
    expect(new Set(polled)).toEqual(new Set(names));
  });
});
