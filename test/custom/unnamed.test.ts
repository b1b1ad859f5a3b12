import { describe, expect, it } from '@jest/globals';
import { customOperations } from '../../src/custom/index.js';
import { MalformedOperationError } from '../../src/index.js';
import { waitFor } from '../../src/wait-for/index.js';
import { rejection } from '../support/wires.js';

const get = (): Promise<object> => Promise.resolve({ done: true });

describe('a resource that is neither done nor named', () => {
  it.each<[string, object, string]>([
    ['its fields', { id: 7, done: false }, '{ id: 7, done: false }'],
    ['no fields', {}, '{}'],
    ['a response that was not read', new Response('{"name":"jobs/7"}'), 'a Response, not its JSON'],
    ['a list', [{ name: 'jobs/7' }], 'an array of 1'],
    ['no credential', { apiKey: 'AIza-secret' }, '{ apiKey: *** }'],
  ])('is refused with a message that shows what it is, and the option: %s', async (_, resource, shown) => {
    const message = `Malformed operation '': it is neither done nor named: ${shown}; pass 'name'`;
    expect(await rejection(waitFor(get, () => resource))).toMatchObject({ message });
    expect(() => customOperations({ get }).poller(resource)).toThrow(MalformedOperationError);
  });
});
