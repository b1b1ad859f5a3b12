// What remains of texts, JSON and statuses from which credentials are removed.
import { describe, expect, it } from '@jest/globals';
import { Code, type JsonValue, type StatusDetail } from '../../src/index.js';
import { Redactor } from '../../src/transports/redact.js';

const secret = 'hunter2';
const redactor = new Redactor(() => [secret]);
const unknowing = new Redactor();
const token = 'ya29.abcdef123';

describe('text() without known secrets', () => {
  it.each([
    ['a parameter of a URL', 'https://h/?key=abcd1234&view=full', 'https://h/?key=***&view=full'],
    ['a parameter in HTML', 'a?b=c&amp;access_token=abcd#x', 'a?b=c&amp;access_token=***#x'],
    ['a header', 'Authorization: Bearer abcdef', 'Authorization: ***'],
    ['a header in JSON', '{"authorization":"Basic abcdef","b":1}', '{"authorization":"***","b":1}'],
    ['an API key', 'x-goog-api-key: abc123', 'x-goog-api-key: ***'],
    ['a token by its form', `It is ${token}.`, 'It is ***'],
  ])('masks %s', (_, text, redacted) => expect(unknowing.text(text)).toBe(redacted));

  it('cuts a text after 64 Ki characters, whatever is in it', () => {
    const text = (length: number): string => `${secret} ${token} `.padEnd(length, 'x');
    expect(unknowing.text(text(65_536))).toBe(text(65_536).replace(token, '***'));
    expect(unknowing.text(text(66_000))).toBe(`${text(65_536).replace(token, '***')}…`);
    expect(redactor.text(text(30_000_000))).toMatch(/^\*{3} \*{3} x{65000,65536}…$/);
  });
});

describe('beginning()', () => {
  it('cuts a text after its limit', () => {
    expect(unknowing.beginning('x'.repeat(10), 10)).toBe('x'.repeat(10));
    expect(unknowing.beginning('x'.repeat(11), 10)).toBe(`${'x'.repeat(10)}…`);
    expect(unknowing.beginning('x'.repeat(1000), 10)).toBe(`${'x'.repeat(10)}…`);
  });

  it('finds tokens however long the text is', () => {
    expect(unknowing.beginning(`${token} `.padEnd(1_000_000, 'x'), 100)).toMatch(/^\*{3} x+…$/);
  });

  it('cuts after it has masked, within 200 characters after the limit', () => {
    const long = `ya29.${'a'.repeat(50)} `;
    expect(unknowing.beginning(long.padEnd(210, 'x'), 10)).toBe('*** xxxxxx…');
    // Beyond, what comes after the limit is not shown: it may be a part of a token.
    expect(unknowing.beginning(long.padEnd(211, 'x'), 10)).toBe('***…');
  });

  it.each([0, 1, 5, 50, 100, 199])('shows no part of a token that begins %d characters before its limit', (before) => {
    const text = `${'x'.repeat(299 - before)} ${token}${'a'.repeat(150)} and more`.padEnd(2000, 'x');
    const shown = unknowing.beginning(text, 300);
    expect(shown).toMatch(/^x+.*…$/);
    expect(shown).not.toMatch(/ya|aa/);
  });

  it('shows no part of a secret at its cut, though secrets before it were masked', () => {
    const long = 's3cret'.repeat(16);
    const text = `${long}${long}${'x'.repeat(100)}${long}`.padEnd(5000, 'x');
    expect(new Redactor(() => [long]).beginning(text, 300)).toMatch(/^\*{6}x{100}\*{3}…$/);
  });

  it('shows no part of a secret in its longest form', () => {
    const text = `sent ${'%25C3%25A9'.repeat(60)} more`.padEnd(5000, 'x');
    expect(new Redactor(() => ['é'.repeat(60)]).beginning(text, 10)).toBe('sent ***…');
  });
});

describe('json()', () => {
  it('masks each text, names included, and keeps the rest', () => {
    const value = { a: [secret, 1, { [`is ${secret}`]: true }], b: null, c: `${secret}!` };
    expect(redactor.json(value)).toEqual({ a: ['***', 1, { 'is ***': true }], b: null, c: '***!' });
  });
});

describe('json() of what is nested deep', () => {
  const nest = (levels: number, wrap: (value: JsonValue) => JsonValue): JsonValue => {
    let value: JsonValue = {};
    for (let level = 0; level < levels; level++) value = wrap(value);
    return value;
  };

  it.each<[string, (value: JsonValue) => JsonValue]>([
    ['lists', (value) => [value]],
    ['objects', (value) => ({ a: value })],
  ])('keeps what is in 200 %s, and masks what is deeper', (_, wrap) => {
    expect(unknowing.json(nest(200, wrap))).toEqual(nest(200, wrap));
    expect(JSON.stringify(unknowing.json(nest(201, wrap)))).toBe(
      JSON.stringify(nest(201, wrap)).replace('{}', '"***"'),
    );
  });
});

describe('status()', () => {
  const redacted = (message: string, ...details: StatusDetail[]) =>
    redactor.status({ code: Code.INTERNAL, message, details });
  const encode = (text: string) => new TextEncoder().encode(text);

  it('masks the message, and cuts it after 64 Ki characters', () => {
    expect(redacted(`No ${secret}`)).toEqual({ code: Code.INTERNAL, message: 'No ***', details: [] });
    expect(redacted('x'.repeat(65_536)).message).toBe('x'.repeat(65_536));
    expect(redacted('x'.repeat(65_537)).message).toBe(`${'x'.repeat(65_536)}…`);
  });

  it('masks the details of known types', () => {
    const info = {
      '@type': 'type.googleapis.com/google.rpc.ErrorInfo',
      reason: 'R',
      domain: '',
      metadata: {},
    } as const;
    expect(redacted('', { ...info, domain: secret }).details).toEqual([{ ...info, domain: '***' }]);
  });

  it('masks the JSON of other details, and drops bytes that hold a secret', () => {
    const typeUrl = 'x.test/a.B';
    expect(redacted('', { typeUrl: `x.test/${secret}` }).details).toStrictEqual([{ typeUrl: 'x.test/***' }]);
    expect(redacted('', { typeUrl, json: { a: secret } }).details).toStrictEqual([{ typeUrl, json: { a: '***' } }]);
    expect(redacted('', { typeUrl, value: encode(`a ${secret}`) }).details).toStrictEqual([
      { typeUrl, value: new Uint8Array() },
    ]);
    const value = encode('no such text');
    expect(redacted('', { typeUrl, value, json: { a: 1 } }).details).toStrictEqual([
      { typeUrl, json: { a: 1 }, value },
    ]);
  });
});
