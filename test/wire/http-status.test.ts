import { describe, expect, it } from '@jest/globals';
import { codeFromHttp, httpFromCode } from '../../src/wire/http-status.js';
import { Code } from '../../src/status.js';

describe('codeFromHttp()', () => {
  it.each([
    [400, 'INVALID_ARGUMENT'],
    [401, 'UNAUTHENTICATED'],
    [403, 'PERMISSION_DENIED'],
    [404, 'NOT_FOUND'],
    [409, 'ABORTED'],
    [416, 'OUT_OF_RANGE'],
    [429, 'RESOURCE_EXHAUSTED'],
    [499, 'CANCELLED'],
    [501, 'UNIMPLEMENTED'],
    [503, 'UNAVAILABLE'],
    [504, 'DEADLINE_EXCEEDED'],
    [204, 'OK'],
    [302, 'UNKNOWN'],
    [405, 'FAILED_PRECONDITION'],
    [418, 'FAILED_PRECONDITION'],
    [500, 'INTERNAL'],
    [502, 'INTERNAL'],
    [599, 'INTERNAL'],
    [0, 'UNKNOWN'],
    [700, 'UNKNOWN'],
  ] as const)('takes %d for %s', (http, name) => {
    expect(codeFromHttp(http)).toBe(Code[name]);
  });
});

describe('httpFromCode()', () => {
  it('follows the comments of code.proto', () => {
    expect(Object.values(Code).map(httpFromCode)).toEqual([
      200, 499, 500, 400, 504, 404, 409, 403, 429, 400, 409, 400, 501, 500, 503, 500, 401,
    ]);
  });
});
