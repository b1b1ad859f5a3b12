import { describe, expect, it } from '@jest/globals';
import {
  Code,
  isLROError,
  OperationFailedError,
  OperationsClient,
  type MalformedOperationError,
} from '../../src/index.js';
import { waitFor } from '../../src/wait-for/index.js';
import { customOperations } from '../../src/custom/index.js';

const name = 'jobs/7';
const polling = { backoff: () => 1, retry: { initialDelayMs: 1 } };
const running = { name, done: false };
const done = { name, done: true };

type Reader = 'done' | 'error' | 'name' | 'interrupted';

/** How a wait over a reader that throws ends, by each way in, and how many requests it took. */
async function endsOf(
  reader: Reader,
  resource: object,
  thrown: unknown,
): Promise<{ end: unknown; requests: number }[]> {
  const read = (): never => {
    throw thrown;
  };
  let requests = 0;
  const get = (): Promise<object> => {
    requests++;
    return Promise.resolve(resource);
  };
  const options = { [reader]: read };
  const jobs = customOperations({ get, wait: get, list: async () => ({ operations: [await get()] }), ...options });
  const client = new OperationsClient({ transport: jobs });
  const asName = reader === 'name';
  const ways: (() => Promise<unknown>)[] = [
    ...(asName
      ? []
      : [
          () => jobs.poller(name, polling).promise({ totalTimeoutMs: 4000 }),
          () => waitFor(get, name, { ...polling, ...options, totalTimeoutMs: 4000 }),
          () => client.getOperation({ name }, { timeoutMs: 4000 }),
          () => client.waitOperation({ name, timeoutMs: 100 }, { timeoutMs: 4000 }),
        ]),
    () => client.listOperations({ name: '' }, { timeoutMs: 4000 }).pages().next(),
    () => Promise.resolve().then(() => jobs.poller(resource)),
    () => waitFor(get, () => resource, { ...polling, ...options, totalTimeoutMs: 4000 }),
  ];
  const ends: { end: unknown; requests: number }[] = [];
  for (const way of ways) {
    requests = 0;
    const end = await way().catch((error: unknown) => error);
    ends.push({ end, requests });
  }
  return ends;
}

describe('What a function that reads a resource throws', () => {
  it.each<[string, Reader, object, unknown]>([
    ['an Error', 'done', running, new Error('no such phase')],
    ['an Error', 'error', done, new Error('no such phase')],
    ['an Error', 'name', running, new Error('no such phase')],
    ['an Error', 'interrupted', running, new Error('no such phase')],
    ['a TypeError', 'done', running, new TypeError('no such phase')],
    ['what looks like a broken connection', 'done', running, new TypeError('fetch failed: no such phase')],
    ['what has a system code', 'error', done, Object.assign(new Error('no such phase'), { code: 'ECONNRESET' })],
    [
      'what has the code of gRPC',
      'done',
      running,
      Object.assign(new Error('no such phase'), { code: Code.UNAVAILABLE }),
    ],
    ['what has an HTTP status', 'done', running, Object.assign(new Error('no such phase'), { status: 503 })],
    ['a text', 'done', running, 'no such phase'],
  ])('ends the wait at once, as the cause of its error: %s, from %s()', async (_, reader, resource, thrown) => {
    for (const { end, requests } of await endsOf(reader, resource, thrown)) {
      expect(end).toMatchObject({ code: 'LRO_MALFORMED_OPERATION' });
      const { message, cause } = end as MalformedOperationError;
      expect(message).toContain(`'${reader}' cannot read { name: "jobs/7", done: `);
      expect(message).toContain('no such phase');
      expect(cause).toBe(thrown);
      // A long poll, and the poll that decides whose fault its failure is.
      expect(requests).toBeLessThanOrEqual(2);
    }
  });

  it('is named although neither it nor the resource can be read', async () => {
    const hidden = new Proxy({}, { get: (_, key) => (key === 'then' ? undefined : unreadable()), ownKeys: unreadable });
    for (const resource of [
      hidden,
      {
        ...done,
        get error(): never {
          return unreadable();
        },
      },
    ]) {
      const jobs = customOperations({ get: () => Promise.resolve(resource) });
      const end: unknown = await jobs
        .poller(name, polling)
        .promise({ totalTimeoutMs: 4000 })
        .catch((error: unknown) => error);
      expect(isLROError(end) && end.message).toBe(
        `Malformed operation '${name}': '${resource === hidden ? 'done' : 'error'}' cannot read the resource: an error that cannot be read`,
      );
    }
  });

  it.each<Reader>(['done', 'error', 'name', 'interrupted'])('is a TypeError for a promise, from %s()', (reader) => {
    const resource = reader === 'error' ? done : running;
    const read = (): Promise<never> => Promise.reject(new Error('not handled'));
    const jobs = customOperations({ get: () => Promise.resolve(resource), [reader]: read as never });
    expect(() => jobs.rawOperation(resource)).toThrow(
      new RegExp(`'${reader}' must be a function that returns .*: current value is an object`),
    );
  });

  it('shows no credential of the resource or of the error', async () => {
    const secret = 'ya29.a0AfB_by-secret-0123456789';
    const thrown = Object.assign(new Error(`refused: Bearer ${secret}`), {
      config: { headers: { authorization: secret } },
    });
    for (const { end } of await endsOf('done', { ...running, token: secret }, thrown)) {
      const { message, cause } = end as MalformedOperationError;
      expect(message).toContain('refused: ***');
      expect(message).not.toContain(secret);
      expect(cause).not.toHaveProperty('config');
    }
  });

  it('shows no credential in the error of the operation, and cuts it', async () => {
    const secret = 'ya29.a0AfB_by-secret-0123456789';
    const failed = {
      name: 'jobs/7',
      done: true,
      error: { code: 7, message: `refused: ${secret} ${'x'.repeat(70_000)}` },
    };
    const jobs = customOperations({ get: () => Promise.resolve(failed) });
    const error: unknown = await jobs
      .poller('jobs/7')
      .promise()
      .catch((reason: unknown) => reason);
    const { message } = error as Error;
    expect(error).toBeInstanceOf(OperationFailedError);
    expect(message).toContain('refused: *** x');
    expect(message.length).toBeLessThan(66_000);
  });
});

function unreadable(): never {
  throw Object.create(null);
}
