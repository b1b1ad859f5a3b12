import { describe, expect, it } from '@jest/globals';
import { parseJson } from '../../src/transports/json.js';
import { fc } from '../support/fast-check.js';

describe('parseJson()', () => {
  it.each([
    ['{"a":{"__proto__":{"polluted":1},"b":2}}'],
    [String.raw`{"a":{"\u005F_proto\u005f_":{"polluted":1},"b":2}}`],
  ])('omits the __proto__ members of %s', (text) => {
    const json = parseJson(text) as { a: object };
    expect(Object.getOwnPropertyNames(json.a)).toEqual(['b']);
    expect(Object.assign({}, json.a)).not.toHaveProperty('polluted');
  });

  it('keeps the text "__proto__" as a value', () => {
    expect(parseJson('{"a":"__proto__"}')).toEqual({ a: '__proto__' });
  });

  it('is undefined if the text is not JSON', () => {
    for (const text of ['', '<html>', '{"a":', '{"__proto__":']) expect(parseJson(text)).toBeUndefined();
  });

  it('is JSON.parse() otherwise', () => {
    fc.assert(
      fc.property(fc.jsonValue({ noUnicodeString: false }), (value) => {
        const text = JSON.stringify(value);
        fc.pre(!text.includes('__proto__'));
        expect(parseJson(text)).toEqual(JSON.parse(text));
      }),
    );
  });
});
