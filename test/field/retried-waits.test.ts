import { expect, it } from '@jest/globals';
import { Code, constantBackoff, OperationsClient, type CallOptions, type PollingEvent } from '../../src/index.js';
import { at, failure, name, succeeded } from '../support/scripted.js';
import { track, useVirtualTime } from '../support/virtual-time.js';

const advance = useVirtualTime();
const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

it("with serverWait: 'always' a server-side wait that is retried changes nothing about a poll under way", async () => {
  const deadlines: unknown[] = [];
  const transport = {
    getOperation: async (_: object, { timeoutMs }: CallOptions) => {
      deadlines.push(timeoutMs);
      await sleep(500);
      return at(10 * deadlines.length);
    },
    waitOperation: async () => {
      await sleep(deadlines.length < 4 ? 200 : 5000);
      if (deadlines.length < 4) throw failure(Code.UNAVAILABLE);
      return succeeded;
    },
  };
  const seen: unknown[] = [];
  const polls: number[] = [];
  const onEvent = (event: PollingEvent) => {
    if (event.type === 'poll') polls.push(event.tookMs);
  };
  const polling = { serverWait: 'always' as const, backoff: constantBackoff(1000), onEvent };
  const client = new OperationsClient({ transport: transport as never, polling });
  const onProgress = ({ metadata }: { metadata: unknown }) =>
    seen.push((metadata as { json: { percent: number } } | undefined)?.json.percent);
  const wait = track(client.poller(name).promise({ onProgress }));
  await advance(30_000);
  expect(wait).toHaveProperty('value');
  expect(seen.slice(0, 4)).toEqual([10, 20, 30, 40]);
  expect(new Set(polls)).toEqual(new Set([500]));
  expect(new Set(deadlines)).toEqual(new Set([15_000]));
});
