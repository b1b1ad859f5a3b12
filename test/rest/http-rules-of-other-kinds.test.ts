import { expect, it } from '@jest/globals';
import { restTransport } from '../../src/rest/index.js';

const selector = 'google.longrunning.Operations.GetOperation';
const get = '/v1/{name=**}';
const cyclic: Record<string, unknown> = { selector, put: {} };
cyclic.self = cyclic;

it.each([
  ['additional bindings that are no array', { selector, get, additionalBindings: {} }, 'additionalBindings'],
  ['an additional binding that is no object', { selector, get, additionalBindings: [null] }, 'rule'],
  ['a path that is no text', { selector, get: { path: get } }, 'rule'],
  ['a custom method that is no text', { selector, custom: { kind: 7, path: get } }, 'rule'],
  ['a body that is no text', { selector, post: get, body: {} }, 'body'],
  ['a rule that JSON cannot express', cyclic, 'rule'],
])('an HTTP rule with %s is a TypeError that names the option', (_, rule, option) => {
  const make = () => restTransport({ apiEndpoint: 'example.com', auth: undefined, httpRules: [rule] });
  expect(make).toThrow(new RegExp(`^Cannot read an HTTP rule as '${option}' must be `));
  expect(make).toThrow(TypeError);
});
