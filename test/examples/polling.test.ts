import { describe, expect, it, jest } from '@jest/globals';
import { EventEmitter } from 'node:events';
import { Code } from 'longrunning';
import * as events from '../../docs/examples/events.js';
import * as polling from '../../docs/examples/polling.js';
import * as pushes from '../../docs/examples/pushes.js';
import { agentUri, response, run, emulate, printed } from './support.js';

describe('polling.ts', () => {
  it('configures a client and a poller', async () => {
    const { name, transport } = emulate({ durationMs: 30_000, response });
    const client = polling.settings(transport);
    await run(polling.each(client, name));
    await client.close();
  });

  it('has a custom backoff', () => {
    const state = { attempt: 1, jitter: 0 };
    expect(polling.twoSpeeds({ ...state, ageMs: 59_999 })).toBe(10_000);
    expect(polling.twoSpeeds({ ...state, ageMs: 60_000 })).toBe(120_000);
    expect(polling.eager({ ...state, ageMs: 100_000 })).toBe(5_000);
    expect(polling.eager({ ...state, ageMs: 3_600_000 })).toBe(20_000);
  });

  it('waits at the server, once', async () => {
    const { name, client } = emulate({ durationMs: 60_000, response });
    await run(polling.waitOnce(client, name), 40_000);
    await run(polling.waitOnce(client, name), 40_000);
    expect(printed).toEqual([[false], [true]]);
  });

  it('waits for an operation that the service cannot find yet', async () => {
    const { name, client } = emulate({ durationMs: 30_000, visibleAfterMs: 10_000, response });
    await run(polling.patient(client, name).promise());
    const early = emulate({ durationMs: 30_000, visibleAfterMs: 10_000, response });
    await expect(run(early.client.poller(early.name).promise())).rejects.toMatchObject({ rpcCode: Code.NOT_FOUND });
  });
});

describe('events.ts', () => {
  it('logs what the poller does', async () => {
    const { emulator, name, client } = emulate({ durationMs: 2000, response });
    emulator.injectFault({ method: 'waitOperation', status: { code: Code.UNIMPLEMENTED } });
    emulator.injectFault({ method: 'getOperation', status: { code: Code.UNAVAILABLE }, retryAfterMs: 1000 });
    await run(events.main(client, name));
    expect(printed.slice(0, 3)).toEqual([
      [name, 'wait-failed', 'the service does not wait; polling'],
      [name, 'retry', 'UNAVAILABLE, attempt 1; again in 1.0 s'],
      [name, 'poll', expect.stringMatching(/^still running at 1\.0 s; response after 0\.0 s$/)],
    ]);
    expect(printed.slice(-2)).toEqual([
      [name, 'poll', expect.stringMatching(/^done at 2\.\d s; response after 0\.0 s$/)],
      [name, 'done', expect.stringMatching(/^response after \d polls$/)],
    ]);
  });
});

describe('pushes.ts', () => {
  it('applies pushed updates, with a poll now and then', async () => {
    const { emulator, name, client } = emulate({ durationMs: Infinity });
    const subscription = new EventEmitter();
    const acknowledge = jest.fn();
    const push = (state: object): void => {
      subscription.emit('message', { data: Buffer.from(JSON.stringify(state)), ack: acknowledge });
    };
    const waiting = run(pushes.main(client, name, subscription), 1000);
    push({ name: 'operations/another' });
    push({ name, metadata: { '@type': 'type.googleapis.com/google.protobuf.Struct', value: { progressPercent: 50 } } });
    push({ name, metadata: { '@type': 'type.googleapis.com/google.protobuf.Struct', value: { progressPercent: 20 } } });
    push({ name, done: true, response: { '@type': response.typeUrl, agentUri } });
    await waiting;
    expect(printed).toEqual([['not taken:', expect.any(RangeError)], [agentUri]]);
    expect(acknowledge).toHaveBeenCalledTimes(4);
    expect(emulator.calls.length).toBeLessThanOrEqual(1);
  });

  it('sends nothing with pushed updates only', async () => {
    const { emulator, name, client } = emulate({ durationMs: Infinity });
    await expect(run(pushes.alone(client, name), 3_600_000)).rejects.toMatchObject({ code: 'LRO_POLLING_TIMEOUT' });
    expect(emulator.calls).toHaveLength(0);
  });
});
