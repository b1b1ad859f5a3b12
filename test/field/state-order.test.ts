import { describe, expect, it } from '@jest/globals';
import '../../src/coalescing/coalescer.js';
import { Code, constantBackoff, OperationsClient, type RawOperation } from '../../src/index.js';
import { ManualTransport } from '../support/manual-transport.js';
import { failure, json, name, running, ScriptedTransport, succeeded } from '../support/scripted.js';
import { track, useVirtualTime } from '../support/virtual-time.js';

const advance = useVirtualTime();

describe('a list', () => {
  const step = (operation: string, value: number, done = false): RawOperation => ({
    name: `projects/p/operations/${operation}`,
    done,
    metadata: json({ step: value }),
    ...(done && { response: json({ ok: true }) }),
  });

  it.each([
    ['does not put back a state that was requested after it', 4, false, [5]],
    ['brings a state that was requested before it forward', 6, false, [5, 6]],
    ['always brings the end', 4, true, [5, 4]],
  ])('%s', async (_, listed, done, expected) => {
    const transport = new ManualTransport();
    const polling = { backoff: constantBackoff(60_000) };
    const client = new OperationsClient({ transport, coalesce: true, polling });
    const seen: unknown[] = [];
    const stepOf = (metadata: unknown) => (metadata as { json: { step: number } } | undefined)?.json.step;
    const first = client.poller(step('a', 5));
    const wait = track(first.promise({ onProgress: ({ metadata }) => seen.push(stepOf(metadata)) }));
    for (const one of ['b', 'c', 'd'])
      client
        .poller(`projects/p/operations/${one}`)
        .promise()
        .catch(() => undefined);
    await advance(10);
    expect(transport.lists).toHaveLength(1);
    if (listed < 5 && !done) {
      const polled = track(first.poll());
      await advance(10);
      transport.gets[0]!.resolve(step('a', 5));
      await advance(10);
      expect(polled).toHaveProperty('value');
    }
    const operations = [step('a', listed, done), ...['b', 'c', 'd'].map((one) => step(one, 1))];
    transport.lists[0]!.resolve({ operations, nextPageToken: '', unreachable: [] });
    await advance(10);
    expect(seen).toEqual(expected);
    expect(wait).toEqual(done ? expect.objectContaining({ value: json({ ok: true }) }) : {});
    await client.close();
    await advance(0);
  });
});

describe('cancel()', () => {
  it.each([
    [Code.UNAVAILABLE, 60_000],
    [Code.FAILED_PRECONDITION, 0],
    [Code.NOT_FOUND, 0],
  ])('resolves if the operation is known to be done by the time that it fails: code %d', async (code, afterMs) => {
    const transport = new ScriptedTransport([running, succeeded]);
    const refuse = async () => {
      await new Promise((resolve) => setTimeout(resolve, 500));
      throw failure(code);
    };
    const client = new OperationsClient({
      transport: Object.assign(transport, { cancelOperation: refuse }),
      polling: { backoff: constantBackoff(100) },
    });
    const poller = client.poller(name);
    const wait = track(poller.promise());
    await advance(0);
    const cancelled = track(poller.cancel());
    await advance(500 + 2 * afterMs);
    expect(wait).toHaveProperty('value');
    expect(cancelled).toMatchObject({ value: undefined });
    expect(cancelled.settledAtMs).toBeGreaterThanOrEqual(500);
  });

  it('rejects with what the server said of an operation that runs', async () => {
    const refused = failure(Code.PERMISSION_DENIED);
    const transport = Object.assign(new ScriptedTransport([running]), {
      cancelOperation: () => Promise.reject(refused),
    });
    const cancelled = track(new OperationsClient({ transport: transport }).poller(name).cancel());
    await advance(0);
    expect(cancelled.error).toBe(refused);
  });
});
