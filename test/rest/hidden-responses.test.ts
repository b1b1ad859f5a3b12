// Responses that a browser hides from a page; test/system/browser has them in a real one.
import { expect, it } from '@jest/globals';
import { Code, type RequestError } from '../../src/index.js';
import { restTransport, type FetchLike, type ResponseLike } from '../../src/rest/index.js';

const text = '{"name":"operations/a"}';
const hidden = (type: string): ResponseLike => ({
  type,
  status: 0,
  headers: new Headers(),
  text: () => Promise.resolve(''),
});
const shown = (url: string): ResponseLike => ({
  url,
  status: 200,
  headers: new Headers(),
  text: () => Promise.resolve(text),
});

const failureOf = (fetch: FetchLike): Promise<RequestError> =>
  restTransport({ apiEndpoint: 'jobs.example', fetch })
    .getOperation({ name: 'operations/a' }, {})
    .then(
      () => Promise.reject(new Error('it succeeded')),
      (error: unknown) => error as RequestError,
    );

it("fails at once if 'fetch' hides every response, by mode 'no-cors'", async () => {
  const error = await failureOf(() => Promise.resolve(hidden('opaque')));
  expect(error.rpcCode).toBe(Code.FAILED_PRECONDITION);
  expect(error.message).toContain("'no-cors'");
});

it('refuses what a followed redirect got without TLS', async () => {
  const error = await failureOf((_, { redirect }) =>
    Promise.resolve(redirect === 'follow' ? shown('http://jobs.example/a') : hidden('opaqueredirect')),
  );
  expect(error.rpcCode).toBe(Code.FAILED_PRECONDITION);
  expect(error.message).toContain('not encrypted');
});

it('follows a redirect once more if the connection broke', async () => {
  let follows = 0;
  const fetch: FetchLike = (_, { redirect }) => {
    if (redirect === 'manual') return Promise.resolve(hidden('opaqueredirect'));
    return ++follows === 1 ? Promise.reject(new TypeError('Failed to fetch')) : Promise.resolve(shown('https://b/'));
  };
  const transport = restTransport({ apiEndpoint: 'jobs.example', fetch });
  await expect(transport.getOperation({ name: 'operations/a' }, {})).resolves.toMatchObject({ name: 'operations/a' });
  expect(follows).toBe(2);
});
