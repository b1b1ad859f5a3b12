import { describe, expect, it } from '@jest/globals';
import { normalizeHeaders, sameHeaders } from '../../src/transports/headers.js';

describe('normalizeHeaders()', () => {
  it('reads plain objects and Headers alike, with names in lower case', () => {
    const expected = { authorization: 'Bearer t', 'x-a': '1' };
    expect(normalizeHeaders({ Authorization: 'Bearer t', 'X-A': '1', 'x-none': undefined })).toEqual(expected);
    expect(normalizeHeaders(new Headers({ Authorization: 'Bearer t', 'X-A': '1' }))).toEqual(expected);
  });

  it.each([
    ['authorization', 'Bearer secret\n'],
    ['authorization', 'secret\u0000'],
    ['authorization', 'secret€'],
    ['x y', 'secret'],
    ['', 'secret'],
    ['authorization', ['secret'] as unknown as string],
  ])('throws for %j: %j and does not show the value', (name, value) => {
    expect(() => normalizeHeaders({ [name]: value })).toThrow(
      new TypeError(`Cannot request as 'headers.${name}' must be a valid HTTP header: current value is not shown`),
    );
  });
});

describe('sameHeaders()', () => {
  it.each<[object, object, boolean]>([
    [{}, {}, true],
    [{ a: '1', b: '2' }, { b: '2', a: '1' }, true],
    [{ a: '1' }, { a: '2' }, false],
    [{ a: '1' }, { b: '1' }, false],
    [{ a: '1' }, { a: '1', b: '2' }, false],
    [{ a: '1', b: '2' }, { a: '1' }, false],
  ])('compares names and values: %j and %j', (a, b, same) => expect(sameHeaders({ ...a }, { ...b })).toBe(same));
});
