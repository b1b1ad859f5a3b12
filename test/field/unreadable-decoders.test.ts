import { describe, expect, it } from '@jest/globals';
import { anyType, OperationsClient, operationInfo } from '../../src/index.js';
import { json, name, ScriptedTransport, succeeded } from '../support/scripted.js';
import { track, useVirtualTime } from '../support/virtual-time.js';

const advance = useVirtualTime();
const unreadable: [string, unknown][] = [
  ['an object without a prototype', Object.create(null)],
  ['an object whose toString is no function', { toString: null }],
  [
    'an Error whose message throws',
    Object.defineProperty(new Error('outer'), 'message', {
      get() {
        throw new Error('inner');
      },
    }),
  ],
  [
    'a proxy that throws',
    new Proxy(Object.create(null) as object, {
      getPrototypeOf() {
        throw new Error('no');
      },
    }),
  ],
];

describe.each(unreadable)('a decoder that throws %s', (_, thrown) => {
  const decoder = {
    decode() {
      throw thrown;
    },
  };
  const metadata = json({ percent: 100 });
  const clientOf = () => new OperationsClient({ transport: new ScriptedTransport([{ ...succeeded, metadata }]) });

  it('of the response fails the wait as an UnpackError, and the operation is known to be done', async () => {
    const poller = clientOf().poller(name, operationInfo({ response: decoder }));
    const wait = track(poller.promise());
    await advance(1000);
    expect(wait.error).toMatchObject({ code: 'LRO_UNPACK_FAILED', metadata, raw: { done: true } });
    expect(String(wait.error)).toMatch(/an error that cannot be read$/);
    expect(poller.operation).toMatchObject({ done: true, metadata });
  });

  it('of the metadata does not fail the wait', async () => {
    const poller = clientOf().poller(name, operationInfo({ response: anyType, metadata: decoder }));
    const wait = track(poller.pollUntilDone());
    await advance(1000);
    expect(wait.value).toMatchObject({ done: true, metadataError: { code: 'LRO_UNPACK_FAILED', field: 'metadata' } });
  });
});
