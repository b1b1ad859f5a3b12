import { describe, expect, it } from '@jest/globals';
import { Code, constantBackoff, OperationsClient } from '../../src/index.js';
import { createPoller, info } from '../support/create-poller.js';
import { name, running, ScriptedTransport } from '../support/scripted.js';
import { useVirtualTime, track } from '../support/virtual-time.js';

const advance = useVirtualTime();

describe('a backoff', () => {
  it.each([0, 1])('of %d ms does not block the event loop, though every response comes at once', async (delayMs) => {
    let [done, polls] = [false, 0];
    const transport = new ScriptedTransport([]);
    transport.getOperation = ({ name }) => {
      if (++polls > 10_000) throw new Error('the poller polls without a pause');
      return Promise.resolve({ name, done });
    };
    const client = new OperationsClient({ transport, polling: { backoff: constantBackoff(delayMs) } });
    setTimeout(() => (done = true), 20);
    const settled = client.poller(name).promise();
    await advance(30);
    await settled;
    expect(polls).toBeGreaterThan(2);
    expect(polls).toBeLessThan(100);
  });
});

describe('toJSON()', () => {
  it("returns a token that resumes the wait with the operation's age", async () => {
    const { poller, client } = createPoller([running]);
    await advance(3_600_000);
    const token: unknown = JSON.parse(JSON.stringify(poller));
    expect(Object.keys(token as object).sort()).toEqual([
      'metadataType',
      'name',
      'responseType',
      'startedAtMs',
      'version',
    ]);
    const transport = new ScriptedTransport([running]);
    const resumed = new OperationsClient({ transport }).resume(token as never, info);
    const controller = new AbortController();
    const seen = track(resumed.promise({ signal: controller.signal }));
    await advance(120_000);
    // At once, then once a minute: not every half second.
    expect(transport.times).toEqual([0, 60_000]);
    controller.abort('enough');
    await advance(0);
    expect(seen.error).toBe('enough');
    await client.close();
  });

  it('returns the same token for a resumed poller', () => {
    const { poller, client } = createPoller([running]);
    const token = poller.toJSON();
    expect(client.resume(token, info).toJSON()).toEqual(token);
  });
});

describe('a poller', () => {
  it('is not a thenable: await returns the poller itself', async () => {
    const { poller } = createPoller([running]);
    expect(await (poller as unknown)).toBe(poller);
  });

  it('cannot be created for an operation that is neither done nor named', () => {
    expect(() => createPoller([running], { from: { name: '', done: false } })).toThrow(
      "Malformed operation '': it is neither done nor named",
    );
  });

  it('rejects its waits when the client is closed, and leaves nothing behind', async () => {
    const { client, poller, transport } = createPoller([running]);
    const seen = track(poller.promise());
    await advance(500);
    await client.close();
    await advance(0);
    expect(seen.error).toMatchObject({ code: 'LRO_REQUEST_FAILED', rpcCode: Code.CANCELLED });
    expect(transport.closed).toBe(true);
  });
});
