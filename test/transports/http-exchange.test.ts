import { describe, expect, it, jest } from '@jest/globals';
import type { FetchLike, HttpResponse, ResponseLike } from '../../src/transports/fetch.js';
import { maxBodyBytes, readBody } from '../../src/transports/http-body.js';
import { assertMayFollow } from '../../src/transports/http-redirect.js';
import { parseResponse, retryAfter } from '../../src/transports/http-response.js';
import { send, type OutgoingRequest } from '../../src/transports/http-send.js';
import { readHidden, type HiddenExchange } from '../../src/transports/opaque-response.js';
import { requestError } from '../../src/errors.js';
import { Redactor } from '../../src/transports/redact.js';
import { sameHeaders } from '../../src/transports/headers.js';
import { parseRetryAfter } from '../../src/transports/retry-after.js';
import { Code } from '../../src/status.js';

const rpc = { method: 'GetOperation', name: 'operations/1' };
const { signal } = new AbortController();
const request: OutgoingRequest = {
  ...{ url: 'https://h.test/v1/operations/1', httpMethod: 'GET', body: undefined },
  ...{ headers: {}, secrets: [], publicHeaders: {} },
};

/** A response whose body says whether it was cancelled. */
function withBody(status: number, headers: Record<string, string> = {}) {
  const cancel = jest.fn<() => void>();
  const body = new ReadableStream({ cancel });
  return { response: { status, headers: new Headers(headers), body, text: () => Promise.resolve('') }, cancel };
}

const ok = (text = '{}'): ResponseLike => ({ status: 200, headers: new Headers(), text: () => Promise.resolve(text) });

describe('a request', () => {
  it.each<[string, Partial<OutgoingRequest>, boolean]>([
    ['no headers', {}, true],
    ['a header that is none', { headers: { accept: 'json' } }, true],
    ['a header with a credential', { headers: { accept: 'json', authorization: 'Bearer hunter2' } }, false],
    ['a header that is said to have one', { headers: { 'x-badge': 'hunter2' }, secrets: ['x-badge'] }, false],
    ['a credential in its query', { url: 'https://h.test/?key=hunter2' }, false],
    ['both', { url: 'https://h.test/?key=hunter2', headers: { authorization: 'Bearer hunter2' } }, false],
    ['a query', { url: 'https://h.test/?page=hunter2' }, true],
  ])('is known to have no credentials, or not: %s', async (_, changes, isAnonymous) => {
    const response = await send(rpc, () => Promise.resolve(ok()), { ...request, ...changes }, signal);
    expect(response.isAnonymous).toBe(isAnonymous);
  });

  it('has a body only if there is one', async () => {
    const fetch = jest.fn<FetchLike>(() => Promise.resolve(ok()));
    await send(rpc, fetch, request, signal);
    await send(rpc, fetch, { ...request, body: '{}' }, signal);
    expect(fetch.mock.calls.map(([, init]) => ('body' in init ? init.body : 'none'))).toEqual(['none', '{}']);
  });

  it('cancels the body of a redirect', async () => {
    const { response, cancel } = withBody(302, { location: 'https://h.test/other' });
    const responses = [response, ok()];
    await send(rpc, () => Promise.resolve(responses.shift()!), request, signal);
    expect(cancel).toHaveBeenCalledTimes(1);
  });

  it('rejects with the reason where it is aborted before its response came', async () => {
    const controller = new AbortController();
    const { response, cancel } = withBody(200);
    const fetch: FetchLike = () => {
      controller.abort('enough');
      return Promise.resolve(response);
    };
    await expect(send(rpc, fetch, request, controller.signal)).rejects.toBe('enough');
    expect(cancel).toHaveBeenCalledTimes(1);
  });
});

describe('a body', () => {
  const signalOf = () => {
    const { signal } = new AbortController();
    return { signal, removed: jest.spyOn(signal, 'removeEventListener') };
  };

  it('of 64 MiB is read, and a longer one is not', async () => {
    expect(maxBodyBytes).toBe(67_108_864);
    const ofLength = (length: number) =>
      readBody({ ...ok(), text: () => Promise.resolve({ length } as never) }, signal);
    expect(await ofLength(67_108_864)).toEqual({ length: 67_108_864 });
    expect(await ofLength(67_108_865)).toBeUndefined();
    const streamOf = (...lengths: number[]) =>
      new ReadableStream<Uint8Array>({
        start: (controller) => {
          for (const length of lengths) controller.enqueue(new Uint8Array(length));
          controller.close();
        },
      });
    const { signal: ended, removed } = signalOf();
    const text = await readBody({ ...ok(), body: streamOf(67_108_864) }, ended);
    expect(text?.length).toBe(67_108_864);
    expect(removed).toHaveBeenCalledTimes(1);
    expect(await readBody({ ...ok(), body: streamOf(67_108_864, 1) }, signal)).toBeUndefined();
  });
});

describe('a response', () => {
  const parse = (status: number, text: string, headers: Record<string, string> = {}) => {
    const redactor = new Redactor(() => ['hunter2']);
    return parseResponse(rpc, { status, text, headers: new Headers(headers), redactor } satisfies HttpResponse);
  };

  it.each([200, 299])('with HTTP %i is a success', (status) => expect(parse(status, '{}').json).toEqual({}));

  it.each([199, 300, 404])('with HTTP %i is an error', (httpStatus) =>
    expect(() => parse(httpStatus, '{}')).toThrow(expect.objectContaining({ httpStatus })),
  );

  it('is an error where only its headers say so, and a success where they do not', () => {
    const failed = { 'grpc-status': '5', 'grpc-message': 'no book' };
    expect(() => parse(200, '', failed)).toThrow(expect.objectContaining({ rpcCode: Code.NOT_FOUND }));
    expect(parse(200, '{}', failed).json).toEqual({});
    expect(() => parse(200, '', { 'grpc-status': '0' })).toThrow(expect.objectContaining({ rpcCode: Code.UNKNOWN }));
  });

  it('has no credential in what becomes an error, and its results as they are', () => {
    const operation = (text: string) => ({
      ...{ name: 'hunter2', metadata: { a: 'hunter2' }, response: ['hunter2'] },
      error: { message: `no ${text}` },
    });
    expect(parse(200, JSON.stringify(operation('hunter2'))).json).toEqual(operation('***'));
    const list = (text: string) => ({ operations: [operation(text), text], nextPageToken: 'hunter2', other: [text] });
    const expected = { ...list('***'), operations: [operation('***'), 'hunter2'] };
    expect(parse(200, JSON.stringify(list('hunter2'))).json).toEqual(expected);
    expect(parse(200, '{"operations":"hunter2"}').json).toEqual({ operations: '***' });
    expect(parse(200, '[1]').json).toEqual([1]);
  });

  it('may be empty where nothing is expected', () => {
    const empty = { status: 200, text: ' ', headers: new Headers(), redactor: new Redactor() };
    expect(parseResponse({ ...rpc, method: 'CancelOperation' }, empty).json).toBeUndefined();
  });
});

describe('Retry-After', () => {
  it('is relative to the Date of the response, else to the clock', () => {
    const nowMs = Date.UTC(1994, 10, 6, 8, 49, 37);
    const clock = jest.spyOn(Date, 'now').mockReturnValue(nowMs);
    const of = (headers: Record<string, string>) => retryAfter({ headers: new Headers(headers) });
    const date = 'Sun, 06 Nov 1994 08:50:37 GMT';
    expect(of({ 'retry-after': date })).toBe(60_000);
    expect(of({ 'retry-after': date, date: 'Sun, 06 Nov 1994 08:50:07 GMT' })).toBe(30_000);
    expect(of({ 'retry-after': date, date: 'today' })).toBe(60_000);
    expect(parseRetryAfter(date, nowMs + 59_999)).toBe(1);
    clock.mockRestore();
  });

  it.each([
    ['Sun Nov  6 08:50:37 1994', 'Sun Nov  6 08:50:37 1994 GMT'],
    ['Sun, 06 Nov 1994 08:50:37 GMT', 'Sun, 06 Nov 1994 08:50:37 GMT'],
  ])('of %j is in GMT, whatever the time zone of the machine is', (date, read) => {
    const parse = jest.spyOn(Date, 'parse');
    parseRetryAfter(date, 0);
    expect(parse.mock.calls).toEqual([[read]]);
    parse.mockRestore();
  });
});

describe('a redirect', () => {
  it('names hosts of 600 characters at most', () => {
    const [from, target] = ['a', 'b'].map((letter) => new URL(`https://${letter.repeat(500)}.test/`)) as [URL, URL];
    const redirect = { status: 302, from, target, count: 5, redactor: new Redactor() };
    const hosts = `from ${from.host} to ${target.host}`.slice(0, 600);
    expect(() => assertMayFollow(rpc, 'GET', redirect)).toThrow(`redirects ${hosts}…,`);
  });
});

describe('a response that a browser hides', () => {
  const exchange = (changes: Partial<HiddenExchange>): HiddenExchange => ({
    ...{ httpMethod: 'GET', url: new URL('https://h.test/a'), headers: {}, publicHeaders: {} },
    ...{ follow: () => Promise.resolve(ok()), ...changes },
  });
  const hidden = (type: string): ResponseLike => ({ ...ok(), type });
  const read = (changes: Partial<HiddenExchange>, type = 'opaqueredirect') =>
    readHidden(rpc, hidden(type), exchange(changes)).catch((error: unknown) => error);
  const refused = (text: string) => ({
    rpcCode: Code.FAILED_PRECONDITION,
    status: { message: expect.stringContaining(text) },
  });

  it('is read behind a redirect', async () => {
    expect(await read({ headers: { accept: 'json' }, publicHeaders: { accept: 'json' } })).toMatchObject({
      status: 200,
    });
  });

  it.each<[string, Partial<HiddenExchange>]>([
    ['where a POST is not sent again', { httpMethod: 'POST' }],
    ["where the header 'authorization' must not go", { headers: { authorization: 'x' } }],
  ])('is not read %s', async (problem, changes) => {
    const follow = jest.fn<HiddenExchange['follow']>();
    expect(await read({ ...changes, follow })).toMatchObject(refused(problem));
    expect(follow).not.toHaveBeenCalled();
  });

  it('is not read where no page can read it', async () => {
    expect(await read({}, 'opaque')).toMatchObject(refused("mode 'no-cors'"));
  });

  it('is not read where it is not encrypted, and its body is cancelled', async () => {
    const { response, cancel } = withBody(200);
    const follow = () => Promise.resolve({ ...response, url: 'http://h.test/a' });
    expect(await read({ follow })).toMatchObject(refused('which is not encrypted'));
    expect(cancel).toHaveBeenCalledTimes(1);
  });

  it('is not read where the redirect fails twice, but at the second time it may be', async () => {
    const broken = requestError(rpc, Code.UNAVAILABLE, 'no response');
    expect(await read({ follow: () => Promise.reject(broken) })).toMatchObject(refused('cannot be followed'));
    const follow = jest.fn<HiddenExchange['follow']>().mockRejectedValueOnce(broken).mockResolvedValueOnce(ok());
    expect(await read({ follow })).toMatchObject({ status: 200 });
  });

  it('rejects with the reason where it is aborted', async () => {
    expect(await read({ follow: () => Promise.reject('enough') })).toBe('enough');
  });
});

describe('sameHeaders()', () => {
  it.each([
    [{}, {}, true],
    [{ a: '1' }, { a: '1' }, true],
    [{ a: '1' }, { a: '2' }, false],
    [{ a: '1' }, { b: '1' }, false],
    [{ a: '1' }, { a: '1', b: '2' }, false],
    [{ a: '1', b: '2' }, { a: '1' }, false],
  ])('of %j and %j is %p', (a, b, expected) => expect(sameHeaders(a, b)).toBe(expected));
});
