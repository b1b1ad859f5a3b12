import { describe, expect, it } from '@jest/globals';
import { Code } from '../../src/index.js';
import { requestError } from '../../src/errors.js';
import { WaitSupport } from '../../src/waiting/wait-support.js';
import { name } from '../support/scripted.js';

const failure = (code: Code, attempts = 1) =>
  Object.assign(requestError({ method: 'WaitOperation', name }, code, 'as scripted'), { attempts });
const deadline = failure(Code.DEADLINE_EXCEEDED);

describe('A server-side wait that returned a running operation was', () => {
  it.each([
    [60_000, 5000, true],
    [60_000, 4999, false],
    [10_000, 5000, true],
    [10_000, 4999, false],
    [6000, 3000, true],
    [6000, 2999, false],
  ])('held long enough, of %d ms for %d ms: %j', (timeoutMs, tookMs, isLongEnough) => {
    expect(new WaitSupport(1).recordResponse(tookMs, timeoutMs)).toBe(isLongEnough);
  });
});

describe('The timeout of server-side waits', () => {
  it.each([
    [30_000, 33_000],
    [54_545, 60_000],
    [58_000, 60_000],
    [60_000, 60_000],
  ])('of %d ms grows to %d ms by one that was held for all of it', (timeoutMs, nextMs) => {
    const support = new WaitSupport(1);
    if (timeoutMs < 60_000) support.classifyFailure(deadline, 5000 / 0.9);
    support.recordFullWait(timeoutMs);
    expect(support.timeoutMs).toBe(nextMs);
  });

  it('does not shrink by one that was shorter', () => {
    const support = new WaitSupport(1);
    support.recordFullWait(10_000);
    expect(support.timeoutMs).toBe(60_000);
  });

  it.each([
    [50_000, 30_000],
    [20_000, 18_000],
    [1000, 5000],
  ])('shrinks by one that was cut off after %d ms, to %d ms', (tookMs, timeoutMs) => {
    const support = new WaitSupport(1);
    support.classifyFailure(deadline, tookMs);
    expect(support.timeoutMs).toBe(timeoutMs);
  });
});

describe('A server-side wait that failed', () => {
  it.each([
    ['by its deadline after half of the next timeout', deadline, 2500, 'retry-now'],
    ['by its deadline before that', deadline, 2499, 'retry-later'],
    ['by a cut connection after a second', failure(Code.UNAVAILABLE), 1000, 'retry-later'],
    ['by a cut connection after some time', failure(Code.UNAVAILABLE), 2500, 'retry-now'],
    ['by a cut connection, at the second attempt', failure(Code.UNAVAILABLE, 2), 40_000, 'retry-later'],
    ['by a refusal', failure(Code.PERMISSION_DENIED), 40_000, 'ambiguous'],
    ['by a fault of the transport', new TypeError('x is not a function'), 40_000, 'ambiguous'],
    ['by nothing that is known', undefined, 40_000, 'ambiguous'],
  ])('%s', (_, error, tookMs, next) => {
    const support = new WaitSupport(1);
    expect(support.classifyFailure(error, tookMs)).toBe(next);
    expect(support.isSupported).toBe(true);
  });

  it.each([
    [999, 60_000],
    [1000, 5000],
  ])('by a cut connection after %d ms leaves a timeout of %d ms', (tookMs, timeoutMs) => {
    const support = new WaitSupport(1);
    support.classifyFailure(failure(Code.UNAVAILABLE), tookMs);
    expect(support.timeoutMs).toBe(timeoutMs);
  });
});
