import { describe, expect, it } from '@jest/globals';
import { Code, MalformedOperationError, OperationFailedError, RequestError } from '../../src/index.js';
import { completedOutcome, rejectedOutcome } from '../../src/otel/outcome.js';

const base = { name: 'operations/1', done: true, metadata: undefined } as const;
const statusOf = (code: Code) => ({ code, message: 'a secret', details: [] });
const failure = (cancelled: boolean) =>
  ({ ...base, result: 'error', cancelled, error: statusOf(cancelled ? Code.CANCELLED : Code.ABORTED) }) as never;
const failed = (code: Code) => new OperationFailedError('operations/1', statusOf(code), undefined);
const attributes = (code: Code) => ({ 'gcp.longrunning.done': true, 'gcp.longrunning.status_code': code });

describe('the outcome of an operation', () => {
  it.each([
    ['a response', { ...base, result: 'response', response: {} } as never, 'response', undefined, Code.OK],
    ['a failure', failure(false), 'error', 'ABORTED', Code.ABORTED],
    ['a cancellation', failure(true), 'cancelled', 'CANCELLED', Code.CANCELLED],
  ])('of %s has its code, and nothing of its texts', (_, operation, outcome, errorType, code) => {
    expect(completedOutcome(operation)).toEqual({ outcome, errorType, attributes: attributes(code) });
  });
});

describe('the outcome of a wait', () => {
  const status = statusOf(Code.UNAVAILABLE);
  const request = { method: 'GetOperation', operationName: 'operations/1', origin: 'service', status } as const;
  it.each([
    ['an abort', new Error('a secret'), 'aborted', 'aborted', {}],
    ['a failure', failed(Code.ABORTED), 'error', 'ABORTED', attributes(Code.ABORTED)],
    ['a cancellation', failed(Code.CANCELLED), 'cancelled', 'CANCELLED', attributes(Code.CANCELLED)],
    ['a failed request', new RequestError(request), 'request_failed', 'UNAVAILABLE', {}],
    [
      'an unreadable state',
      new MalformedOperationError('operations/1', 'a secret'),
      'unreadable',
      'LRO_MALFORMED_OPERATION',
      {},
    ],
  ])(
    'that ended by %s has a type of few values, and nothing of its texts',
    (_, error, outcome, errorType, expected) => {
      expect(rejectedOutcome(error)).toEqual({ outcome, errorType, attributes: expected });
    },
  );
});
