import { describe, expect, it, jest } from '@jest/globals';
import { Code, constantBackoff, OperationsClient } from '../../src/index.js';
import { createPoller } from '../support/create-poller.js';
import { failure, name, running, ScriptedTransport, succeeded } from '../support/scripted.js';
import { useVirtualTime, track } from '../support/virtual-time.js';

const advance = useVirtualTime();

describe('a waiter that was aborted', () => {
  it('is not called again, not even with the state during which another waiter aborted it', async () => {
    const client = new OperationsClient({ transport: new ScriptedTransport([]), polling: { serverWait: 'never' } });
    const poller = client.poller(running, undefined, { backoff: constantBackoff(Infinity) });
    const controllers = [new AbortController(), new AbortController()] as const;
    const heard: string[] = [];
    const waits = controllers.map(({ signal }, i) =>
      track(
        poller.promise({
          signal,
          onProgress: ({ metadata }) => {
            if (!metadata) return;
            heard.push(String(i));
            for (const controller of controllers) controller.abort(`by ${i}`);
          },
        }),
      ),
    );
    poller.applyUpdate({ ...running, metadata: { typeUrl: 'x/y', json: {} } });
    await advance(0);
    expect(heard).toEqual(['0']);
    expect(waits.map(({ error }) => error)).toEqual(['by 0', 'by 0']);
  });

  it('is not called with a response at the same time, nor is a waiter that starts then, after a retry', async () => {
    for (const answer of [running, failure(Code.PERMISSION_DENIED), failure(Code.UNAVAILABLE)]) {
      for (let steps = 0; steps < 12; steps++) {
        const { poller, transport, events } = createPoller([failure(Code.UNAVAILABLE), answer, 'hang'], {
          waits: [],
          polling: {
            serverWait: 'never',
          },
        });
        const controller = new AbortController();
        const waits = [track(poller.promise({ signal: controller.signal }))];
        const getOperation = transport.getOperation.bind(transport);
        transport.getOperation = async (request, options) => {
          const asked = getOperation(request, options);
          if (transport.requests.length === 2) void leave(asked);
          return asked;
        };
        const leave = async (asked: Promise<unknown>): Promise<void> => {
          await asked.catch(() => undefined);
          for (let step = 0; step < steps; step++) await Promise.resolve();
          events.length = 0;
          controller.abort('enough');
          waits.push(track(poller.promise()));
        };
        await advance(500);
        expect(waits[0]?.settledAtMs).toBe(500);
        expect(waits[1]).toEqual({});
        expect(events).toEqual([]);
        poller.applyUpdate(succeeded);
        await advance(0);
        expect(waits[1]?.value).toBeDefined();
      }
    }
  });

  it('by its onEvent for a failed request leaves no retry timer', async () => {
    const controller = new AbortController();
    const { poller, transport } = createPoller([failure(Code.UNAVAILABLE)], {
      waits: [],
      polling: {
        serverWait: 'never',
        onEvent: ({ type }) => type === 'retry' && controller.abort('enough'),
      },
    });
    const seen = track(poller.promise({ signal: controller.signal }));
    await advance(0);
    expect(seen.error).toBe('enough');
    expect(jest.getTimerCount()).toBe(0);
    await advance(60_000);
    expect(transport.requests).toHaveLength(1);
  });

  it('does not fail a waiter that starts at the same time', async () => {
    for (const waitable of [true, false]) {
      const transport = waitable
        ? new ScriptedTransport(['hang', succeeded], { waits: ['hang', succeeded] })
        : new ScriptedTransport(['hang', succeeded]);
      const client = new OperationsClient({ transport, polling: { backoff: constantBackoff(1000) } });
      const poller = client.poller(name);
      const controller = new AbortController();
      const left = track(poller.promise({ signal: controller.signal }));
      await advance(10);
      controller.abort('enough');
      const stays = track(poller.promise());
      await advance(1000);
      expect(left.error).toBe('enough');
      expect(stays.value).toBeDefined();
    }
  });
});
