import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { customOperations } from '../../src/custom/index.js';
import { OperationsClient, type PollingOptions } from '../../src/index.js';
import { nextPollDelayMs } from '../../src/schedule/index.js';
import { createPoller } from '../support/create-poller.js';
import { at, succeeded } from '../support/scripted.js';
import { ListedService, nameOf } from '../support/listed-service.js';
import '../../src/coalescing/coalescer.js';

/** An async function in place of one that returns a value. JavaScript callers have no type check. */
const rejects = (() => Promise.reject(new Error('of the callback'))) as never;

describe('a callback that returns a promise that rejects leaves no unhandled rejection', () => {
  const unhandled: unknown[] = [];
  const collect = (error: unknown): void => void unhandled.push(error);
  beforeEach(() => void process.on('unhandledRejection', collect));
  afterEach(async () => {
    // Node reports it after the microtasks.
    await new Promise((resolve) => setImmediate(resolve));
    process.off('unhandledRejection', collect);
    expect(unhandled.splice(0)).toEqual([]);
  });

  const rule = "Cannot poll as 'backoff()' must be a number of at least 0: current value is an object";

  it('backoff', () => {
    const options: PollingOptions = { backoff: rejects };
    expect(() => createPoller([succeeded], { options })).toThrow(new TypeError(rule));
  });

  it('backoff of nextPollDelayMs()', () => {
    const token = { version: 1, name: 'operations/1', startedAtMs: 0 } as const;
    expect(() => nextPollDelayMs(token, { backoff: rejects })).toThrow(TypeError);
  });

  it('readProgress', async () => {
    const { poller } = createPoller([at(1), succeeded], { options: { readProgress: rejects, backoff: () => 1 } });
    await expect(poller.promise()).resolves.toBeDefined();
  });

  it('onEvent', async () => {
    const { poller } = createPoller([at(1), succeeded], { options: { onEvent: rejects, backoff: () => 1 } });
    await expect(poller.promise()).resolves.toBeDefined();
  });

  it('parentOf', async () => {
    const client = new OperationsClient({ transport: new ListedService([0]), coalesce: { parentOf: rejects } });
    await client.poller(nameOf(0)).promise();
    await client.close();
  });

  it('pollAfterMs', async () => {
    let polls = 0;
    const client = customOperations({
      get: () => Promise.resolve({ id: '1', status: polls++ === 0 ? 'running' : 'done' }),
      name: ({ id }) => id,
      done: ({ status }) => status === 'done',
      pollAfterMs: rejects,
    });
    await client.poller('1', { backoff: () => 1 }).promise();
    await client.close();
  });
});
