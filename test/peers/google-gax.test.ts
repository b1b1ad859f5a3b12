// The rest of what google-gax's operations get wrong, each beside what pollerFrom() makes of the same operation: over one
// operations client of google-gax, with its own retries, whose stub is in memory. Over real wires: test/gax.
import { describe, expect, it, jest } from '@jest/globals';
import gax from 'google-gax';
import { Code, constantBackoff, OperationsClient, operationInfo, protobufType } from '../../src/index.js';
import { gaxTransport, pollerFrom } from '../../src/gax/index.js';
import { useVirtualTime, track } from '../support/virtual-time.js';
import { defectOf } from './defect.js';
import { at, gaxInMemory, name, running, succeeded, Thing, thing, type Failure } from './gax.js';

const secondly = { backoff: constantBackoff(1000), serverWait: 'never' } as const;
const gaxSecondly = { initialRetryDelayMillis: 1000, retryDelayMultiplier: 1 };
const unavailable: Failure = { code: Code.UNAVAILABLE, details: 'try later' };
const failed = { name, done: true, error: { code: Code.UNAVAILABLE, message: 'no machines left' } };

const advance = useVirtualTime();

describe('a poll that fails', () => {
  // googleapis/google-cloud-rust#717: all options of the starting call, except the retry policy, go with the polls.
  it('is retried, whatever the retry policy of the starting call', async () => {
    const noRetries = { retry: gax.createRetryOptions([], gax.createDefaultBackoffSettings()) };
    const start = () => gaxInMemory([running, unavailable, succeeded]).operation(running, {}, noRetries);
    const seen = track(pollerFrom(start(), secondly).promise());
    await advance(5000);
    expect(seen.value?.title).toBe('done');

    await defectOf('google-gax', async () => {
      const seen = track(start().promise());
      await advance(5000);
      expect(seen.error).toMatchObject({ code: Code.UNAVAILABLE });
    });
  });

  it('is not the failure of the operation', async () => {
    const denied = { code: Code.PERMISSION_DENIED, details: 'no' };
    const error = { code: Code.PERMISSION_DENIED, message: 'no' };
    const poll = () => gaxInMemory([denied]).operation();
    const operation = () => gaxInMemory([{ name, done: true, error }]).operation();
    const [first, second] = [track(pollerFrom(poll()).promise()), track(pollerFrom(operation()).promise())];
    await advance(5000);
    expect(first.error).toMatchObject({ code: 'LRO_REQUEST_FAILED', operationName: name, method: 'GetOperation' });
    expect(second.error).toMatchObject({ code: 'LRO_OPERATION_FAILED', operationName: name });

    await defectOf('google-gax', async () => {
      const [first, second] = [track(poll().promise()), track(operation().promise())];
      await advance(5000);
      for (const { error } of [first, second]) {
        expect(error).toMatchObject({ code: Code.PERMISSION_DENIED });
        expect(JSON.stringify(error)).not.toContain(name);
      }
    });
  });

  it('for too long is reported with its own code, cause and the number of attempts', async () => {
    jest.spyOn(Math, 'random').mockReturnValue(0.5);
    const { operation } = gaxInMemory([unavailable]);
    const seen = track(pollerFrom(operation(), secondly).promise());
    await advance(610_000);
    expect(seen.error).toMatchObject({
      code: 'LRO_REQUEST_FAILED',
      rpcCode: Code.UNAVAILABLE,
      status: { message: 'try later' },
    });
    expect((seen.error as { attempts: number }).attempts).toBeGreaterThan(20);

    await defectOf('google-gax', async () => {
      const seen = track(operation().promise());
      await advance(700_000);
      expect(seen.error).toMatchObject({ code: Code.DEADLINE_EXCEEDED });
      expect((seen.error as Error).cause).toBeUndefined();
    });
  });
});

describe('a wait', () => {
  it('can be aborted and started again, and leaves no listener behind', async () => {
    const { operation } = gaxInMemory([running, running, succeeded]);
    const poller = pollerFrom(operation(), secondly);
    const controller = new AbortController();
    const [left, stays] = [track(poller.promise({ signal: controller.signal })), track(poller.promise())];
    await advance(1500);
    controller.abort('enough');
    await advance(2000);
    expect(left.error).toBe('enough');
    expect(stays.value?.title).toBe('done');

    await defectOf('google-gax', async () => {
      const theirs = gaxInMemory([running, running, succeeded]).operation(running, gaxSecondly);
      const seen = track(theirs.promise());
      await advance(500);
      // The one way to stop it, and it stops for all.
      theirs.removeAllListeners();
      await advance(600_000);
      expect(seen).toEqual({});
      expect(theirs.done).toBe(false);
    });
  });

  it('leaves no timer if it is aborted between polls', async () => {
    const { operation } = gaxInMemory([running]);
    const controller = new AbortController();
    const seen = track(pollerFrom(operation(), secondly).promise({ signal: controller.signal }));
    await advance(1500);
    controller.abort('enough');
    await advance(0);
    expect(seen.settledAtMs).toBe(1500);
    expect(jest.getTimerCount()).toBe(0);

    await defectOf('google-gax', async () => {
      const theirs = operation(running, gaxSecondly);
      theirs.promise().catch(() => undefined);
      await advance(1500);
      theirs.removeAllListeners('complete');
      await advance(0);
      expect(jest.getTimerCount()).toBe(1);
    });
  });

  // google-gax 5 has no signal. 6 hands the one of the starting call to each poll, and not to the time between them.
  it('rejects with the abort reason at once between polls', async () => {
    const { operation } = gaxInMemory([running]);
    const controller = new AbortController();
    const seen = track(pollerFrom(operation(), secondly).promise({ signal: controller.signal }));
    await advance(1500);
    const reason = new Error('mine');
    controller.abort(reason);
    await advance(0);
    expect(seen.error).toBe(reason);
    expect(seen.settledAtMs).toBe(1500);

    await defectOf('google-gax', async () => {
      const controller = new AbortController();
      const backoff = { initialRetryDelayMillis: 60_000 };
      const seen = track(operation(running, backoff, { signal: controller.signal }).promise());
      await advance(1500);
      controller.abort(reason);
      await advance(58_000);
      expect(seen).toEqual({});
      await advance(600_000);
      expect(seen.error).not.toBe(reason);
    });
  });

  it('does not multiply the polls when it is repeated', async () => {
    const { operation, times } = gaxInMemory([running]);
    const poller = pollerFrom(operation(), secondly);
    for (let i = 0; i < 5; i++) {
      const controller = new AbortController();
      const seen = track(poller.promise({ signal: controller.signal }));
      await advance(100);
      controller.abort('enough');
      await advance(0);
      expect(seen.error).toBe('enough');
    }
    const seen = track(poller.promise({ totalTimeoutMs: 10_000 }));
    await advance(10_000);
    expect(seen.error).toMatchObject({ code: 'LRO_POLLING_TIMEOUT' });
    expect(times().length).toBeLessThanOrEqual(12);

    await defectOf('google-gax', async () => {
      const { operation, times } = gaxInMemory([running]);
      const theirs = operation(running, gaxSecondly);
      const listener = (): void => undefined;
      for (let i = 0; i < 5; i++) {
        theirs.on('complete', listener);
        await advance(100);
        theirs.off('complete', listener);
      }
      theirs.on('complete', listener);
      await advance(10_000);
      expect(times().length).toBeGreaterThan(50);
    });
  });

  it('keeps its time limit while every request fails', async () => {
    jest.spyOn(Math, 'random').mockReturnValue(0.5);
    const { operation } = gaxInMemory([unavailable]);
    const seen = track(pollerFrom(operation(), secondly).promise({ totalTimeoutMs: 1000 }));
    await advance(1000);
    expect(seen).toMatchObject({ error: { code: 'LRO_POLLING_TIMEOUT' }, settledAtMs: 1000 });

    await defectOf('google-gax', async () => {
      const seen = track(operation(running, { totalTimeoutMillis: 1000 }).promise());
      await advance(60_000);
      expect(seen).toEqual({});
    });
  });

  it('that times out returns the last state and a token', async () => {
    const { operation } = gaxInMemory([at(10), at(20)]);
    const seen = track(pollerFrom(operation(), secondly).promise({ totalTimeoutMs: 2500 }));
    await advance(2500);
    expect(seen.error).toMatchObject({
      polls: 2,
      operation: { done: false, metadata: { percent: 20 } },
      token: { name, responseType: 'test.Thing', metadataType: 'test.Thing' },
      message: expect.stringMatching(
        /^Stopped waiting .* after 2500 ms and 2 polls: it is still running; error\.token resumes the wait$/,
      ),
    });

    await defectOf('google-gax', async () => {
      const seen = track(operation(running, { ...gaxSecondly, totalTimeoutMillis: 2500 }).promise());
      await advance(5000);
      // There were three.
      expect((seen.error as Error).message).toBe('Total timeout exceeded before any response was received');
    });
  });

  it('has its own deadline for each of its requests', async () => {
    const { operation, client } = gaxInMemory([succeeded], { latencyMs: 300 });
    const transport = gaxTransport(client);
    const get = (timeoutMs: number) => track(transport.getOperation({ name }, { timeoutMs }));
    const all = [get(60_000), get(200), track(pollerFrom(operation()).poll())];
    await advance(300);
    expect(all.map(({ settledAtMs }) => settledAtMs)).toEqual([300, 200, 300]);
    expect(all[1]?.error).toMatchObject({ rpcCode: Code.DEADLINE_EXCEEDED });

    await defectOf(
      'google-gax',
      async () => {
        const { client, calls } = gaxInMemory([succeeded]);
        const request = { name } as never;
        const options = [undefined, { timeout: 200 }, undefined];
        const startMs = Date.now();
        await Promise.all([...options.map((one) => client.getOperation(request, one as never)), advance(1000)]);
        // The settings are shared, and changed by each call.
        expect(calls.map(({ deadline }) => Number(deadline) - startMs)).toEqual([60_000, 60_000, 60_000]);
      },
      ['5.0.8'],
    );
  });
});

describe('an operation', () => {
  it('that failed is done, with its last metadata', async () => {
    const answers = () => gaxInMemory([at(10), { ...failed, metadata: thing({ percent: 77 }) }]).operation();
    const poller = pollerFrom(answers(), secondly);
    const seen = track(poller.promise());
    await advance(5000);
    expect(seen.error).toMatchObject({ code: 'LRO_OPERATION_FAILED', metadata: { percent: 77 } });
    expect(poller.operation).toMatchObject({ done: true, result: 'error', metadata: { percent: 77 } });

    await defectOf('google-gax', async () => {
      const theirs = answers();
      const seen = track(theirs.promise());
      await advance(5000);
      expect(seen.error).toMatchObject({ message: 'no machines left' });
      expect(theirs).toMatchObject({ done: false, metadata: { percent: 10 } });
    });
  });

  it('that failed is not a success if it was stored without the oneof', async () => {
    const { operation } = gaxInMemory([running]);
    const stored = JSON.parse(JSON.stringify({ ...failed, response: null, metadata: null })) as never;
    const { longrunningDescriptor } = operation();
    const seen = track(
      pollerFrom<object, object>({ latestResponse: stored, longrunningDescriptor } as never).promise(),
    );
    await advance(0);
    expect(seen.error).toMatchObject({ code: 'LRO_OPERATION_FAILED', status: { code: Code.UNAVAILABLE } });

    await defectOf('google-gax', async () => {
      const theirs = gax.operation(stored, longrunningDescriptor, gax.createDefaultBackoffSettings());
      const seen = track(theirs.promise());
      await advance(0);
      expect(seen.value).toMatchObject([{}, undefined, stored]);
    });
  });

  it('can be converted to JSON, and the wait for it resumed', async () => {
    const { client, operation } = gaxInMemory([at(10), succeeded]);
    const started = operation(at(1));
    const type = protobufType(Thing, 'test.Thing');
    const info = operationInfo({ response: type, metadata: type });
    const token: unknown = JSON.parse(JSON.stringify(pollerFrom(started)));
    const resumed = new OperationsClient({ transport: gaxTransport(client) }).resume(token as never, info, secondly);
    const seen = track(resumed.promise());
    await advance(5000);
    expect(seen.value).toMatchObject({ title: 'done' });

    await defectOf('google-gax', () => {
      const stored = JSON.parse(JSON.stringify(started.latestResponse)) as never;
      const { longrunningDescriptor, backoffSettings } = started;
      expect(() => gax.operation(stored, longrunningDescriptor, backoffSettings)).toThrow('illegal buffer');
      return Promise.resolve();
    });
  });

  it('that is cancelled between two polls is polled soon, whatever the remaining delay', async () => {
    const cancelled = { name, done: true, error: { code: Code.CANCELLED, message: 'by request' } };
    const answers = [running];
    const { operation } = gaxInMemory(answers);
    const poller = pollerFrom(operation(), { serverWait: 'never' });
    const seen = track(poller.promise());
    await advance(3_000_000);
    answers.splice(0, 1, cancelled);
    const before = performance.now();
    const cancelling = track(poller.cancel());
    await advance(2000);
    expect(cancelling).toHaveProperty('settledAtMs');
    expect(seen.error).toMatchObject({ cancelled: true });
    expect(performance.now() - before).toBeLessThanOrEqual(2000);

    await defectOf('google-gax', async () => {
      const answers = [running];
      const theirs = gaxInMemory(answers).operation(running, { initialRetryDelayMillis: 60_000 });
      const seen = track(theirs.promise());
      await advance(30_000);
      answers.splice(0, 1, cancelled);
      void theirs.cancel();
      await advance(29_000);
      expect(seen).toEqual({});
      await advance(2000);
      expect(seen.error).toMatchObject({ message: 'by request' });
    });
  });
});

describe('a listener', () => {
  it('is called with progress and with the outcome, without another wait', async () => {
    const answers = () => gaxInMemory([at(10), at(10), at(20), { ...failed, metadata: thing({ percent: 77 }) }]);
    const heard: unknown[] = [];
    const listening = track(
      (async () => {
        for await (const { done, metadata } of pollerFrom(answers().operation(), secondly)) {
          heard.push([done, metadata?.percent]);
        }
      })(),
    );
    await advance(10_000);
    expect(listening).toHaveProperty('settledAtMs');
    expect(heard).toEqual([
      [false, undefined],
      [false, 10],
      [false, 20],
      [true, 77],
    ]);

    await defectOf('google-gax', async () => {
      const { operation, calls } = answers();
      const alone = operation(running, gaxSecondly);
      alone.on('progress', () => undefined);
      await advance(600_000);
      expect(calls).toEqual([]);

      const heard: unknown[] = [];
      const theirs = operation(running, gaxSecondly);
      theirs.on('progress', ({ percent }: { percent: number }) => heard.push(percent));
      theirs.promise().catch(() => undefined);
      await advance(10_000);
      expect(heard).toEqual([10, 20]);
    });
  });
});

describe('single calls', () => {
  it('return what their types declare', async () => {
    const { client } = gaxInMemory([succeeded]);
    const ours = new OperationsClient({ transport: gaxTransport(client) });
    const got = track(ours.getOperation({ name }));
    const cancelled = track(ours.cancelOperation({ name }));
    await advance(0);
    expect(got.value).toMatchObject({ name, done: true, result: 'response' });
    expect(cancelled).toEqual({ value: undefined, settledAtMs: 0 });

    await defectOf('google-gax', async () => {
      // Declared as an Operation and an Empty, and the request as a class, so that `{ name }` alone does not compile.
      const request = { name } as never;
      const got = track(client.getOperation(request));
      const cancelled = track(client.cancelOperation(request));
      await advance(10);
      expect(Array.isArray(got.value)).toBe(true);
      expect(cancelled.value).toEqual([{}, null, null]);
    });
  });
});
