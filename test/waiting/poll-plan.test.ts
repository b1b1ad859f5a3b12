import { describe, expect, it, jest } from '@jest/globals';
import { Code, constantBackoff, OperationsClient, type Operation, type PollingOptions } from '../../src/index.js';
import { requestError } from '../../src/errors.js';
import { defaultPollingSettings } from '../../src/polling/settings.js';
import { LongPoll } from '../../src/waiting/long-poll.js';
import { PollPlan } from '../../src/waiting/poll-plan.js';
import { WaitSupport } from '../../src/waiting/wait-support.js';
import { fc } from '../support/fast-check.js';
import { name, running, ScriptedTransport } from '../support/scripted.js';
import { useVirtualTime, track } from '../support/virtual-time.js';

// The plan alone: no timers, no transport, no promises.

const state = { name, done: false, metadata: undefined, raw: running } as Operation<unknown, unknown>;

const noLoops = { activeLoops: { size: 0 }, alignmentTolerance: 0 };

function makePlan(polling: PollingOptions = {}, maxWaits?: number) {
  const settings = defaultPollingSettings(undefined, { backoff: constantBackoff(1000), ...polling }, noLoops);
  const support = new WaitSupport(maxWaits ?? 1);
  const longPoll = maxWaits === undefined ? undefined : new LongPoll(support, polling.serverWait === 'always');
  return { plan: new PollPlan(settings, longPoll, 0, 0), support, longPoll };
}
const failure = (code: Code) => requestError({ method: 'WaitOperation', name }, code, 'no');

describe('a plan', () => {
  it('polls at once, then on schedule, counted from when the poll was sent', () => {
    const { plan } = makePlan();
    expect(plan.takeDue(0)).toMatchObject({ waitTimeoutMs: 0, sendPoll: true, wakeMs: Infinity });
    plan.onPollResponse(0, 40);
    plan.observed(state, 0, 40);
    expect(plan.wakeMs).toBe(1000);
    expect(plan.takeDue(999)).toMatchObject({ waitTimeoutMs: 0, sendPoll: false, wakeMs: 1000 });
    expect(plan.takeDue(1000)).toMatchObject({ waitTimeoutMs: 0, sendPoll: true, wakeMs: Infinity });
  });

  it('polls a last time before the first deadline', () => {
    const { plan } = makePlan({ backoff: constantBackoff(60_000) });
    plan.waitersChanged([10_000, 20_000].map((deadlineMs) => ({ deadlineMs, wantsProgress: false })));
    plan.takeDue(0);
    plan.onPollResponse(0, 100);
    plan.observed(state, 0, 100);
    expect(plan.wakeMs).toBe(9700); // three round trips before it
    expect(plan.takeDue(9700)).toMatchObject({ sendPoll: true, wakeMs: 10_000 });
    expect(plan.pollTimeoutMs(9700)).toBe(10_300); // as long as the other waits
  });

  it('waits at the server, and polls meanwhile only for waiters that want progress', () => {
    const { plan } = makePlan({}, 1);
    expect(plan.takeDue(0)).toMatchObject({ waitTimeoutMs: 60_000, sendPoll: false, wakeMs: Infinity });
    plan.waitersChanged([{ deadlineMs: Infinity, wantsProgress: true }]);
    expect(plan.takeDue(5)).toMatchObject({ waitTimeoutMs: 0, sendPoll: true, wakeMs: Infinity });
  });

  it('learns from a poll whether WaitOperation itself failed', () => {
    const { plan, support } = makePlan({}, 1);
    plan.takeDue(0);
    expect(plan.onWaitFailure(failure(Code.PERMISSION_DENIED), 0, 10)).toBe(true);
    expect(support.isSupported).toBe(true);
    expect(plan.takeDue(10)).toMatchObject({ waitTimeoutMs: 0, sendPoll: true });
    plan.onPollResponse(10, 20);
    expect(support.isSupported).toBe(false);
  });

  it('restarts the age after a reset, whatever the metadata says', () => {
    const backoff = jest.fn(({ ageMs }: { ageMs: number }) => 500 + ageMs / 4);
    const { plan } = makePlan({ backoff });
    const json = { createTime: new Date(Date.now() - 3_600_000).toISOString() };
    const metadata = { typeUrl: '', json };
    plan.onResponse(0);
    plan.observed({ ...state, metadata, raw: { ...running, metadata } }, 0, 0);
    expect(backoff.mock.lastCall![0].ageMs).toBe(10_000);
    plan.reset(1000, -1);
    expect(backoff.mock.lastCall![0].ageMs).toBe(0);
  });

  it('stays consistent for any sequence of events', () => {
    const happening = fc.record({
      afterMs: fc.nat(20_000),
      what: fc.constantFrom('answer', 'fail', 'cancel', 'update', 'reset', 'demand', 'retry-after', 'throw'),
      code: fc.constantFrom(Code.UNAVAILABLE, Code.NOT_FOUND, Code.UNIMPLEMENTED, Code.DEADLINE_EXCEEDED),
      ms: fc.nat(90_000),
      wantsProgress: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(happening, { maxLength: 60 }), (happenings) => {
        let throws = false;
        const backoff = ({ ageMs }: { ageMs: number }): number => (throws ? NaN : 500 + ageMs / 4);
        const { plan, support, longPoll } = makePlan({ backoff }, 1);
        let [nowMs, pollSentMs, waitSentMs] = [0, -1, -1];
        const cancel = (): void => {
          plan.cancelled(waitSentMs, nowMs);
          pollSentMs = waitSentMs = -1;
        };
        for (const { afterMs, what, code, ms, wantsProgress } of happenings) {
          nowMs += afterMs;
          throws = what === 'throw';
          try {
            if (what === 'demand') {
              plan.waitersChanged([1, 2].map((times) => ({ deadlineMs: nowMs + times * ms, wantsProgress })));
            }
            if (what === 'answer' && pollSentMs >= 0) {
              plan.onPollResponse(pollSentMs, nowMs);
              plan.observed(state, pollSentMs, nowMs);
              pollSentMs = -1;
            }
            if (what === 'answer' && waitSentMs >= 0) {
              plan.onWaitResponse(false, waitSentMs, nowMs);
              plan.observed(state, waitSentMs, nowMs);
              waitSentMs = -1;
            }
            if (what === 'fail' && pollSentMs >= 0) {
              pollSentMs = -1;
              if (!plan.onPollFailure(failure(code), nowMs)) cancel();
            }
            if (what === 'fail' && waitSentMs >= 0) {
              plan.onWaitFailure(failure(code), waitSentMs, nowMs);
              waitSentMs = -1;
            }
            if (what === 'cancel') cancel();
            if (what === 'update') plan.observed(state, nowMs, nowMs);
            if (what === 'reset') plan.reset(nowMs, -1);
            if (what === 'retry-after') plan.retryAfter(ms, nowMs);
            const { sendPoll, waitTimeoutMs, wakeMs } = plan.takeDue(nowMs);
            expect(sendPoll && pollSentMs >= 0).toBe(false);
            expect(waitTimeoutMs > 0 && waitSentMs >= 0).toBe(false);
            if (sendPoll) pollSentMs = nowMs;
            if (waitTimeoutMs > 0) waitSentMs = nowMs;
            // Each waiter is served: a request is in flight, or a timer is set.
            expect(pollSentMs >= 0 || waitSentMs >= 0 || wakeMs < Infinity).toBe(true);
          } catch (error) {
            if (!(error instanceof RangeError)) throw error;
            cancel();
          }
          expect(longPoll!.isOpen).toBe(waitSentMs >= 0);
          // The only slot is free exactly when no wait is open.
          const free = support.acquire();
          if (free) support.release();
          expect(free).toBe(waitSentMs < 0);
        }
      }),
      { numRuns: 1000 },
    );
  });
});

describe('a loop', () => {
  const advance = useVirtualTime();

  it('releases the slot of a server-side wait if the backoff returns no delay', async () => {
    let calls = 0;
    const backoff = jest.fn(() => (++calls === 2 ? NaN : 1000));
    const transport = Object.assign(new ScriptedTransport([running], { latencyMs: 10 }), {
      waitOperation: jest.fn(() => new Promise<never>(() => {})),
    });
    const client = new OperationsClient({ transport, maxConcurrentServerWaits: 1, polling: { backoff } });
    const first = track(client.poller(name).promise({ onProgress: () => {} }));
    await advance(0);
    expect(first.error).toBeInstanceOf(RangeError);
    transport.waitOperation.mockClear();
    const controller = new AbortController();
    track(client.poller('operations/2').promise({ signal: controller.signal }));
    await advance(0);
    expect(transport.waitOperation).toHaveBeenCalledTimes(1);
    controller.abort();
  });
});
