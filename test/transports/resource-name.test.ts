import { describe, expect, it } from '@jest/globals';
import { assertUrlName, assertWellFormed } from '../../src/transports/resource-name.js';
import { resourceNames } from '../rest/arbitraries.js';
import { fc } from '../support/fast-check.js';

const check = (name: unknown, allowEmpty = false) => {
  assertUrlName(name, allowEmpty);
};

describe('assertUrlName()', () => {
  it.each([
    ['..'],
    ['.'],
    ['operations/..'],
    ['../operations/a'],
    ['operations/./a'],
    ['operations/%2e%2e/a'],
    ['operations/.%2E'],
    ['operations/%2e'],
    ['/operations/a'],
    ['operations/'],
    ['operations//a'],
    [''],
    ['operations/a\n'],
    ['operations/a\u0000'],
    ['operations/a\u007f'],
    ['operations/a\u0085'],
    ['operations/\ud800'],
    ['operations/\udc00a'],
    [undefined],
    [5],
  ])('throws for %j', (name) => {
    expect(() => check(name)).toThrow(/^Cannot request as 'name' must be .*: current value is /);
    expect(() => check(name)).toThrow(TypeError);
  });

  it.each([
    ['operations/...'],
    ['a..b/.c/d.'],
    ['operations/%2e%2e%2f'],
    ['operations/a?b#c'],
    ['operations/😀'],
    ['%'],
  ])('accepts %j', (name) => {
    expect(() => check(name)).not.toThrow();
  });

  it('accepts an empty name where it is valid', () => {
    expect(() => check('', true)).not.toThrow();
  });

  it('throws for every name that a URL would change, wherever the segment is', () => {
    fc.assert(
      fc.property(resourceNames, fc.constantFrom('.', '..', '%2e', '%2E.', '.%2e', ''), fc.nat(), (name, bad, at) => {
        const segments = name.split('/');
        segments.splice(at % (segments.length + 1), 0, bad);
        expect(() => check(segments.join('/'))).toThrow(TypeError);
        expect(() => check(name)).not.toThrow();
      }),
    );
  });
});

describe('assertWellFormed()', () => {
  it('accepts any text with a UTF-8 encoding', () => {
    expect(() => {
      assertWellFormed('filter', 'a = "b"\n\tAND ../😀\u0000');
    }).not.toThrow();
  });

  it('names the invalid option', () => {
    expect(() => {
      assertWellFormed('filter', '\ud83d');
    }).toThrow(String.raw`Cannot request as 'filter' must be free of lone surrogates: current value is "\ud83d"`);
  });
});
