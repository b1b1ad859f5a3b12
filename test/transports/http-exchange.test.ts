// One request and its response over HTTP: redirects, aborted requests, responses that break off or are too long.
import { describe, expect, it, jest } from '@jest/globals';
import { Code, type OperationsTransport, type RequestError } from '../../src/index.js';
import { restTransport, type FetchLike, type ResponseLike, type RestTransportOptions } from '../../src/rest/index.js';
import { readBody } from '../../src/transports/http-body.js';
import { readHidden } from '../../src/transports/opaque-response.js';
import { fetchOf } from '../support/http-ways.js';
import { useVirtualTime } from '../support/virtual-time.js';

const name = 'operations/a';
const transportOf = (fetch: FetchLike, options: Partial<RestTransportOptions> = {}): OperationsTransport =>
  restTransport({ apiEndpoint: 'h.test', fetch, ...options });
const get = (fetch: FetchLike, options?: Partial<RestTransportOptions>) =>
  transportOf(fetch, options).getOperation({ name }, {});
const failureOf = (promise: Promise<unknown>): Promise<RequestError> =>
  promise.then(
    () => Promise.reject(new Error('it succeeded')),
    (error: unknown) => error as RequestError,
  );
const response = (fields: Partial<ResponseLike> = {}): ResponseLike => ({
  status: 200,
  headers: new Headers(),
  text: () => Promise.resolve(JSON.stringify({ name })),
  ...fields,
});
const redirectTo = (location: string, fields: Partial<ResponseLike> = {}): ResponseLike =>
  response({ status: 307, headers: new Headers({ location }), ...fields });

/** A body as `fetch` has it, whose chunks are given. */
function bodyOf(...chunks: Uint8Array[]) {
  const left = [...chunks];
  const cancel = jest.fn(() => Promise.resolve());
  const read = () => Promise.resolve(left.length > 0 ? { done: false, value: left.shift() } : { done: true });
  return { cancel, getReader: () => ({ read, cancel }) };
}

describe('a request', () => {
  it('has a body only if its method has one', async () => {
    const fetch = jest.fn<FetchLike>(() => Promise.resolve(response({ text: () => Promise.resolve('{}') })));
    const transport = transportOf(fetch);
    await transport.getOperation({ name }, {});
    await transport.cancelOperation({ name }, {});
    expect(fetch.mock.calls.map(([, init]) => Object.entries(init).filter(([key]) => key === 'body'))).toEqual([
      [],
      [['body', '{}']],
    ]);
  });

  it('is known to carry no credentials only if no header holds any, whatever its name', async () => {
    const refused = fetchOf([403, { error: { code: 403, status: 'PERMISSION_DENIED' } }]);
    const messageOf = async (options: Partial<RestTransportOptions>) =>
      (await failureOf(get(refused, options))).message;
    const hint = "no credentials were sent: pass 'auth'";
    expect(await messageOf({ headers: { 'x-trace': 'a' } })).toContain(hint);
    expect(await messageOf({ headers: { authorization: 'Bearer abcd' } })).not.toContain(hint);
    expect(await messageOf({ auth: () => ({ 'x-badge': 'abcd' }) })).not.toContain(hint);
  });

  it('reads no response that comes after it was aborted, and releases the connection', async () => {
    const controller = new AbortController();
    const body = bodyOf();
    const text = jest.fn(() => Promise.resolve('{}'));
    const late: ResponseLike[] = [response({ body }), response({ text })];
    const fetch: FetchLike = () => {
      controller.abort('enough');
      return Promise.resolve(late.shift()!);
    };
    await expect(transportOf(fetch).getOperation({ name }, { signal: controller.signal })).rejects.toBe('enough');
    expect(body.cancel).toHaveBeenCalledTimes(1);
    const second = new AbortController();
    const ignoring: FetchLike = () => {
      second.abort('enough');
      return Promise.resolve(late.shift()!);
    };
    await expect(transportOf(ignoring).getOperation({ name }, { signal: second.signal })).rejects.toBe('enough');
    await new Promise(setImmediate);
    expect(text).not.toHaveBeenCalled();
  });
});

describe('a redirect', () => {
  it('is relative to the URL that was requested last, and its own body is not read', async () => {
    const bodies = [bodyOf(), bodyOf()];
    const replies = [
      redirectTo('https://b.test/first', { body: bodies[0] }),
      redirectTo('/second', { body: bodies[1] }),
      response(),
    ];
    const fetch = jest.fn<FetchLike>(() => Promise.resolve(replies.shift()!));
    await expect(get(fetch)).resolves.toMatchObject({ name });
    expect(fetch.mock.calls.map(([url]) => url)).toEqual([
      `https://h.test/v1/${name}`,
      'https://b.test/first',
      'https://b.test/second',
    ]);
    for (const { cancel } of bodies) expect(cancel).toHaveBeenCalledTimes(1);
  });

  it('is refused with the hosts, up to 600 characters of them', async () => {
    const host = `${'a.'.repeat(400)}test`;
    const fetch = fetchOf([302, '', { location: `http://${host}/` }]);
    const { rpcCode, httpStatus, status } = await failureOf(get(fetch));
    expect({ rpcCode, httpStatus }).toEqual({ rpcCode: Code.FAILED_PRECONDITION, httpStatus: 302 });
    const hosts = `from h.test to ${host}`.slice(0, 600);
    expect(status.message).toBe(`HTTP 302 redirects ${hosts}…, which is not encrypted`);
  });
});

describe('a redirect that a browser hides', () => {
  const hidden = response({ type: 'opaqueredirect', status: 0 });
  const following =
    (follow: () => Promise<ResponseLike>): FetchLike =>
    (_, { redirect }) =>
      redirect === 'follow' ? follow() : Promise.resolve(hidden);

  it('is followed for a GET', async () => {
    await expect(get(following(() => Promise.resolve(response({ url: 'https://b.test/' }))))).resolves.toMatchObject({
      name,
    });
  });

  it('is not followed for another method, or with headers that another origin must not see', async () => {
    const follow = jest.fn<() => Promise<ResponseLike>>();
    const cancelled = await failureOf(transportOf(following(follow)).cancelOperation({ name }, {}));
    expect(cancelled.rpcCode).toBe(Code.FAILED_PRECONDITION);
    expect(cancelled.message).toContain('where a POST is not sent again');
    const withBadge = await failureOf(get(following(follow), { auth: () => ({ 'x-badge': 'abcd' }) }));
    expect(withBadge.rpcCode).toBe(Code.FAILED_PRECONDITION);
    expect(withBadge.message).toContain("where the header 'x-badge' must not go");
    expect(follow).not.toHaveBeenCalled();
  });

  it('fails for good if it leads nowhere twice', async () => {
    const follow = jest.fn(() => Promise.reject(new TypeError('Failed to fetch')));
    const error = await failureOf(get(following(follow)));
    expect(error.rpcCode).toBe(Code.FAILED_PRECONDITION);
    expect(error.message).toContain('which cannot be followed, for example to a login: No response from h.test');
    expect(follow).toHaveBeenCalledTimes(2);
  });

  it.each([['constructor'], [['opaque']], [Object.create(null)], [undefined]])(
    'is none if the type of the response is another one: %p',
    async (type) => {
      await expect(get(() => Promise.resolve(response({ type: type as string })))).resolves.toMatchObject({ name });
    },
  );

  it('leaves no body unread if it is not encrypted', async () => {
    const body = bodyOf();
    const error = await failureOf(get(following(() => Promise.resolve(response({ url: 'http://b.test/', body })))));
    expect(error.message).toContain('which is not encrypted');
    expect(body.cancel).toHaveBeenCalledTimes(1);
  });
});

it('a follow that ends for another reason than the request is passed on', async () => {
  await expect(
    readHidden({ method: 'GetOperation', name }, response({ type: 'opaqueredirect' }), {
      httpMethod: 'GET',
      url: new URL('https://h.test/'),
      headers: {},
      publicHeaders: {},
      follow: () => Promise.reject('enough'),
    }),
  ).rejects.toBe('enough');
});

describe('a response', () => {
  it.each([
    [200, 'success'],
    [299, 'success'],
    [300, 'failure'],
    [199, 'failure'],
  ])('with HTTP %d is a %s', async (status, outcome) => {
    const promise = get(() => Promise.resolve(response({ status })));
    if (outcome === 'success') await expect(promise).resolves.toMatchObject({ name });
    else expect(await failureOf(promise)).toMatchObject({ code: 'LRO_REQUEST_FAILED', httpStatus: status });
  });

  it('that breaks off has a status, but is no response', async () => {
    const text = () => Promise.reject(new TypeError('terminated'));
    expect(await failureOf(get(() => Promise.resolve(response({ text }))))).toMatchObject({
      rpcCode: Code.UNAVAILABLE,
      origin: 'transport',
      httpStatus: 200,
      status: { message: 'The response of h.test broke off: terminated' },
    });
  });

  it.each([['"none"'], ['{}'], ['5']])('of a list whose operations are %s has none', async (operations) => {
    const fetch: FetchLike = () =>
      Promise.resolve(response({ text: () => Promise.resolve(`{"operations":${operations}}`) }));
    await expect(transportOf(fetch).listOperations({ name: 'operations' }, {})).resolves.toMatchObject({
      operations: [],
    });
  });
});

describe('a Retry-After', () => {
  useVirtualTime();

  it("is relative to this machine's clock if it is a date, and the response has none", async () => {
    jest.setSystemTime(new Date('2026-01-02T03:04:05Z'));
    const headers = new Headers({ 'retry-after': 'Fri, 02 Jan 2026 03:04:12 GMT' });
    const error = await failureOf(get(() => Promise.resolve(response({ status: 503, headers }))));
    expect(error.retryAfterMs).toBe(7000);
  });
});

describe('readBody()', () => {
  const limit = 67_108_864;
  const { signal } = new AbortController();

  it('reads 64 MiB of a stream, and cancels a longer one', async () => {
    const [most, one] = [new Uint8Array(limit - 1), new Uint8Array(1)];
    const whole = bodyOf(most, one);
    expect((await readBody(response({ body: whole }), signal))?.length).toBe(limit);
    expect(whole.cancel).not.toHaveBeenCalled();
    const longer = bodyOf(most, one, one);
    expect(await readBody(response({ body: longer }), signal)).toBeUndefined();
    expect(longer.cancel).toHaveBeenCalledTimes(1);
  });

  it('reads 64 Mi characters of a response without a stream', async () => {
    const read = (length: number) => readBody(response({ text: () => Promise.resolve('x'.repeat(length)) }), signal);
    expect((await read(limit))?.length).toBe(limit);
    expect(await read(limit + 1)).toBeUndefined();
  });

  it('cancels a stream when the request is aborted, and not after its end', async () => {
    const controller = new AbortController();
    const ended = bodyOf(new TextEncoder().encode('all'));
    expect(await readBody(response({ body: ended }), controller.signal)).toBe('all');
    const running = bodyOf();
    const reading = readBody(response({ body: running }), controller.signal);
    controller.abort();
    await reading;
    expect([ended.cancel.mock.calls.length, running.cancel.mock.calls.length]).toEqual([0, 1]);
  });
});
