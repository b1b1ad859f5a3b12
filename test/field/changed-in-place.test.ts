import { expect, it } from '@jest/globals';
import { constantBackoff, OperationsClient } from '../../src/index.js';
import { waitFor } from '../../src/wait-for/index.js';
import { name } from '../support/scripted.js';
import { track, useVirtualTime } from '../support/virtual-time.js';

const advance = useVirtualTime();
const backoff = constantBackoff(100);

const shared = { percent: 0 };
const bytes = new Uint8Array(1);

it.each([
  ['the metadata', (metadata: object) => metadata],
  ['their JSON', () => ({ typeUrl: 'x/test.Thing', json: shared })],
  ['their bytes', () => ({ typeUrl: 'x/test.Thing', value: bytes })],
  ['their bytes and JSON', () => ({ typeUrl: 'x/test.Thing', value: bytes, json: shared })],
])('tells each state of a transport that changes one object: %s', async (_, metadataOf) => {
  let requests = 0;
  const metadata = { typeUrl: 'x/test.Thing', json: shared };
  const getOperation = () => {
    shared.percent = bytes[0] = ++requests;
    return Promise.resolve({ name, done: requests === 4, metadata: metadataOf(metadata) });
  };
  const client = new OperationsClient({ transport: { getOperation } as never, polling: { backoff } });
  const seen: unknown[] = [];
  const wait = track(client.poller(name).promise({ onProgress: () => seen.push(requests) }));
  await advance(1000);
  expect(wait).toHaveProperty('value');
  expect(seen).toEqual([1, 2, 3, 4]);
});

it('tells nothing where only the objects are new', async () => {
  let requests = 0;
  const getOperation = () => {
    const metadata = { typeUrl: 'x/test.Thing', value: new Uint8Array([7]), json: { percent: 7 } };
    return Promise.resolve({ name, done: ++requests === 4, metadata });
  };
  const client = new OperationsClient({ transport: { getOperation } as never, polling: { backoff } });
  const seen: unknown[] = [];
  const wait = track(client.poller(name).promise({ onProgress: () => seen.push(requests) }));
  await advance(1000);
  expect(wait).toHaveProperty('value');
  expect(seen).toEqual([1, 4]);
});

it('tells each state of a resource that waitFor() gets as one object', async () => {
  const job = { name: 'jobs/7', done: false, metadata: { step: 0 }, response: 'result' };
  const get = () => {
    job.done = ++job.metadata.step === 4;
    return Promise.resolve(job);
  };
  const seen: unknown[] = [];
  const onProgress = ({ metadata }: { metadata: { step: number } | undefined }) => seen.push(metadata?.step);
  const wait = track(waitFor(get, 'jobs/7', { backoff, onProgress }));
  await advance(1000);
  expect(wait.value).toBe('result');
  expect(seen).toEqual([1, 2, 3, 4]);
});
