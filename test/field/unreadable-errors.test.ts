import { expect, it } from '@jest/globals';
import { OperationsClient } from '../../src/index.js';
import { name } from '../support/scripted.js';
import { track, useVirtualTime } from '../support/virtual-time.js';

const advance = useVirtualTime();
const brand = { [Symbol.for('longrunning.LROError')]: true };
const throwing = (field: string, of: object = {}) =>
  Object.defineProperty({ ...brand, ...of }, field, {
    get() {
      throw new Error('a field that throws');
    },
  });

// As from another copy of the package, through a proxy or a membrane.
it.each([
  ['without a code', { ...brand }],
  ['without a status', { ...brand, code: 'LRO_REQUEST_FAILED' }],
  ['with nothing but a code that is retried', { ...brand, code: 'LRO_REQUEST_FAILED', rpcCode: 14 }],
  ['with nothing but a code of a quota', { ...brand, code: 'LRO_REQUEST_FAILED', rpcCode: 8 }],
  ['whose code throws', throwing('code')],
  ['whose status code throws', throwing('rpcCode', { code: 'LRO_REQUEST_FAILED' })],
  ['whose retry delay throws', throwing('retryAfterMs', { code: 'LRO_REQUEST_FAILED', rpcCode: 14 })],
])('ends waits and calls with an error when the transport rejects with an error %s', async (_, error) => {
  for (const options of [{}, { maxRequestsPerSecond: 10 }, { coalesce: true }]) {
    const fail = () => Promise.reject(error);
    const transport = { getOperation: fail, waitOperation: fail, listOperations: fail, close: () => Promise.resolve() };
    const client = new OperationsClient({ transport: transport as never, retry: { maxElapsedMs: 2000 }, ...options });
    const names = [name, 'operations/2', 'operations/3'];
    const waits = names.map((one) => track(client.poller(one).promise()));
    const call = track(client.getOperation({ name }));
    const always = track(client.poller(name, undefined, { serverWait: 'always' }).promise());
    await advance(60_000);
    for (const seen of [...waits, call, always]) expect(seen).toHaveProperty('error');
  }
});
