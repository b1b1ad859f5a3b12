import { describe, expect, it } from '@jest/globals';
import {
  Code,
  constantBackoff,
  OperationsClient,
  type OperationsClientOptions,
  type RawOperation,
} from '../../src/index.js';
import { failure, running } from '../support/scripted.js';
import { track, useVirtualTime } from '../support/virtual-time.js';

// What a request goes through in the queue of `maxRequestsPerSecond`.

const advance = useVirtualTime();

/** A client whose GetOperation is a function of the name and the number of the request, from 0. */
function clientOf(
  respond: (name: string, request: number) => RawOperation | Promise<RawOperation>,
  options: Partial<OperationsClientOptions>,
) {
  const startMs = performance.now();
  const sent: { readonly name: string; readonly atMs: number }[] = [];
  const transport = {
    getOperation: async ({ name }: { name: string }) => {
      sent.push({ name, atMs: performance.now() - startMs });
      return respond(name, sent.length - 1);
    },
    listOperations: () => Promise.reject(failure(Code.UNIMPLEMENTED)),
    close: () => Promise.resolve(),
  };
  return { client: new OperationsClient({ transport: transport as never, ...options }), sent };
}

const succeed = (name: string): RawOperation => ({ name, done: true });
const namesOf = (collection: string, count: number) => Array.from({ length: count }, (_, i) => `${collection}/${i}`);
const inSpan = (sent: readonly { atMs: number }[], fromMs: number, toMs: number) =>
  sent.filter(({ atMs }) => atMs >= fromMs && atMs < toMs).length;

describe('a client with maxRequestsPerSecond', () => {
  it.each([0.01, 1, 50])('sends no two requests at once, neither first nor after a pause: %d', async (perSecond) => {
    const intervalMs = 1000 / perSecond;
    const { client, sent } = clientOf(succeed, { maxRequestsPerSecond: perSecond });
    const poll = (names: string[]) => track(Promise.all(names.map((name) => client.poller(name).promise())));
    poll(namesOf('first', 3));
    await advance(10 * intervalMs);
    poll(namesOf('second', 3));
    await advance(10 * intervalMs);
    expect(sent.map(({ atMs }) => atMs / intervalMs)).toEqual([0, 1, 2, 10, 11, 12]);
  });

  it('lets calls that keep failing not starve the others', async () => {
    const respond = (name: string) =>
      name.startsWith('bad') ? Promise.reject(failure(Code.UNAVAILABLE)) : succeed(name);
    const { client } = clientOf(respond, { maxRequestsPerSecond: 1 });
    const bad = namesOf('bad', 60).map((name) => track(client.poller(name).promise()));
    await advance(150_000);
    const good = track(Promise.all(namesOf('good', 5).map((name) => client.poller(name).promise())));
    await advance(70_000);
    // Sixty requests at most are before them.
    expect(good.value).toHaveLength(5);
    await client.close();
    await advance(0);
    expect(bad.every(({ error }) => error)).toBe(true);
  });

  it.each([false, true])('does not count the time in the queue as time of failing, coalesced: %s', async (coalesce) => {
    const failed = new Set<string>();
    const respond = (name: string) => {
      if (failed.has(name)) return succeed(name);
      failed.add(name);
      return Promise.reject(failure(Code.UNAVAILABLE));
    };
    // Each request waits for a minute, and then fails at once.
    const { client, sent } = clientOf(respond, { coalesce, maxRequestsPerSecond: 1, retry: { maxElapsedMs: 5000 } });
    const all = track(Promise.all(namesOf('projects/p/operations', 60).map((name) => client.poller(name).promise())));
    await advance(200_000);
    expect(all.error).toBeUndefined();
    expect(all.value).toHaveLength(60);
    expect(sent).toHaveLength(120);
  });

  it('halves the rate once for a quota that was used up, however late the refusals come', async () => {
    // All requests of the first five seconds are refused, each after five seconds.
    const respond = async (_: string, request: number) => {
      await new Promise((resolve) => setTimeout(resolve, 5000));
      if (request < 50) throw failure(Code.RESOURCE_EXHAUSTED);
      return running;
    };
    const polling = { backoff: constantBackoff(100) };
    const { client, sent } = clientOf(respond, { maxRequestsPerSecond: 10, polling });
    const all = namesOf('operations', 200).map((name) => track(client.poller(name).promise()));
    await advance(60_000);
    expect(inSpan(sent, 0, 5000)).toBe(50);
    expect(inSpan(sent, 20_000, 50_000)).toBeGreaterThanOrEqual(148);
    await client.close();
    await advance(5000);
    expect(all.every(({ error }) => error)).toBe(true);
  });
});
