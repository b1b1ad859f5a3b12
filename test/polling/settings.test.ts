import { describe, expect, it } from '@jest/globals';
import { constantBackoff } from '../../src/polling/backoff.js';
import { defaultBackoff } from '../../src/polling/default-backoff.js';
import { defaultPollingSettings, mergePollingOptions, type PollingOptions } from '../../src/polling/settings.js';
import { Code } from '../../src/status.js';

const client = { activeLoops: { size: 0 }, alignmentTolerance: 0 };
const defaults = defaultPollingSettings(undefined, undefined, client);

describe('defaultPollingSettings()', () => {
  it('has a deadline of a minute for a poll, and ten minutes of failures', () => {
    expect(defaults).toMatchObject({ rpcTimeoutMs: 60_000, retry: { maxElapsedMs: 600_000 } });
    expect(defaults.headers).toBeUndefined();
    expect(defaults).toMatchObject({ backoff: defaultBackoff, serverWait: 'auto', notFoundGraceMs: 0 });
  });

  it("applies the client's retry options over the defaults, and its polling options over both", () => {
    const settings = defaultPollingSettings(
      { maxElapsedMs: 5000, maxAttempts: 7 },
      { rpcTimeoutMs: 10, retry: { maxAttempts: 2 }, headers: { a: '1' } },
      client,
    );
    expect(settings).toMatchObject({
      rpcTimeoutMs: 10,
      headers: { a: '1' },
      retry: { maxElapsedMs: 5000, maxAttempts: 2, initialDelayMs: 500 },
    });
  });
});

describe('mergePollingOptions()', () => {
  it('accepts null for a history, its key and the codes: programs in plain JavaScript pass it for none', () => {
    const none = { history: null, historyKey: null, retry: { codes: null } } as unknown as PollingOptions;
    expect(mergePollingOptions(defaults, none)).toEqual({
      ...defaults,
      history: null,
      historyKey: null,
      retry: { ...defaults.retry, codes: null },
    });
  });

  it('keeps unset options', () => {
    expect(mergePollingOptions(defaults, undefined)).toBe(defaults);
    expect(mergePollingOptions(defaults, { backoff: undefined, rpcTimeoutMs: undefined })).toEqual(defaults);
    const settings = defaultPollingSettings(
      { codes: [Code.ABORTED] },
      { backoff: constantBackoff(7), headers: { a: '1' } },
      client,
    );
    expect(mergePollingOptions(settings, { retry: { maxElapsedMs: 1 } })).toEqual({
      ...settings,
      retry: { ...settings.retry, maxElapsedMs: 1 },
    });
  });

  it('merges headers with those of the client and overrides them', () => {
    const settings = defaultPollingSettings(undefined, { headers: { a: '1', b: '1' } }, client);
    expect(mergePollingOptions(settings, { headers: { b: '2', c: '2' } }).headers).toEqual({ a: '1', b: '2', c: '2' });
    expect(settings.headers).toEqual({ a: '1', b: '1' });
  });

  it('throws for invalid options', () => {
    expect(() => mergePollingOptions(defaults, { backoff: 500 as never })).toThrow(
      new TypeError("Cannot poll as 'backoff' must be a function: current value is 500"),
    );
    expect(() => mergePollingOptions(defaults, { rpcTimeoutMs: 0 })).toThrow(
      new RangeError("Cannot poll as 'rpcTimeoutMs' must be a number of at least 1: current value is 0"),
    );
    expect(() => mergePollingOptions(defaults, { notFoundGraceMs: -1 })).toThrow(RangeError);
    expect(() => mergePollingOptions(defaults, { onEvent: {} as never })).toThrow(/'onEvent' must be a function/);
    expect(() => mergePollingOptions(defaults, { serverWait: 'sometimes' as never })).toThrow(
      new TypeError("Cannot poll as 'serverWait' must be 'auto', 'never' or 'always': current value is sometimes"),
    );
    expect(() => mergePollingOptions(defaults, { retry: { maxAttempts: 0 } })).toThrow(RangeError);
  });
});
