// What is passed in place of an operation: the error must be true, and name the way to wait for it if there is one.
import { describe, expect, it } from '@jest/globals';
import { pollerFrom } from '../../src/gax/index.js';
import { computeOperations, containerOperations, genaiOperations } from '../../src/google/index.js';

const auth = { getRequestHeaders: () => ({ authorization: 'x' }) };
const compute = computeOperations({ apiEndpoint: 'compute.googleapis.com', auth });
const never = (): Promise<never> => new Promise(() => undefined);
const container = containerOperations({
  apiEndpoint: 'container.googleapis.com',
  auth,
  getOperation: never,
  cancelOperation: never,
});
const genai = genaiOperations({ operations: { get: never } });

const ways: readonly [way: string, poll: (value: never) => unknown][] = [
  ['pollerFrom()', (value) => pollerFrom(value)],
  ['computeOperations()', (value) => compute.poller(value)],
  ['containerOperations()', (value) => container.poller(value)],
  ['genaiOperations()', (value) => genai.poller(value)],
];

describe.each(ways)('%s', (_, poll) => {
  it.each<[string, unknown, string]>([
    ['a promise', Promise.resolve({}), 'a promise, which must be awaited'],
    ['a promise that rejects', Promise.reject(new Error('not handled')), 'a promise, which must be awaited'],
    ['what a method resolves to', [{ latestResponse: {} }, undefined], 'an array, of which the first value may be it'],
    ['nothing', undefined, 'undefined'],
    ['null', null, 'null'],
    ['an object', Object.create(null), 'an object'],
  ])('refuses %s as such', (_, value, shown) => {
    expect(() => poll(value as never)).toThrow(
      expect.objectContaining({
        name: 'TypeError',
        message: expect.stringMatching(
          new RegExp(`^Cannot poll as 'operation' must be an operation of .*: current value is ${shown}$`),
        ),
      }),
    );
  });
});

describe('an operation of another service', () => {
  const status = 'RUNNING';
  it.each([
    ['Deployment Manager', 'https://www.googleapis.com/deploymentmanager/v2/projects/p/global/operations/o'],
    ['Kubernetes Engine', 'https://container.googleapis.com/v1/projects/p/locations/l/operations/o'],
    ['another, with the word in its query', 'https://h.test/projects/p/operations/o?x=/compute/v1/projects/p'],
  ])('is refused by computeOperations(): of %s', (_, selfLink) => {
    expect(() => compute.poller({ selfLink, status } as never)).toThrow(/must be an operation of Compute Engine/);
    expect(() => compute.poller({ latestResponse: { selfLink, status } })).toThrow(/must be an operation of Compute/);
  });

  it.each([
    'https://www.googleapis.com/compute/v1/projects/p/zones/z/operations/o',
    'https://compute.googleapis.com/compute/beta/projects/p/zones/z/operations/o',
    'http://localhost:8080/compute/v1/projects/p/zones/z/operations/o',
    'projects/p/zones/z/operations/o',
  ])('is polled by its full name if it is of Compute Engine: %s', (selfLink) => {
    expect(compute.poller({ selfLink, status } as never).name).toBe('projects/p/zones/z/operations/o');
  });

  it('is not said to be of Compute Engine if google-gax made it', () => {
    const operation = { latestResponse: { name: 'operations/a' }, longrunningDescriptor: {} };
    expect(() => pollerFrom(operation as never)).toThrow(
      /^(?!.*compute).*must be an operation of a @google-cloud client/,
    );
  });
});
