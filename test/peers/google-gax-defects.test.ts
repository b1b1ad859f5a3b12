// What other pollers get wrong, and what must hold instead: each test does it here first, and then, where the other one
// is a package that can be installed, lets it do the same. All in virtual time; that a process exits after an abort is
// shown in exit.test.ts.
import { describe, expect, it } from '@jest/globals';
import { Code, constantBackoff } from '../../src/index.js';
import { pollerFrom } from '../../src/gax/index.js';
import { detailToAny } from '../../src/wire/details.js';
import { everySecond } from '../support/create-poller.js';
import { name } from '../support/scripted.js';
import { track } from '../support/virtual-time.js';
import { defectOf } from './defect.js';
import * as gaxs from './gax.js';
import { advance, trackFor } from './support.js';

describe('unlike google-gax', () => {
  it('a second wait after completion resolves, too, without a request', async () => {
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
      await trackFor(1000, theirs.promise());
      expect(await trackFor(600_000, theirs.promise())).toEqual({});
    });
  });

  it('a response of another type is an error that names both types', async () => {
    const { operation } = gaxs.gaxInMemory([{ ...gaxs.succeeded, response: gaxs.other('of another type') }]);
    const seen = await trackFor(5000, pollerFrom(operation()).promise());
    expect(seen.error).toMatchObject({
      code: 'LRO_UNPACK_FAILED',
      expected: 'test.Thing',
      actual: 'test.Other',
      message: "The response of operation 'operations/1' cannot be read as a test.Thing: it is test.Other",
    });

    await defectOf('google-gax', async () => {
      const seen = await trackFor(1000, operation().promise());
      expect(seen.value?.[0]).toMatchObject({ title: 'of another type' });
    });
  });

  it('the details of a failure are kept', async () => {
    const info = {
      '@type': 'type.googleapis.com/google.rpc.ErrorInfo',
      reason: 'LOCKED',
      domain: 'test.invalid',
      metadata: { by: 'someone' },
    } as const;
    const { typeUrl: type_url, value } = detailToAny(info);
    const error = { code: Code.FAILED_PRECONDITION, message: 'locked', details: [{ type_url, value: value! }] };
    const { operation } = gaxs.gaxInMemory([{ name, done: true, error }]);
    const seen = await trackFor(5000, pollerFrom(operation()).promise());
    expect(seen.error).toMatchObject({ status: { code: 9, message: 'locked', details: [info] }, errorInfo: info });

    await defectOf('google-gax', async () => {
      const seen = await trackFor(1000, operation().promise());
      expect(seen.error).toMatchObject({ message: 'locked' });
      expect(JSON.parse(JSON.stringify(seen.error))).toEqual({ code: Code.FAILED_PRECONDITION });
    });
  });

  it('a timeout differs from an operation that failed with DEADLINE_EXCEEDED', async () => {
    const error = { code: Code.DEADLINE_EXCEEDED, message: 'the work took too long' };
    const slow = () => gaxs.gaxInMemory([gaxs.running]);
    const failed = () => gaxs.gaxInMemory([{ name, done: true, error }]);
    const timeout = await trackFor(1000, pollerFrom(slow().operation()).promise({ totalTimeoutMs: 1000 }));
    const failure = await trackFor(5000, pollerFrom(failed().operation()).promise({ totalTimeoutMs: 5000 }));
    expect(timeout.error).toMatchObject({ code: 'LRO_POLLING_TIMEOUT', operationName: name, token: { name } });
    expect(failure.error).toMatchObject({ code: 'LRO_OPERATION_FAILED', status: { code: Code.DEADLINE_EXCEEDED } });

    await defectOf('google-gax', async () => {
      const limit = { totalTimeoutMillis: 1000 };
      const timeout = await trackFor(2000, slow().operation(gaxs.running, limit).promise());
      const failure = await trackFor(2000, failed().operation(gaxs.running, limit).promise());
      for (const { error } of [timeout, failure]) {
        // A class, a code, and nothing else to tell them by but the message.
        expect((error as Error).constructor.name).toBe('GoogleError');
        expect(JSON.parse(JSON.stringify(error))).toEqual({ code: Code.DEADLINE_EXCEEDED });
      }
    });
  });

  it('cancel() does not reject the waits: they settle with the outcome from the server', async () => {
    const cancelled = { name, done: true, error: { code: Code.CANCELLED, message: 'by request' } };
    for (const [outcome, expected] of [
      [cancelled, { error: { code: 'LRO_OPERATION_FAILED', cancelled: true, status: { message: 'by request' } } }],
      [gaxs.succeeded, { value: { title: 'done' } }],
    ] as const) {
      // With a poll in flight that saw it running yet.
      const { operation, calls } = gaxs.gaxInMemory([gaxs.running, outcome], { latencyMs: 300 });
      const poller = pollerFrom(operation(), { ...everySecond, serverWait: 'never' });
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

  it('a timeout is exact, even during a long delay', async () => {
    const { operation } = gaxs.gaxInMemory([gaxs.running]);
    const slow = { backoff: constantBackoff(60_000) };
    const seen = await trackFor(5000, pollerFrom(operation(), slow).promise({ totalTimeoutMs: 5000 }));
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

  it('an operation done with neither response nor error has the default instance as its response', async () => {
    const { operation } = gaxs.gaxInMemory([{ name, done: true }]);
    const seen = await trackFor(5000, pollerFrom(operation()).promise());
    expect(seen.value?.title).toBe('');

    await defectOf('google-gax', async () => {
      const seen = await trackFor(1000, operation().promise());
      expect(seen.value?.[0]).toEqual({});
      expect(seen.value?.[0].title).toBeUndefined();
    });
  });

  it('metadata of another type are reported, and end no wait', async () => {
    const metadata = gaxs.other('of another type');
    const { operation } = gaxs.gaxInMemory([{ ...gaxs.running, metadata }, gaxs.succeeded]);
    const poller = pollerFrom(operation(), { ...everySecond, serverWait: 'never' });
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
      await trackFor(1000, theirs.promise());
      expect(progress).toMatchObject([{ title: 'of another type' }]);
    });
  });
});
