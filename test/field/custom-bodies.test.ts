// The body of a failure, wherever HTTP libraries keep it.
import { inspect } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import { customOperations } from '../../src/custom/index.js';
import { Code, type RequestError } from '../../src/index.js';

const token = 'ya29.hunter2hunter2';
const body = {
  error: {
    code: 404,
    status: 'NOT_FOUND',
    message: `no such operation ${token}`,
    details: [{ '@type': 'type.googleapis.com/google.rpc.ErrorInfo', reason: 'GONE', domain: 'd', metadata: {} }],
  },
};
const text = JSON.stringify(body);
const headers = { authorization: `Bearer ${token}` };
const errorWith = (fields: object): Error => Object.assign(new Error('Request failed'), fields);

async function failure(thrown: unknown): Promise<RequestError> {
  const transport = customOperations({ get: () => Promise.reject(thrown as Error), done: () => false });
  return transport.getOperation({ name: 'jobs/7' }, {}).then(
    () => Promise.reject(new Error('It resolved')),
    (error: unknown) => error as RequestError,
  );
}

describe('the error of the service is read from', () => {
  it.each<[string, () => unknown]>([
    ['parsed data, as of axios', () => errorWith({ response: { status: 404, headers, data: body } })],
    ['data in text', () => errorWith({ response: { status: 404, data: text } })],
    ['data in a Buffer', () => errorWith({ response: { status: 404, data: Buffer.from(text) } })],
    ['a body in text, as of got', () => errorWith({ response: { statusCode: 404, body: text } })],
    ['a text that was read, as of superagent', () => errorWith({ status: 404, response: { status: 404, text } })],
    [
      'data beside a text without content, as of gaxios 7',
      () => errorWith({ status: 404, response: Object.assign(new Response('', { status: 404 }), { data: body }) }),
    ],
    [
      'data beside a body without content, as of ofetch',
      () => errorWith({ data: body, response: Object.assign(new Response('', { status: 404 }), { _data: body }) }),
    ],
    [
      'data of the error where the body was read, as of ky',
      () => {
        const response = new Response(text, { status: 404 });
        void response.text();
        return errorWith({ response, data: body });
      },
    ],
    ['a text that is no promise', () => ({ status: 404, text: () => text })],
    ['a response that was thrown', () => new Response(text, { status: 404 })],
  ])('%s', async (_, create) => {
    const error = await failure(create());
    expect(error).toMatchObject({ rpcCode: Code.NOT_FOUND, origin: 'service', httpStatus: 404 });
    expect(error.status.message).toBe('no such operation ***');
    expect(error.errorInfo).toMatchObject({ reason: 'GONE' });
    expect(inspect(error, { depth: 9, showHidden: true })).not.toContain('hunter2');
  });
});

describe('the HTTP status decides where the body cannot be read', () => {
  it.each<[string, () => unknown]>([
    ['a stream of Node.js', () => errorWith({ response: { status: 503, data: { pipe: () => undefined } } })],
    ['a web stream', () => errorWith({ response: { status: 503, body: { getReader: () => undefined } } })],
    ['a text that rejects', () => ({ status: 503, text: () => Promise.reject(new Error('cut')) })],
    [
      'a text that throws',
      () => ({
        status: 503,
        text: () => {
          throw new Error('cut');
        },
      }),
    ],
    ['no body', () => ({ statusCode: 503 })],
    ['a number', () => errorWith({ response: { status: 503, data: 5 } })],
  ])('%s', async (_, create) => {
    expect(await failure(create())).toMatchObject({ rpcCode: Code.UNAVAILABLE, origin: 'transport', httpStatus: 503 });
  });
});
