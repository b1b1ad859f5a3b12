import { describe, expect, it } from '@jest/globals';
import { codeFromHttp, httpFromCode } from '../../src/wire/http-status.js';
import { Code } from '../../src/status.js';

describe('codeFromHttp()', () => {
  it.each([
    [400, 'INVALID_ARGUMENT'],
    [401, 'UNAUTHENTICATED'],
    [403, 'PERMISSION_DENIED'],
    [404, 'NOT_FOUND'],
    [408, 'DEADLINE_EXCEEDED'],
    [409, 'ABORTED'],
    [416, 'OUT_OF_RANGE'],
    [421, 'UNAVAILABLE'],
    [423, 'ABORTED'],
    [425, 'UNAVAILABLE'],
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
    [502, 'UNAVAILABLE'],
    [505, 'INTERNAL'],
    [520, 'UNAVAILABLE'],
    [521, 'UNAVAILABLE'],
    [522, 'UNAVAILABLE'],
    [523, 'UNAVAILABLE'],
    [524, 'DEADLINE_EXCEEDED'],
    [525, 'UNAVAILABLE'],
    [526, 'UNAVAILABLE'],
    [527, 'UNAVAILABLE'],
    [529, 'UNAVAILABLE'],
    [530, 'UNAVAILABLE'],
    [598, 'DEADLINE_EXCEEDED'],
    [599, 'DEADLINE_EXCEEDED'],
    [560, 'INTERNAL'],
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
