import { describe, expect, it } from '@jest/globals';
import { Code, constantBackoff, OperationsClient, type PollingEvent, type RawOperation } from '../../src/index.js';
import { createPoller, info } from '../support/create-poller.js';
import { ManualTransport } from '../support/manual-transport.js';
import { at, json, name, running, succeeded } from '../support/scripted.js';
import { track, useVirtualTime } from '../support/virtual-time.js';

const advance = useVirtualTime();
const failed: RawOperation = { name, done: true, error: { code: Code.ABORTED, message: 'as scripted', details: [] } };
const ofAnotherType: RawOperation = {
  name,
  done: true,
  response: { typeUrl: 'type.googleapis.com/test.Other', json: {} },
};

/** A poller whose requests the test settles, and its events. */
function manualPoller() {
  const transport = new ManualTransport();
  const events: PollingEvent[] = [];
  const onEvent = (event: PollingEvent): unknown => events.push(event);
  const backoff = constantBackoff(1000);
  const client = new OperationsClient({ transport, polling: { backoff, onEvent } });
  return { transport, events, client, poller: client.poller(name, info) };
}

describe('A completed operation stays as it is', () => {
  it.each([
    ['a running state', running],
    ['another end', failed],
    ['a response of another type', ofAnotherType],
  ])('although a request that was sent before returns %s', async (_, late) => {
    const { transport, events, poller } = manualPoller();
    const [first, second] = [track(poller.poll()), track(poller.poll())];
    transport.gets[0]!.resolve(succeeded);
    await advance(0);
    const done = poller.operation;
    expect(done).toMatchObject({ response: { ok: true } });
    transport.gets[1]!.resolve(late);
    await advance(0);
    for (const seen of [first, second]) expect(seen.value).toBe(done);
    expect(poller.operation).toBe(done);
    expect(events.map(({ type }) => type)).toEqual(['done']);
  });

  it('although an update has a response of another type', () => {
    const { events, poller } = manualPoller();
    poller.applyUpdate(succeeded);
    const done = poller.operation;
    expect(poller.applyUpdate(ofAnotherType)).toBe(done);
    expect(poller.operation).toBe(done);
    expect(events).toHaveLength(1);
  });
});

describe('A waiter', () => {
  it('never gets an older state after a newer one that another waiter has applied', async () => {
    const { poller } = createPoller([at(10), succeeded]);
    const percents: unknown[][] = [[], []];
    const first = track(
      poller.promise({
        onProgress: ({ metadata }) => {
          percents[0]!.push(metadata?.percent);
          if (metadata?.percent === 10) poller.applyUpdate(at(20));
        },
      }),
    );
    const second = track(poller.promise({ onProgress: ({ metadata }) => percents[1]!.push(metadata?.percent) }));
    await advance(1000);
    for (const seen of [first, second]) expect(seen.value).toBeDefined();
    expect(percents).toEqual([
      [10, 20, undefined],
      [20, undefined],
    ]);
  });

  it('that completes another poller of the same operation leaves it to be counted as updated', async () => {
    const { client } = createPoller([], { polling: { backoff: constantBackoff(Infinity) } });
    const [one, other] = [client.poller(name, info), client.poller(name, info)];
    const seen = [
      track(one.promise({ onProgress: () => void other.applyUpdate(succeeded) })),
      track(other.promise({ onProgress: () => void one.applyUpdate(succeeded) })),
    ];
    await advance(0);
    expect(client.applyUpdate(succeeded)).toBe(2);
    await advance(0);
    for (const { value } of seen) expect(value).toEqual(json({ ok: true }).json);
  });
});
