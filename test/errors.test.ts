import { describe, expect, it, jest } from '@jest/globals';
import { inspect } from 'node:util';
import { MalformedOperationError, UnpackError } from '../src/decode-errors.js';
import {
  isLROError,
  OperationFailedError,
  PollingTimeoutError,
  RequestError,
  type AnyLROError,
} from '../src/errors.js';
import { LROError, type LROErrorCode } from '../src/lro-error.js';
import { Code, type Status } from '../src/status.js';

const name = 'projects/p/operations/1';
const errorInfo = {
  '@type': 'type.googleapis.com/google.rpc.ErrorInfo',
  reason: 'DUPLICATE',
  domain: 'spanner.googleapis.com',
  metadata: { index: 'UV' },
} as const;
const retryInfo = { '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay: '53s' } as const;
const status: Status = {
  code: Code.FAILED_PRECONDITION,
  message: 'duplicate key',
  details: [errorInfo, retryInfo],
};
const token = { version: 1, name, startedAtMs: 1 } as const;
const any = { typeUrl: 'type.googleapis.com/test.Film', value: new Uint8Array([1]) };

const classes = {
  LRO_OPERATION_FAILED: OperationFailedError,
  LRO_REQUEST_FAILED: RequestError,
  LRO_POLLING_TIMEOUT: PollingTimeoutError,
  LRO_MALFORMED_OPERATION: MalformedOperationError,
  LRO_UNPACK_FAILED: UnpackError,
};

/** One error of each class. */
const oneOfEach = (from: typeof classes): Record<LROErrorCode, Error> => ({
  LRO_OPERATION_FAILED: new from.LRO_OPERATION_FAILED(name, status, { commits: 2 }),
  LRO_REQUEST_FAILED: new from.LRO_REQUEST_FAILED({
    method: 'GetOperation',
    operationName: name,
    status,
    origin: 'service',
  }),
  LRO_POLLING_TIMEOUT: new from.LRO_POLLING_TIMEOUT({ elapsedMs: 5000, polls: 3, operation: undefined, token }),
  LRO_MALFORMED_OPERATION: new from.LRO_MALFORMED_OPERATION(name, 'bad'),
  LRO_UNPACK_FAILED: new from.LRO_UNPACK_FAILED({
    operationName: name,
    field: 'response',
    raw: { name, done: true },
    expected: 'test.Book',
    actual: 'test.Film',
    any,
  }),
});
const errors = oneOfEach(classes);

// A second copy of the package in the same program: the same source, loaded again.
jest.resetModules();
const copy = { ...(await import('../src/errors.js')), ...(await import('../src/decode-errors.js')) };
const copyClasses: typeof classes = {
  LRO_OPERATION_FAILED: copy.OperationFailedError,
  LRO_REQUEST_FAILED: copy.RequestError,
  LRO_POLLING_TIMEOUT: copy.PollingTimeoutError,
  LRO_MALFORMED_OPERATION: copy.MalformedOperationError,
  LRO_UNPACK_FAILED: copy.UnpackError,
};

/** Handles each error by its code. The compiler checks that no case is missing. */
function handle(error: AnyLROError): unknown {
  switch (error.code) {
    case 'LRO_OPERATION_FAILED':
      return error.metadata;
    case 'LRO_REQUEST_FAILED':
      return error.rpcCode;
    case 'LRO_POLLING_TIMEOUT':
      return error.token;
    case 'LRO_MALFORMED_OPERATION':
      return error.message;
    case 'LRO_UNPACK_FAILED':
      return error.expected;
  }
}

describe('isLROError()', () => {
  it.each(Object.entries(errors))('accepts %s, an instance of one class only', (code, error) => {
    expect(isLROError(error)).toBe(true);
    expect(error).toBeInstanceOf(LROError);
    expect(error).toBeInstanceOf(Error);
    expect((error as AnyLROError).code).toBe(code);
    for (const [otherCode, type] of Object.entries(classes)) expect(error instanceof type).toBe(otherCode === code);
    expect(error.name).toBe(classes[code as LROErrorCode].name);
  });

  it.each([
    undefined,
    null,
    'LRO_REQUEST_FAILED',
    5,
    new Error('x'),
    new TypeError('x'),
    new DOMException('x', 'AbortError'),
    { code: 'LRO_REQUEST_FAILED', operationName: name },
    Object.assign(new Error('x'), { code: 'LRO_REQUEST_FAILED' }),
  ])('rejects %p', (value) => expect(isLROError(value)).toBe(false));

  it('accepts the errors of another copy of the package, where instanceof does not', () => {
    for (const [code, error] of Object.entries(oneOfEach(copyClasses))) {
      expect(error).not.toBeInstanceOf(classes[code as LROErrorCode]);
      expect(error).not.toBeInstanceOf(LROError);
      expect(isLROError(error)).toBe(true);
      expect(copy.isLROError(errors[code as LROErrorCode])).toBe(true);
      expect((error as AnyLROError).code).toBe(code);
    }
  });

  it('narrows', () => {
    const results = Object.values(errors).map((error) => (isLROError(error) ? handle(error) : undefined));
    expect(results).toEqual([
      { commits: 2 },
      Code.FAILED_PRECONDITION,
      token,
      `Malformed operation '${name}': bad`,
      'test.Book',
    ]);
  });
});

describe('LROError', () => {
  it.each(Object.entries(errors))('%s names the operation', (_, error) => {
    expect((error as AnyLROError).operationName).toBe(name);
    expect(error.message).toContain(name);
    expect(error.stack).toContain(error.message);
  });

  it('hides its brand', () => {
    for (const error of Object.values(errors)) {
      expect(Object.keys(error)).not.toContain('brand');
      expect(inspect(error)).not.toContain('longrunning.LROError');
    }
  });

  it('has the property cause only if a cause was given', () => {
    expect('cause' in new MalformedOperationError(name, 'x')).toBe(false);
    const cause = new SyntaxError('bad JSON');
    expect(new MalformedOperationError(name, 'x', cause).cause).toBe(cause);
    expect(
      new RequestError({ method: 'GetOperation', operationName: name, status, origin: 'transport', cause }).cause,
    ).toBe(cause);
  });
});

describe('OperationFailedError', () => {
  it('has the status, the metadata and a message with both the code and the reason', () => {
    const error = new OperationFailedError(name, status, { commits: 2 });
    expect(error.message).toBe(
      `Operation '${name}' failed: FAILED_PRECONDITION: duplicate key (DUPLICATE, spanner.googleapis.com)`,
    );
    expect(error).toMatchObject({ status, metadata: { commits: 2 }, cancelled: false, errorInfo, retryInfo });
  });

  it('marks a cancelled operation', () => {
    const error = new OperationFailedError(name, { code: Code.CANCELLED, message: '', details: [] }, undefined);
    expect(error.message).toBe(`Operation '${name}' failed: CANCELLED`);
    expect(error).toMatchObject({ cancelled: true, errorInfo: undefined, retryInfo: undefined });
  });
});

describe('RequestError', () => {
  it('names the RPC, the failure and the number of attempts', () => {
    const failure = { method: 'GetOperation', operationName: name, status, origin: 'service' } as const;
    const error = new RequestError(failure);
    expect(error.message).toBe(
      `GetOperation of '${name}' failed: FAILED_PRECONDITION: duplicate key (DUPLICATE, spanner.googleapis.com)`,
    );
    expect(error).toMatchObject({ rpcCode: 9, attempts: 1, origin: 'service', errorInfo, retryInfo });
    expect(error.httpStatus).toBeUndefined();
    expect(error.retryAfterMs).toBeUndefined();
    const retried = new RequestError({ ...failure, attempts: 3, httpStatus: 400, retryAfterMs: 53_000 });
    expect(retried.message).toBe(`${error.message} (after 3 attempts)`);
    expect(retried).toMatchObject({ attempts: 3, httpStatus: 400, retryAfterMs: 53_000 });
    expect(new RequestError({ ...failure, operationName: '' }).message).toMatch(/^GetOperation of '' failed: /);
  });

  it('ignores properties that it does not know', () => {
    const failure = { method: 'GetOperation', operationName: name, status, origin: 'service' } as const;
    const error = new RequestError({ ...failure, ...{ headers: { authorization: 'Bearer very-secret' } } });
    expect(inspect(error, { depth: Infinity, showHidden: true })).not.toContain('very-secret');
  });
});

describe.each([
  ['OperationFailedError', (status: Status) => new OperationFailedError(name, status, undefined)],
  [
    'RequestError',
    (status: Status) => new RequestError({ method: 'GetOperation', operationName: name, status, origin: 'service' }),
  ],
] as const)('%s', (className, make) => {
  const prefix = 'type.googleapis.com/google.rpc.';
  const failed = { code: Code.INVALID_ARGUMENT, message: 'bad name', details: [] } as const;

  it('has accessors for the most common details', () => {
    const fieldViolations = [{ field: 'book.name', description: 'too long', reason: 'LONG' }];
    const help = { '@type': `${prefix}Help`, links: [{ description: 'Names', url: 'https://example.com' }] } as const;
    const localizedMessage = { '@type': `${prefix}LocalizedMessage`, locale: 'de', message: 'Zu lang' } as const;
    const badRequest = { '@type': `${prefix}BadRequest`, fieldViolations } as const;
    const details = [any, errorInfo, retryInfo, badRequest, help, localizedMessage];
    expect(make({ ...failed, details })).toMatchObject({
      status: { details },
      errorInfo,
      retryInfo,
      fieldViolations,
      help,
      localizedMessage,
    });
  });

  it('has undefined accessors if the service sent no details', () => {
    const error = make({ ...failed, details: [any] });
    const { errorInfo, retryInfo, fieldViolations, help, localizedMessage } = error;
    expect([errorInfo, retryInfo, help, localizedMessage]).toEqual(Array(4).fill(undefined));
    expect(fieldViolations).toEqual([]);
  });

  it('has a message of one line: operation, code, message, reason and domain', () => {
    const line = (status: Status) => {
      const error = make(status);
      expect(String(error)).toBe(`${className}: ${error.message}`);
      expect(error.message).toContain(`'${name}'`);
      return error.message.replace(/^.*? failed: /, '');
    };
    const errorInfoWith = (fields: object) => [{ ...errorInfo, ...fields }];
    expect(line(failed)).toBe('INVALID_ARGUMENT: bad name');
    expect(line({ ...failed, message: '' })).toBe('INVALID_ARGUMENT');
    expect(line({ ...failed, details: errorInfoWith({}) })).toBe(
      'INVALID_ARGUMENT: bad name (DUPLICATE, spanner.googleapis.com)',
    );
    expect(line({ ...failed, details: errorInfoWith({ domain: '' }) })).toBe('INVALID_ARGUMENT: bad name (DUPLICATE)');
    expect(line({ ...failed, message: '', details: errorInfoWith({ reason: '' }) })).toBe(
      'INVALID_ARGUMENT (spanner.googleapis.com)',
    );
    expect(line({ ...failed, details: errorInfoWith({ domain: '', reason: '' }) })).toBe('INVALID_ARGUMENT: bad name');
  });

  it('accepts a status without details, which plain JavaScript may pass', () => {
    const { details: _, ...status } = failed;
    expect(make(status as unknown as Status)).toMatchObject({ errorInfo: undefined, fieldViolations: [] });
  });
});

describe('PollingTimeoutError', () => {
  it('says that the operation is still running', () => {
    const error = new PollingTimeoutError({ elapsedMs: 5000, polls: 3, operation: undefined, token });
    expect(error.message).toBe(
      `Stopped waiting for operation '${name}' after 5000 ms and 3 polls: it may still run; error.token resumes the wait`,
    );
    expect(error).toMatchObject({ elapsedMs: 5000, polls: 3, token, operationName: name });
  });
});

describe('UnpackError', () => {
  const unpack = { operationName: name, field: 'response', any, raw: { name, done: true } } as const;

  it('names both types', () => {
    expect(new UnpackError({ ...unpack, expected: 'test.Book', actual: 'test.Film' }).message).toBe(
      `The response of operation '${name}' cannot be read as a test.Book: it is test.Film`,
    );
  });

  it('gives the reason if the type is right but the message cannot be decoded', () => {
    const cause = new RangeError('index out of range');
    for (const expected of ['test.Film', undefined]) {
      const error = new UnpackError({ ...unpack, expected, actual: 'test.Film', cause });
      expect(error.message).toBe(
        `The response of operation '${name}' cannot be read as a test.Film: index out of range`,
      );
      expect(error).toMatchObject({ cause, any, actual: 'test.Film', field: 'response' });
      expect(error.expected).toBe(expected);
    }
  });
});
