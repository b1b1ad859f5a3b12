// No error repeats a credential of its request, however the server escaped it.
import { inspect } from 'node:util';
import { expect, it, describe } from '@jest/globals';
import { Redactor } from '../../src/transports/redact.js';
import { restTransport } from '../../src/rest/index.js';
import { fetchOf } from '../support/http-ways.js';

const name = 'operations/a';
const secret = `p@ss/w+o&r=d"'<x>;hunter2%\\é`;

/** Escapes the characters that are not letters, digits or underscores. */
const escapeSpecial = (text: string, escape: (code: number) => string): string =>
  text.replace(/[^\w]/g, (char) => escape(char.charCodeAt(0)));

const replaceAll = (text: string, escapes: Readonly<Record<string, string>>): string =>
  text.replace(/[^]/g, (char) => escapes[char] ?? char);

const html = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
const goJson = { '&': '\\u0026', '<': '\\u003c', '>': '\\u003E' };
const hex = (code: number, length: number): string => code.toString(16).padStart(length, '0');

const bytesOf = (format: (byte: number) => string, separator: string): string =>
  Array.from(Buffer.from(secret), format).join(separator);

const echoes: readonly [server: string, echo: string][] = [
  ['as it came', secret],
  ['in other case', secret.replace(/[a-z]/g, (letter) => letter.toUpperCase())],
  ['in HTML by Django', replaceAll(secret, { ...html, "'": '&#x27;' })],
  ['in HTML by Jinja', replaceAll(secret, { ...html, '"': '&#34;' })],
  ['in HTML by Go', replaceAll(secret, { ...html, '"': '&#34;', '+': '&#43;' })],
  ['in HTML by Mustache', replaceAll(secret, { ...html, '/': '&#x2F;', '=': '&#x3D;' })],
  ['in HTML twice', replaceAll(replaceAll(secret, html), html)],
  ['in HTML by numbers of four digits', escapeSpecial(secret, (code) => `&#x${hex(code, 4)};`)],
  ['in HTML by decimal numbers with zeros', escapeSpecial(secret, (code) => `&#00${code};`)],
  ['in JSON', JSON.stringify(secret)],
  ['in JSON by Go', replaceAll(JSON.stringify(secret), goJson)],
  ['in JSON by Python', JSON.stringify(secret).replace('é', '\\u00e9')],
  ['in JSON by PHP', JSON.stringify(secret).replaceAll('/', '\\/')],
  ['in JSON in JSON by Go', JSON.stringify(replaceAll(JSON.stringify(secret), goJson))],
  ['as a page in JSON by Go', replaceAll(JSON.stringify(replaceAll(secret, html)), goJson)],
  ['as JSON in a page', replaceAll(JSON.stringify(secret), html)],
  ['by JavaScript', escapeSpecial(secret, (code) => `\\x${hex(code, 2)}`)],
  ['by code units, each', secret.replace(/[^]/g, (char) => `\\u${hex(char.charCodeAt(0), 4)}`)],
  ['percent-encoded, all bytes', [...Buffer.from(secret)].map((byte) => `%${hex(byte, 2)}`).join('')],
  ['percent-encoded as a URL', encodeURI(secret)],
  ['percent-encoded as a form', new URLSearchParams({ a: secret }).toString().slice(2)],
  ['percent-encoded twice', encodeURIComponent(encodeURIComponent(secret))],
  ['percent-encoded in a page', replaceAll(encodeURIComponent(secret), html)],
  ['as bytes that were taken for characters', Buffer.from(secret).toString('latin1')],
  ['in base64', Buffer.from(secret).toString('base64')],
  ['in base64, percent-encoded', encodeURIComponent(Buffer.from(secret).toString('base64'))],
  ['in base64 within a text', Buffer.from(`x-token: ${secret} y`).toString('base64')],
  ['in base64 in lines', Buffer.from(secret).toString('base64').replace(/.{8}/g, '$&\r\n')],
  ['for a shell', `'${secret.replaceAll("'", "'\\''")}'`],
  ['for a shell, by Python', `'${secret.replaceAll("'", `'"'"'`)}'`],
  ['for a shell, in double quotes', `"${secret.replace(/["$`\\]/g, '\\$&')}"`],
  ['for a shell, in JSON', JSON.stringify(`'${secret.replaceAll("'", "'\\''")}'`)],
  ['for a shell, in a page', replaceAll(`'${secret.replaceAll("'", "'\\''")}'`, html)],
  ['for a shell, each character by itself', escapeSpecial(secret, (code) => `\\${String.fromCharCode(code)}`)],
  ['for cmd.exe', escapeSpecial(secret, (code) => `^${String.fromCharCode(code)}`)],
  ['for SQL', `'${secret.replaceAll("'", "''")}'`],
  ['in CSV', `"${secret.replaceAll('"', '""')}"`],
  ['in hexadecimal', Buffer.from(secret).toString('hex')],
  ['in hexadecimal, in upper case', Buffer.from(secret).toString('hex').toUpperCase()],
  ['in hexadecimal within a text', Buffer.from(`x-token: ${secret} y`).toString('hex')],
  ['as Go prints bytes', bytesOf((byte) => String(byte), ' ')],
  ['as Python prints a bytearray', bytesOf((byte) => `\\x${hex(byte, 2)}`, '')],
  ['as Node.js prints a Buffer', inspect(Buffer.from(secret))],
  ['as Node.js writes a Buffer', JSON.stringify(Buffer.from(secret))],
  ['as C has bytes', bytesOf((byte) => `0x${hex(byte, 2)}`, ', ')],
  ['as octal escapes', bytesOf((byte) => `\\${byte.toString(8).padStart(3, '0')}`, '')],
  ['as tcpdump prints bytes', bytesOf((byte) => hex(byte, 2), ':')],
  ['quoted-printable', bytesOf((byte) => `=${hex(byte, 2).toUpperCase()}`, '')],
];

describe.each(echoes)('a credential that the server echoes %s', (_, echo) => {
  it.each<[string, number, unknown]>([
    ['a success in text', 200, `You sent ${echo} today`],
    ['a redirect in text', 302, `You sent ${echo} today`],
    ['a failure in text', 403, `You sent ${echo} today`],
    ['a failure in JSON', 404, { error: { code: 404, message: `You sent ${echo} today` } }],
    ['a detail', 404, { error: { code: 404, message: '', details: [{ '@type': 'x/a.B', sent: `${echo} today` }] } }],
    ['an operation', 200, { name, done: true, error: { code: 5, message: `You sent ${echo} today` } }],
  ])('is not shown of %s', async (_, status, body) => {
    const auth = () => ({ 'x-token': secret });
    const transport = restTransport({ apiEndpoint: 'h.test', auth, fetch: fetchOf([status, body]) });
    const result = await transport.getOperation({ name }, {}).catch((error: unknown) => error);
    const shown = inspect(result, { depth: 9, showHidden: true });
    expect(shown).toMatch(/\*{3}\S* ?.*today|\*{3}.*'/);
    expect(shown).not.toContain(echo);
    expect(shown).not.toMatch(/hunter2/i);
  });
});

describe('what looks like an escape', () => {
  it.each(['%41%42%43secret', '\\u0041secret', '&amp;secret'])('is recognized as a part of the secret %s', (secret) => {
    const redactor = new Redactor(() => [secret]);
    for (const before of ['', '%', '\\', '&', ' ']) {
      expect(redactor.text(`is${before}${secret} ok`)).toMatch(/^is[%\\& ]?\*{3} ok$/);
    }
  });

  it.each(['\\\\\\\\', '%%%%', '&&&&amp;&&'])('may be all of the secret %s', (secret) => {
    expect(new Redactor(() => [secret]).text(`is ${secret} ok`)).toBe('is *** ok');
  });

  it('remains where it is not a part of one', () => {
    const text = 'a%20b &amp; C:\\new &unknown; %zz \\u00e9 &#x110000; 5 % & more';
    expect(new Redactor(() => ['hunter2']).text(`${text} h&#117;nter2 ${text}`)).toBe(`${text} *** ${text}`);
  });
});

describe('a text of megabytes that consists of escapes', () => {
  it.each(['&amp;', '\\', '%41', `%${'25'.repeat(999)}`, `&${'amp;'.repeat(999)}`, '&', '&#0', '\\u0026'])(
    'is cut before it is searched: %s',
    (unit) => {
      const text = unit.repeat(5_000_000 / unit.length);
      expect(new Redactor(() => ['hunter2', '&amp;&amp;&amp;x']).text(text)).toHaveLength(65_537);
    },
  );
});
