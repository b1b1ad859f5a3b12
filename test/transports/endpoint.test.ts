import { describe, expect, it } from '@jest/globals';
import { assertNotExposed, parseEndpoint } from '../../src/transports/endpoint.js';

describe('parseEndpoint()', () => {
  it.each([
    ['speech.googleapis.com', 'https://speech.googleapis.com', 'speech.googleapis.com', false],
    ['speech.googleapis.com:443', 'https://speech.googleapis.com', 'speech.googleapis.com', false],
    ['localhost:8080', 'https://localhost:8080', 'localhost:8080', false],
    ['https://h.test/', 'https://h.test', 'h.test', false],
    ['http://127.0.0.1:9020', 'http://127.0.0.1:9020', '127.0.0.1:9020', false],
    ['http://localhost:80', 'http://localhost', 'localhost', false],
    ['http://x.localhost', 'http://x.localhost', 'x.localhost', false],
    ['http://[::1]:8080', 'http://[::1]:8080', '[::1]:8080', false],
    ['[::1]:8080', 'https://[::1]:8080', '[::1]:8080', false],
    ['http://h.test', 'http://h.test', 'h.test', true],
    ['http://10.0.0.1', 'http://10.0.0.1', '10.0.0.1', true],
    ['http://127.0.0.1.evil.test', 'http://127.0.0.1.evil.test', '127.0.0.1.evil.test', true],
    ['http://notlocalhost', 'http://notlocalhost', 'notlocalhost', true],
  ])('parses %j', (text, origin, host, exposed) => {
    expect(parseEndpoint(text)).toEqual({ origin, host, isPlaintext: exposed });
  });

  it.each([
    [''],
    ['h.test/v1'],
    ['https://h.test/v1'],
    ['ftp://h.test'],
    ['h .test'],
    ['h:99999'],
    ['://h'],
    [undefined],
    [null],
    [443],
  ])('throws for %j', (text) => {
    expect(() => parseEndpoint(text)).toThrow(
      new TypeError(
        `Cannot use an endpoint as 'apiEndpoint' must be a host, host:port or an http(s) origin: current value is '${String(text)}'`,
      ),
    );
  });

  it.each([
    'https://h.test/?key=hunter2',
    'h.test#hunter2',
    'https://h.test/%3fkey=hunter2',
    'https://user:p?w#hunter2@h.test',
    'h.test?x=@hunter2',
  ])('shows nothing of %j that may be a credential', (text) => {
    expect(() => parseEndpoint(text)).toThrow(/must be a host(?!.*hunter2)/);
  });

  it('does not repeat a password', () => {
    expect(() => parseEndpoint('https://user:hunter2@h.test')).toThrow(/must be a host(?!.*hunter2)/);
  });
});

describe('assertNotExposed()', () => {
  it('throws for credentials in plain text to another machine only', () => {
    const remote = parseEndpoint('http://h.test');
    expect(() => assertNotExposed(remote, { authorization: 'x' })).toThrow(
      new TypeError(
        "Cannot request as 'apiEndpoint' must be HTTPS, or HTTP to this machine, where header 'authorization' is given: current value is 'http://h.test'",
      ),
    );
    expect(() => assertNotExposed(remote, {}, true)).toThrow(TypeError);
    expect(() => assertNotExposed(remote, { accept: 'x' })).not.toThrow();
    expect(() => assertNotExposed(parseEndpoint('http://127.0.0.1'), { authorization: 'x' }, true)).not.toThrow();
    expect(() => assertNotExposed(parseEndpoint('h.test'), { authorization: 'x' }, true)).not.toThrow();
  });
});
