import { describe, expect, it, jest } from '@jest/globals';
import { AbortController as PolyfillController } from 'abort-controller';
import { Code } from '../../src/index.js';
import { createPoller } from '../support/create-poller.js';
import { failure, running, succeeded, type ScriptedResponse } from '../support/scripted.js';
import { useVirtualTime, track } from '../support/virtual-time.js';

const advance = useVirtualTime();

describe('abort', () => {
  const phases: [phase: string, answers: ScriptedResponse[], atMs: number][] = [
    ['before the first call', [running], -1],
    ['in flight', ['hang'], 10],
    ['asleep', [running], 500],
    ['between retries', [failure(Code.UNAVAILABLE)], 100],
  ];
  const reasons: [kind: string, reason: unknown][] = [
    ['a string', 'stop'],
    ['an Error', new Error('stop')],
    ['the default', undefined],
  ];
  for (const [phase, answers, atMs] of phases) {
    for (const [kind, reason] of reasons) {
      it(`${phase} rejects at once with the reason itself: ${kind}`, async () => {
        const { transport, poller } = createPoller(answers);
        const controller = new AbortController();
        if (atMs < 0) controller.abort(reason);
        const remove = jest.spyOn(controller.signal, 'removeEventListener');
        const add = jest.spyOn(controller.signal, 'addEventListener');
        const seen = track(poller.promise({ signal: controller.signal }));
        await advance(Math.max(atMs, 0));
        controller.abort(reason);
        await advance(0);
        expect(seen.settledAtMs).toBe(Math.max(atMs, 0));
        expect(seen.error).toBe(controller.signal.reason);
        const sent = transport.requests.length;
        expect(sent).toBe(atMs < 0 ? 0 : 1);
        await advance(100_000);
        expect(transport.requests).toHaveLength(sent);
        for (const [, listener] of add.mock.calls) expect(remove.mock.calls.map(([, one]) => one)).toContain(listener);
        expect(jest.getTimerCount()).toBe(0);
      });
    }

    it(`${phase} rejects with an AbortError when a polyfill's signal has no reason`, async () => {
      const { poller } = createPoller(answers);
      const controller = new PolyfillController();
      if (atMs < 0) controller.abort();
      const seen = track(poller.promise({ signal: controller.signal }));
      await advance(Math.max(atMs, 0));
      controller.abort();
      await advance(0);
      expect(seen).toMatchObject({ settledAtMs: Math.max(atMs, 0), error: { name: 'AbortError' } });
    });
  }

  it('leaves the poller reusable: a new wait starts, and polls no sooner than the next poll is due', async () => {
    for (const first of ['hang' as const, running]) {
      const { transport, poller } = createPoller([first, succeeded]);
      const controller = new AbortController();
      const aborted = track(poller.promise({ signal: controller.signal }));
      await advance(100);
      controller.abort();
      const again = track(poller.promise());
      await advance(899);
      expect(transport.requests).toHaveLength(1);
      await advance(1);
      expect(aborted.error).toMatchObject({ name: 'AbortError' });
      expect(again.value).toMatchObject({ ok: true });
    }
  });

  it('of an already aborted signal rejects even when the operation is done', async () => {
    const { poller } = createPoller([], { from: succeeded });
    await expect(poller.promise({ signal: AbortSignal.abort('no') })).rejects.toBe('no');
  });
});
