import { describe, expect, it } from '@jest/globals';
import { parseEndpoint } from '../../src/rest/endpoint.js';
import { assertNotExposed, isCredential, normalizeHeaders } from '../../src/rest/headers.js';

describe('readHeaders()', () => {
  it('reads plain objects and Headers alike, names in lower case', () => {
    const expected = { authorization: 'Bearer t', 'x-a': '1' };
    expect(normalizeHeaders({ Authorization: 'Bearer t', 'X-A': '1', 'x-none': undefined })).toEqual(expected);
    expect(normalizeHeaders(new Headers({ Authorization: 'Bearer t', 'X-A': '1' }))).toEqual(expected);
  });

  it.each([
    ['authorization', 'Bearer secret\n'],
    ['authorization', 'secret\u0000'],
    ['authorization', 'secret€'],
    ['x y', 'secret'],
    ['', 'secret'],
    ['authorization', ['secret'] as unknown as string],
  ])('refuses %j: %j and does not show the value', (name, value) => {
    expect(() => normalizeHeaders({ [name]: value })).toThrow(
      new TypeError(`Cannot request as header '${name}' must be a valid HTTP header: current value is not shown`),
    );
  });
});

describe('isCredential()', () => {
  it('knows them by their names', () => {
    const yes = [
      'authorization',
      'proxy-authorization',
      'cookie',
      'x-goog-api-key',
      'x-goog-other-key',
      'x-api-key',
      'x-auth-token',
      'x-client-secret',
    ];
    const no = [
      'accept',
      'x-goog-request-params',
      'x-goog-user-project',
      'x-idempotency-key',
      'x-monkey',
      'user-agent',
    ];
    expect([...yes, ...no].filter(isCredential)).toEqual(yes);
  });
});

describe('checkExposure()', () => {
  it('refuses credentials in plain text to another machine only', () => {
    const remote = parseEndpoint('http://h.test');
    expect(() => assertNotExposed(remote, { authorization: 'x' })).toThrow(TypeError);
    expect(() => assertNotExposed(remote, {}, true)).toThrow(TypeError);
    expect(() => assertNotExposed(remote, { accept: 'x' })).not.toThrow();
    expect(() => assertNotExposed(parseEndpoint('http://127.0.0.1'), { authorization: 'x' }, true)).not.toThrow();
    expect(() => assertNotExposed(parseEndpoint('h.test'), { authorization: 'x' }, true)).not.toThrow();
  });
});
