import { describe, expect, it } from '@jest/globals';
import { foreignCode } from '../../src/rpc/foreign-code.js';
import { Code, type CodeName } from '../../src/status.js';

/** The code that an HTTP status stands for; undefined if it is not the status of a failure. */
const codeNamesByStatus: [number, CodeName | undefined][] = [
  [200, undefined],
  [399, undefined],
  [400, 'INVALID_ARGUMENT'],
  [401, 'UNAUTHENTICATED'],
  [402, 'FAILED_PRECONDITION'],
  [403, 'PERMISSION_DENIED'],
  [404, 'NOT_FOUND'],
  [408, 'DEADLINE_EXCEEDED'],
  [409, 'ABORTED'],
  [418, 'FAILED_PRECONDITION'],
  [421, 'UNAVAILABLE'],
  [425, 'UNAVAILABLE'],
  [429, 'RESOURCE_EXHAUSTED'],
  [416, 'OUT_OF_RANGE'],
  [499, 'CANCELLED'],
  [500, 'INTERNAL'],
  [501, 'UNIMPLEMENTED'],
  [502, 'UNAVAILABLE'],
  [503, 'UNAVAILABLE'],
  [504, 'DEADLINE_EXCEEDED'],
  [520, 'UNAVAILABLE'],
  [530, 'UNAVAILABLE'],
  [531, 'INTERNAL'],
  [599, 'DEADLINE_EXCEEDED'],
  [600, undefined],
];

/** Where HTTP libraries put a status. */
const places: [string, (status: unknown) => object][] = [
  ['code', (code) => ({ code })],
  ['status', (status) => ({ status })],
  ['statusCode', (statusCode) => ({ statusCode })],
  ['response.status', (status) => ({ response: { status } })],
  ['response.statusCode', (statusCode) => ({ response: { statusCode } })],
];

describe('foreignCode()', () => {
  it.each(places)('reads an HTTP status in %s, as a number or a string', (_, errorWith) => {
    for (const [status, name] of codeNamesByStatus) {
      const expected = name && Code[name];
      expect([status, foreignCode(errorWith(status))]).toEqual([status, expected]);
      expect([status, foreignCode(errorWith(String(status)))]).toEqual([status, expected]);
    }
  });

  it.each([
    ['NOT_FOUND', Code.NOT_FOUND],
    ['not_found', Code.NOT_FOUND],
    ['canceled', Code.CANCELLED],
    ['deadline_exceeded', Code.DEADLINE_EXCEEDED],
  ])('reads the name %s', (name, expected) => {
    for (const [, errorWith] of places) expect(foreignCode(errorWith(name))).toBe(expected);
  });

  it('reads the number of a code in `code` only', () => {
    expect(foreignCode({ code: 5 })).toBe(Code.NOT_FOUND);
    expect(foreignCode({ status: 5 })).toBeUndefined();
    expect(foreignCode({ status: 5, response: { status: 404 } })).toBe(Code.NOT_FOUND);
  });
});
