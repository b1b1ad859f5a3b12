import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { formsOf, secretValues, urlSecrets } from '../../src/transports/secrets.js';

const basic = (text: string): string => `Basic ${btoa(text)}`;

describe('secretValues()', () => {
  it.each<[string, Record<string, string>, string[]]>([
    ['a token with its scheme', { authorization: 'Bearer hunter2' }, ['Bearer hunter2', 'hunter2']],
    ['a token of more than one word', { authorization: 'Odd one two-three' }, ['one two-three', 'two-three']],
    ['a token without a scheme', { 'x-api-key': 'hunter2' }, ['hunter2']],
    ['the user and password of Basic', { authorization: basic('me:hunter2') }, ['me:hunter2', 'hunter2', btoa('me:hunter2')]], // prettier-ignore
    ['a password with colons', { authorization: basic('me:a:b:c') }, ['a:b:c']],
    ['the same with the scheme in another case', { authorization: basic('me:hunter2').replace('B', 'b') }, ['hunter2']],
    ['Basic that is not base64', { authorization: 'Basic !!!!' }, ['!!!!']],
    ['cookies', { cookie: 'a=hunter2; b=secret=more;c=third' }, ['hunter2', 'secret=more', 'third']],
    ['a cookie without a name', { 'set-cookie': 'hunter2' }, ['hunter2']],
  ])('has %s', (_, headers, expected) => {
    expect(secretValues(headers, [])).toEqual(expect.arrayContaining(expected));
  });

  it('has no base64 decoded where the scheme is another one', () => {
    expect(secretValues({ authorization: `Bearer ${btoa('me:hunter2')}` }, [])).not.toContain('hunter2');
  });

  it('has no texts of less than four characters, and no part of a value that is not a cookie', () => {
    expect(secretValues({ 'x-api-key': 'abc' }, [])).toEqual([]);
    expect(new Set(secretValues({ 'x-api-key': 'abcd' }, []))).toEqual(new Set(['abcd']));
    expect(new Set(secretValues({ 'x-api-key': 'a=bcde' }, []))).toEqual(new Set(['a=bcde']));
  });
});

describe('urlSecrets()', () => {
  it('has the credentials in the query, user and password, of four characters or more', () => {
    expect(urlSecrets(new URL('https://user:pass@h.test/?key=abcd&token=abc&q=public&sig=hunter2'))).toEqual([
      'abcd',
      'hunter2',
      'user',
      'pass',
    ]);
    expect(urlSecrets(new URL('https://me:abc@h.test/?key='))).toEqual([]);
  });
});

describe('formsOf()', () => {
  const secret = `it's /a "b" <c>&d=é\\!`;

  it.each([
    ['itself', secret],
    ['lower case', secret.toLowerCase()],
    ['percent-encoding', encodeURIComponent(secret)],
    ['percent-encoding in lower case', encodeURIComponent(secret).replace(/%../g, (text) => text.toLowerCase())],
    ['percent-encoding of all but letters', encodeURIComponent(secret).replaceAll("'", '%27').replaceAll('!', '%21')],
    ['percent-encoding twice', encodeURIComponent(encodeURIComponent(secret))],
    ['JSON', `it's /a \\"b\\" <c>&d=é\\\\!`],
    ['JSON with escaped slashes', `it's \\/a "b" <c>&d=é\\!`],
    ['HTML', `it&#39;s /a &quot;b&quot; &lt;c&gt;&amp;d=é\\!`],
    ['HTML in hexadecimal', `it&#x27;s &#x2f;a &#x22;b&#x22; &#x3c;c&#x3e;&#x26;d&#x3d;&#xe9;&#x5c;&#x21;`],
    ['HTML in decimal', `it&#39;s &#47;a &#34;b&#34; &#60;c&#62;&#38;d&#61;&#233;&#92;&#33;`],
  ])('has a secret in the form of %s', (_, form) => expect(formsOf([secret])).toContain(form));

  it('has the longest first, each once', () => {
    const lengths = formsOf(['hunter2', secret, 'hunter2']).map((form) => form.length);
    expect(lengths).toEqual(lengths.toSorted((a, b) => b - a));
    const forms = formsOf(['hunter2', 'hunter2']);
    expect(new Set(forms).size).toBe(forms.length);
  });

  it('has what base64 of a longer text repeats of a secret, at any place in it', () => {
    const text = fc.string({ maxLength: 5 });
    fc.assert(
      fc.property(text, fc.string({ minLength: 6, maxLength: 40 }), text, (before, secret, after) => {
        // Six bits a character: those that hold nothing but the secret.
        const [first, last] = [before.length * 8, (before.length + secret.length) * 8];
        const form = btoa(before + secret + after).slice(Math.ceil(first / 6), Math.floor(last / 6));
        const forms = formsOf([secret]);
        if (form.length < 8) return;
        expect(forms).toContain(form);
        expect(forms).toContain(form.replaceAll('+', '-').replaceAll('/', '_'));
      }),
    );
  });

  it('has no base64 of less than eight characters, nor of a secret that has none', () => {
    expect(formsOf(['abcdef'])).toEqual([btoa('abcdef'), 'abcdef']);
    expect(formsOf(['abcde'])).toEqual(['abcde']);
    expect(formsOf(['€uro-secret'])).toContain(encodeURIComponent('€uro-secret'));
  });

  it('has a lone surrogate as it is', () => expect(formsOf(['secret\ud800'])).toContain('secret\ud800'));
});
