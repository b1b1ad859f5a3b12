import { describe, expect, it } from '@jest/globals';
import { Code, constantBackoff } from '../../src/index.js';
import { createPoller } from '../support/create-poller.js';
import { failure, name, running, succeeded, type ScriptedWait } from '../support/scripted.js';
import { useVirtualTime, track } from '../support/virtual-time.js';

const advance = useVirtualTime();

describe('a server-side wait', () => {
  it('whose response is not an operation rejects with a MalformedOperationError', async () => {
    const { poller } = createPoller([running], { waits: [null as never] });
    const seen = track(poller.promise());
    await advance(0);
    expect(seen.error).toMatchObject({ code: 'LRO_MALFORMED_OPERATION', operationName: name });
  });

  it('rejects with the error of a backoff that returns no delay after an early return or a failure', async () => {
    for (const answer of [running, failure(Code.UNAVAILABLE)]) {
      let calls = 0;
      const { poller } = createPoller([running], {
        waits: [answer],
        polling: { backoff: () => (calls++ === 0 ? 1000 : NaN) },
      });
      const seen = track(poller.promise());
      await advance(0);
      expect(seen.error).toMatchObject({
        name: 'RangeError',
        message: expect.stringContaining("'backoff()' must be"),
      });
    }
  });

  it('is sent again, and not replaced by a poll, when its timer fires a fraction of a millisecond early', async () => {
    const { transport, poller } = createPoller([running], {
      waits: [running, { afterMs: 20_000, then: succeeded }],
      polling: {
        backoff: constantBackoff(1000.5),
      },
    });
    // Timers take whole milliseconds; the clock has more digits.
    const seen = track(poller.promise());
    await advance(21_001);
    expect(seen.value).toBeDefined();
    expect(transport.waits).toHaveLength(2);
    expect(transport.pollTimes).toEqual([]);
  });

  it('is not sent more often for repeated short waits', async () => {
    const { transport, poller } = createPoller([running], {
      waits: ['hang'],
      polling: { backoff: constantBackoff(60_000) },
    });
    for (let i = 0; i < 100; i++) {
      const seen = track(poller.promise({ totalTimeoutMs: 100 }));
      await advance(100);
      expect(seen.error).toMatchObject({ code: 'LRO_POLLING_TIMEOUT' });
    }
    expect(transport.waits.length + transport.requests.length).toBeLessThanOrEqual(22);
    // A wait a second, and a last poll a second for waits with a time limit.
    const aborted: unknown[] = [];
    for (let i = 0; i < 100; i++) {
      const controller = new AbortController();
      const seen = track(poller.promise({ signal: controller.signal }));
      await advance(1);
      controller.abort(i);
      await advance(0);
      aborted.push(seen.error);
    }
    expect(aborted).toEqual([...Array(100).keys()]);
    expect(transport.waits.length + transport.requests.length).toBeLessThanOrEqual(24);
  });

  it('without a response does not hide a completion that a poll sees', async () => {
    for (const answer of ['hang', { afterMs: 3000, then: failure(Code.UNAVAILABLE) }] as const) {
      const { transport, poller } = createPoller([running, succeeded], {
        waits: [answer],
        polling: { backoff: constantBackoff(60_000) },
      });
      const seen = track(poller.promise());
      await advance(300_000);
      expect(seen.value).toBeDefined();
      // One that was cut off says nothing yet: many a proxy does not like long calls.
      if (answer === 'hang') expect(transport.pollTimes).toEqual([20_000, 90_000]);
      else expect(transport.pollTimes[0]).toBeGreaterThanOrEqual(transport.waitTimes[2]!);
      expect(transport.requests).toHaveLength(2);
    }
  });

  it('that was aborted in the rate limiter does not count as unanswered', async () => {
    const { transport, client, poller } = createPoller([running], {
      waits: [succeeded, 'hang'],
      maxRequestsPerSecond: 0.01,
    });
    track(client.poller('operations/2').promise());
    for (const budget of [20_000, 20_000]) {
      track(poller.promise({ totalTimeoutMs: budget }));
      await advance(budget);
    }
    const controller = new AbortController();
    const last = track(poller.promise({ signal: controller.signal }));
    await advance(165_000);
    expect(transport.waitTimes).toEqual([0, 100_000, 200_000]);
    expect(transport.pollTimes).toEqual([]);
    controller.abort('enough');
    await advance(0);
    expect(last.error).toBe('enough');
  });

  it('without a response within short timeouts does not hide it either', async () => {
    const { poller } = createPoller([succeeded], { waits: ['hang'], polling: { backoff: constantBackoff(60_000) } });
    const seen = [];
    for (let i = 0; i < 3; i++) {
      seen.push(track(poller.promise({ totalTimeoutMs: 10_000 })));
      await advance(10_000);
    }
    expect(seen[1]?.error).toMatchObject({ code: 'LRO_POLLING_TIMEOUT', polls: 0 });
    expect(seen[2]?.value).toBeDefined();
  });

  it('with a response replaces polling again, after any number of unanswered ones', async () => {
    const cut = { afterMs: 10_000, then: failure(Code.UNAVAILABLE) };
    const { transport, poller } = createPoller([running], { waits: [cut, cut, cut, { afterMs: 7000, then: running }] });
    const seen = track(poller.promise({ totalTimeoutMs: 200_000 }));
    await advance(200_000);
    expect(seen.error).toMatchObject({ code: 'LRO_POLLING_TIMEOUT' });
    expect(transport.pollTimes[0]).toBe(20_000);
    expect(transport.pollTimes.at(-1)).toBeLessThanOrEqual(37_000);
    await advance(7000); // until the transport lets go
  });

  it('is replaced by polling after three early returns in a row, not after any three', async () => {
    const kept = { afterMs: 6000, then: running };
    const { transport, poller } = createPoller([running], {
      waits: [running, running, kept, running, running, kept, running, succeeded],
    });
    const seen = track(poller.promise());
    await advance(20_000);
    expect(seen.value).toBeDefined();
    expect(transport.waits).toHaveLength(8);
    expect(transport.requests).toEqual([]);
  });

  it('that is aborted prevents requests for a second: the next wait sends nothing at once', async () => {
    const { transport, poller } = createPoller([running], { waits: ['hang', succeeded] });
    const controller = new AbortController();
    const given = track(poller.promise({ signal: controller.signal }));
    await advance(10);
    controller.abort('enough');
    const seen = track(poller.promise());
    await advance(985);
    expect(given.error).toBe('enough');
    expect([transport.waitTimes, transport.pollTimes]).toEqual([[0], []]);
    await advance(10);
    expect(seen.value).toBeDefined();
    expect(transport.waits).toHaveLength(2);
  });

  it('that repeatedly ends at once does not block the event loop, even without a delay', async () => {
    for (const [answer, wait] of [
      [running, 'always'],
      [failure(Code.UNAVAILABLE), 'auto'],
    ] as const) {
      const { transport, poller } = createPoller([running], {
        waits: [answer],
        polling: { serverWait: wait, backoff: constantBackoff(0) },
      });
      // One that begins within the one before would go on for ever, and no timer would fire.
      const waitOperation = transport.waitOperation!.bind(transport);
      transport.waitOperation = (request) =>
        transport.waits.length > 1000 ? new Promise(() => {}) : waitOperation(request);
      const seen = track(poller.promise({ totalTimeoutMs: 100 }));
      await advance(100);
      expect(seen).toMatchObject({ error: { code: 'LRO_POLLING_TIMEOUT' }, settledAtMs: 100 });
      expect(transport.waits.length).toBeLessThanOrEqual(101);
    }
  });

  it('does not count its time in the rate limiter as time at the server', async () => {
    const answers: ScriptedWait[] = ['hang', failure(Code.UNAVAILABLE), 'hang'];
    const { client, transport } = createPoller([running], { waits: answers, maxRequestsPerSecond: 0.1 });
    const seen = ['operations/1', 'operations/2'].map((name) =>
      track(client.poller(name).promise({ totalTimeoutMs: 100_000 })),
    );
    await advance(100_000);
    for (const { error } of seen) expect(error).toMatchObject({ code: 'LRO_POLLING_TIMEOUT' });
    expect(transport.waitTimes.slice(0, 2)).toEqual([0, 10_000]);
    // What failed at once says nothing about how long the server waits.
    expect(transport.waits[2]?.timeoutMs).toBe(60_000);
  });

  it('has the first deadline of the waiters as its timeout', async () => {
    const { transport, poller } = createPoller([running], { waits: ['hang'] });
    const seen = [5000, 20_000].map((totalTimeoutMs) => track(poller.promise({ totalTimeoutMs })));
    await advance(20_000);
    expect(transport.waits[0]?.timeoutMs).toBe(5000);
    expect(seen.map(({ settledAtMs }) => settledAtMs)).toEqual([5000, 20_000]);
  });

  it("with serverWait: 'always' is retried before the deadline of a waiter, with an event", async () => {
    const { transport, poller, events } = createPoller([running], {
      waits: [failure(Code.UNAVAILABLE)],
      polling: {
        serverWait: 'always',
        retry: { initialDelayMs: 20_000 },
      },
    });
    const seen = track(poller.promise({ totalTimeoutMs: 5000 }));
    await advance(5000);
    expect(seen.error).toMatchObject({ code: 'LRO_POLLING_TIMEOUT' });
    expect(transport.waitTimes).toEqual([0, 4700]);
    expect(events[0]).toMatchObject({ type: 'retry', attempt: 1, delayMs: 4700 });
  });

  it('is retried although the backoff never polls: without a slot, after an early return, while not visible', async () => {
    const never = { backoff: constantBackoff(Infinity), serverWait: 'always' } as const;
    const { client, poller } = createPoller([running], {
      waits: [{ afterMs: 20_000, then: { ...succeeded, name: '' } }],
      polling: never,
      maxConcurrentServerWaits: 1,
    });
    const both = [track(poller.promise()), track(client.poller('operations/2').promise())];
    await advance(41_000);
    expect(both.map(({ settledAtMs }) => settledAtMs)).toEqual([20_000, 40_000]);

    for (const early of [running, failure(Code.NOT_FOUND)]) {
      const { poller, transport } = createPoller([running], {
        waits: [early, succeeded],
        polling: { ...never, notFoundGraceMs: 1000 },
      });
      const seen = track(poller.promise());
      await advance(60_000);
      expect(seen).toMatchObject({ value: expect.anything(), settledAtMs: 60_000 });
      expect(transport.pollTimes).toEqual([]);
    }
  });

  it('that fails with a Retry-After defers the next request for that time, whatever it is', async () => {
    for (const code of [Code.RESOURCE_EXHAUSTED, Code.UNAVAILABLE, Code.PERMISSION_DENIED]) {
      const { transport, poller, events } = createPoller([succeeded], {
        waits: [failure(code, { retryAfterMs: 20_000 }), running],
      });
      const seen = track(poller.promise());
      await advance(19_999);
      expect(transport.waitTimes).toEqual([0]);
      expect(transport.pollTimes).toEqual([]);
      await advance(1);
      expect(transport.waitTimes.length + transport.pollTimes.length).toBe(2);
      expect(events.map(({ type }) => type).slice(0, 2)).toEqual(['wait-failed', 'retry-after']);
      await advance(4000);
      expect(seen.value).toBeDefined();
    }
  });

  it('that returns a Retry-After after a long time is not sent again sooner', async () => {
    const { transport, poller } = createPoller([running], {
      waits: [
        { afterMs: 10_000, then: { ...running, retryAfterMs: 7000 } },
        { afterMs: 5, then: succeeded },
      ],
      polling: { backoff: constantBackoff(60_000) },
    });
    const seen = track(poller.promise());
    await advance(17_005);
    expect(transport.waitTimes).toEqual([0, 17_000]);
    expect(seen.value).toBeDefined();
  });

  it('releases its slot however it ends: by a response, a failure, a deadline, an abort, a timeout, an update', async () => {
    const ends: [
      ScriptedWait,
      (poller: ReturnType<typeof createPoller>['poller'], controller: AbortController) => void,
    ][] = [
      [running, () => {}],
      [failure(Code.UNAVAILABLE), () => {}],
      [failure(Code.PERMISSION_DENIED), () => {}],
      ['hang', () => {}],
      ['hang', (_, controller) => controller.abort('enough')],
      ['hang', (poller) => poller.applyUpdate(succeeded)],
      ['hang', (poller) => void poller.poll()],
    ];
    for (const [answer, act] of ends) {
      const { client, transport, poller } = createPoller([succeeded], {
        waits: [answer, 'hang'],
        maxConcurrentServerWaits: 1,
      });
      const controller = new AbortController();
      const seen = track(poller.promise({ signal: controller.signal, totalTimeoutMs: 200_000 }));
      await advance(10);
      act(poller, controller);
      await advance(200_000);
      expect(seen.settledAtMs).toBeDefined();
      // PERMISSION_DENIED is remembered; all else leaves the place to the next.
      const opened = transport.waits.length;
      const next = client.poller('operations/2', undefined, { serverWait: 'always' });
      const other = track(next.promise({ totalTimeoutMs: 500 }));
      await advance(0);
      expect(transport.waits).toHaveLength(opened + 1);
      await advance(500);
      expect(other.error).toMatchObject({ code: 'LRO_POLLING_TIMEOUT' });
    }
  });

  it("with serverWait: 'always' rejects after the retry policy's time of failures", async () => {
    const { poller } = createPoller([running], {
      waits: [failure(Code.UNAVAILABLE)],
      polling: { serverWait: 'always' },
    });
    const seen = track(poller.promise());
    await advance(599_999);
    expect(seen).toEqual({});
    await advance(1);
    expect(seen.error).toMatchObject({ rpcCode: Code.UNAVAILABLE });

    const { poller: impatient } = createPoller([running], {
      waits: [failure(Code.INTERNAL)],
      polling: {
        serverWait: 'always',
        retry: { maxAttempts: 5 },
      },
    });
    const refused = track(impatient.promise());
    await advance(8000);
    expect(refused.error).toMatchObject({ rpcCode: Code.INTERNAL, attempts: 5 });
  });
});
