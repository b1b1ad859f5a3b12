// What other pollers get wrong, and what must hold instead: each test does it here first, and then, where the other one
// is a package that can be installed, lets it do the same. All in virtual time; that a process exits after an abort is
// shown in exit.test.ts.
import { createWaiter, WaiterState } from '@smithy/util-waiter';
import { describe, expect, it, jest } from '@jest/globals';
import {
  Code,
  constantBackoff,
  exponentialBackoff,
  jsonType,
  operationInfo,
  OperationsClient,
  type PollingOptions,
  type RawOperation,
} from '../../src/index.js';
import { pollerFrom } from '../../src/gax/index.js';
import { restTransport } from '../../src/rest/index.js';
import { OperationsEmulator } from '../../src/testing/index.js';
import { detailToAny } from '../../src/wire/details.js';
import { failure, json, name, running, ScriptedTransport, succeeded, type Answer } from '../support/scripted.js';
import { useVirtualTime, track } from '../support/virtual-time.js';
import { coreLro, restError } from './core-lro.js';
import { defectOf } from './defect.js';
import * as gaxs from './gax.js';

interface Thing {
  ok?: boolean;
  percent?: number;
}
const info = operationInfo({ response: jsonType<Thing>('test.Thing'), metadata: jsonType<Thing>('test.Thing') });
const secondly: PollingOptions = { backoff: constantBackoff(1000) };
const response = { typeUrl: 'type.googleapis.com/google.protobuf.Empty' };

function make(answers: Answer[], options: PollingOptions = secondly) {
  const transport = new ScriptedTransport(answers);
  const client = new OperationsClient({ transport });
  return { transport, client, poller: client.poller(name, info, options) };
}

/** Answers each GET over HTTP with the next of these, the last one for ever. */
function overHttp(answers: { status?: number; headers?: Record<string, string>; body: object | string }[]) {
  const times: number[] = [];
  const transport = restTransport({
    apiEndpoint: 'service.invalid',
    fetch: () => {
      times.push(performance.now());
      const { status = 200, headers = {}, body } = answers.length > 1 ? answers.shift()! : answers[0]!;
      return Promise.resolve(new Response(typeof body === 'string' ? body : JSON.stringify(body), { status, headers }));
    },
  });
  const client = new OperationsClient({ transport });
  return { client, poller: client.poller(name, info, secondly), times: () => times.map((ms) => ms - times[0]!) };
}
const runningJson = { name };
const succeededJson = { name, done: true, response: { '@type': 'type.googleapis.com/test.Thing', ok: true } };

const advance = useVirtualTime();

describe('where @azure/core-lro errs', () => {
  it('an abort does not end the poller: one may wait again', async () => {
    const { poller } = make([running, running, succeeded]);
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

  it("a second waiter's signal is heeded as the first one's, and stops nobody else", async () => {
    const { poller } = make([running, running, running, succeeded]);
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

  it('a 503 leaves the operation running, also one that is not tried again', async () => {
    const { poller } = make([running, failure(Code.UNAVAILABLE), running, succeeded]);
    const seen = track(poller.promise());
    await advance(3000);
    expect(seen.value).toMatchObject({ ok: true });

    const { poller: once } = make([failure(Code.UNAVAILABLE), succeeded], { ...secondly, retry: { maxAttempts: 1 } });
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

  it('a Retry-After that is huge, negative, no number or past neither spins nor sleeps for good', async () => {
    for (const [retryAfter, dueMs] of [
      ['999999999', 600_000],
      ['-5', 1000],
      ['NaN', 1000],
      ['Infinity', 1000],
      ['Sun, 06 Nov 1994 08:49:37 GMT', 1000],
      ['Wed, 06 Nov 2094 08:49:37 GMT', 600_000],
    ] as const) {
      const headers = { 'retry-after': retryAfter };
      const { poller, times } = overHttp([{ body: runningJson, headers }, { body: succeededJson }]);
      const seen = track(poller.promise());
      await advance(dueMs);
      expect(seen.value).toMatchObject({ ok: true });
      expect(times()).toEqual([0, dueMs]);
    }

    await defectOf('@azure/core-lro', async () => {
      for (const retryAfter of ['999999999', '-5', 'Wed, 06 Nov 2094 08:49:37 GMT']) {
        const answers = Array.from({ length: 5 }, () => ({ status: 'Running', retryAfter }));
        const { poller, times } = coreLro([...answers, { status: 'Succeeded' }]);
        const seen = track(poller.pollUntilDone());
        await advance(5);
        expect(seen.value).toBeDefined();
        expect(times().at(-1)).toBeLessThanOrEqual(5);
        expect(times()).toHaveLength(6);
      }
    });
  });

  it('a Retry-After holds once, and then the cadence is as before', async () => {
    const { poller, times } = overHttp([
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

  it('a token contains no result, and one of another service or of other types is refused', async () => {
    const { client, poller } = make([{ ...succeeded, metadata: json({ percent: 100 }) }]);
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
    const { client: here } = overHttp([{ body: succeededJson }]);
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

describe('where @smithy/util-waiter errs', () => {
  it('an abort leaves no timer that keeps the process, and no further request is sent', async () => {
    const { transport, poller } = make([running]);
    const controller = new AbortController();
    const seen = track(poller.promise({ signal: controller.signal }));
    await advance(50);
    controller.abort('enough');
    await advance(0);
    expect(seen).toEqual({ error: 'enough', settledAtMs: 50 });
    expect(jest.getTimerCount()).toBe(0);
    await advance(100_000);
    expect(transport.requests).toHaveLength(1);

    await defectOf('@smithy/util-waiter', async () => {
      const controller = new AbortController();
      let requests = 0;
      const options = { client: {}, maxWaitTime: 600, minDelay: 1, maxDelay: 1, abortSignal: controller.signal };
      const seen = track(
        createWaiter(options, {}, () => {
          requests++;
          return Promise.resolve({ state: WaiterState.RETRY });
        }),
      );
      await advance(50);
      controller.abort();
      await advance(0);
      expect(seen).toMatchObject({ value: { state: WaiterState.ABORTED }, settledAtMs: 50 });
      expect(jest.getTimerCount()).toBe(1);
      await advance(100_000);
      expect(requests).toBe(2);
    });
  });
});

describe('where google-gax errs', () => {
  it('a second wait after the end resolves, too, and asks nothing', async () => {
    const { operation, calls } = gaxs.gaxInMemory([gaxs.succeeded]);
    const poller = pollerFrom(operation());
    const first = track(poller.promise());
    await advance(5000);
    const sent = calls.length;
    const second = track(poller.promise());
    await advance(0);
    expect(calls).toHaveLength(sent);
    expect(first.value?.title).toBe('done');
    expect(second.value?.title).toBe('done');

    await defectOf('google-gax', async () => {
      const theirs = operation();
      await watchFor(1000, theirs.promise());
      expect(await watchFor(600_000, theirs.promise())).toEqual({});
    });
  });

  it('a response of another type is an error that names both', async () => {
    const { operation } = gaxs.gaxInMemory([{ ...gaxs.succeeded, response: gaxs.other('of another type') }]);
    const seen = await watchFor(5000, pollerFrom(operation()).promise());
    expect(seen.error).toMatchObject({
      code: 'LRO_UNPACK_FAILED',
      expected: 'test.Thing',
      actual: 'test.Other',
      message: "The response of operation 'operations/1' cannot be read as a test.Thing: it is test.Other",
    });

    await defectOf('google-gax', async () => {
      const seen = await watchFor(1000, operation().promise());
      expect(seen.value?.[0]).toMatchObject({ title: 'of another type' });
    });
  });

  it('the details of a failure survive', async () => {
    const info = {
      '@type': 'type.googleapis.com/google.rpc.ErrorInfo',
      reason: 'LOCKED',
      domain: 'test.invalid',
      metadata: { by: 'someone' },
    } as const;
    const { typeUrl: type_url, value } = detailToAny(info);
    const error = { code: Code.FAILED_PRECONDITION, message: 'locked', details: [{ type_url, value: value! }] };
    const { operation } = gaxs.gaxInMemory([{ name, done: true, error }]);
    const seen = await watchFor(5000, pollerFrom(operation()).promise());
    expect(seen.error).toMatchObject({ status: { code: 9, message: 'locked', details: [info] }, errorInfo: info });

    await defectOf('google-gax', async () => {
      const seen = await watchFor(1000, operation().promise());
      expect(seen.error).toMatchObject({ message: 'locked' });
      expect(JSON.parse(JSON.stringify(seen.error))).toEqual({ code: Code.FAILED_PRECONDITION });
    });
  });

  it('that the time is up is not that the operation failed with DEADLINE_EXCEEDED', async () => {
    const error = { code: Code.DEADLINE_EXCEEDED, message: 'the work took too long' };
    const slow = () => gaxs.gaxInMemory([gaxs.running]);
    const failed = () => gaxs.gaxInMemory([{ name, done: true, error }]);
    const timeout = await watchFor(1000, pollerFrom(slow().operation()).promise({ totalTimeoutMs: 1000 }));
    const failure = await watchFor(5000, pollerFrom(failed().operation()).promise({ totalTimeoutMs: 5000 }));
    expect(timeout.error).toMatchObject({ code: 'LRO_POLLING_TIMEOUT', operationName: name, token: { name } });
    expect(failure.error).toMatchObject({ code: 'LRO_OPERATION_FAILED', status: { code: Code.DEADLINE_EXCEEDED } });

    await defectOf('google-gax', async () => {
      const limit = { totalTimeoutMillis: 1000 };
      const timeout = await watchFor(2000, slow().operation(gaxs.running, limit).promise());
      const failure = await watchFor(2000, failed().operation(gaxs.running, limit).promise());
      for (const { error } of [timeout, failure]) {
        // A class, a code, and nothing else to tell them by but the message.
        expect((error as Error).constructor.name).toBe('GoogleError');
        expect(JSON.parse(JSON.stringify(error))).toEqual({ code: Code.DEADLINE_EXCEEDED });
      }
    });
  });

  it('cancel() does not reject who waits: CANCELLED comes from the server, or the real result does', async () => {
    const cancelled = { name, done: true, error: { code: Code.CANCELLED, message: 'by request' } };
    for (const [outcome, expected] of [
      [cancelled, { error: { code: 'LRO_OPERATION_FAILED', cancelled: true, status: { message: 'by request' } } }],
      [gaxs.succeeded, { value: { title: 'done' } }],
    ] as const) {
      // With a poll in flight that saw it running yet.
      const { operation, calls } = gaxs.gaxInMemory([gaxs.running, outcome], { latencyMs: 300 });
      const poller = pollerFrom(operation(), { ...secondly, serverWait: 'never' });
      const seen = track(poller.promise());
      await advance(1100);
      expect(calls.map(({ method }) => method)).toEqual(['GetOperation']);
      const cancelling = poller.cancel();
      await advance(300);
      await cancelling;
      expect(seen).toEqual({});
      await advance(5000);
      expect(seen).toMatchObject(expected);
    }

    await defectOf('google-gax', async () => {
      const { operation } = gaxs.gaxInMemory([gaxs.running, gaxs.succeeded], { latencyMs: 300 });
      const theirs = operation();
      const seen = track(theirs.promise());
      await advance(100);
      void theirs.cancel();
      await advance(10);
      expect(seen.error).toMatchObject({ code: Code.CANCELLED, message: expect.stringContaining('on client') });
    });
  });

  it('the end of the time is not overslept', async () => {
    const { operation } = gaxs.gaxInMemory([gaxs.running]);
    const slow = { backoff: constantBackoff(60_000) };
    const seen = await watchFor(5000, pollerFrom(operation(), slow).promise({ totalTimeoutMs: 5000 }));
    expect(seen).toMatchObject({ settledAtMs: 5000, error: { code: 'LRO_POLLING_TIMEOUT', elapsedMs: 5000 } });

    await defectOf('google-gax', async () => {
      const backoff = { initialRetryDelayMillis: 60_000, totalTimeoutMillis: 5000 };
      const seen = track(operation(gaxs.running, backoff).promise());
      await advance(59_000);
      expect(seen).toEqual({});
      await advance(2000);
      expect(seen.error).toMatchObject({ message: 'Total timeout exceeded before any response was received' });
    });
  });

  it('an operation done with neither response nor error gives the default instance of its type', async () => {
    const { operation } = gaxs.gaxInMemory([{ name, done: true }]);
    const seen = await watchFor(5000, pollerFrom(operation()).promise());
    expect(seen.value?.title).toBe('');

    await defectOf('google-gax', async () => {
      const seen = await watchFor(1000, operation().promise());
      expect(seen.value?.[0]).toEqual({});
      expect(seen.value?.[0].title).toBeUndefined();
    });
  });

  it('metadata of another type are reported, not lost, and end no wait', async () => {
    const metadata = gaxs.other('of another type');
    const { operation } = gaxs.gaxInMemory([{ ...gaxs.running, metadata }, gaxs.succeeded]);
    const poller = pollerFrom(operation(), { ...secondly, serverWait: 'never' });
    const seen = track(poller.promise());
    await advance(1001);
    expect(poller.operation).toMatchObject({
      metadata: undefined,
      metadataError: { code: 'LRO_UNPACK_FAILED', field: 'metadata', expected: 'test.Thing', actual: 'test.Other' },
      raw: { metadata: { typeUrl: metadata.type_url } },
    });
    await advance(1000);
    expect(seen.value?.title).toBe('done');

    await defectOf('google-gax', async () => {
      const { operation } = gaxs.gaxInMemory([{ ...gaxs.running, metadata }, gaxs.succeeded]);
      const theirs = operation();
      const progress: unknown[] = [];
      theirs.on('progress', (metadata) => progress.push(metadata));
      await watchFor(1000, theirs.promise());
      expect(progress).toMatchObject([{ title: 'of another type' }]);
    });
  });
});

describe('where pollers of other kinds err', () => {
  // openai-node asks again at once when it does not know a state.
  it('a state that nobody knows is polled at the cadence, never in a busy loop', async () => {
    const states = [
      { name, state: 'WEIRD' },
      { name, done: 'yes' },
      { name, done: 1 },
      { name },
    ] as unknown as RawOperation[];
    const { transport, poller } = make([...states, succeeded]);
    const seen = track(poller.promise());
    await advance(4000);
    expect(seen.value).toMatchObject({ ok: true });
    expect(transport.times).toEqual([0, 1000, 2000, 3000, 4000]);
  });

  // google-cloud-cpp#1476: each failure lengthened the interval, and it never came down again.
  it('failures of the moment do not stretch the cadence', async () => {
    const doubling: PollingOptions = { backoff: exponentialBackoff({ initialDelayMs: 1000, multiplier: 2 }) };
    const blip = failure(Code.UNAVAILABLE);
    const { transport, poller } = make([running, blip, blip, running], doubling);
    const controller = new AbortController();
    const seen = track(poller.promise({ signal: controller.signal }));
    await advance(21_000);
    controller.abort('enough');
    await advance(0);
    expect(seen.error).toBe('enough');
    // The failures at 1000 and 1500 ms are tried again after 500 and 1000 ms, on a clock of their own. The interval goes
    // on doubling with the age of the operation, not with the number of requests.
    expect(transport.times).toEqual([0, 1000, 1500, 2500, 5000, 10_000, 20_000]);
  });

  // google-api-core's asynchronous futures go on after 500 and 502, but not after 503; its synchronous ones do.
  it('a 503 is tried again alike whoever asks, and however', async () => {
    const paths: Record<string, (client: OperationsClient) => Promise<unknown>> = {
      'promise()': (client) => client.poller(name, info, secondly).promise(),
      'pollUntilDone()': (client) => client.poller(name, info, secondly).pollUntilDone(),
      'updates()': async (client) => {
        for await (const operation of client.poller(name, info, secondly)) if (operation.done) return operation;
        return undefined;
      },
      'poll()': (client) => client.poller(name, info, secondly).poll(),
      'getOperation()': (client) => client.getOperation({ name }),
    };
    const clients: Record<string, () => OperationsClient> = {
      'in memory': () => make([failure(Code.UNAVAILABLE), succeeded]).client,
      'from the transport': () => make([failure(Code.UNAVAILABLE, { origin: 'transport' }), succeeded]).client,
      'as JSON over HTTP': () =>
        overHttp([{ status: 503, body: { error: { code: 503, status: 'UNAVAILABLE' } } }, { body: succeededJson }])
          .client,
      'as a page over HTTP': () => overHttp([{ status: 503, body: '<html></html>' }, { body: succeededJson }]).client,
    };
    const failed: string[] = [];
    for (const [path, ask] of Object.entries(paths)) {
      for (const [where, client] of Object.entries(clients)) {
        const seen = await watchFor(2000, ask(client()));
        if (seen.value === undefined) failed.push(`${path}, ${where}: ${String(seen.error)}`);
      }
    }
    expect(failed).toEqual([]);
  });

  it('the other calls that only read try a 503 again, too', async () => {
    const emulator = new OperationsEmulator();
    const client = new OperationsClient({ transport: emulator.transport() });
    const { name } = emulator.start({ durationMs: 100, response });
    for (const method of ['waitOperation', 'listOperations'] as const) {
      emulator.injectFault({ method, status: { code: Code.UNAVAILABLE } });
    }
    const waited = await watchFor(2000, client.waitOperation({ name }));
    expect(waited.value).toMatchObject({ done: true });
    const listed = await watchFor(2000, client.listOperations({ name: 'operations' })[Symbol.asyncIterator]().next());
    expect(listed.value).toMatchObject({ value: { name } });
  });

  it('a WaitOperation that answers early does not make the poller spin', async () => {
    const emulator = new OperationsEmulator();
    emulator.injectFault({ method: 'waitOperation', times: Infinity, earlyReturn: true });
    const client = new OperationsClient({ transport: emulator.transport(), polling: secondly });
    const seen = await watchFor(60_000, client.poller(emulator.start({ durationMs: 59_500, response })).promise());
    expect(seen.value).toBeDefined();
    expect(emulator.calls.length).toBeLessThanOrEqual(62);
  });
});

/** Lets time pass, and says what a promise has come to then. */
async function watchFor<T>(ms: number, promise: Promise<T>): Promise<ReturnType<typeof track<T>>> {
  const seen = track(promise);
  await advance(ms);
  return seen;
}
