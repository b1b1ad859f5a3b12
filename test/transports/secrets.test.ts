import { describe, expect, it } from '@jest/globals';
import { customOperations } from '../../src/custom/index.js';
import { Redactor } from '../../src/transports/redact.js';
import { formsOf, secretValues, urlSecrets } from '../../src/transports/secrets.js';
import { fc } from '../support/fast-check.js';

const base64 = (text: string) => Buffer.from(text, 'latin1').toString('base64');

describe('secretValues()', () => {
  const valuesOf = (headers: Record<string, string>) => new Set(secretValues(headers, []));

  it('has a credential with its scheme and without', () => {
    expect(valuesOf({ authorization: 'Bearer hunter2' })).toEqual(new Set(['Bearer hunter2', 'hunter2']));
    expect(valuesOf({ 'x-api-key': 'hunter2' })).toEqual(new Set(['hunter2']));
  });

  it('has the last word of several, and all after the scheme', () => {
    expect(valuesOf({ authorization: 'Digest user="x", response="hunter2"' })).toEqual(
      new Set(['Digest user="x", response="hunter2"', 'user="x", response="hunter2"', 'response="hunter2"']),
    );
  });

  it.each(['Basic', 'basic', 'BASIC'])('has what %s encodes, and the password in it', (scheme) => {
    const encoded = base64('user:hun:ter2');
    const expected = [`${scheme} ${encoded}`, encoded, 'user:hun:ter2', 'hun:ter2'];
    expect(valuesOf({ authorization: `${scheme} ${encoded}` })).toEqual(new Set(expected));
  });

  it('has what Basic encodes without a user, and what is not base64', () => {
    const encoded = base64('hunter2');
    expect(valuesOf({ authorization: `Basic ${encoded}` })).toEqual(new Set([`Basic ${encoded}`, encoded, 'hunter2']));
    expect(valuesOf({ authorization: 'Basic ????' })).toEqual(new Set(['Basic ????', '????']));
  });

  it('does not decode another scheme', () => {
    const encoded = base64('user:hunter2');
    expect(valuesOf({ authorization: `Bearer ${encoded}` })).toEqual(new Set([`Bearer ${encoded}`, encoded]));
  });

  it.each(['cookie', 'set-cookie'])('has the values in %s', (name) => {
    expect(valuesOf({ [name]: 'session=hunter2; b=c=longer;bare' })).toEqual(
      new Set(['session=hunter2; b=c=longer;bare', 'hunter2', 'c=longer', 'bare']),
    );
  });

  it('has four characters or more: shorter texts occur everywhere', () => {
    expect(valuesOf({ 'x-api-key': 'abcd' })).toEqual(new Set(['abcd']));
    expect(valuesOf({ 'x-api-key': 'abc' })).toEqual(new Set());
  });
});

describe('urlSecrets()', () => {
  it('has user, password and the credentials in the query', () => {
    const url = new URL('https://user:hunter2@h.test/?key=first&Access_Token=second&view=full');
    expect(urlSecrets(url)).toEqual(['first', 'second', 'user', 'hunter2']);
  });

  it('has four characters or more', () => {
    expect(urlSecrets(new URL('https://me:pass@h.test/?key=abcd&token=abc'))).toEqual(['abcd', 'pass']);
  });
});

describe('a secret is recognized', () => {
  const redact = (secret: string, text: string) => new Redactor(() => [secret]).text(text);

  const secret = `Aä/b+c"d\\e<f>&g'h!`;
  it.each<[string, string]>([
    ['as it is', secret],
    ['in lower case', secret.toLowerCase()],
    ['percent-encoded', encodeURIComponent(secret)],
    ['percent-encoded, more than it must be', 'A%C3%A4%2Fb%2Bc%22d%5Ce%3Cf%3E%26g%27h%21'],
    ['percent-encoded in lower case', "A%c3%a4%2fb%2bc%22d%5ce%3cf%3e%26g'h!"],
    ['percent-encoded twice', encodeURIComponent(encodeURIComponent(secret))],
    ['in a string of JSON', `Aä/b+c\\"d\\\\e<f>&g'h!`],
    ['with escaped slashes', `Aä\\/b+c"d\\e<f>&g'h!`],
    ['in HTML', `Aä/b+c&quot;d\\e&lt;f&gt;&amp;g&#39;h!`],
    ['in HTML by hexadecimal numbers', 'A&#xe4;&#x2f;b&#x2b;c&#x22;d&#x5c;e&#x3c;f&#x3e;&#x26;g&#x27;h&#x21;'],
    ['in HTML by decimal numbers', 'A&#228;&#47;b&#43;c&#34;d&#92;e&#60;f&#62;&#38;g&#39;h&#33;'],
  ])('%s', (_, form) => {
    expect(redact(secret, `It is ${form}.`)).toBe('It is ***.');
  });

  it.each([
    ['Go', 'ab&#43;c/d=e&amp;'],
    ['Handlebars', 'ab+c/d&#x3D;e&amp;'],
    ['Mustache', 'ab+c&#x2F;d&#x3D;e&amp;'],
  ])('in HTML as a template of %s escapes it', (_, form) => {
    expect(redact('ab+c/d=e&', `It is ${form}.`)).toBe('It is ***.');
  });

  it('with a lone surrogate in it, which cannot be encoded', () => {
    expect(redact('a\ud800bcd', 'It is a\ud800bcd.')).toBe('It is ***.');
  });

  it('with a lone surrogate in it, in the headers of a request that a library attaches to its error', async () => {
    const config = { headers: { authorization: 'Bearer a\ud800bcd' } };
    const thrown = Object.assign(new Error('refused: a\ud800bcd'), { code: 'UNAVAILABLE', config });
    const transport = customOperations({ get: () => Promise.reject(thrown), done: () => true });
    await expect(transport.getOperation({ name: 'jobs/1' }, {})).rejects.toMatchObject({
      name: 'RequestError',
      status: { message: 'refused: ***' },
    });
  });

  it('before a shorter one that it begins with', () => {
    for (const secrets of [
      ['abcd', 'abcdefgh'],
      ['abcdefgh', 'abcd'],
    ]) {
      expect(new Redactor(() => secrets).text('abcdefgh, abcd')).toBe('***, ***');
    }
    const lengths = formsOf(['abcd', 'a&b+c/d=e']).map(({ length }) => length);
    expect(lengths).toEqual(lengths.toSorted((a, b) => b - a));
  });

  // Letters that base64 does not have, each once: the text has no other place that could be replaced.
  const high = fc
    .uniqueArray(fc.integer({ min: 0xc0, max: 0xff }), { minLength: 7, maxLength: 20 })
    .map((codes) => String.fromCharCode(...codes));
  const around = fc.stringMatching(/^[a-z]{0,12}$/);
  const urlSafe = (text: string) => text.replaceAll('+', '-').replaceAll('/', '_');

  it('in base64 of a text around it: all characters that hold nothing but the secret', () => {
    fc.assert(
      fc.property(around, high, around, (before, within, after) => {
        const encoded = base64(before + within + after);
        const start = Math.ceil((before.length * 8) / 6);
        const end = Math.floor(((before.length + within.length) * 8) / 6);
        for (const text of [encoded, urlSafe(encoded)]) {
          expect(redact(within, text)).toBe(`${text.slice(0, start)}***${text.slice(end)}`);
        }
      }),
    );
  });

  it('in base64 if that has eight characters or more: a shorter text may be anything', () => {
    expect(redact('ÀÁÂÃÄÅ', base64('ÀÁÂÃÄÅ'))).toBe('***');
    expect(redact('ÀÁÂÃÄ', base64('ÀÁÂÃÄ'))).toBe(base64('ÀÁÂÃÄ'));
  });

  it('though it has characters beyond Latin-1, which no header has', () => {
    expect(redact('hunter2€', 'It is hunter2€.')).toBe('It is ***.');
  });
});
