import { describe, expect, it } from '@jest/globals';
import { errorHints, errorText, kindOf, kindOfCompleted } from '../../src/cli/outcome.js';
import {
  jsonLine,
  jsonText,
  operationToJson,
  responseLine,
  responseText,
  stateLine,
  type JsonOperation,
} from '../../src/cli/output.js';
import { jsonInfo } from '../../src/cli/types.js';
import { OperationFailedError, PollingTimeoutError, type RawOperation, RequestError } from '../../src/index.js';
import { toOperation } from '../../src/operation.js';
import type { CompletedOperation } from '../../src/operation.js';
import { type Status } from '../../src/status.js';

const name = 'operations/1';
const read = (raw: Partial<RawOperation>): JsonOperation => toOperation({ name, done: false, ...raw }, jsonInfo());
const bookUrl = 'type.googleapis.com/books.v1.Book';
const book = { typeUrl: bookUrl, json: { '@type': bookUrl, title: 'a' } };
const bytes = { typeUrl: bookUrl, value: new Uint8Array([1, 2]) };

const running = read({ metadata: { typeUrl: '', json: { progressPercent: 99.9 } } });
const succeeded = read({ done: true, response: book });
const failed = read({
  done: true,
  error: { code: 5, message: 'no book', details: [{ '@type': 'x/y', z: 1 } as never, bytes] },
});
const cancelled = read({ done: true, error: { code: 1, message: '', details: [] } });

describe('the output of an operation', () => {
  it('is its state in one line', () => {
    expect([read({}), running, succeeded, failed, cancelled].map(stateLine)).toEqual([
      'operations/1\trunning\n',
      'operations/1\trunning\t99 %\n', // 100 % is reached by 1 only
      'operations/1\tsucceeded\n',
      'operations/1\tfailed\tNOT_FOUND\n',
      'operations/1\tcancelled\n',
    ]);
  });

  it('is one JSON object, in which messages are as they were received', () => {
    expect(operationToJson(read({}))).toEqual({ name, done: false });
    expect(operationToJson(running)).toEqual({ name, metadata: { progressPercent: 99.9 }, done: false });
    expect(operationToJson(succeeded)).toEqual({ name, done: true, response: book.json });
  });

  it('has the bytes of messages that cannot be decoded, in base64', () => {
    const message = { '@type': bookUrl, value: 'AQI=' };
    expect(operationToJson(read({ done: true, response: bytes })).response).toEqual(message);
    const details = [{ '@type': 'x/y', z: 1 }, message];
    expect(operationToJson(failed).error).toEqual({ code: 5, message: 'no book', details });
  });

  it('is the response, over several lines or in one', () => {
    expect(responseText(succeeded)).toBe(`{\n  "@type": "${bookUrl}",\n  "title": "a"\n}\n`);
    expect(responseLine(succeeded)).toBe(`operations/1\t{"@type":"${bookUrl}","title":"a"}\n`);
    expect([responseText(failed), responseLine(running)]).toEqual([undefined, undefined]);
  });

  it('escapes the characters that a terminal may interpret', () => {
    expect(jsonLine('a\x7f\u202eb')).toBe('"a\\u007f\\u202eb"\n');
    expect(jsonText(['\x9b'])).toBe('[\n  "\\u009b"\n]\n');
  });
});

const status = {
  code: 8,
  message: 'out of quota',
  details: [
    { '@type': 'type.googleapis.com/google.rpc.ErrorInfo', reason: 'QUOTA', domain: 'books' },
    { '@type': 'type.googleapis.com/google.rpc.LocalizedMessage', locale: 'en', message: 'Try tomorrow' },
    {
      '@type': 'type.googleapis.com/google.rpc.BadRequest',
      fieldViolations: [{ field: 'title', description: 'too long' }],
    },
    { '@type': 'type.googleapis.com/google.rpc.Help', links: [{ description: 'Quotas', url: 'https://a.example' }] },
  ],
} as unknown as Status;
const requestFailed = (attempts: number): RequestError =>
  new RequestError({ method: 'GetOperation', operationName: name, status, origin: 'service', attempts });

describe('the output of an error', () => {
  it('is its status in one line, with the number of attempts', () => {
    const line = 'RESOURCE_EXHAUSTED: out of quota (QUOTA, books)';
    expect(errorText(requestFailed(1))).toBe(line);
    expect(errorText(requestFailed(3))).toBe(`${line} (after 3 attempts)`);
    expect(errorText(new OperationFailedError(name, { code: 5, message: '', details: [] }, undefined))).toBe(
      'NOT_FOUND',
    );
  });

  it('is the message of an error without a status, and the text of anything else', () => {
    expect([errorText(new TypeError('wrong')), errorText('odd')]).toEqual(['wrong', 'odd']);
  });

  it('has what the user can do, and links, as hints', () => {
    expect(errorHints(requestFailed(1))).toEqual(['Try tomorrow', 'title: too long', 'Quotas: https://a.example']);
    expect(errorHints(requestFailed(1)).concat(errorHints(new Error('wrong')))).toHaveLength(3);
  });
});

describe('the kind of an outcome', () => {
  it('is that of the completed operation', () => {
    const completed = [succeeded, failed, cancelled] as CompletedOperation<unknown, unknown>[];
    expect(completed.map(kindOfCompleted)).toEqual(['response', 'failed', 'cancelled']);
    expect(kindOf(succeeded as never)).toBe('response');
  });

  it('is a timeout or a failed request where the operation is not known to be done', () => {
    const token = { version: 1, name, startedAtMs: 0 } as const;
    const timeout = new PollingTimeoutError({ elapsedMs: 1, polls: 0, operation: undefined, token });
    const kinds = [timeout, requestFailed(1), 'odd'].map((reason) => kindOf({ result: 'unknown', reason } as never));
    expect(kinds).toEqual(['timeout', 'request-failed', 'request-failed']);
  });
});
