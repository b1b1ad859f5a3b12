import { expect, it } from '@jest/globals';
import { Code } from '../../src/index.js';
import { createPoller } from '../support/create-poller.js';
import { failure, running, succeeded } from '../support/scripted.js';
import { useVirtualTime, track } from '../support/virtual-time.js';

const advance = useVirtualTime();

it("with serverWait: 'always' treats a connection that is cut repeatedly as an operation that still runs", async () => {
  const cut = { afterMs: 30_000, then: failure(Code.UNAVAILABLE, { origin: 'transport' }) };
  const { transport, poller } = createPoller([running], {
    waits: [cut, cut, cut, { afterMs: 5000, then: succeeded }],
    polling: {
      serverWait: 'always',
      retry: { maxAttempts: 1 },
    },
  });
  const seen = track(poller.promise());
  await advance(90_000);
  expect(seen).toMatchObject({ value: expect.anything(), settledAtMs: 88_500 });
  // The third one has its own deadline before it is cut: ten seconds after it should have been answered.
  expect(transport.waitTimes).toEqual([0, 30_000, 60_000, 83_500]);
  expect(transport.waits.map(({ timeoutMs }) => timeoutMs)).toEqual([60_000, 27_000, 13_500, 6750]);
});

it("with serverWait: 'always' retries a wait by the poller's own retry codes", async () => {
  const start = (code: Code) => {
    const { poller, transport } = createPoller([running], {
      waits: [failure(code)],
      polling: { serverWait: 'always', retry: { codes: [Code.ABORTED], maxAttempts: 3 } },
    });
    return { seen: track(poller.promise()), transport };
  };
  const [given, other] = [start(Code.ABORTED), start(Code.UNAVAILABLE)];
  await advance(10_000);
  expect(given.transport.waits).toHaveLength(3);
  expect(given.seen.error).toMatchObject({ rpcCode: Code.ABORTED, attempts: 3 });
  expect(other.transport.waits).toHaveLength(1);
  expect(other.seen.error).toMatchObject({ rpcCode: Code.UNAVAILABLE, attempts: 1 });
});
