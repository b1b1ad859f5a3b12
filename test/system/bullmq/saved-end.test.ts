import { describe, expect, it } from '@jest/globals';
import { readCompleted, saveCompleted, saveFailure, settle } from '../../../src/bullmq/saved-end.js';
import { customOperations } from '../../../src/custom/index.js';
import { anyType, Code, operationInfo, RequestError, type RawOperation } from '../../../src/index.js';

const name = 'operations/a';
const info = operationInfo({ response: anyType });
const errorInfo = {
  '@type': 'type.googleapis.com/google.rpc.ErrorInfo',
  reason: 'SERVICE_DISABLED',
  domain: 'googleapis.com',
  metadata: { service: 'speech.googleapis.com' },
} as const;

/** What the handler's worker reads of an operation that another worker saved. */
const saved = (raw: RawOperation): RawOperation | undefined => {
  const end = JSON.parse(JSON.stringify(saveCompleted(raw, 10_000))) as { result: 'completed' };
  return readCompleted(end);
};

describe('an operation that was saved', () => {
  const jobs = customOperations({
    get: (): Promise<{ done: boolean; response: unknown }> => Promise.reject(new Error('not called')),
  });
  const done = (response: unknown): RawOperation => jobs.rawOperation({ done: true, response }, name);

  it('is the same if JSON keeps its response', () => {
    for (const response of [{ a: [1, 'x', null, { b: true }] }, 'text', 7, new Uint8Array([1, 2])]) {
      const read = settle(
        { token: { version: 1, name } as never, end: { result: 'completed' } },
        saved(done(response)),
        jobs.info,
      );
      expect(read).toMatchObject({ result: 'response', response });
    }
  });

  it.each<[string, unknown]>([
    ['a Date', { at: new Date(0) }],
    ['a Map', new Map([['a', 1]])],
    ['a Set', [new Set([1])]],
    ['an Error', { problem: new Error('x') }],
    ['an instance of a class', new URL('https://example.com')],
    ['a bigint', { count: 7n }],
    ['NaN', { ratio: NaN }],
    ['a function', { run: () => undefined }],
    ['a hole', [undefined]],
  ])('is requested again if its response has %s, which JSON would change', (_, response) => {
    expect(saved(done(response))).toBeUndefined();
  });

  it('is requested again if a function that reads it has thrown', () => {
    const failing = customOperations({
      get: () => Promise.resolve({ done: true }),
      response: () => {
        throw new Error('no field');
      },
    });
    expect(saved(failing.rawOperation({ done: true }, name))).toBeUndefined();
  });
});

describe('a failed request that was saved', () => {
  const read = (details: readonly object[]): RequestError => {
    const status = { code: Code.PERMISSION_DENIED, message: 'no', details } as never;
    const error = new RequestError({
      method: 'GetOperation',
      operationName: name,
      status,
      origin: 'service',
      httpStatus: 403,
    });
    const failure = JSON.parse(JSON.stringify(saveFailure(error))) as ReturnType<typeof saveFailure>;
    const end = { result: 'unknown', reason: { kind: 'failure', elapsedMs: 1, polls: 1, failure } } as const;
    return (settle({ token: { version: 1, name } as never, end }, undefined, info) as { reason: RequestError }).reason;
  };

  it('keeps its details and its HTTP status', () => {
    const custom = { typeUrl: 'example.com/x.T', value: new Uint8Array([1, 2]) };
    const error = read([errorInfo, custom]);
    expect(error.status.details).toEqual([errorInfo, custom]);
    expect(error.errorInfo).toEqual(errorInfo);
    expect(error.httpStatus).toBe(403);
  });

  it('leaves out long details', () => {
    expect(read([{ ...errorInfo, domain: 'x'.repeat(2000) }]).status).toMatchObject({ message: 'no', details: [] });
  });
});
