// What the error about responses without a state shows of them.
import { expect, it } from '@jest/globals';
import { SilentResponses } from '../../src/custom/silent-responses.js';
import { MalformedOperationError } from '../../src/index.js';

class Job {
  readonly id = 1;
}

it.each<[string, unknown, string]>([
  ['an array', [1, 2], 'an array of 2'],
  ['a text', 'queued', '"queued"'],
  ['a function', () => undefined, 'a function'],
  ['null', null, 'null'],
  ['an empty object', {}, '{}'],
  [
    'values of each kind',
    { a: [1], b: {}, c: { d: 1 }, e: new Job(), f: null, g: 7n },
    '{ a: […], b: {}, c: {…}, e: a Job, f: null, g: 7 }',
  ],
  ['credentials', { accessToken: 'x', apiKey: 'x', Cookie: 'x' }, '{ accessToken: ***, apiKey: ***, Cookie: *** }'],
  ['many fields', Object.fromEntries('abcdefghij'.split('').map((key) => [key, 1])), 'h: 1, … }'],
  ['an object without a prototype', { a: Object.assign(Object.create(null) as object, { b: 1 }) }, '{ a: {…} }'],
])('%s', (_, resource, shown) => {
  const responses = new SilentResponses();
  responses.check('jobs/1', resource);
  responses.check('jobs/1', resource);
  const check = (): void => responses.check('jobs/1', resource);
  expect(check).toThrow(MalformedOperationError);
  responses.check('jobs/1', { done: false });
  responses.check('jobs/1', resource);
  responses.check('jobs/1', resource);
  expect(check).toThrow(shown);
});

it('counts 100,000 names at most', () => {
  const responses = new SilentResponses();
  for (let i = 0; i <= 100_000; i++) responses.check(`jobs/${i}`, {});
  for (const name of ['jobs/0', 'jobs/100000']) responses.check(name, {});
  expect(() => responses.check('jobs/0', {})).not.toThrow();
  expect(() => responses.check('jobs/100000', {})).toThrow(MalformedOperationError);
});
