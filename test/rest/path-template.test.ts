import { describe, expect, it } from '@jest/globals';
import { expandPathTemplate, fieldsOf, parsePathTemplate } from '../../src/rest/path-template.js';
import { percentEncode } from '../../src/transports/percent-encode.js';
import { fc } from '../support/fast-check.js';
import { resourceNames } from './arbitraries.js';

const expand = (template: string, name: string): string | undefined =>
  expandPathTemplate(parsePathTemplate(template), { name });

describe('parsePathTemplate()', () => {
  it('separates segments, variables and the verb', () => {
    expect(parsePathTemplate('/v1/{name=projects/*/operations/**}:cancel')).toEqual({
      source: '/v1/{name=projects/*/operations/**}:cancel',
      parts: ['v1', { field: 'name', pattern: ['projects', '*', 'operations', '**'] }],
      suffix: 'cancel',
    });
  });

  it('treats {field} as {field=*}', () => {
    expect(parsePathTemplate('/{a}/x/{b.c}').parts).toEqual([
      { field: 'a', pattern: ['*'] },
      'x',
      { field: 'b.c', pattern: ['*'] },
    ]);
  });

  it.each([
    [''],
    ['/'],
    ['v1/x'],
    ['/v1//x'],
    ['/v1/x/'],
    ['/v1/{name'],
    ['/v1/name}'],
    ['/v1/{}'],
    ['/v1/{name=}'],
    ['/v1/{name=/x}'],
    ['/v1/{a}{b}'],
    ['/v1/{a=b=c}'],
    ['/v1/{name=x*}'],
    ['/v1/*'],
    ['/v1/**'],
    ['/v1/{name=**/x/**}'],
    ['/v1/{name=**}/{other=**}'],
    ['/v1/../x'],
    ['/v1/{name=./x}'],
    ['/v1/x y'],
    ['/v1/x?y'],
    ['/v1/x#y'],
    ['/v1/%2e%2e/x'],
    ['/v1/x:a:b'],
    ['/v1/x:'],
    ['/v1/x:a/b'],
  ])('throws for %j', (source) => {
    expect(() => parsePathTemplate(source)).toThrow(TypeError);
  });

  it('names the invalid text', () => {
    expect(() => parsePathTemplate('/v1/*')).toThrow(
      "must be like '/v1/{name=operations/**}:verb': current value is '/v1/*'",
    );
  });
});

describe('expandPathTemplate()', () => {
  it.each([
    ['/v1/{name=operations/**}', 'operations/a', '/v1/operations/a'],
    ['/v1/{name=operations/**}', 'operations/a/b', '/v1/operations/a/b'],
    ['/v1/{name=operations/**}', 'operations', '/v1/operations'],
    ['/v1/{name=operations/**}', 'projects/p/operations/a', undefined],
    ['/v1/{name=operations/*}', 'operations/a/b', undefined],
    ['/v1/{name=operations/*}', 'operations', undefined],
    ['/v3/{name=projects/*}/operations', 'projects/p', '/v3/projects/p/operations'],
    ['/v3/{name=projects/*/operations/*}:cancel', 'projects/p/operations/o', '/v3/projects/p/operations/o:cancel'],
    [
      '/v2/{name=operations/projects/**}/operations',
      'operations/projects/p/x',
      '/v2/operations/projects/p/x/operations',
    ],
    ['/v1/{name=**/operations}', 'projects/p/operations', '/v1/projects/p/operations'],
    ['/v1/{name=**/operations}', 'operations', '/v1/operations'],
    ['/v1/{name=**/operations}', 'projects/p', undefined],
    ['/v1/{name=**}/operations', '', '/v1/operations'],
    ['/v1/{name=operations/**/operations}', 'operations', undefined],
    ['/v1/{name=operations/**/operations}', 'operations/operations', '/v1/operations/operations'],
    ['/v1/{name}', 'a', '/v1/a'],
    ['/v1/{name}', 'a/b', undefined],
    ['/v1/{name}', '', undefined],
    ['/v1/operations/{name=**}', '7612202767953098924', '/v1/operations/7612202767953098924'],
    ['/v1/operations', 'anything', '/v1/operations'],
  ])('expands %s and %j to %j', (template, name, path) => {
    expect(expand(template, name)).toBe(path);
  });

  it('encodes all but unreserved characters, and a %2F once more', () => {
    expect(
      expand('/v2/{name=policies/*/*/*/operations/*}', 'policies/x%2Ffolders%2F1/denypolicies/d/operations/o'),
    ).toBe('/v2/policies/x%252Ffolders%252F1/denypolicies/d/operations/o');
    expect(expand('/v1/{name=**}', "a:b+c=d?e#f&g!h'(i)*/ä 😀~_.-")).toBe(
      '/v1/a%3Ab%2Bc%3Dd%3Fe%23f%26g%21h%27%28i%29%2A/%C3%A4%20%F0%9F%98%80~_.-',
    );
  });

  it('matches a name before it is encoded', () => {
    expect(expand('/v1/{name=operations/*}', 'operations/a%2Fb')).toBe('/v1/operations/a%252Fb');
    expect(expand('/v1/{name=operations/*}:cancel', 'operations/a:cancel')).toBe('/v1/operations/a%3Acancel:cancel');
  });

  it('matches nothing if a field is not in the request', () => {
    expect(expand('/v1/{project}/{name}', 'x')).toBeUndefined();
  });

  it('returns a path from which a server decodes the same name, whatever the name', () => {
    fc.assert(
      fc.property(resourceNames, (name) => {
        const path = expand('/v1/{name=**}', name)!;
        expect(path).toMatch(/^\/v1(\/[-_.~0-9a-zA-Z%]+)+$/);
        expect(decodeURIComponent(path.slice('/v1/'.length))).toBe(name);
      }),
    );
  });

  it('returns a path that a URL keeps unchanged, within its origin', () => {
    fc.assert(
      fc.property(resourceNames, fc.constantFrom('', ':cancel'), (name, verb) => {
        const path = expand(`/v1/{name=**}${verb}`, name)!;
        const url = new URL(`https://host.test:8443${path}`);
        expect(url.pathname).toBe(path);
        expect(url.origin).toBe('https://host.test:8443');
        expect(url.search + url.hash).toBe('');
      }),
    );
  });
});

describe('fieldsOf()', () => {
  it('lists the variables', () => {
    expect(fieldsOf(parsePathTemplate('/v1/{a}/x/{b=c/*}'))).toEqual(['a', 'b']);
  });
});

describe('percentEncode()', () => {
  it('keeps [-_.~0-9a-zA-Z] and nothing else of ASCII', () => {
    for (let code = 0; code < 128; code++) {
      const char = String.fromCharCode(code);
      const hex = `%${code.toString(16).toUpperCase().padStart(2, '0')}`;
      expect(percentEncode(char)).toBe(/[-_.~0-9a-zA-Z]/.test(char) ? char : hex);
    }
  });
});
