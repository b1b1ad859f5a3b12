import { describe, expect, it } from '@jest/globals';
import { conventionalListNames, conventionalParent, listNamesAfterFailure } from '../../src/coalescing/parent.js';
import { Code } from '../../src/status.js';

describe('conventionalParent()', () => {
  it.each([
    ['projects/p/locations/l/operations/1', 'projects/p/locations/l'],
    ['a/operations/b/operations/1', 'a/operations/b'],
    ['operations/a/operations/1', 'operations/a'],
    ['a/operations/', undefined],
    ['/operations/1', undefined],
    ['operations/1', undefined],
    ['a/myoperations/1', undefined],
    ['1', undefined],
    ['', undefined],
  ])('of %j is %j', (name, parent) => {
    expect(conventionalParent(name)).toBe(parent);
  });
});

describe('conventionalListNames()', () => {
  it('tries the parent, then its collection', () => {
    expect(conventionalListNames('a')).toEqual(['a', 'a/operations']);
  });
});

describe('listNamesAfterFailure()', () => {
  const names = ['a', 'a/operations'];

  it.each([Code.UNIMPLEMENTED, Code.INVALID_ARGUMENT, Code.NOT_FOUND])('tries the next name after code %d', (code) => {
    expect(listNamesAfterFailure(names, code)).toEqual(['a/operations']);
    expect(listNamesAfterFailure(['a/operations'], code)).toEqual([]);
  });

  it('tries no other name after PERMISSION_DENIED', () => {
    expect(listNamesAfterFailure(names, Code.PERMISSION_DENIED)).toEqual([]);
  });

  it.each([Code.UNAVAILABLE, Code.INTERNAL, Code.RESOURCE_EXHAUSTED])('keeps the names after code %d', (code) => {
    expect(listNamesAfterFailure(names, code)).toBe(names);
  });
});
