// What other pollers get wrong, and what must hold instead: each test does it here first, and then, where the other one
// is a package that can be installed, lets it do the same. All in virtual time; that a process exits after an abort is
// shown in exit.test.ts.
import { describe, expect, it } from '@jest/globals';
import { Code, jsonType, operationInfo } from '../../src/index.js';
import { createPoller, everySecond } from '../support/create-poller.js';
import { failure, json, name, running, succeeded } from '../support/scripted.js';
import { track } from '../support/virtual-time.js';
import { coreLro, restError } from './core-lro.js';
import { defectOf } from './defect.js';
import { advance, createHttpPoller, runningJson, succeededJson } from './support.js';

describe('unlike @azure/core-lro', () => {
  it('an abort does not end the poller: a new wait starts', async () => {
    const { poller } = createPoller([running, running, succeeded]);
    const controller = new AbortController();
    const aborted = track(poller.promise({ signal: controller.signal }));
    await advance(500);
    controller.abort(new Error('not now'));
    const again = track(poller.promise());
    await advance(2000);
    expect(aborted.error).toBe(controller.signal.reason);
    expect(again.value).toMatchObject({ ok: true });

    await defectOf('@azure/core-lro', async () => {
      const { poller, polls } = coreLro([{ status: 'Running' }, { status: 'Succeeded' }]);
      const controller = new AbortController();
      const aborted = track(poller.pollUntilDone({ abortSignal: controller.signal }));
      await advance(500);
      controller.abort();
      await advance(0);
      const again = track(poller.pollUntilDone());
      await advance(60_000);
      expect(aborted.error).toMatchObject({ name: 'AbortError' });
      expect(again.error).toMatchObject({ name: 'AbortError' });
      expect(polls).toHaveLength(1);
      expect(poller.isDone).toBe(false);
    });
  });

  it('the signal of a second waiter ends its wait, and no other', async () => {
    const { poller } = createPoller([running, running, running, succeeded]);
    const controller = new AbortController();
    const first = track(poller.promise());
    const second = track(poller.promise({ signal: controller.signal }));
    await advance(500);
    controller.abort('enough');
    await advance(2500);
    expect(second).toEqual({ error: 'enough', settledAtMs: 500 });
    expect(first.value).toMatchObject({ ok: true });

    await defectOf('@azure/core-lro', async () => {
      const { poller } = coreLro([{ status: 'Running' }, { status: 'Running' }, { status: 'Succeeded' }]);
      void poller.pollUntilDone();
      const controller = new AbortController();
      const second = track(poller.pollUntilDone({ abortSignal: controller.signal }));
      await advance(500);
      controller.abort();
      await advance(1000);
      expect(second).toEqual({});
      await advance(1000);
      expect(second.value).toBeDefined();
    });
  });

  it('a 503 never marks the operation as failed, not even without retries', async () => {
    const { poller } = createPoller([running, failure(Code.UNAVAILABLE), running, succeeded]);
    const seen = track(poller.promise());
    await advance(3000);
    expect(seen.value).toMatchObject({ ok: true });

    const { poller: once } = createPoller([failure(Code.UNAVAILABLE), succeeded], {
      polling: { ...everySecond, retry: { maxAttempts: 1 } },
    });
    await expect(once.promise()).rejects.toMatchObject({ code: 'LRO_REQUEST_FAILED', rpcCode: Code.UNAVAILABLE });
    expect(once.operation?.done).not.toBe(true);
    const again = track(once.promise());
    await advance(1000);
    expect(again.value).toMatchObject({ ok: true });

    await defectOf('@azure/core-lro', async () => {
      const { poller, polls } = coreLro([restError, { status: 'Succeeded' }]);
      await expect(poller.pollUntilDone()).rejects.toBe(restError);
      expect(poller).toMatchObject({ isDone: true, operationState: { status: 'failed' } });
      await expect(poller.pollUntilDone()).rejects.toBe(restError);
      expect(polls).toHaveLength(1);
    });
  });

  it('a Retry-After that is huge, negative, invalid or in the past causes neither a busy loop nor an endless sleep', async () => {
    for (const [retryAfter, dueMs] of [
      ['999999999', 600_000],
      ['-5', 1000],
      ['NaN', 1000],
      ['Infinity', 1000],
      ['Sun, 06 Nov 1994 08:49:37 GMT', 1000],
      ['Wed, 06 Nov 2094 08:49:37 GMT', 600_000],
    ] as const) {
      const headers = { 'retry-after': retryAfter };
      const { poller, times } = createHttpPoller([{ body: runningJson, headers }, { body: succeededJson }]);
      const seen = track(poller.promise());
      await advance(dueMs);
      expect(seen.value).toMatchObject({ ok: true });
      expect(times()).toEqual([0, dueMs]);
    }

    await defectOf(
      '@azure/core-lro',
      async () => {
        for (const retryAfter of ['999999999', '-5', 'Wed, 06 Nov 2094 08:49:37 GMT']) {
          const answers = Array.from({ length: 5 }, () => ({ status: 'Running', retryAfter }));
          const { poller, times } = coreLro([...answers, { status: 'Succeeded' }]);
          const seen = track(poller.pollUntilDone());
          await advance(5);
          expect(seen.value).toBeDefined();
          expect(times().at(-1)).toBeLessThanOrEqual(5);
          expect(times()).toHaveLength(6);
        }
      },
      // 3.4.2 has mended it.
      ['3.3.1'],
    );
  });

  it('a Retry-After applies once, and then the schedule continues', async () => {
    const { poller, times } = createHttpPoller([
      { body: runningJson, headers: { 'retry-after': '30' } },
      { body: runningJson },
      { body: runningJson },
      { body: succeededJson },
    ]);
    const seen = track(poller.promise());
    await advance(32_000);
    expect(seen.value).toMatchObject({ ok: true });
    expect(times()).toEqual([0, 30_000, 31_000, 32_000]);

    await defectOf('@azure/core-lro', async () => {
      const { poller, times } = coreLro([{ status: 'Running', retryAfter: '30' }, { status: 'Running' }]);
      void poller.pollUntilDone();
      await advance(90_000);
      expect(times()).toEqual([0, 30_000, 60_000, 90_000]);
    });
  });

  it('a token contains no result, and is rejected for another service or other types', async () => {
    const { client, poller } = createPoller([{ ...succeeded, metadata: json({ percent: 100 }) }]);
    await poller.promise();
    const saved = JSON.stringify(poller);
    expect(Object.keys(JSON.parse(saved) as object).sort()).toEqual([
      'metadataType',
      'name',
      'responseType',
      'startedAtMs',
      'version',
    ]);
    const other = operationInfo({ response: jsonType('test.Other'), metadata: jsonType('test.Thing') });
    expect(() => client.resume(JSON.parse(saved) as never, other)).toThrow(
      "Cannot resume from the token as 'responseType' must be test.Other: current value is test.Thing",
    );
    const { client: here } = createHttpPoller([{ body: succeededJson }]);
    const elsewhere = { version: 1, name, startedAtMs: 0, apiEndpoint: 'elsewhere.invalid' } as const;
    expect(() => here.resume(elsewhere)).toThrow(
      "Cannot resume from the token as 'apiEndpoint' must be service.invalid: current value is elsewhere.invalid",
    );

    await defectOf('@azure/core-lro', async () => {
      const { poller } = coreLro([{ status: 'Succeeded' }]);
      await poller.pollUntilDone();
      expect(await poller.serialize()).toContain('the result');
      const state = { status: 'running', config: { operationLocation: 'https://elsewhere.invalid/operations/1' } };
      const restoreFrom = JSON.stringify({ state });
      const resumed = coreLro([{ status: 'Succeeded' }], { restoreFrom });
      void resumed.poller.poll().catch(() => undefined);
      await advance(0);
      expect(resumed.polls[0]?.url).toBe('https://elsewhere.invalid/operations/1');
    });
  });
});
