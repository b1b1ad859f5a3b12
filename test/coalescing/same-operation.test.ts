import { expect, it, jest } from '@jest/globals';
import { constantBackoff, OperationsClient, type OperationsTransport, type RawOperation } from '../../src/index.js';
import '../../src/coalescing/coalescer.js';
import { nameOf } from '../support/listed-service.js';
import { track, useVirtualTime } from '../support/virtual-time.js';

const advance = useVirtualTime();
const indexes = [0, 1, 2, 3, 4, 5];

it('a list ends the poll of an operation that has got another poller since the list was requested', async () => {
  const raw = (index: number): RawOperation => ({ name: nameOf(index), done: false });
  const client = new OperationsClient({
    transport: {
      getOperation: jest.fn<OperationsTransport['getOperation']>(),
      close: () => Promise.resolve(),
      listOperations: () => {
        // It has a state, and polls later.
        if (++lists === 2) track(client.poller(raw(0)).promise());
        return Promise.resolve({ operations: indexes.map(raw), nextPageToken: '', unreachable: [] });
      },
    } as Partial<OperationsTransport> as OperationsTransport,
    coalesce: true,
    polling: { backoff: constantBackoff(10_000), onEvent: ({ type, name }) => events.push(`${type} ${name}`) },
  });
  let lists = 0;
  const events: string[] = [];
  for (const index of indexes) track(client.poller(nameOf(index)).promise());
  await advance(5000);
  events.length = 0;
  await advance(6000);
  await client.close();
  expect(lists).toBe(2);
  expect(events).toEqual(indexes.map((index) => `poll ${nameOf(index)}`));
});
