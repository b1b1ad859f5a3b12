import { describe, expect, it } from '@jest/globals';
import { OperationsClient, PollingTimeoutError } from '../../src/index.js';
import { asCompleted, startAll, waitAll, waitAny } from '../../src/many/index.js';
import { name, running, ScriptedTransport } from '../support/scripted.js';
import { rejection } from '../support/wires.js';

describe('A limit below 0, of several waits together', () => {
  const poller = new OperationsClient({ transport: new ScriptedTransport([running]) }).poller(name);
  const options = { totalTimeoutMs: -5000 };

  it('has already expired: the waits fail with the token', async () => {
    const expected = { code: 'LRO_POLLING_TIMEOUT', token: { name } };
    const error = await rejection(waitAll([poller], options));
    expect(error).toBeInstanceOf(PollingTimeoutError);
    expect(error).toMatchObject(expected);
    const { errors } = (await rejection(waitAny([poller], options))) as AggregateError;
    expect(errors).toMatchObject([expected]);
    for await (const { operation } of asCompleted([poller], options)) {
      expect(operation).toMatchObject({ result: 'unknown', reason: expected });
    }
  });

  it('has already expired: no operation is started', async () => {
    let starts = 0;
    const start = () => {
      starts++;
      return poller;
    };
    const iterator = startAll([1], start, options)[Symbol.asyncIterator]();
    expect(await rejection(iterator.next())).toMatchObject({
      name: 'TimeoutError',
      message: expect.stringContaining('after 0 ms'),
    });
    expect(starts).toBe(0);
  });
});
