import { describe, expect, it } from '@jest/globals';
import { Code } from '../../src/index.js';
import { customOperations } from '../../src/custom/index.js';
import { later, rejection } from '../support/wires.js';

const polls = { backoff: () => 1 };

/** Operations that are done at the third request. */
function jobs(closed: string[] = []) {
  let requests = 0;
  return customOperations({
    get: ({ name }) => Promise.resolve({ name, done: ++requests >= 3, response: 7 }),
    close: () => closed.push('closed'),
    apiEndpoint: 'jobs.example.com',
  });
}

describe('poller() of customOperations()', () => {
  it('waits for a resource, or for a name', async () => {
    expect(await jobs().poller({ name: 'jobs/7', done: false, response: 0 }, polls).promise()).toBe(7);
    expect(await jobs().poller('jobs/7', polls).promise()).toBe(7);
  });

  it('sends nothing for a resource that is done', async () => {
    const operations = customOperations({
      get: (): Promise<{ done: boolean; response: number }> => Promise.reject(new TypeError('requested')),
    });
    expect(await operations.poller({ done: true, response: 7 }).promise()).toBe(7);
  });

  it('resumes from a token, but not from one of another host', async () => {
    const token = jobs().poller('jobs/7').toJSON();
    expect(token).toMatchObject({ name: 'jobs/7', apiEndpoint: 'jobs.example.com' });
    expect(await jobs().resume(token, polls).promise()).toBe(7);
    expect(() => jobs().resume({ ...token, apiEndpoint: 'other.example.com' })).toThrow(TypeError);
  });

  it('ends its waits when the transport is closed, which calls close() once', async () => {
    const closed: string[] = [];
    const operations = jobs(closed);
    const waiting = later(operations.poller('jobs/7', { backoff: () => 1e9 }).promise());
    await operations.close();
    expect(await rejection(waiting)).toMatchObject({ rpcCode: Code.CANCELLED });
    await operations.close();
    expect(closed).toEqual(['closed']);
  });
});
