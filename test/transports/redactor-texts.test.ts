import { describe, expect, it } from '@jest/globals';
import type { JsonValue } from '../../src/any.js';
import type { StatusDetail } from '../../src/status.js';
import { Redactor } from '../../src/transports/redact.js';

const secret = 's3cr3t-t0k3n';
const known = new Redactor(() => [secret]);
const unknown = new Redactor();
const x = (count: number): string => 'x'.repeat(count);

describe('the texts that a Redactor searches', () => {
  it.each([
    ['?key=hunter2&a=1', '?key=***&a=1'],
    ['at https://h.test/a?b=1&access_token=hunter2#c', 'at https://h.test/a?b=1&access_token=***#c'],
    ['Authorization: Bearer hunter', 'Authorization: ***'],
    ['"authorization":"Basic bWU6aHVudGVy"', '"authorization":"***"'],
    ['api_key=hunter22', 'api_key=***'],
    ['"x-goog-api-key": "hunter22"', '"x-goog-api-key": "***"'],
    ['with Bearer hunter2hunter2', 'with ***'],
    ['with ya29.hunter-two', 'with ***'],
    ['the bearer of news', 'the bearer of news'],
    ['?key=abc', '?key=abc'],
  ])('have no token that its form shows: %j', (text, redacted) => expect(unknown.text(text)).toBe(redacted));

  it.each([65_536, 65_537, 3_000_000])('have no such token in %s characters', (length) => {
    const text = `ya29.hunter-two ${x(length - 16)}`;
    expect(unknown.text(text).split(' ')[0]).toBe('***');
    expect(known.text(`${secret} ${text}`).startsWith('*** ***')).toBe(true);
  });
});

describe('the beginning of a text', () => {
  it.each([
    ['', ''],
    [x(9), x(9)],
    [x(10), x(10)],
    [x(11), `${x(10)}…`],
    [x(5000), `${x(10)}…`],
    [`abc${x(5000)}`, `abc${x(7)}…`],
  ])('is cut after its length: %#', (text, expected) => {
    expect(known.beginning(text, 10)).toBe(expected);
    expect(unknown.beginning(text, 10)).toBe(expected);
  });

  // 200 characters more are searched. What comes after the cut is not shown.
  it.each([
    ['within the text', secret + x(88), '***xxxxxxx…'],
    ['within what is searched', secret + x(198), '***xxxxxxx…'],
    ['before more than is searched', secret + x(199), '***…'],
    ['at the cut', `${x(5)}${secret}${x(1000)}`, 'xxxxx***…'],
  ])('has no credential %s', (_, text, expected) => expect(known.beginning(text, 10)).toBe(expected));

  it.each([24, 2000, 5000])('has no part of a long credential at the cut, with %d characters after it', (rest) => {
    const long = `€${'a'.repeat(250)}`;
    const redactor = new Redactor(() => [long]);
    expect(redactor.beginning(long + x(rest), 10)).toMatch(/^\*{3}x{0,7}…$/);
    expect(redactor.beginning(`${x(9)}${long}${x(rest)}`, 10)).toMatch(/^x{9}\*{1,3}…$/);
  });
});

describe('JSON', () => {
  it('has no credential in any text of it, names included', () => {
    expect(known.json({ a: [secret, { [secret]: `b ${secret}` }, 5, null, true], c: secret })).toEqual({
      a: ['***', { '***': 'b ***' }, 5, null, true],
      c: '***',
    });
  });
});

describe('JSON that is nested', () => {
  /** A text in so many arrays or objects. */
  const nested = (depth: number, wrap: (inner: JsonValue) => JsonValue, text: string): JsonValue =>
    Array.from({ length: depth }).reduce<JsonValue>(wrap, text);

  it.each<[string, (inner: JsonValue) => JsonValue]>([
    ['arrays', (inner) => [inner]],
    ['objects', (inner) => ({ a: inner })],
  ])('200 times in %s is kept, without a credential, and what is deeper is left out', (_, wrap) => {
    expect(known.json(nested(201, wrap, secret))).toEqual(nested(201, wrap, '***'));
    expect(known.json(nested(202, wrap, 'text'))).toEqual(nested(201, wrap, '***'));
  });
});

describe('a status', () => {
  const statusOf = (detail: StatusDetail) => known.status({ code: 5, message: `no ${secret}`, details: [detail] });
  const typeUrl = 'type.googleapis.com/a.B';
  const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

  it('has no credential in its message, nor in a typed detail', () => {
    const detail = {
      '@type': 'type.googleapis.com/google.rpc.RequestInfo',
      requestId: secret,
      servingData: '',
    } as const;
    expect(statusOf(detail)).toEqual({ code: 5, message: 'no ***', details: [{ ...detail, requestId: '***' }] });
  });

  it.each<[string, StatusDetail, StatusDetail]>([
    ['bytes', { typeUrl, value: bytes('ok') }, { typeUrl, value: bytes('ok') }],
    ['bytes with it', { typeUrl, value: bytes(`a ${secret} b`) }, { typeUrl, value: new Uint8Array(0) }],
    ['JSON', { typeUrl, json: { a: secret } }, { typeUrl, json: { a: '***' } }],
    ['a name with it', { typeUrl: `h.test/${secret}`, value: bytes('') }, { typeUrl: 'h.test/***', value: bytes('') }],
  ])('has none in another detail of %s', (_, detail, expected) => {
    expect(statusOf(detail).details).toStrictEqual([expected]);
  });

  it('keeps 64 Ki characters of its message', () => {
    const { message } = unknown.status({ code: 5, message: x(70_000), details: [] });
    expect([message.length, message.at(-1)]).toEqual([65_537, '…']);
  });
});
