import { describe, expect, it } from '@jest/globals';
import { bindingsOf, type HttpRule } from '../../src/rest/http-rule.js';

const selector = 'google.longrunning.Operations.GetOperation';
const paths = (rules: HttpRule[]): string[] =>
  (bindingsOf(rules).GetOperation ?? []).map(({ httpMethod, template }) => `${httpMethod} ${template.source}`);

describe('bindingsOf()', () => {
  it('keeps the order of a rule and its additional bindings, under both of their names', () => {
    expect(paths([{ selector, get: '/a', additionalBindings: [{ get: '/b' }, { post: '/c' }] }])).toEqual([
      'GET /a',
      'GET /b',
      'POST /c',
    ]);
    expect(paths([{ selector, get: '/a', additional_bindings: [{ get: '/b' }] }])).toEqual(['GET /a', 'GET /b']);
  });

  it('uses the last rule for a method only', () => {
    expect(
      paths([
        { selector, get: '/a', additionalBindings: [{ get: '/b' }] },
        { selector, get: '/c' },
      ]),
    ).toEqual(['GET /c']);
  });

  it('skips the rules of other methods, even invalid ones', () => {
    const rules = [
      { selector: 'google.cloud.location.Locations.GetLocation', get: '/v1/*' },
      { selector: 'google.longrunning.Operations.GetOperations', get: '/x' },
      { selector: 'google.longrunning.Operations.constructor', get: '/x' },
      { get: '/x' },
    ];
    expect(Object.keys(bindingsOf(rules))).toEqual([]);
  });

  it('treats null and empty as absent, as protobufjs writes them', () => {
    const rule = { selector, get: '', put: null, post: '/a', custom: null, body: null, additional_bindings: null };
    expect(bindingsOf([rule]).GetOperation).toMatchObject([{ httpMethod: 'POST', body: '' }]);
  });

  it('accepts custom methods', () => {
    expect(paths([{ selector, custom: { kind: 'HEAD', path: '/a' } }])).toEqual(['HEAD /a']);
  });

  it.each<[string, HttpRule]>([
    ['no verb', { selector }],
    ['two verbs', { selector, get: '/a', post: '/a' }],
    ['a verb of any kind', { selector, custom: { kind: '*', path: '/a' } }],
    ['a GET with a body', { selector, get: '/a', body: '*' }],
    ['a bad path', { selector, get: 'a' }],
    ['a bad additional binding', { selector, get: '/a', additionalBindings: [{}] }],
  ])('throws for a rule with %s', (_, rule) => {
    expect(() => bindingsOf([rule])).toThrow(TypeError);
  });

  it.each<[unknown, string]>([
    [{}, "Cannot read HTTP rules as 'httpRules' must be an array: current value is an object"],
    ['x', "Cannot read HTTP rules as 'httpRules' must be an array: current value is x"],
    [[null], "Cannot read an HTTP rule as 'rule' must be an object: current value is null"],
    [['/v1'], `Cannot read an HTTP rule as 'rule' must be an object: current value is "/v1"`],
  ])('throws for %j', (rules, message) => {
    expect(() => bindingsOf(rules as HttpRule[])).toThrow(new TypeError(message));
  });
});

describe('the error for a rule whose path has a query', () => {
  it.each<[string, HttpRule]>([
    ['in the path', { selector, get: '/v1/{name=**}?key=s3cret' }],
    ['in a fragment', { selector, get: '/v1/{name=**}#s3cret' }],
    ['percent-encoded', { selector, get: '/v1/{name=**}%3Fkey=s3cret' }],
    ['in the second of two paths', { selector, get: '/v1/{name=**}', post: '/v1/{name=**}?key=s3cret' }],
    ['with a body', { selector, get: '/v1/{name=**}?key=s3cret', body: '*' }],
    [
      'in an additional binding',
      { selector, get: '/v1/{name=**}', additionalBindings: [{ get: 'https://h/?s3cret' }] },
    ],
  ])('does not show it %s', (_, rule) => {
    expect(() => bindingsOf([rule])).toThrow(
      expect.not.objectContaining({ message: expect.stringContaining('s3cret') }),
    );
    expect(() => bindingsOf([rule])).toThrow(TypeError);
  });
});
