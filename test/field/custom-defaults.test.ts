import { inspect } from 'node:util';
import { describe, expect, test } from '@jest/globals';
import { Code, OperationsClient, type CompletedOperation } from 'longrunning';
import { customOperations } from 'longrunning/custom';

const polls = { backoff: () => 1, serverWait: 'never' } as const;
type Resource = Record<string, unknown>;

/** Waits for an operation with these states, the last one repeatedly; only `get` is given. */
async function wait(states: readonly unknown[], more: object = {}) {
  let requests = 0;
  const transport = customOperations({
    get: () => Promise.resolve(states[Math.min(requests++, states.length - 1)] as Resource),
    ...more,
  });
  await using client = new OperationsClient({ transport });
  const outcome = await client
    .poller('jobs/7', transport.info, polls)
    .pollUntilDone()
    .catch((error: unknown) => error as Error);
  return { requests, outcome: outcome as CompletedOperation<unknown, unknown> & Error };
}

describe('customOperations() with only get', () => {
  const error = { code: 9, message: 'no paper' };
  const computeError = { errors: [{ code: 'QUOTA_EXCEEDED', message: 'no more CPUs' }] };

  test.each<[string, Resource, object]>([
    ['error', { done: true, error }, { code: Code.FAILED_PRECONDITION, message: 'no paper' }],
    ['error, by name', { done: true, error: { code: 'NOT_FOUND' } }, { code: Code.NOT_FOUND }],
    ['error, an HTTP status', { done: true, error: { code: 409, message: 'busy' } }, { code: Code.ABORTED }],
    ['error, a text', { done: true, error: 'boom' }, { code: Code.UNKNOWN, message: 'boom' }],
    ['error, a list', { done: true, error: [{ code: 'E1', message: 'boom' }] }, { message: 'boom' }],
    ['error, an Error', { done: true, error: new Error('boom') }, { message: 'boom' }],
    ['error, empty', { done: true, error: {} }, { code: Code.UNKNOWN }],
    ['error with code 0 and a message', { done: true, error: { code: 0, message: 'boom' } }, { code: Code.UNKNOWN }],
    ['error beside a response', { done: true, error, response: {} }, { code: Code.FAILED_PRECONDITION }],
    ["Compute's error", { status: 'DONE', error: computeError }, { code: Code.UNKNOWN, message: 'no more CPUs' }],
    [
      "Compute's error with its HTTP status",
      { status: 'DONE', error: computeError, httpErrorStatusCode: 403, httpErrorMessage: 'FORBIDDEN' },
      { code: Code.PERMISSION_DENIED, message: 'no more CPUs' },
    ],
    [
      "Compute's HTTP status alone",
      { status: 'DONE', httpErrorStatusCode: 404, httpErrorMessage: 'NOT FOUND' },
      { code: Code.NOT_FOUND, message: 'NOT FOUND' },
    ],
    ["GKE's error", { name: 'o', status: 'DONE', error }, { code: Code.FAILED_PRECONDITION }],
  ])('an operation that is done with %s has failed', async (_, resource, status) => {
    expect((await wait([resource])).outcome).toMatchObject({ result: 'error', error: status });
  });

  test('an error of Compute Engine keeps its reason', async () => {
    const { outcome } = await wait([{ status: 'DONE', error: computeError }]);
    expect(outcome).toMatchObject({ error: { details: [{ reason: 'QUOTA_EXCEEDED' }] } });
  });

  test.each([undefined, null, false, '', { code: 0 }, { code: 0, message: '', details: [] }])(
    'an operation that is done with the error %j has succeeded',
    async (none) => {
      expect((await wait([{ done: true, error: none, response: 5 }])).outcome).toMatchObject({
        result: 'response',
        response: 5,
      });
    },
  );

  test.each([
    [{ state: 'FAILED', statusMessage: 'no space' }, Code.UNKNOWN, 'no space'],
    [{ status: 'failed', message: 'no space' }, Code.UNKNOWN, 'no space'],
    [{ state: 'JOB_STATE_FAILED' }, Code.UNKNOWN, ''],
    [{ state: 'JOB_STATE_EXPIRED' }, Code.UNKNOWN, ''],
    [{ status: 'timed_out' }, Code.UNKNOWN, ''],
    [{ status: 'errored' }, Code.UNKNOWN, ''],
    [{ state: 'CANCELLED' }, Code.CANCELLED, ''],
    [{ status: 'canceled' }, Code.CANCELLED, ''],
    [{ errors: [{ message: 'no space' }] }, Code.UNKNOWN, 'no space'],
    [{ errors: ['no space'] }, Code.UNKNOWN, 'no space'],
  ])('an operation that is done with %j has failed', async (fields, code, message) => {
    const ended = { id: 7, ...fields };
    for (const [resource, readers] of [
      [{ ...ended, done: true }, {}],
      [ended, { done: () => true }],
    ] as const) {
      const { outcome } = await wait([resource], readers);
      expect(outcome).toMatchObject({ result: 'error', error: { code, message }, cancelled: code === Code.CANCELLED });
    }
    expect((await wait([{ ...ended, done: true }], { error: () => undefined })).outcome).toMatchObject({
      result: 'response',
    });
  });

  test.each([
    { state: 'SUCCEEDED' },
    { state: 'DONE_NO_ERROR' },
    { status: 'completed_with_errors' },
    { status: 'FAILED', response: 5 },
    { errors: [] },
    { errors: [{ message: 'retried' }], response: 5 },
    { state: 5 },
  ])('an operation that is done with %j has succeeded', async (fields) => {
    expect((await wait([{ id: 7, done: true, ...fields }])).outcome).toMatchObject({ result: 'response' });
  });

  test('an error is ignored while the operation is running, and with error: () => undefined', async () => {
    const states = [
      { done: false, error },
      { done: true, error, response: 5 },
    ];
    expect((await wait(states)).outcome).toMatchObject({ result: 'error' });
    expect((await wait(states, { error: () => undefined })).outcome).toMatchObject({ result: 'response', response: 5 });
  });

  test('an error counts with a done of its own', async () => {
    const done = ({ state }: Resource) => state === 'ended';
    expect((await wait([{ state: 'ended', error }], { done })).outcome).toMatchObject({ result: 'error' });
  });

  test('response and metadata are the fields of these names, or the resource', async () => {
    const plain = { status: 'DONE', pages: 3 };
    expect((await wait([plain])).outcome).toMatchObject({ response: plain, metadata: plain });
    const complete = { name: 'o', done: true, metadata: { percent: 100 }, response: { pages: 3 } };
    expect((await wait([complete])).outcome).toMatchObject({ response: { pages: 3 }, metadata: { percent: 100 } });
    const { outcome } = await wait([{ name: 'o', done: true }]);
    expect(outcome).toMatchObject({ result: 'response', response: undefined, metadata: undefined });
  });

  test('a list and a starting call name operations by their field name', async () => {
    const transport = customOperations({
      get: ({ name }) => Promise.resolve({ name, done: true }),
      list: () => Promise.resolve({ operations: [{ name: 'jobs/8', done: false }] }),
    });
    expect(await transport.listOperations({ name: 'jobs' }, {})).toMatchObject({ operations: [{ name: 'jobs/8' }] });
    expect(transport.rawOperation({ name: 'jobs/9', done: false })).toMatchObject({ name: 'jobs/9', done: false });
  });

  test('an operation of google.longrunning may be running without a done', async () => {
    const running = [{ name: 'o' }, { name: 'o', metadata: {} }, { name: 'o', done: undefined }, { name: 'o' }];
    const { requests, outcome } = await wait([...running, { name: 'o', done: true, response: 5 }]);
    expect(outcome).toMatchObject({ result: 'response', response: 5 });
    expect(requests).toBe(5);
  });

  test.each<[string, unknown, string]>([
    ['another field', { id: 7, state: 'running' }, '{ id: 7, state: "running" }'],
    ['a name and another field', { name: 'jobs/7', state: 'running' }, '{ name: "jobs/7", state: "running" }'],
    ['a text for done', { done: 'true' }, '{ done: "true" }'],
    ['a name and a text for done', { name: 'jobs/7', done: 'true' }, '{ name: "jobs/7", done: "true" }'],
    ['a status that sounds like a success', { status: 'completed' }, '{ status: "completed" }'],
    ['a status that sounds like a failure', { id: 7, status: 'FAILED' }, '{ id: 7, status: "FAILED" }'],
    ['a status that is nearly DONE', { status: 'done' }, '{ status: "done" }'],
    ['nothing', {}, '{}'],
    ['a text', 'running', '"running"'],
    ['a list', [{ done: true }], 'an array of 1'],
    ['the whole response of axios', { status: 200, data: { done: true } }, '{ status: 200, data: {…} }'],
    ['a Response', new Response('{"done":true}'), 'a Response, not its JSON'],
  ])('three responses in a row with %s are an error that shows them', async (_, resource, shown) => {
    const { requests, outcome } = await wait([resource]);
    expect(requests).toBe(3);
    expect(outcome).toMatchObject({
      code: 'LRO_MALFORMED_OPERATION',
      message: `Malformed operation 'jobs/7': 3 responses do not say if it is done: ${shown}; pass 'done'`,
    });
  });

  test.each(['ABORTING', 'in_progress', 'CANCELLING', 'queued', 'UNDEFINED_STATUS'])(
    'a running operation may have the status %s for any time',
    async (status) => {
      const running = { id: 7, status };
      const { outcome } = await wait([running, running, running, running, { ...running, status: 'DONE' }]);
      expect(outcome).toMatchObject({ result: 'response' });
    },
  );

  test('a response with done or status between them resets the count', async () => {
    const silent = { id: 7 };
    const { outcome } = await wait([silent, silent, { status: 'RUNNING' }, silent, silent, { done: true }]);
    expect(outcome).toMatchObject({ result: 'response' });
  });

  test('with a done of its own no response is an error', async () => {
    const states = [{ id: 1 }, { id: 1 }, { id: 1 }, { id: 2 }];
    expect((await wait(states, { done: ({ id }: Resource) => id === 2 })).outcome).toMatchObject({
      result: 'response',
    });
  });

  test('the error is short and shows no credentials', async () => {
    const secret = 'v3ry-s3cret';
    const resource = {
      state: 'x'.repeat(10_000),
      apiKey: secret,
      accessToken: secret,
      Authorization: secret,
      password: secret,
      url: `https://h/?key=${secret}`,
      text: `Bearer ${secret}`,
      config: { headers: { authorization: secret } },
      more: 1,
    };
    const { outcome } = await wait([resource]);
    expect(outcome).toMatchObject({ code: 'LRO_MALFORMED_OPERATION' });
    expect(outcome.message.length).toBeLessThan(500);
    expect(inspect(outcome, { depth: 9, showHidden: true })).not.toContain(secret);
  });
});
